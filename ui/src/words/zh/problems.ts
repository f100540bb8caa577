import { remedyWords, ruleWords } from "@/generated/rules";

/** What is wrong with a value and what to do about it, by the code that the app tells. */
export const problems = {
  next: "下一处",
  before: "上一处",
  unknown: { what: "内容不符合规则", step: "请检查后重新填写。" },
  codes: ruleWords.zh,
  /** The step alone, by the remedy that an import names. */
  remedies: remedyWords.zh,
};
