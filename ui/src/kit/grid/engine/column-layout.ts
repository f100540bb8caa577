/** Where the columns lie. The row numbers come first, then the frozen columns; both stay while the rest scrolls. */

import type { GridColumn } from "../types";
import { clamp } from "./scroll-map";

export const COLUMN_MIN_PX = 48;
export const COLUMN_MAX_PX = 1200;

/** Frozen columns never take more than this part of the width, or nothing else could be seen. */
const FROZEN_SHARE = 0.6;

export class ColumnLayout {
  readonly lefts_px: readonly number[];
  readonly widths_px: readonly number[];
  readonly gutter_px: number;
  /** How many first columns are frozen; fewer than asked when the window is too narrow for them. */
  readonly frozen: number;
  readonly frozenWidth_px: number;
  readonly width_px: number;

  constructor(
    columns: readonly GridColumn[],
    chosen_px: Readonly<Record<string, number>>,
    frozenWanted: number,
    viewport_px: number,
    gutter_px: number,
  ) {
    const lefts: number[] = [];
    const widths: number[] = [];
    let left = gutter_px;
    let frozen = 0;
    let frozenWidth = gutter_px;
    for (const [i, column] of columns.entries()) {
      const width = clamp(Math.round(chosen_px[column.id] ?? column.width_px), COLUMN_MIN_PX, COLUMN_MAX_PX);
      lefts.push(left);
      widths.push(width);
      left += width;
      const isNarrow = viewport_px > 0 && left > viewport_px * FROZEN_SHARE;
      if (i === frozen && i < frozenWanted && !isNarrow) {
        frozen += 1;
        frozenWidth = left;
      }
    }
    this.lefts_px = lefts;
    this.widths_px = widths;
    this.gutter_px = gutter_px;
    this.frozen = frozen;
    this.frozenWidth_px = frozenWidth;
    this.width_px = left;
  }

  get count(): number {
    return this.lefts_px.length;
  }

  left_px(column: number): number {
    return this.lefts_px[column] ?? this.width_px;
  }

  columnWidth_px(column: number): number {
    return this.widths_px[column] ?? 0;
  }

  isFrozen(column: number): boolean {
    return column < this.frozen;
  }

  /** The column under a place of the viewport, -1 over the row numbers; past the end it is the last one. */
  columnAt(x_px: number, scrollLeft_px: number): number {
    if (x_px < this.gutter_px) return -1;
    const x = x_px < this.frozenWidth_px ? x_px : x_px + scrollLeft_px;
    return this.#find(x);
  }

  /** The gap between columns that is nearest to a place of the viewport: 0 before the first. */
  gapAt(x_px: number, scrollLeft_px: number): number {
    const column = Math.max(0, this.columnAt(x_px, scrollLeft_px));
    const left = this.left_px(column) - (this.isFrozen(column) ? 0 : scrollLeft_px);
    return x_px < left + this.columnWidth_px(column) / 2 ? column : column + 1;
  }

  /** First and last scrolling column in sight; the first is greater than the last if there is none. */
  window(scrollLeft_px: number, viewport_px: number): [number, number] {
    const first = Math.max(this.frozen, this.#find(this.frozenWidth_px + scrollLeft_px));
    return [first, this.#find(scrollLeft_px + viewport_px)];
  }

  /** How far to scroll so that the column is whole in sight and not under the frozen ones. */
  scrollLeftFor(column: number, scrollLeft_px: number, viewport_px: number): number {
    if (this.isFrozen(column)) return scrollLeft_px;
    const left = this.left_px(column);
    const right = left + this.columnWidth_px(column);
    if (left - scrollLeft_px < this.frozenWidth_px) return left - this.frozenWidth_px;
    if (right - scrollLeft_px > viewport_px) return Math.min(right - viewport_px, left - this.frozenWidth_px);
    return scrollLeft_px;
  }

  #find(x: number): number {
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.left_px(middle) <= x) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
