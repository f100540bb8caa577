/** Where a pasted block goes, and where a dragged fill handle leads. Pure geometry. */

import type { Cell, CellRange, FillPlan } from "../types";
import { type Bounds, rangeSize } from "./selection";

export interface PastePlan {
  range: CellRange;
  /** Rows and columns of the block that lie beyond the last row or column. */
  lostRows: number;
  lostColumns: number;
}

/**
 * As spreadsheets do: a selection that the block divides evenly is filled with it, else the block sets the size. Rows
 * below the last one are cut off, or `added`.
 */
export function planPaste(
  selected: CellRange,
  blockRows: number,
  blockColumns: number,
  bounds: Bounds,
  below: "cut" | "added" = "cut",
): PastePlan {
  const size = rangeSize(selected);
  const isTiled = size.rows % blockRows === 0 && size.columns % blockColumns === 0;
  const rows = isTiled ? size.rows : blockRows;
  const columns = isTiled ? size.columns : blockColumns;
  const bottom = (below === "added" ? selected.top + rows : Math.min(selected.top + rows, bounds.rows)) - 1;
  const right = Math.min(selected.left + columns, bounds.columns) - 1;
  return {
    range: { top: selected.top, left: selected.left, bottom, right },
    lostRows: selected.top + rows - 1 - bottom,
    lostColumns: selected.left + columns - 1 - right,
  };
}

/** The text that a block puts at a cell of the range it repeats over. */
export function tiledText(
  block: readonly (readonly string[])[],
  range: CellRange,
  row: number,
  column: number,
): string {
  const line = block[(row - range.top) % block.length] ?? [];
  return line[(column - range.left) % Math.max(1, line.length)] ?? "";
}

/** The cells a fill handle dragged to `to` would fill: one direction only, the one dragged furthest. */
export function planFill(from: CellRange, to: Cell): CellRange | null {
  const down = to.row - from.bottom;
  const up = from.top - to.row;
  const right = to.column - from.right;
  const left = from.left - to.column;
  const furthest = Math.max(down, up, right, left);
  if (furthest <= 0) return null;
  if (furthest === down) return { ...from, top: from.bottom + 1, bottom: to.row };
  if (furthest === up) return { ...from, top: to.row, bottom: from.top - 1 };
  if (furthest === right) return { ...from, left: from.right + 1, right: to.column };
  return { ...from, left: to.column, right: from.left - 1 };
}

/** Every range of a selection by itself. */
export function planAll(
  ranges: readonly CellRange[],
  planOf: (range: CellRange) => FillPlan | null,
): FillPlan[] {
  return ranges.map(planOf).filter((plan) => plan !== null);
}

/** Ctrl+D: the first row goes down the selection; in a single row it is filled from the row above. */
export function planFillDown(selected: CellRange): FillPlan | null {
  if (selected.bottom > selected.top)
    return { from: { ...selected, bottom: selected.top }, to: { ...selected, top: selected.top + 1 } };
  if (selected.top === 0) return null;
  return { from: { ...selected, top: selected.top - 1, bottom: selected.top - 1 }, to: selected };
}

/** Ctrl+R, likewise to the right. */
export function planFillRight(selected: CellRange): FillPlan | null {
  if (selected.right > selected.left)
    return { from: { ...selected, right: selected.left }, to: { ...selected, left: selected.left + 1 } };
  if (selected.left === 0) return null;
  return { from: { ...selected, left: selected.left - 1, right: selected.left - 1 }, to: selected };
}
