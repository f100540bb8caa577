import type { Words } from "../zh";
import type { invitations as source } from "../zh/invitations";

export const invitations: Words<typeof source> = {};
