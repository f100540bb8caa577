/** The pool of row elements: as many as fit the window and a few more, moved by transforms and never made anew. */

import type { GridRow } from "../types";
import { type Board, element } from "./board";
import { type RowPaint, RowView } from "./row-view";

/** Rows drawn beyond the window, so that a scroll shows rows before the next frame is drawn. */
const OVERSCAN_ROWS = 6;

const SORT_SIGN_PX = 24;
const PADDING_PX = 20;

/** Rows looked at to fit a column to its texts. */
const FIT_ROWS = 1_000;

export class RowsView {
  readonly box = element("div", "grid-rows", { role: "rowgroup" });
  #shown = new Map<number, RowView>();
  #spare: RowView[] = [];
  #isOrdered = true;

  render(board: Board, paint: RowPaint): { first: number; last: number } {
    const { rows } = board.bounds();
    const first = Math.max(0, board.scroll.rowAt(0) - OVERSCAN_ROWS);
    const last = Math.min(rows - 1, board.scroll.rowAt(board.viewport.height_px) + OVERSCAN_ROWS);
    for (const [index, view] of this.#shown) {
      if (index >= first && index <= last) continue;
      this.#shown.delete(index);
      this.#spare.push(view);
    }
    for (let index = first; index <= last; index += 1) {
      const view = this.#shown.get(index) ?? this.#take(index);
      view.place(index, board.scroll.rowOffset_px(index));
      view.paint(board.data.row(index), paint);
    }
    for (const view of this.#spare) view.box.remove();
    return { first, last };
  }

  /** Screen readers read in document order: once scrolling rests, put the rows in theirs. */
  order(): void {
    if (this.#isOrdered) return;
    this.#isOrdered = true;
    const inOrder = [...this.#shown.values()].sort((a, b) => a.index - b.index);
    let next: Element | null = null;
    for (const view of inOrder.reverse()) {
      if (view.box.nextElementSibling !== next) this.box.insertBefore(view.box, next);
      next = view.box;
    }
  }

  #take(index: number): RowView {
    const view = this.#spare.pop() ?? new RowView();
    if (view.box.parentElement !== this.box) this.box.append(view.box);
    this.#shown.set(index, view);
    this.#isOrdered = false;
    return view;
  }
}

/** The width at which the longest loaded text of a column is whole, in the font of `root`. */
export function fittingWidth_px(
  rows: Iterable<GridRow>,
  column: number,
  title: string,
  root: HTMLElement,
): number {
  const pen = document.createElement("canvas").getContext("2d");
  const { fontSize, fontFamily } = getComputedStyle(root);
  if (pen) pen.font = `${fontSize} ${fontFamily}`;
  const measure = (text: string) => pen?.measureText(text).width ?? 0;
  let widest = measure(title) + SORT_SIGN_PX;
  let looked = 0;
  for (const row of rows) {
    const before = row.before?.[column];
    const text = row.cells[column] ?? "";
    widest = Math.max(widest, measure(before === undefined ? text : `${before} ${text}`));
    looked += 1;
    if (looked >= FIT_ROWS) break;
  }
  return Math.ceil(widest) + PADDING_PX;
}
