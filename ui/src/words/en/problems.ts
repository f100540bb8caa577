import type { Words } from "../zh";
import type { problems as source } from "../zh/problems";

export const problems: Words<typeof source> = {};
