import type { Column } from "@/generated/types";
import { queryClient } from "@/session/queries";

/** What is known of a guardian, by the grid's columns. */
export const GUARDIAN_PARTS = [
  "guardian_name",
  "guardian_phone",
  "guardian_relation",
] as const satisfies Column[];
export type GuardianPart = (typeof GUARDIAN_PARTS)[number];

/** The member is read again. */
export const forgetMember = (member: string) =>
  queryClient.invalidateQueries({ queryKey: ["member", member] });
