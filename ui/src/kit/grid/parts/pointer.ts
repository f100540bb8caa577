/**
 * The pointer on the grid: selecting by cells, rows and columns, dragging the fill handle and column edges, scrolling
 * along while dragging past an edge. Pointer events only: the web views' own drag and drop belongs to the shell.
 */

import type { Platform } from "../engine/keyboard";
import { planFill } from "../engine/paste-plan";
import {
  addCell,
  addRange,
  extendTo,
  lastRange,
  rangeHas,
  type Selection,
  selectAll,
  selectCell,
  selectColumns,
  selectRows,
} from "../engine/selection";
import type { Cell } from "../types";
import type { Acts } from "./acts";
import { type Board, setAttribute } from "./board";
import { moveColumn } from "./column-menu";

type Drag =
  | { kind: "cells" }
  | { kind: "rows"; from: number; base: Selection | null }
  | { kind: "columns"; from: number; hasMoved: boolean; base: Selection | null }
  | { kind: "move-column"; column: number; startX: number; hasMoved: boolean; keys: "only" | "also" }
  | { kind: "fill" }
  | { kind: "resize"; column: number; startX: number; startWidth: number }
  | { kind: "tap"; x: number; y: number };

export interface PointerEvents {
  /** Close the editor, keeping what was typed. False if it must stay open. */
  finishEdit(): boolean;
  beginEdit(): void;
  /** A box to tick was clicked. */
  toggle(): void;
  sort(column: number, keys: "only" | "also"): void;
  columnMenu(column: number): void;
  menu(event: MouseEvent, cell: Cell): void;
  hover(cell: Cell | null): void;
  focus(): void;
}

const TAP_SLACK_PX = 8;
/** A heading is dragged only beyond this: a click with an unsteady hand sorts. */
const MOVE_SLACK_PX = 6;
const SLOWEST_PX_S = 360;
const FASTEST_PX_S = 6_000;

/** A page that stood still for longer does not leap when it goes on. */
const LONGEST_FRAME_S = 0.1;

export class Pointer {
  readonly #board: Board;
  readonly #events: PointerEvents;
  readonly #acts: Acts;
  readonly #platform: Platform;
  #drag: Drag | null = null;
  #last = { x: 0, y: 0 };
  #frame = 0;
  #frameAt_ms = 0;

