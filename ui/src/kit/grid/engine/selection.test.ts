// @vitest-environment node

import { describe, expect, it } from "vitest";
import {
  addCell,
  addRange,
  alongHead,
  countCells,
  extendBy,
  extendTo,
  fitSelection,
  lastRange,
  moveBy,
  selectAll,
  selectCell,
  selectColumns,
  selectRange,
  selectRows,
  stepInside,
} from "./selection";

const bounds = { rows: 1_000_000, columns: 14 };

describe("moving", () => {
  it("stops at the edges", () => {
    expect(moveBy(selectCell({ row: 0, column: 0 }), -1, -1, bounds).active).toEqual({ row: 0, column: 0 });
    const last = selectCell({ row: 999_999, column: 13 });
    expect(moveBy(last, 1, 1, bounds).active).toEqual({ row: 999_999, column: 13 });
  });

  it("leaves the active cell in place while the block grows and shrinks around it", () => {
    let selection = selectCell({ row: 5, column: 5 });
    selection = extendBy(selection, 2, 1, bounds);
    selection = extendBy(selection, -4, -3, bounds);
    expect(selection.active).toEqual({ row: 5, column: 5 });
    expect(lastRange(selection)).toEqual({ top: 3, left: 3, bottom: 5, right: 5 });
  });
});

describe("whole rows, columns and everything", () => {
  it("are one range whatever the size", () => {
    const all = selectAll({ row: 7, column: 2 }, bounds);
    expect(all.ranges).toHaveLength(1);
    expect(countCells(all.ranges)).toBe(14_000_000);
    expect(all.active).toEqual({ row: 7, column: 2 });
  });

  it("are chosen backwards as well", () => {
    const rows = selectRows(9, 4, { row: 0, column: 3 }, bounds);
    expect(lastRange(rows)).toEqual({ top: 4, left: 0, bottom: 9, right: 13 });
    expect(rows.active).toEqual({ row: 9, column: 3 });
    const columns = selectColumns(3, 1, { row: 2, column: 0 }, bounds);
    expect(lastRange(columns)).toEqual({ top: 0, left: 1, bottom: 999_999, right: 3 });
  });
});

describe("the view", () => {
  it("stays where it is sideways while whole rows are selected further", () => {
    const rows = selectRows(4, 4, { row: 4, column: 2 }, bounds);
    expect(alongHead(rows, extendBy(rows, 1, 0, bounds), bounds)).toBe("rows");
    expect(lastRange(extendBy(rows, 1, 0, bounds))).toEqual({ top: 4, left: 0, bottom: 5, right: 13 });
    const columns = selectColumns(3, 3, { row: 4, column: 3 }, bounds);
    expect(alongHead(columns, extendBy(columns, 0, 1, bounds), bounds)).toBe("columns");
    const cell = selectCell({ row: 4, column: 2 });
    expect(alongHead(cell, extendBy(cell, 1, 0, bounds), bounds)).toBe("both");
    const almost = extendTo(selectCell({ row: 4, column: 0 }), { row: 4, column: 12 });
    expect(alongHead(almost, extendBy(almost, 0, 1, bounds), bounds)).toBe("both");
  });
});

describe("several ranges", () => {
  it("are added one by one and the last one moves", () => {
    let selection = selectRange({ top: 1, left: 1, bottom: 3, right: 2 });
    selection = addCell(selection, { row: 8, column: 8 });
    selection = extendTo(selection, { row: 9, column: 9 });
    expect(selection.ranges).toEqual([
      { top: 1, left: 1, bottom: 3, right: 2 },
      { top: 8, left: 8, bottom: 9, right: 9 },
    ]);
    expect(countCells(selection.ranges)).toBe(10);
  });

  it("count cells that lie in two ranges once", () => {
    expect(
      countCells([
        { top: 0, left: 0, bottom: 3, right: 3 },
        { top: 2, left: 2, bottom: 5, right: 5 },
        { top: 0, left: 0, bottom: 3, right: 3 },
      ]),
    ).toBe(28);
  });

  it("agree with counting cell by cell", () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % below;
    };
    for (let run = 0; run < 100; run += 1) {
      const ranges = Array.from({ length: 1 + random(5) }, () => {
        const [top, left] = [random(12), random(12)];
        return { top, left, bottom: top + random(6), right: left + random(6) };
      });
      const cells = new Set<string>();
      for (const range of ranges)
        for (let row = range.top; row <= range.bottom; row += 1)
          for (let column = range.left; column <= range.right; column += 1) cells.add(`${row} ${column}`);
      expect(countCells(ranges)).toBe(cells.size);
    }
  });

  it("take whole rows beside what there was", () => {
    const rows = selectRows(4, 4, { row: 0, column: 0 }, bounds);
    expect(addRange(selectCell({ row: 1, column: 1 }), rows).ranges).toHaveLength(2);
  });
});

describe("Enter and Tab inside a block", () => {
  const block = selectRange({ top: 2, left: 3, bottom: 3, right: 4 });

  it("go around it and come back to the start", () => {
    let selection: typeof block | null = block;
    const seen: string[] = [];
    for (let i = 0; i < 4 && selection; i += 1) {
      selection = stepInside(selection, "down");
      seen.push(`${selection?.active.row},${selection?.active.column}`);
    }
    expect(seen).toEqual(["3,3", "2,4", "3,4", "2,3"]);
    expect(stepInside(block, "right")?.active).toEqual({ row: 2, column: 4 });
    expect(stepInside(block, "left")?.active).toEqual({ row: 3, column: 4 });
    expect(stepInside(block, "up")?.active).toEqual({ row: 3, column: 4 });
  });

  it("leave a single cell to the ordinary moves", () => {
    expect(stepInside(selectCell({ row: 1, column: 1 }), "down")).toBeNull();
  });
});

describe("a view that shrinks", () => {
  it("cuts ranges and drops those beyond the end", () => {
    const selection = selectRange({ top: 5, left: 0, bottom: 50, right: 3 });
    expect(fitSelection(selection, { rows: 20, columns: 14 }).ranges).toEqual([
      { top: 5, left: 0, bottom: 19, right: 3 },
    ]);
    expect(fitSelection(selection, { rows: 3, columns: 14 }).ranges).toEqual([
      { top: 2, left: 0, bottom: 2, right: 0 },
    ]);
    expect(fitSelection(selection, { rows: 0, columns: 14 }).active).toEqual({ row: 0, column: 0 });
  });
});
