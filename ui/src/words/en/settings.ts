import type { Words } from "../zh";
import type { settings as source } from "../zh/settings";

export const settings: Words<typeof source> = {};
