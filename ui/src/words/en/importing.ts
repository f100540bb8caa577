import type { Words } from "../zh";
import type { importing as source } from "../zh/importing";

export const importing: Words<typeof source> = {};
