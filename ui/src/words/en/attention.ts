import type { Words } from "../zh";
import type { attention as source } from "../zh/attention";

export const attention: Words<typeof source> = {};
