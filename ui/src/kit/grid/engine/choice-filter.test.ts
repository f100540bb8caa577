// @vitest-environment node

import { expect, it } from "vitest";
import { CHOICES_SHOWN, exactChoice, filterChoices } from "./choice-filter";

const options = [
  { value: "高一/1班", keys: ["gaoyi1ban", "gy1b"] },
  { value: "初一/1班", keys: ["chuyi1ban", "cy1b"] },
  { value: "高一/10班", keys: ["gaoyi10ban", "gy10b"] },
];

it("shows those that begin with what was typed before those that hold it", () => {
  const found = filterChoices([{ value: "实验高一" }, ...options], "高一");
  expect(found.map((option) => option.value)).toEqual(["高一/1班", "高一/10班", "实验高一"]);
});

it("finds by initials, by pinyin and by what an input method is still spelling", () => {
  expect(filterChoices(options, "CY").map((option) => option.value)).toEqual(["初一/1班"]);
  expect(filterChoices(options, "gao'yi'10")).toHaveLength(1);
});

it("shows a bounded part of a long list", () => {
  const many = Array.from({ length: 5_000 }, (_, i) => ({ value: `班${i}` }));
  expect(filterChoices(many, "")).toHaveLength(CHOICES_SHOWN);
  expect(filterChoices(many, "班")).toHaveLength(CHOICES_SHOWN);
});

it("takes a text as a choice only if it is one", () => {
  expect(exactChoice(options, " 高一/１班 ")?.value).toBe("高一/1班");
  expect(exactChoice(options, "高一")).toBeNull();
});