  constructor(board: Board, acts: Acts, platform: Platform, events: PointerEvents, signal: AbortSignal) {
    this.#board = board;
    this.#platform = platform;
    this.#acts = acts;
    this.#events = events;
    const { scroller } = board;
    const on = <K extends keyof HTMLElementEventMap>(name: K, act: (event: HTMLElementEventMap[K]) => void) =>
      scroller.addEventListener(name, act, { signal });
    on("pointerdown", (event) => this.#down(event));
    on("pointermove", (event) => this.#move(event));
    on("pointerup", (event) => this.#up(event));
    on("pointercancel", () => this.#end());
    on("pointerleave", () => this.#events.hover(null));
    on("dblclick", (event) => this.#double(event));
    on("contextmenu", (event) => this.#context(event));
    // Keeps the focus, and with it the input method, where it is.
    on("mousedown", (event) => {
      if (!this.#isOnEditor(event) && !this.#isOnScrollbar(event)) event.preventDefault();
    });
    signal.addEventListener("abort", () => cancelAnimationFrame(this.#frame));
  }

  get isDragging(): boolean {
    return this.#drag !== null && this.#drag.kind !== "tap";
  }

  #isOnEditor(event: Event): boolean {
    return event.target instanceof HTMLTextAreaElement && this.#board.editMode() !== null;
  }

  #isOnScrollbar(event: MouseEvent): boolean {
    const frame = this.#board.scroller.getBoundingClientRect();
    return (
      event.clientX - frame.left > this.#board.scroller.clientWidth ||
      event.clientY - frame.top > this.#board.scroller.clientHeight
    );
  }

  /** Row and column under the pointer; -1 stands for the heading and for the row numbers. */
  #place(x: number, y: number): { row: number; column: number; isPast: boolean } {
    const board = this.#board;
    const frame = board.scroller.getBoundingClientRect();
    const inX = x - frame.left;
    const inY = y - frame.top - board.headHeight_px;
    const { rows, columns } = board.bounds();
    const column = board.layout.columnAt(inX, board.viewport.scrollLeft_px);
    const row = inY < 0 ? -1 : board.scroll.rowAt(inY);
    const isBeside =
      inX >= board.layout.frozenWidth_px && inX + board.viewport.scrollLeft_px >= board.layout.width_px;
    return {
      row: Math.min(row, rows - 1),
      column: Math.min(column, columns - 1),
      isPast: row >= rows || isBeside || rows === 0,
    };
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0 || this.#isOnEditor(event) || this.#isOnScrollbar(event)) return;
    this.#events.focus();
    const target = event.target instanceof Element ? event.target : null;
    const resizer = target?.closest("[data-resize]");
    if (resizer) {
      const column = Number(resizer.getAttribute("data-resize"));
      this.#start(event, {
        kind: "resize",
        column,
        startX: event.clientX,
        startWidth: this.#board.layout.columnWidth_px(column),
      });
      return;
    }
    if (!this.#events.finishEdit()) return;
    const menu = target?.closest("[data-menu]");
    if (menu) {
      this.#events.columnMenu(Number(menu.getAttribute("data-menu")));
      return;
    }
    if (target?.closest(".grid-fill")) {
      this.#start(event, { kind: "fill" });
      return;
    }
    if (event.pointerType === "touch") {
      this.#drag = { kind: "tap", x: event.clientX, y: event.clientY };
      return;
    }
    this.#press(event);
    if (target?.closest(".grid-check")) this.#events.toggle();
  }

  #press(event: PointerEvent): void {
    const board = this.#board;
    const { row, column, isPast } = this.#place(event.clientX, event.clientY);
    const bounds = board.bounds();
    if (bounds.rows === 0 && row >= 0) return;
    const { selection } = board;
    // On a Mac, Ctrl and a click open the menu.
    const isAdding = this.#platform === "mac" ? event.metaKey : event.ctrlKey;
    if (row < 0 && column < 0) {
      board.select(selectAll(selection.active, bounds), "stay");
    } else if (row < 0) {
      if (isPast) return;
      const base = isAdding ? selection : null;
      if (board.options.onMoveColumn && !isAdding && !event.shiftKey) {
        const keys = event.altKey ? "also" : "only";
        this.#start(event, { kind: "move-column", column, startX: event.clientX, hasMoved: false, keys });
        return;
      }
      this.#start(event, { kind: "columns", from: column, hasMoved: isAdding || event.shiftKey, base });
      if (event.shiftKey) this.#columns(selection.anchor.column, column);
      else if (isAdding) this.#columns(column, column);
    } else if (column < 0) {
      if (isPast) return;
      const from = event.shiftKey ? selection.anchor.row : row;
      this.#start(event, { kind: "rows", from, base: isAdding ? selection : null });
      this.#rows(from, row);
    } else if (!isPast) {
      const cell = { row, column };
      this.#start(event, { kind: "cells" });
      if (event.shiftKey) board.select(extendTo(selection, cell), "stay");
      else board.select(isAdding ? addCell(selection, cell) : selectCell(cell), "stay");
    }
  }

  #start(event: PointerEvent, drag: Drag): void {
    this.#drag = drag;
    this.#last = { x: event.clientX, y: event.clientY };
    this.#board.scroller.setPointerCapture(event.pointerId);
    this.#events.hover(null);
  }

  #move(event: PointerEvent): void {
    const drag = this.#drag;
    if (!drag) {
      const { row, column, isPast } = this.#place(event.clientX, event.clientY);
      const isInside =
        row >= 0 && column >= 0 && !isPast && this.#board.scroller.contains(event.target as Node);
      this.#events.hover(isInside ? { row, column } : null);
      if (isInside) tellWholeText(event.target);
      return;
    }
    if (drag.kind === "tap") return;
    this.#last = { x: event.clientX, y: event.clientY };
    if (drag.kind === "resize") {
      this.#board.resizeColumn(drag.column, drag.startWidth + event.clientX - drag.startX);
      return;
    }
    if (drag.kind === "move-column") {
      if (!drag.hasMoved && Math.abs(event.clientX - drag.startX) < MOVE_SLACK_PX) return;
      drag.hasMoved = true;
    }
    this.#follow();
    if (this.#frame === 0) {
      this.#frameAt_ms = performance.now();
      this.#frame = requestAnimationFrame((now_ms) => this.#scrollAlong(now_ms));
    }
  }

  /** Apply the pointer's place to what is being dragged. */
  #follow(): void {
    const board = this.#board;
    const drag = this.#drag;
    const frame = board.scroller.getBoundingClientRect();
    const x = Math.min(Math.max(this.#last.x, frame.left), frame.left + board.viewport.width_px - 1);
    const top = frame.top + board.headHeight_px;
    const y = Math.min(Math.max(this.#last.y, top), top + board.viewport.height_px - 1);
    const place = this.#place(x, y);
    const cell = { row: Math.max(0, place.row), column: Math.max(0, place.column) };
    if (drag?.kind === "cells") {
      const { head } = board.selection;
      if (head.row !== cell.row || head.column !== cell.column)
        board.select(extendTo(board.selection, cell), "stay");
    } else if (drag?.kind === "rows") this.#rows(drag.from, cell.row);
    else if (drag?.kind === "columns") {
      if (cell.column !== drag.from) drag.hasMoved = true;
      if (drag.hasMoved) this.#columns(drag.from, cell.column);
    } else if (drag?.kind === "move-column") {
      const gap = board.layout.gapAt(x - frame.left, board.viewport.scrollLeft_px);
      board.columnDrop = { column: drag.column, gap };
      board.redraw();
    } else if (drag?.kind === "fill") {
      board.fillPreview = planFill(lastRange(board.selection), cell);
      board.redraw();
    }
  }

  #rows(from: number, to: number): void {
    const { selection } = this.#board;
    const rows = selectRows(from, to, selection.active, this.#board.bounds());
    const base = this.#drag?.kind === "rows" ? this.#drag.base : null;
    this.#board.select(base ? addRange(base, rows) : rows, "stay");
  }

  #columns(from: number, to: number): void {
    const { selection } = this.#board;
    const columns = selectColumns(from, to, selection.active, this.#board.bounds());
    const base = this.#drag?.kind === "columns" ? this.#drag.base : null;
    this.#board.select(base ? addRange(base, columns) : columns, "stay");
  }

  #scrollAlong(now_ms: number): void {
    this.#frame = 0;
    const elapsed_s = Math.min(LONGEST_FRAME_S, Math.max(0, now_ms - this.#frameAt_ms) / 1_000);
    this.#frameAt_ms = now_ms;
    const drag = this.#drag;
    if (!drag || drag.kind === "resize" || drag.kind === "tap") return;
    const board = this.#board;
    const frame = board.scroller.getBoundingClientRect();
    const left = frame.left + board.layout.frozenWidth_px;
    const top = frame.top + board.headHeight_px;
    const x = drag.kind === "rows" ? 0 : beyond(this.#last.x, left, frame.left + board.viewport.width_px);
    const isSideways = drag.kind === "columns" || drag.kind === "move-column";
    const y = isSideways ? 0 : beyond(this.#last.y, top, top + board.viewport.height_px);
    if (x === 0 && y === 0) return;
    board.scrollBy(Math.round(x * elapsed_s), Math.round(y * elapsed_s));
    this.#follow();
    this.#frame = requestAnimationFrame((next_ms) => this.#scrollAlong(next_ms));
  }

  #up(event: PointerEvent): void {
    const drag = this.#drag;
    const board = this.#board;
    if (drag?.kind === "tap") {
      if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < TAP_SLACK_PX) {
        this.#press(event);
        if (event.target instanceof Element && event.target.closest(".grid-check")) this.#events.toggle();
      }
    } else if (drag?.kind === "fill") {
      const to = board.fillPreview;
      const from = lastRange(board.selection);
      if (to) {
        this.#acts.fill([{ from, to }]);
        const start = { row: Math.min(from.top, to.top), column: Math.min(from.left, to.left) };
        const end = { row: Math.max(from.bottom, to.bottom), column: Math.max(from.right, to.right) };
        board.select(extendTo(selectCell(start), end), "stay");
      }
    } else if (drag?.kind === "columns" && !drag.hasMoved) this.#events.sort(drag.from, "only");
    else if (drag?.kind === "move-column") {
      if (!drag.hasMoved) this.#events.sort(drag.column, drag.keys);
      else if (board.columnDrop) moveColumn(board, drag.column, board.columnDrop.gap);
    } else if (drag?.kind === "cells" || drag?.kind === "rows") this.#tellClick();
    else if (drag?.kind === "resize") {
      const id = board.column(drag.column)?.id;
      const width = board.layout.columnWidth_px(drag.column);
      if (id !== undefined && width !== drag.startWidth) board.options.onResize?.(id, width);
    }
    this.#end();
  }

  #tellClick(): void {
    const board = this.#board;
    const { row } = board.selection.active;
    const range = lastRange(board.selection);
    const held = board.data.row(row);
    if (held && range.top === range.bottom) board.options.onRowClick?.(held, row);
  }

  #end(): void {
    this.#drag = null;
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    if (this.#board.fillPreview || this.#board.columnDrop) {
      this.#board.fillPreview = null;
      this.#board.columnDrop = null;
      this.#board.redraw();
    }
  }

  /** Give up a filling or a column on its way. False if there was none. */
  giveUp(): boolean {
    if (this.#drag?.kind !== "fill" && this.#drag?.kind !== "move-column") return false;
    this.#end();
    return true;
  }

  #double(event: MouseEvent): void {
    if (this.#isOnEditor(event)) return;
    const board = this.#board;
    const over = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-resize]");
    if (over) {
      board.fitColumn(Number(over.getAttribute("data-resize")));
      return;
    }
    const { row, column, isPast } = this.#place(event.clientX, event.clientY);
    if (isPast || row < 0) return;
    const held = board.data.row(row);
    if (column >= 0) this.#events.beginEdit();
    else if (held) board.options.onRowOpen?.(held, row);
  }

  #context(event: MouseEvent): void {
    if (this.#isOnEditor(event)) return;
    event.preventDefault();
    // The menu key sends this event too; the keyboard has answered it already.
    if (event.button < 0 || (event.clientX === 0 && event.clientY === 0)) return;
    const board = this.#board;
    const { row, column, isPast } = this.#place(event.clientX, event.clientY);
    this.#events.focus();
    if (!this.#events.finishEdit()) return;
    if (row < 0) {
      if (column >= 0 && !isPast) this.#events.columnMenu(column);
      return;
    }
    if (isPast) return;
    const isInside = board.selection.ranges.some((range) => rangeHas(range, row, Math.max(0, column)));
    if (!isInside)
      board.select(
        column < 0
          ? selectRows(row, row, board.selection.active, board.bounds())
          : selectCell({ row, column }),
        "stay",
      );
    this.#events.menu(event, { row, column });
  }
}

/** Pixels a second to scroll when the pointer is past an edge: the further, the faster. */
function beyond(at: number, low: number, high: number): number {
  if (at < low) return -Math.min(FASTEST_PX_S, SLOWEST_PX_S + (low - at) * 30);
  if (at > high) return Math.min(FASTEST_PX_S, SLOWEST_PX_S + (at - high) * 30);
  return 0;
}

/** A text cut off by its column is told whole while the pointer rests on it. */
function tellWholeText(target: EventTarget | null): void {
  const cell = target instanceof Element ? target.closest(".grid-cell") : null;
  if (cell) setAttribute(cell, "title", cell.scrollWidth > cell.clientWidth ? cell.textContent : null);
}
