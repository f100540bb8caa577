/**
 * The text area that always has the focus and always lies at the active cell. Empty and transparent it waits for keys,
 * compositions and the clipboard; while editing it is the editor, so an input method never changes its target.
 */

import type { EditMode } from "../engine/composition";
import { clamp } from "../engine/scroll-map";
import type { Cell } from "../types";
import { type Board, element, setAttribute } from "./board";

export class Sink {
  readonly box: HTMLTextAreaElement;
  #board: Board;
  #cell: Cell = { row: 0, column: 0 };

  constructor(board: Board) {
    this.#board = board;
    this.box = element("textarea", "grid-sink", {
      rows: "1",
      wrap: "off",
      autocomplete: "off",
      autocorrect: "off",
      autocapitalize: "off",
      spellcheck: "false",
      "aria-multiline": "false",
      "data-gramm": "false",
    });
  }

  get value(): string {
    return this.box.value;
  }

  set value(text: string) {
    this.box.value = text;
  }

  get isFocused(): boolean {
    return document.activeElement === this.box;
  }

  focus(): void {
    this.box.focus({ preventScroll: true });
  }

  /** Move to a cell. Out of sight it waits at the nearest edge, so that the browser never scrolls to it by itself. */
  place(cell: Cell, mode: EditMode | null): void {
    this.#cell = cell;
    const board = this.#board;
    const { viewport, rowHeight_px, headHeight_px } = board;
    const place = board.box(cell);
    const viewTop = board.scroll.physical_px + headHeight_px;
    const top = clamp(place.top_px, viewTop - 1, viewTop + Math.max(0, viewport.height_px - rowHeight_px));
    const edge = viewport.scrollLeft_px + board.layout.frozenWidth_px;
    const isFrozen = board.layout.isFrozen(cell.column);
    const right = viewport.scrollLeft_px + viewport.width_px;
    const left = isFrozen ? place.left_px : clamp(place.left_px, edge - 1, Math.max(edge, right - 48));
    const isAway = top !== place.top_px || left !== place.left_px;
    this.box.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
    this.box.classList.toggle("is-editing", mode !== null);
    this.box.classList.toggle("is-away", isAway);
    this.#size(place.width_px, mode, right - left);
  }

  /** The text grew: make room for it. */
  resize(mode: EditMode | null): void {
    this.place(this.#cell, mode);
  }

  #size(cellWidth_px: number, mode: EditMode | null, room_px: number): void {
    const { rowHeight_px, viewport } = this.#board;
    this.box.style.width = `${cellWidth_px}px`;
    this.box.style.height = `${rowHeight_px}px`;
    if (mode === null) return;
    const needed_px = this.box.scrollWidth > this.box.clientWidth ? this.box.scrollWidth + 4 : cellWidth_px;
    const wide = clamp(needed_px, cellWidth_px, Math.max(cellWidth_px, room_px));
    this.box.style.width = `${wide}px`;
    if (!this.box.value.includes("\n")) return;
    this.box.style.height = `${clamp(this.box.scrollHeight + 2, rowHeight_px, Math.max(rowHeight_px, viewport.height_px / 2))}px`;
  }

  /** Tell screen readers about a list that is open for this input, or that none is. */
  tellList(listId: string | null, optionId: string | null): void {
    setAttribute(this.box, "aria-autocomplete", listId ? "list" : null);
    setAttribute(this.box, "aria-controls", listId);
    setAttribute(this.box, "aria-activedescendant", listId ? optionId : null);
  }
}
