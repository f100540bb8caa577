import type { TFunction } from "i18next";

const NUMBERED = {
  department_part: "departmentPart",
  guardian_name: "guardianName",
  guardian_phone: "guardianPhone",
  guardian_relation: "guardianRelation",
  guardian_may_confirm: "guardianMayConfirm",
} as const;

const PLAIN = {
  ignore: "ignore",
  record_id: "recordId",
  department_name: "departmentName",
  department_number: "departmentNumber",
  department_parent_number: "departmentParentNumber",
  department_position: "departmentPosition",
} as const;

/** Name of what a column is for, from its word: `guardian_phone_2` is the second guardian's phone. */
export const targetLabel = (t: TFunction, word: string): string => {
  if (word in PLAIN) return t(`importing.${PLAIN[word as keyof typeof PLAIN]}`);
  const [, stem, number] = /^(.+)_(\d+)$/.exec(word) ?? [];
  if (stem !== undefined && stem in NUMBERED) {
    return t(`importing.${NUMBERED[stem as keyof typeof NUMBERED]}`, { number });
  }
  return whatLabel(t, word);
};

/** Name of what a diff line is about. */
export const whatLabel = (t: TFunction, word: string): string => {
  if (word === "further_department" || word === "guardian") return t(`importing.${word}`);
  if (word === "guardian_may_confirm") return t("importing.mayConfirm");
  const columns: Record<string, string> = t("choices.columns", { returnObjects: true });
  return columns[word] ?? word;
};

const CHOICES = ["sex", "document_kind", "identity", "status", "guardian_relation"] as const;

/** A value as people read it: words of choices in their language. */
export const valueLabel = (t: TFunction, what: string, value: string): string => {
  const list = what === "guardian_may_confirm" ? "yes_no" : CHOICES.find((word) => word === what);
  if (list === undefined) return value;
  const words: Record<string, string> = t(`choices.${list}`, { returnObjects: true });
  return words[value] ?? value;
};
