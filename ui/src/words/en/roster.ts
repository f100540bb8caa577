import type { Words } from "../zh";
import type { roster as source } from "../zh/roster";

export const roster: Words<typeof source> = {};
