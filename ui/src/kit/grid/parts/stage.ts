/** The elements of the grid and their drawing: everything on screen is written from the board here, once a frame. */

import { lastRange } from "../engine/selection";
import { type Board, element, setAttribute } from "./board";
import { HeaderView } from "./header-view";
import { Note } from "./note";
import type { RowPaint } from "./row-view";
import { RowsView } from "./rows-view";

export class Stage {
  readonly scroller = element("div", "grid-scroller", { tabindex: "-1" });
  readonly note = new Note();
  readonly #canvas = element("div", "grid-canvas", { role: "grid", "aria-multiselectable": "true" });
  readonly #head = new HeaderView();
  readonly #rows = new RowsView();
  readonly #fillHandle = element("div", "grid-fill", { "aria-hidden": "true" });
  #stamp = 0;
  #frame = 0;
  #isStopped = false;
  readonly #draw: () => void;

  /** `draw` is called once in each frame in which something asked for it. */
  constructor(draw: () => void) {
    this.#draw = draw;
    const headGroup = element("div", "grid-headgroup", { role: "rowgroup" });
    headGroup.append(this.#head.box);
    this.#canvas.append(headGroup, this.#rows.box);
    this.scroller.append(this.#canvas);
  }

  soon(): void {
    if (this.#frame !== 0 || this.#isStopped) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  stop(): void {
    this.#isStopped = true;
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  order(): void {
    this.#rows.order();
  }

  /** Columns, words or sizes changed: nothing drawn so far holds. */
  renew(board: Board): void {
    this.#stamp += 1;
    const { layout, scroll, headHeight_px, rowHeight_px } = board;
    this.#canvas.style.width = `${layout.width_px}px`;
    this.#canvas.style.height = `${headHeight_px + scroll.height_px}px`;
    board.root.style.setProperty("--_row-height", `${rowHeight_px}px`);
    board.root.style.setProperty("--_gutter", `${layout.gutter_px}px`);
    board.root.style.setProperty("--_head-height", `${headHeight_px}px`);
  }

  describe(board: Board): void {
    const { options } = board;
    setAttribute(this.#canvas, "aria-label", options.label);
    setAttribute(this.#canvas, "aria-colcount", String(options.columns.length + 1));
    setAttribute(this.#canvas, "aria-readonly", options.actions ? null : "true");
  }

  render(board: Board): { first: number; last: number } {
    const { selection, layout, viewport, options } = board;
    const { rows } = board.bounds();
    const range = lastRange(selection);
    const hasHandle =
      Boolean(options.actions) && rows > 0 && selection.ranges.length === 1 && board.editMode() === null;
    if (!hasHandle) this.#fillHandle.remove();
    const hasScrolling = layout.count > layout.frozen;
    const paint: RowPaint = {
      options,
      layout,
      stamp: this.#stamp,
      window: hasScrolling ? layout.window(viewport.scrollLeft_px, viewport.width_px) : [0, -1],
      ranges: selection.ranges,
      active: selection.active,
      fillPreview: board.fillPreview,
      fillCorner: hasHandle ? { row: range.bottom, column: range.right } : null,
      fillHandle: this.#fillHandle,
      hasOverlay: board.overlay.isInUse,
      text: (row, column) => board.text(row, column),
      problem: (row, column) => board.problem(row, column),
      hasDrafts: (rowId) => board.overlay.hasDrafts(rowId),
      idOf: (row, column) => `${board.id}-${row}-${column}`,
    };
    const shown = this.#rows.render(board, paint);
    this.#head.render(options, layout, this.#stamp, selection.ranges, rows, board.columnDrop);
    const isUnknown = board.data.total === null;
    setAttribute(this.#canvas, "aria-rowcount", isUnknown ? "-1" : String(rows + 1));
    setAttribute(this.#canvas, "aria-busy", isUnknown ? "true" : null);
    this.note.render(board);
    return shown;
  }
}
