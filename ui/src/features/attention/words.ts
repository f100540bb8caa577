import type { TFunction } from "i18next";
import { fieldOf } from "@/session/defined";
import { valueName } from "@/session/telling";

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
export const valueLabel = (t: TFunction, kind: string, field: string, value: string): string =>
  value === "" && field !== "may_confirm" ? t("attention.empty") : valueName(t, kind, field, value);
