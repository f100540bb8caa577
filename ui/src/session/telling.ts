/** Words for what the history holds. */

import dayjs from "dayjs";
import type { TFunction } from "i18next";
import type { HistoryLine, OperationLine } from "@/generated/types";
import { fieldOf } from "@/session/defined";
import { labelsOf } from "@/session/labels";

export const timeOf = (at: number) => dayjs(at).format("YYYY-MM-DD HH:mm");

const labelsAt = (t: TFunction, key: string): Record<string, string> => {
  const words = t(key as "choices.columns", { returnObjects: true }) as unknown;
  return typeof words === "object" && words !== null ? (words as Record<string, string>) : {};
};

/** A field of a record as people call it. */
export const fieldName = (t: TFunction, kind: string, field: string): string => {
  const columns = labelsAt(t, "choices.columns");
  const custom = fieldOf(field);
  if (custom) return custom.name;
  if (kind === "guardian") return columns[`guardian_${field}`] ?? field;
  const own = labelsAt(t, "history.fields");
  if (kind === "member") return columns[field] ?? own[field] ?? field;
  return own[field] ?? columns[field] ?? field;
};

/** A value as people read it: words of choices by their labels. */
export const valueName = (t: TFunction, kind: string, field: string, text: string): string => {
  // Nothing is written for a guardian who may confirm.
  if (kind === "guardianship" && field === "may_confirm") {
    return labelsAt(t, "choices.yes_no")[text === "0" ? "no" : "yes"] ?? text;
  }
  if (field.startsWith("is_")) return labelsAt(t, "choices.yes_no")[text === "1" ? "yes" : "no"] ?? text;
  if (text === "") return t("history.empty");
  if (fieldOf(field)?.form === "yes_no") return labelsAt(t, "choices.yes_no")[text] ?? text;
  if (kind === "custom_field" && field === "choices") return listed(t, text);
  const list = kind === "member" ? `choices.${field}` : LISTS[`${kind}.${field}`];
  const words = list === undefined ? {} : labelsAt(t, list);
  // What a person wrote may hold the divider of a list.
  return Object.keys(words).length === 0 ? text : labelsOf(t, words, text);
};

/** The choices of a field, which are kept as JSON. */
const listed = (t: TFunction, text: string): string => {
  try {
    const choices: unknown = JSON.parse(text);
    return Array.isArray(choices) ? choices.map(String).join(t("choices.comma")) : text;
  } catch {
    return text;
  }
};

/** Where the words of a choice are that is no column of the grid. */
const LISTS: Record<string, string> = {
  "affiliation.identity": "choices.identity",
  "affiliation.role": "choices.leader_role",
  "conflict.settled": "choices.settled",
  "custom_field.data_class": "settings.fields.classes",
  "custom_field.form": "settings.fields.forms",
  "department.kind": "choices.department_kind",
  "department.state": "choices.department_state",
  "guardianship.relation": "choices.guardian_relation",
  "invitation.state": "invitations.states",
  "invitation.voided_for": "invitations.reasons",
  "organisation.kind": "choices.organisation_kind",
  "tag.colour": "settings.tags.colours",
};

/** What of a person or department a line is about: nothing for their own fields, which say it themselves. */
export const aboutOf = (
  t: TFunction,
  { kind, title }: Pick<HistoryLine, "kind" | "title">,
  of: "member" | "department",
): string => {
  if (kind === of || kind === "custom_value" || kind === "tagging") return "";
  const name = kind === "guardian" || of === "department" ? title : "";
  return name === "" ? kindName(t, kind) : `${kindName(t, kind)} · ${name}`;
};

export const kindName = (t: TFunction, kind: string): string => labelsAt(t, "history.kinds")[kind] ?? kind;

/** Who did it: a person here, or elsewhere with the computer that they used. */
export const whoOf = (t: TFunction, line: Pick<HistoryLine, "by" | "device" | "verb">): string => {
  if (line.device === null) return line.by || t("history.someone");
  if (line.by === "") return line.device === "" ? t("history.someone") : line.device;
  return `${line.by} · ${line.device || t("history.elsewhere")}`;
};

export const doerOf = (t: TFunction, { by, origin }: OperationLine): string =>
  by || t(origin === "remote" ? "history.someone" : "history.thisComputer");
