import type { TFunction } from "i18next";
import { fieldOf } from "@/session/defined";

const CHOICES: Record<string, string> = {
  sex: "sex",
  document_kind: "document_kind",
  identity: "identity",
  status: "status",
  relation: "guardian_relation",
  kind: "department_kind",
  state: "department_state",
  role: "leader_role",
};

/** Name of a field as the grid calls it. */
export const fieldLabel = (t: TFunction, kind: string, field: string): string => {
  const columns: Record<string, string> = t("choices.columns", { returnObjects: true });
  if (kind === "department" || kind === "affiliation") {
    const own: Record<string, string> = t("departments.fields", { returnObjects: true });
    if (own[field] !== undefined) return own[field];
  }
  // Of what hangs on a member: who it is about, and what the grid has no column for.
  const linked: Record<string, string> = t("history.fields", { returnObjects: true });
  if (kind === "guardianship" && field === "may_confirm") return t("history.fields.may_confirm");
  const asColumn = kind === "guardian" || kind === "guardianship" ? `guardian_${field}` : field;
  return columns[asColumn] ?? columns[field] ?? fieldOf(field)?.name ?? linked[field] ?? field;
};

/** A value as people read it. */
export const valueLabel = (t: TFunction, field: string, value: string): string => {
  // Nothing is written for a guardian who may confirm.
  if (field === "may_confirm") return t(value === "0" ? "choices.yes_no.no" : "choices.yes_no.yes");
  if (value === "") return t("attention.empty");
  const list = fieldOf(field)?.form === "yes_no" ? "yes_no" : CHOICES[field];
  if (list === undefined) return value;
  const words: Record<string, string> = t(`choices.${list}` as "choices.sex", { returnObjects: true });
  return words[value] ?? value;
};
