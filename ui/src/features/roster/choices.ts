/** Columns that hold one of a few words, and these words as people read and type them. */

import type { TFunction } from "i18next";
import type { Column } from "@/generated/types";

const LISTS = {
  sex: "sex",
  document_kind: "document_kind",
  identity: "identity",
  status: "status",
  guardian_relation: "guardian_relation",
  join_state: "join_state",
} as const satisfies Partial<Record<Column, string>>;

export type ChoiceColumn = keyof typeof LISTS;

export const isChoice = (column: string): column is ChoiceColumn => column in LISTS;

/** Word to label, in the order they are offered. */
export const choiceLabels = (t: TFunction, column: ChoiceColumn): Record<string, string> =>
  t(`choices.${LISTS[column]}`, { returnObjects: true });

/** A cell's word as it is shown. */
export const labelOf = (t: TFunction, column: string, word: string): string =>
  isChoice(column) ? (choiceLabels(t, column)[word] ?? word) : word;

/** A shown label back as the word; whatever else was typed stays, the app knows many spellings. */
export const wordOf = (t: TFunction, column: string, text: string): string => {
  if (!isChoice(column)) return text;
  const typed = text.trim();
  return Object.entries(choiceLabels(t, column)).find(([, label]) => label === typed)?.[0] ?? text;
};
