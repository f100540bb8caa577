import type { TFunction } from "i18next";

/** Parts the words of a choice of which one member may have several, as the app keeps them. */
const DIVIDER = ";";

/** The words of such a value, in their order. */
export const wordsOf = (text: string): string[] => text.split(DIVIDER).filter((word) => word !== "");

/** Such words as one value again. */
export const joinedWords = (words: readonly string[]): string => words.join(DIVIDER);

/** A value of a choice as people read it: `student;parent` as 学生、家长. */
export const labelsOf = (t: TFunction, labels: Readonly<Record<string, string>>, text: string): string =>
  wordsOf(text)
    .map((word) => labels[word] ?? word)
    .join(t("choices.comma"));
