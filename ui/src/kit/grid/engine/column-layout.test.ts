// @vitest-environment node

import { expect, it } from "vitest";
import { COLUMN_MAX_PX, COLUMN_MIN_PX, ColumnLayout } from "./column-layout";

const columns = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ id: `c${i}`, title: `${i}`, width_px: 100 }));

it("puts the row numbers first and the columns one after the other", () => {
  const layout = new ColumnLayout(columns(4), { c1: 60 }, 2, 800, 50);
  expect(layout.lefts_px).toEqual([50, 150, 210, 310]);
  expect(layout.frozenWidth_px).toBe(210);
  expect(layout.width_px).toBe(410);
});

it("keeps widths within what can be seen and used", () => {
  const layout = new ColumnLayout(columns(2), { c0: 1, c1: 99_999 }, 0, 800, 50);
  expect(layout.widths_px).toEqual([COLUMN_MIN_PX, COLUMN_MAX_PX]);
});

it("freezes fewer columns when they would fill the window", () => {
  expect(new ColumnLayout(columns(9), {}, 6, 500, 50).frozen).toBe(2);
  expect(new ColumnLayout(columns(9), {}, 6, 2_000, 50).frozen).toBe(6);
});

it("finds the column under the pointer, frozen or scrolled", () => {
  const layout = new ColumnLayout(columns(10), {}, 1, 500, 50);
  expect(layout.columnAt(20, 300)).toBe(-1);
  expect(layout.columnAt(100, 300)).toBe(0);
  expect(layout.columnAt(160, 0)).toBe(1);
  expect(layout.columnAt(160, 300)).toBe(4);
  expect(layout.columnAt(499, 99_999)).toBe(9);
});

it("draws only the columns in sight", () => {
  const layout = new ColumnLayout(columns(200), {}, 1, 500, 50);
  expect(layout.window(0, 500)).toEqual([1, 4]);
  expect(layout.window(10_000, 500)).toEqual([101, 104]);
});

it("scrolls a column out from under the frozen ones, and no further than needed", () => {
  const layout = new ColumnLayout(columns(20), {}, 1, 500, 50);
  expect(layout.scrollLeftFor(3, 400, 500)).toBe(200);
  expect(layout.scrollLeftFor(3, 0, 500)).toBe(0);
  expect(layout.scrollLeftFor(9, 0, 500)).toBe(550);
  expect(layout.scrollLeftFor(0, 400, 500)).toBe(400);
});
