import { remedyWords, ruleWords } from "@/generated/rules";
import type { Words } from "../zh";
import type { problems as source } from "../zh/problems";

export const problems: Words<typeof source> = {
  next: "Next",
  before: "Previous",
  unknown: { what: "The value breaks a rule", step: "Check it and enter it again." },
  codes: ruleWords.en,
  remedies: remedyWords.en,
};
