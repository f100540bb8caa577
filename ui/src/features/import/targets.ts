import type { TFunction } from "i18next";
import type { PlannedField } from "@/generated/types";
import { fieldOf } from "@/session/defined";
import { labelsOf } from "@/session/labels";

const NUMBERED = {
  department_part: "departmentPart",
  guardian_name: "guardianName",
  guardian_phone: "guardianPhone",
  guardian_relation: "guardianRelation",
  guardian_may_confirm: "guardianMayConfirm",
} as const;

const PLAIN = {
  ignore: "ignore",
  new_field: "newField",
  department_if_none: "departmentIfNone",
  leaves_departments: "leavesDepartments",
  further_departments: "furtherDepartments",
  is_leader: "isLeader",
  leads: "leads",
  deputy_of: "deputyOf",
  record_id: "recordId",
  department_name: "departmentName",
  department_number: "departmentNumber",
  department_parent_number: "departmentParentNumber",
  department_position: "departmentPosition",
} as const;

/** Asks for a field that the import makes. */
export const NEW_FIELD = "new_field";

/** Fields that the import makes, by their columns' words; what the organisation has is known without them. */
export type Fresh = readonly PlannedField[];

const fieldNamed = (word: string, fresh: Fresh = []) =>
  fieldOf(word) ?? fresh.find((field) => field.column === word);

/** Name of what a column is for, from its word: `guardian_phone_2` is the second guardian's phone. */
export const targetLabel = (t: TFunction, word: string, fresh?: Fresh): string => {
  if (word in PLAIN) return t(`importing.${PLAIN[word as keyof typeof PLAIN]}`);
  const [, stem, number] = /^(.+)_(\d+)$/.exec(word) ?? [];
  if (stem !== undefined && stem in NUMBERED) {
    return t(`importing.${NUMBERED[stem as keyof typeof NUMBERED]}`, { number });
  }
  return whatLabel(t, word, fresh);
};

const GROUPS = ["member", "custom", "department", "leader", "guardian", "departmentFile", "other"] as const;

const groupOf = (word: string): (typeof GROUPS)[number] => {
  if (word.startsWith("custom:") || word === "tags" || word === NEW_FIELD) return "custom";
  if (word === "is_leader" || word === "leads" || word === "deputy_of") return "leader";
  if (["department", "department_if_none", "leaves_departments", "further_departments"].includes(word))
    return "department";
  if (word.startsWith("department_part")) return "department";
  if (word.startsWith("guardian_")) return "guardian";
  if (word.startsWith("department_")) return "departmentFile";
  return word === "record_id" ? "other" : "member";
};

/** What a column may be given: leaving it out, then everything else in groups. */
export const targetOptions = (t: TFunction, words: readonly string[]) => {
  const option = (word: string) => ({ value: word, label: targetLabel(t, word) });
  const rest = words.filter((word) => word !== "ignore");
  return [
    option("ignore"),
    ...GROUPS.map((group) => ({
      label: t(`importing.groups.${group}`),
      options: rest.filter((word) => groupOf(word) === group).map(option),
    })).filter((group) => group.options.length > 0),
  ];
};

/** Name of what a diff line is about. */
export const whatLabel = (t: TFunction, word: string, fresh?: Fresh): string => {
  if (word === "further_department" || word === "guardian" || word === "department_renamed")
    return t(`importing.${word}`);
  if (word === "guardian_may_confirm") return t("importing.mayConfirm");
  if (word === "leads" || word === "deputy_of") return t(`importing.${PLAIN[word]}`);
  const columns: Record<string, string> = t("choices.columns", { returnObjects: true });
  return columns[word] ?? fieldNamed(word, fresh)?.name ?? word;
};

const CHOICES = ["sex", "document_kind", "identity", "status", "guardian_relation"] as const;

/** A value as people read it: words of choices in their language. */
export const valueLabel = (t: TFunction, what: string, value: string, fresh?: Fresh): string => {
  const isYesNo = what === "guardian_may_confirm" || fieldNamed(what, fresh)?.form === "yes_no";
  const list = isYesNo ? "yes_no" : CHOICES.find((word) => word === what);
  if (list === undefined) return value;
  return labelsOf(t, t(`choices.${list}`, { returnObjects: true }), value);
};
