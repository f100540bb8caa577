/** Rules of which members are shown: which tests suit a column, and a rule in words. Pure. */

import type { TFunction } from "i18next";
import type { Column, Filter, ViewQuery } from "@/generated/types";
import { fieldOf } from "@/session/defined";
import { isListed, labelOf } from "./choices";
import { columnTitle, isDate, isMasked } from "./columns";

export type Test = Filter["test"];

export type ColumnKind = "text" | "choice" | "date" | "number" | "photo";

export const kindOf = (column: Column): ColumnKind => {
  if (column === "photo") return "photo";
  if (isListed(column)) return "choice";
  if (isDate(column)) return "date";
  return column === "entry_year" || fieldOf(column)?.form === "number" ? "number" : "text";
};

const TESTS: Record<ColumnKind, readonly Test[]> = {
  text: ["contains", "not_contains", "is", "is_not", "starts_with", "is_empty", "is_filled"],
  choice: ["any_of", "is", "is_not", "is_empty", "is_filled"],
  date: ["is", "at_least", "at_most", "is_not", "is_empty", "is_filled"],
  photo: ["is_empty", "is_filled"],
  number: ["is", "at_least", "at_most", "is_not", "is_empty", "is_filled"],
};

/** Who may not see a number whole could read it out with a test on a part of it. */
const OF_THE_WHOLE: readonly Test[] = ["is", "is_not", "any_of", "is_empty", "is_filled"];

/** The tests that suit the column, the likeliest first. */
export const testsOf = (column: Column, mayReveal = true): readonly Test[] => {
  const tests = TESTS[kindOf(column)];
  return mayReveal || !isMasked(column) ? tests : tests.filter((test) => OF_THE_WHOLE.includes(test));
};

/** One rule; `values` holds one text, or several for `any_of`. */
export const ruleOf = (column: Column, test: Test, values: readonly string[]): Filter => {
  switch (test) {
    case "is_empty":
    case "is_filled":
      return { test, column };
    case "any_of":
      return { test, column, values: values.filter((value) => value !== "") };
    default:
      return { test, column, value: values[0] ?? "" };
  }
};

export const valuesOf = (filter: Filter): readonly string[] => {
  if ("values" in filter) return filter.values;
  return "value" in filter ? [filter.value] : [];
};

/** The same rule for another column, as far as it suits it. */
export const forColumn = (filter: Filter, column: Column, mayReveal = true): Filter => {
  const tests = testsOf(column, mayReveal);
  const test = tests.includes(filter.test) ? filter.test : (tests[0] ?? "is");
  const isSameKind = kindOf(column) === kindOf(filter.column) && kindOf(column) !== "choice";
  return ruleOf(column, test, isSameKind ? valuesOf(filter) : []);
};

/** The query without what the account may not ask: tests of parts of masked values, and their order. */
export const permitted = (query: ViewQuery, mayReveal: boolean): ViewQuery => {
  const kept = { ...query };
  if (mayReveal) return kept;
  if (query.filters) {
    kept.filters = query.filters.filter(({ column, test }) => testsOf(column, false).includes(test));
  }
  if (query.sort) kept.sort = query.sort.filter(({ column }) => !isMasked(column));
  return kept;
};

/** A rule without a value is still being written: it leaves nobody out. */
export const isFinished = (filter: Filter): boolean =>
  filter.test === "is_empty" ||
  filter.test === "is_filled" ||
  valuesOf(filter).some((value) => value.trim() !== "");

export const testName = (t: TFunction, column: Column, test: Test): string =>
  kindOf(column) === "date" && (test === "at_least" || test === "at_most")
    ? t(`roster.filter.dateTests.${test}`)
    : t(`roster.filter.tests.${test}`);

/** A rule as a sentence: `性别 是 女`. */
export const sentenceOf = (t: TFunction, filter: Filter): string =>
  [
    columnTitle(t, filter.column),
    testName(t, filter.column, filter.test),
    valuesOf(filter)
      .map((value) => labelOf(t, filter.column, value))
      .join(t("roster.filter.or")),
  ]
    .filter(Boolean)
    .join(" ");
