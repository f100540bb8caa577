/** Columns that hold one of a few words, and these words as people read and type them. */

import type { TFunction } from "i18next";
import type { Column, CustomColumn } from "@/generated/types";
import { fieldOf, isCustom, TAG_DIVIDER, useDefined } from "@/session/defined";
import { joinedWords, labelsOf } from "@/session/labels";

const LISTS = {
  sex: "sex",
  document_kind: "document_kind",
  identity: "identity",
  status: "status",
  guardian_relation: "guardian_relation",
  join_state: "join_state",
} as const satisfies Partial<Record<Column, string>>;

export type ChoiceColumn = keyof typeof LISTS | CustomColumn;

export const isChoice = (column: string): column is ChoiceColumn =>
  column in LISTS || ["choice", "yes_no"].includes(fieldOf(column)?.form ?? "");

/** Columns whose cells can be chosen among: of tags one cell may hold several. */
export type ListedColumn = ChoiceColumn | "tags";

export const isListed = (column: string): column is ListedColumn => column === "tags" || isChoice(column);

/** Word to label, in the order they are offered. */
export const choiceLabels = (t: TFunction, column: ListedColumn): Record<string, string> => {
  if (column === "tags") return named(useDefined.getState().tags.map((tag) => tag.name));
  if (!isCustom(column)) return t(`choices.${LISTS[column]}`, { returnObjects: true });
  const field = fieldOf(column);
  return field?.form === "yes_no"
    ? t("choices.yes_no", { returnObjects: true })
    : named(field?.choices ?? []);
};

/** What the organisation named itself is its own label. */
const named = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, name]));

/** The tags of a cell. */
export const tagsOf = (text: string): string[] => text.split(TAG_DIVIDER).filter((name) => name !== "");

/** Columns of which one cell may hold several. */
export const isSeveral = (column: string): boolean => column === "tags" || column === "identity";

/** What parts several in one cell, as it is shown. */
export const dividerOf = (t: TFunction, column: string): string =>
  column === "tags" ? TAG_DIVIDER : t("choices.comma");

/** A cell's word, or words, as shown. */
export const labelOf = (t: TFunction, column: string, word: string): string => {
  if (!isChoice(column)) return word;
  const labels = choiceLabels(t, column);
  return isSeveral(column) ? labelsOf(t, labels, word) : (labels[word] ?? word);
};

/** A shown label back as the word; whatever else was typed stays, the app knows many spellings. */
export const wordOf = (t: TFunction, column: string, text: string): string => {
  if (!isChoice(column)) return text;
  const words = Object.entries(choiceLabels(t, column));
  const known = (typed: string) => words.find(([, label]) => label === typed.trim())?.[0];
  if (!isSeveral(column)) return known(text) ?? text;
  const parts = text.split(dividerOf(t, column));
  return joinedWords(parts.map((part) => known(part) ?? part));
};
