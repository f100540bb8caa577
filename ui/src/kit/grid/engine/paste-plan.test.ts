// @vitest-environment node

import { describe, expect, it } from "vitest";
import { planFill, planFillDown, planFillRight, planPaste, tiledText } from "./paste-plan";

const bounds = { rows: 100, columns: 10 };
const at = (top: number, left: number, bottom = top, right = left) => ({ top, left, bottom, right });

describe("rows below the last one", () => {
  it("are kept where they are to be added", () => {
    const at = { top: 9, left: 0, bottom: 9, right: 0 };
    const cut = planPaste(at, 3, 2, { rows: 10, columns: 14 });
    expect([cut.range.bottom, cut.lostRows]).toEqual([9, 2]);
    const added = planPaste(at, 3, 2, { rows: 10, columns: 14 }, "added");
    expect([added.range.bottom, added.lostRows]).toEqual([11, 0]);
    const first = planPaste(
      { top: 0, left: 0, bottom: 0, right: 0 },
      3,
      2,
      { rows: 0, columns: 14 },
      "added",
    );
    expect(first.range).toEqual({ top: 0, left: 0, bottom: 2, right: 1 });
  });
});

describe("a paste", () => {
  it("takes the block's size at a single cell", () => {
    expect(planPaste(at(5, 2), 3, 2, bounds)).toEqual({ range: at(5, 2, 7, 3), lostRows: 0, lostColumns: 0 });
  });

  it("fills a selection that the block divides", () => {
    expect(planPaste(at(0, 0, 5, 3), 2, 2, bounds).range).toEqual(at(0, 0, 5, 3));
    expect(planPaste(at(0, 0, 99, 9), 1, 1, bounds).range).toEqual(at(0, 0, 99, 9));
    expect(planPaste(at(0, 0, 4, 3), 2, 2, bounds).range).toEqual(at(0, 0, 1, 1));
  });

  it("stops at the last row and column and says what it left out", () => {
    expect(planPaste(at(98, 8), 5, 4, bounds)).toEqual({
      range: at(98, 8, 99, 9),
      lostRows: 3,
      lostColumns: 2,
    });
  });

  it("repeats a small block over its range", () => {
    const block = [["a", "b"]];
    expect(tiledText(block, at(4, 2, 7, 5), 6, 5)).toBe("b");
    expect(tiledText(block, at(4, 2, 7, 5), 4, 4)).toBe("a");
  });
});

describe("the fill handle", () => {
  const from = at(10, 3, 11, 4);

  it("fills in the direction it was dragged furthest", () => {
    expect(planFill(from, { row: 15, column: 5 })).toEqual(at(12, 3, 15, 4));
    expect(planFill(from, { row: 7, column: 4 })).toEqual(at(7, 3, 9, 4));
    expect(planFill(from, { row: 11, column: 8 })).toEqual(at(10, 5, 11, 8));
    expect(planFill(from, { row: 10, column: 0 })).toEqual(at(10, 0, 11, 2));
  });

  it("fills nothing inside its own block", () => {
    expect(planFill(from, { row: 11, column: 3 })).toBeNull();
  });
});

describe("fill by key", () => {
  it("copies the first row down and the first column right", () => {
    expect(planFillDown(at(2, 1, 6, 3))).toEqual({ from: at(2, 1, 2, 3), to: at(3, 1, 6, 3) });
    expect(planFillRight(at(2, 1, 6, 3))).toEqual({ from: at(2, 1, 6, 1), to: at(2, 2, 6, 3) });
  });

  it("copies from above or from the left at a single cell", () => {
    expect(planFillDown(at(2, 1))).toEqual({ from: at(1, 1), to: at(2, 1) });
    expect(planFillRight(at(2, 1))).toEqual({ from: at(2, 0), to: at(2, 1) });
    expect(planFillDown(at(0, 1))).toBeNull();
    expect(planFillRight(at(2, 0))).toBeNull();
  });
});
