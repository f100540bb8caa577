/** Words for the codes of broken rules: what is wrong, and the one thing to do about it. */

import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";

export interface ProblemWords {
  what: string;
  step: string;
}

/** Words for a code; a code that this page does not know yet still says that something is wrong. */
export const explainProblem = (t: TFunction, code: string): ProblemWords => {
  const codes = t("problems.codes", { returnObjects: true }) as Record<string, ProblemWords>;
  return codes[code] ?? t("problems.unknown", { returnObjects: true });
};

/** Both parts as one line, for notes and screen readers. */
export const problemLine = (t: TFunction, code: string): string => {
  const { what, step } = explainProblem(t, code);
  return t("roster.problemLine", { what, step });
};

/** The words for codes, in the language of the page. */
export const useProblemWords = (): ((code: string) => ProblemWords) => {
  const { t } = useTranslation();
  return (code) => explainProblem(t, code);
};
