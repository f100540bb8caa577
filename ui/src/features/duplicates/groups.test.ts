import { expect, it } from "vitest";
import type { DuplicateGroup, Duplicates } from "@/generated/types";
import { partnersOf, withApart } from "./groups";

const member = (id: string) => ({ id, name: id, card_number: "", department: "", status: "active" });
const group = (ids: string, apart: [number, number][] = [], count = ids.length): DuplicateGroup => ({
  reason: "phone",
  members: [...ids].map(member),
  count,
  apart,
});
const found = (...groups: DuplicateGroup[]): Duplicates => ({ groups, skip: 0, total: groups.length });
const told = ({ groups, total }: Duplicates) => ({
  total,
  groups: groups.map((one) => [one.members.map((each) => each.id).join(""), one.count, one.apart]),
});

it("compares each with the first one before them who may be the same", () => {
  expect(partnersOf(group("abc"))).toEqual([null, 0, 0]);
  expect(partnersOf(group("abc", [[0, 2]]))).toEqual([null, 0, 1]);
  expect(
    partnersOf(
      group("abc", [
        [0, 2],
        [1, 2],
      ]),
    ),
  ).toEqual([null, 0, null]);
});

it("lets a pair go that was told apart, in every group that has both", () => {
  const left = withApart(found(group("ab"), group("cd"), group("ba")), "b", "a");
  expect(told(left)).toEqual({ total: 1, groups: [["cd", 2, []]] });
});

it("leaves the others of a larger group to be decided", () => {
  const once = withApart(found(group("abc")), "a", "c");
  expect(told(once)).toEqual({ total: 1, groups: [["abc", 3, [[0, 2]]]] });
  expect(told(withApart(once, "c", "a"))).toEqual(told(once));
  expect(told(withApart(once, "b", "c"))).toEqual({ total: 1, groups: [["ab", 2, []]] });
  expect(told(withApart(once, "a", "b"))).toEqual({ total: 1, groups: [["bc", 2, []]] });
  const none = withApart(withApart(once, "b", "c"), "a", "b");
  expect(told(none)).toEqual({ total: 0, groups: [] });
});

it("keeps a group of which only the first are listed", () => {
  const left = withApart(found(group("ab", [], 30)), "a", "b");
  expect(told(left)).toEqual({ total: 1, groups: [["ab", 30, [[0, 1]]]] });
});
