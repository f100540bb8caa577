import i18next from "i18next";
import { beforeEach, expect, it } from "vitest";
import type { ViewQuery } from "@/generated/types";
import { startWords } from "@/words";
import { forColumn, isFinished, permitted, ruleOf, sentenceOf, testsOf } from "./rules";

beforeEach(() => startWords("zh"));

it("says a rule as a sentence", () => {
  expect(sentenceOf(i18next.t, ruleOf("sex", "is", ["female"]))).toBe("性别 是 女");
  expect(sentenceOf(i18next.t, ruleOf("identity", "any_of", ["student", "staff"]))).toBe(
    "身份 是其中之一 学生 或 教职工",
  );
  expect(sentenceOf(i18next.t, ruleOf("birth_date", "at_least", ["2013-09-01"]))).toBe(
    "出生日期 不早于 2013-09-01",
  );
  expect(sentenceOf(i18next.t, ruleOf("phone", "is_empty", ["138"]))).toBe("手机号 为空");
});

it("offers only tests that suit the column", () => {
  expect(testsOf("name")).toContain("starts_with");
  expect(testsOf("sex")).not.toContain("contains");
  expect(testsOf("entry_year")).toContain("at_least");
});

it("offers no test on a part of a number to those who may not see it whole", () => {
  expect(testsOf("phone", false)).toEqual(["is", "is_not", "is_empty", "is_filled"]);
  expect(testsOf("name", false)).toContain("contains");
  expect(forColumn(ruleOf("name", "contains", ["138"]), "phone", false).test).toBe("is");
});

it("asks nothing that reads a masked value out, whatever a saved view holds", () => {
  const query: ViewQuery = {
    filters: [
      ruleOf("phone", "contains", ["138"]),
      ruleOf("phone", "is_empty", []),
      ruleOf("name", "contains", ["王"]),
    ],
    sort: [
      { column: "phone", direction: "ascending" },
      { column: "name", direction: "ascending" },
    ],
  };
  expect(permitted(query, true)).toEqual(query);
  expect(permitted(query, false)).toEqual({
    filters: [ruleOf("phone", "is_empty", []), ruleOf("name", "contains", ["王"])],
    sort: [{ column: "name", direction: "ascending" }],
  });
});

it("keeps what it can when the column changes", () => {
  expect(forColumn(ruleOf("name", "contains", ["王"]), "phone")).toEqual(ruleOf("phone", "contains", ["王"]));
  expect(forColumn(ruleOf("name", "contains", ["王"]), "sex")).toEqual({
    test: "any_of",
    column: "sex",
    values: [],
  });
  expect(forColumn(ruleOf("sex", "is_empty", []), "birth_date")).toEqual({
    test: "is_empty",
    column: "birth_date",
  });
});

it("knows a rule that is still being written", () => {
  expect(isFinished(ruleOf("name", "contains", [" "]))).toBe(false);
  expect(isFinished(ruleOf("sex", "any_of", []))).toBe(false);
  expect(isFinished(ruleOf("sex", "any_of", ["male"]))).toBe(true);
  expect(isFinished(ruleOf("sex", "is_filled", []))).toBe(true);
});
