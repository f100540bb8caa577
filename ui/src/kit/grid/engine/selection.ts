/**
 * Selection as values: ranges of positions, one active cell, and the corner that Shift moves. A million selected rows
 * are one range. Never holds row ids and never changes in place.
 */

import type { Cell, CellRange } from "../types";
import { clamp } from "./scroll-map";

export interface Selection {
  /** The cell that typing changes; always inside the last range. */
  active: Cell;
  /** Fixed corner of the last range. */
  anchor: Cell;
  /** Corner of the last range that Shift and dragging move. */
  head: Cell;
  ranges: readonly CellRange[];
}

export interface Bounds {
  rows: number;
  columns: number;
}

export type Step = "up" | "down" | "left" | "right";

export function rangeBetween(a: Cell, b: Cell): CellRange {
  return {
    top: Math.min(a.row, b.row),
    left: Math.min(a.column, b.column),
    bottom: Math.max(a.row, b.row),
    right: Math.max(a.column, b.column),
  };
}

export function rangeHas(range: CellRange, row: number, column: number): boolean {
  return row >= range.top && row <= range.bottom && column >= range.left && column <= range.right;
}

export function rangeSize(range: CellRange): { rows: number; columns: number } {
  return { rows: range.bottom - range.top + 1, columns: range.right - range.left + 1 };
}

export function lastRange(selection: Selection): CellRange {
  return selection.ranges[selection.ranges.length - 1] ?? rangeBetween(selection.active, selection.active);
}

/** Which way the view goes along with the free corner: whole rows leave the columns in place, and the other way round. */
export type Along = "both" | "rows" | "columns";

export function alongHead(before: Selection, after: Selection, bounds: Bounds): Along {
  const range = lastRange(after);
  const isWholeRows = range.left === 0 && range.right >= bounds.columns - 1;
  const isWholeColumns = range.top === 0 && range.bottom >= bounds.rows - 1;
  if (isWholeRows && after.head.column === before.head.column) return "rows";
  if (isWholeColumns && after.head.row === before.head.row) return "columns";
  return "both";
}

export function isSingle(selection: Selection): boolean {
  const { rows, columns } = rangeSize(lastRange(selection));
  return selection.ranges.length === 1 && rows === 1 && columns === 1;
}

export function selectCell(cell: Cell): Selection {
  return { active: cell, anchor: cell, head: cell, ranges: [rangeBetween(cell, cell)] };
}

export function selectRange(range: CellRange): Selection {
  const anchor = { row: range.top, column: range.left };
  return { active: anchor, anchor, head: { row: range.bottom, column: range.right }, ranges: [range] };
}

/** Whole rows from the anchor's row on; the active cell stays in its column. */
export function selectRows(from: number, to: number, active: Cell, bounds: Bounds): Selection {
  const anchor = { row: from, column: 0 };
  const head = { row: to, column: Math.max(0, bounds.columns - 1) };
  return { active: { row: from, column: active.column }, anchor, head, ranges: [rangeBetween(anchor, head)] };
}

export function selectColumns(from: number, to: number, active: Cell, bounds: Bounds): Selection {
  const anchor = { row: 0, column: from };
  const head = { row: Math.max(0, bounds.rows - 1), column: to };
  return { active: { row: active.row, column: from }, anchor, head, ranges: [rangeBetween(anchor, head)] };
}

export function selectAll(active: Cell, bounds: Bounds): Selection {
  const anchor = { row: 0, column: 0 };
  const head = { row: Math.max(0, bounds.rows - 1), column: Math.max(0, bounds.columns - 1) };
  return { active, anchor, head, ranges: [rangeBetween(anchor, head)] };
}

/** Move the free corner of the last range. */
export function extendTo(selection: Selection, head: Cell): Selection {
  const range = rangeBetween(selection.anchor, head);
  const active = rangeHas(range, selection.active.row, selection.active.column)
    ? selection.active
    : selection.anchor;
  return { ...selection, active, head, ranges: [...selection.ranges.slice(0, -1), range] };
}

/** Start one more range beside those there are. */
export function addCell(selection: Selection, cell: Cell): Selection {
  return { ...selectCell(cell), ranges: [...selection.ranges, rangeBetween(cell, cell)] };
}

export function addRange(selection: Selection, added: Selection): Selection {
  return { ...added, ranges: [...selection.ranges, ...added.ranges] };
}

export function moveBy(selection: Selection, rows: number, columns: number, bounds: Bounds): Selection {
  return selectCell(
    within({ row: selection.active.row + rows, column: selection.active.column + columns }, bounds),
  );
}

export function extendBy(selection: Selection, rows: number, columns: number, bounds: Bounds): Selection {
  const head = { row: selection.head.row + rows, column: selection.head.column + columns };
  return extendTo(selection, within(head, bounds));
}

/** Enter and Tab inside a selected block go around in it; null at a single cell. */
export function stepInside(selection: Selection, step: Step): Selection | null {
  if (isSingle(selection)) return null;
  const range = lastRange(selection);
  const { rows, columns } = rangeSize(range);
  const row = selection.active.row - range.top;
  const column = selection.active.column - range.left;
  const isByColumn = step === "up" || step === "down";
  const place = isByColumn ? column * rows + row : row * columns + column;
  const count = rows * columns;
  const next = (place + (step === "up" || step === "left" ? count - 1 : 1)) % count;
  const active = isByColumn
    ? { row: range.top + (next % rows), column: range.left + Math.floor(next / rows) }
    : { row: range.top + Math.floor(next / columns), column: range.left + (next % columns) };
  return { ...selection, active };
}

/** Keep a selection inside a view that has shrunk. */
export function fitSelection(selection: Selection, bounds: Bounds): Selection {
  const ranges = selection.ranges
    .filter((range) => range.top < bounds.rows && range.left < bounds.columns)
    .map((range) => ({
      ...range,
      bottom: Math.min(range.bottom, bounds.rows - 1),
      right: Math.min(range.right, bounds.columns - 1),
    }));
  if (ranges.length !== selection.ranges.length || ranges.length === 0)
    return selectCell(within(selection.active, bounds));
  return {
    active: within(selection.active, bounds),
    anchor: within(selection.anchor, bounds),
    head: within(selection.head, bounds),
    ranges,
  };
}

/** Cells covered by the ranges, those covered twice counted once. */
export function countCells(ranges: readonly CellRange[]): number {
  if (ranges.length === 1 && ranges[0]) {
    const { rows, columns } = rangeSize(ranges[0]);
    return rows * columns;
  }
  const edges = [...new Set(ranges.flatMap((range) => [range.left, range.right + 1]))].sort((a, b) => a - b);
  let cells = 0;
  for (let i = 0; i + 1 < edges.length; i += 1) {
    const left = edges[i] ?? 0;
    const width = (edges[i + 1] ?? 0) - left;
    const spans = ranges
      .filter((range) => range.left <= left && range.right >= left)
      .sort((a, b) => a.top - b.top);
    let reached = -1;
    for (const span of spans) {
      const from = Math.max(span.top, reached + 1);
      if (span.bottom >= from) cells += (span.bottom - from + 1) * width;
      reached = Math.max(reached, span.bottom);
    }
  }
  return cells;
}

function within(cell: Cell, bounds: Bounds): Cell {
  return { row: clamp(cell.row, 0, bounds.rows - 1), column: clamp(cell.column, 0, bounds.columns - 1) };
}
