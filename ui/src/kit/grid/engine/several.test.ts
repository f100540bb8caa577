import { expect, it } from "vitest";
import type { Choice } from "../types";
import { offeredTo, severalOf, toggled } from "./several";

const options: Choice[] = [
  { value: "学生", keys: ["student"] },
  { value: "教职工", keys: ["staff"] },
  { value: "家长", keys: ["parent"] },
];
const values = (choices: readonly Choice[]) => choices.map(({ value }) => value);
const offered = (typed: string) => values(offeredTo(options, severalOf(options, typed)));
const with_ = (typed: string, value: string) =>
  values(toggled(options, severalOf(options, typed), { value }));

it("offers what fits behind the last divider, and everything where nothing is begun", () => {
  expect(offered("")).toEqual(["学生", "教职工", "家长"]);
  expect(offered("学生、家")).toEqual(["家长"]);
  expect(offered("学生, par")).toEqual(["家长"]);
  expect(offered("学生；")).toEqual(["学生", "教职工", "家长"]);
  expect(offered("学生")).toEqual(["学生", "教职工", "家长"]);
  expect(offered("外星人")).toEqual([]);
});

it("knows what stands in the text, and keeps what is no option as it was typed", () => {
  expect(values(severalOf(options, "家长、学生、家长").chosen)).toEqual(["家长", "学生"]);
  expect(severalOf(options, "外星人、学")).toEqual({ chosen: [{ value: "外星人" }], begun: "学" });
});

it("adds an option in the list's order and takes it away again", () => {
  expect(with_("家长", "学生")).toEqual(["学生", "家长"]);
  expect(with_("学生、家长", "学生")).toEqual(["家长"]);
  expect(with_("外星人、家长", "教职工")).toEqual(["教职工", "家长", "外星人"]);
  // What was only begun is given up for what was ticked.
  expect(with_("学生、家", "家长")).toEqual(["学生", "家长"]);
});
