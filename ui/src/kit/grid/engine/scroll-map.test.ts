// @vitest-environment node

import { describe, expect, it } from "vitest";
import { LIMIT_PX, ScrollMap } from "./scroll-map";

const ROW = 28;
const VIEW = 700;

function mapOf(rows: number): ScrollMap {
  const map = new ScrollMap();
  map.configure(rows, ROW, VIEW);
  return map;
}

describe("a list that fits", () => {
  it("is mapped one to one", () => {
    const map = mapOf(1_000);
    expect(map.height_px).toBe(28_000);
    map.scrolled(12_345);
    expect(map.top_px).toBe(12_345);
    expect(map.rowOffset_px(500)).toBe(14_000);
    expect(map.settle()).toBe(false);
  });

  it("never scrolls past its end", () => {
    const map = mapOf(1_000);
    map.goTo(99_999);
    expect(map.top_px).toBe(28_000 - VIEW);
    expect(map.physical_px).toBe(map.top_px);
  });
});

describe("a million rows", () => {
  const rows = 1_000_000;
  const lastTop = rows * ROW - VIEW;

  it("stay under the height that browsers can hold", () => {
    const map = mapOf(rows);
    expect(map.height_px).toBe(LIMIT_PX);
    map.goTo(lastTop);
    expect(map.rowOffset_px(rows - 1) + ROW).toBe(LIMIT_PX);
  });

  it("begin at the start of the box and end at its end", () => {
    const map = mapOf(rows);
    map.scrolled(LIMIT_PX - VIEW);
    expect(map.top_px).toBe(lastTop);
    map.scrolled(0);
    expect(map.top_px).toBe(0);
  });

  it("move one to one by the wheel and in proportion by the scroll bar", () => {
    const map = mapOf(rows);
    map.scrolled((LIMIT_PX - VIEW) / 2);
    expect(map.top_px).toBeCloseTo(lastTop / 2, -1);
    const before = map.top_px;
    map.scrolled(map.physical_px + 120);
    expect(map.top_px).toBe(before + 120);
  });

  it("keep rows where they are in the box while small movements go on", () => {
    const map = mapOf(rows);
    map.goTo(14_000_000);
    const offset = map.rowOffset_px(500_001);
    for (let i = 0; i < 50; i += 1) map.scrolled(map.physical_px + 90);
    expect(map.rowOffset_px(500_001)).toBe(offset);
    expect(map.drift_px).toBeGreaterThan(100);
    const top = map.top_px;
    expect(map.settle()).toBe(true);
    expect(map.top_px).toBe(top);
    expect(map.drift_px).toBe(0);
  });

  it("can be reached from end to end by the wheel alone", () => {
    const map = mapOf(rows);
    const step = 7_000;
    for (let i = 0; i < 5_000 && map.top_px < lastTop; i += 1) {
      map.scrolled(Math.min(map.physical_px + step, LIMIT_PX - VIEW));
      if (i % 20 === 0) map.settle();
    }
    expect(map.top_px).toBe(lastTop);
    for (let i = 0; i < 5_000 && map.top_px > 0; i += 1) {
      map.scrolled(Math.max(map.physical_px - step, 0));
      if (i % 20 === 0) map.settle();
    }
    expect(map.top_px).toBe(0);
  });

  it("never jump by much when the wheel turns near an end", () => {
    const map = mapOf(rows);
    map.goTo(3_000);
    map.settle();
    let before = map.top_px;
    while (map.top_px > 0) {
      map.scrolled(Math.max(0, map.physical_px - 100));
      expect(before - map.top_px).toBeLessThanOrEqual(100);
      before = map.top_px;
    }
  });

  it("map every place of the box to a place in the list, in order", () => {
    const map = mapOf(rows);
    let before = -1;
    for (let physical = 0; physical <= LIMIT_PX - VIEW; physical += 10_007) {
      map.scrolled(physical);
      expect(map.top_px).toBeGreaterThan(before);
      before = map.top_px;
    }
  });
});

describe("changes of size", () => {
  it("keep the first row when the rows become taller", () => {
    const map = mapOf(10_000);
    map.goTo(28 * 400);
    map.configure(10_000, 40, VIEW);
    expect(map.rowAt(0)).toBe(400);
  });

  it("go back when the list becomes shorter", () => {
    const map = mapOf(10_000);
    map.goTo(200_000);
    map.configure(50, ROW, VIEW);
    expect(map.top_px).toBe(50 * ROW - VIEW);
    map.configure(0, ROW, VIEW);
    expect(map.top_px).toBe(0);
    expect(map.height_px).toBe(0);
  });

  it("find their place when a list grows past the limit", () => {
    const map = mapOf(500_000);
    map.goTo(10_000_000);
    map.configure(1_000_000, ROW, VIEW);
    expect(map.top_px).toBe(10_000_000);
    map.settle();
    expect(map.drift_px).toBe(0);
  });
});
