/** A list that floats at a cell: choices while editing, and the menu of a column. The focus stays in the sink. */

import type { Cell } from "../types";
import { type Board, element, placeFloating, setAttribute } from "./board";

export interface PopupItem {
  text: string;
  hint?: string;
  /** With a box in front, ticked or not. */
  isTicked?: boolean;
  pick(): void;
}

export class PopupList {
  readonly box: HTMLElement;
  /** What can be gone to, and nothing else: a line of explanation is no option. */
  readonly #list: HTMLElement;
  #board: Board;
  #items: readonly PopupItem[] = [];
  #rows: HTMLElement[] = [];
  #at = -1;
  #cell: Cell = { row: 0, column: 0 };

  constructor(board: Board) {
    this.#board = board;
    this.box = element("div", "grid-popup", { hidden: "" });
    this.#list = element("div", "grid-items", { id: `${board.id}-list` });
    this.box.append(this.#list);
    // The focus must not leave the sink, or the input method would be switched off.
    this.box.addEventListener("mousedown", (event) => event.preventDefault());
    this.box.addEventListener("click", (event) => {
      const row = event.target instanceof Element ? event.target.closest("[data-item]") : null;
      const item = row ? this.#items[Number(row.getAttribute("data-item"))] : undefined;
      item?.pick();
    });
  }

  get isOpen(): boolean {
    return !this.box.hidden;
  }

  get listId(): string {
    return this.#list.id;
  }

  get optionId(): string | null {
    return this.#rows[this.#at]?.id ?? null;
  }

  get count(): number {
    return this.#items.length;
  }

  /** Index of the highlighted item, -1 if none is. */
  get at(): number {
    return this.#at;
  }

  get currentText(): string {
    return this.#rows[this.#at]?.textContent ?? "";
  }

  pick(): void {
    this.#items[this.#at]?.pick();
  }

  open(
    role: "listbox" | "menu",
    label: string,
    items: readonly PopupItem[],
    at: number,
    cell: Cell,
    /** Stands there when there are no items. */
    empty: string | null,
    /** Stands below the items. */
    note: string | null = null,
  ): void {
    this.#items = items;
    this.#cell = cell;
    setAttribute(this.#list, "role", role);
    setAttribute(this.#list, "aria-label", label);
    const isSeveral = items.some(({ isTicked }) => isTicked !== undefined);
    setAttribute(this.#list, "aria-multiselectable", role === "listbox" && isSeveral ? "true" : null);
    const itemRole = role === "menu" ? "menuitem" : "option";
    this.#rows = items.map((item, i) => {
      const row = element("div", "grid-item", {
        role: itemRole,
        id: `${this.#list.id}-${i}`,
        "data-item": String(i),
      });
      if (item.isTicked !== undefined) {
        const box = element("span", item.isTicked ? "grid-item-box is-ticked" : "grid-item-box");
        setAttribute(row, "aria-checked", String(item.isTicked));
        row.append(box);
      }
      row.append(item.text);
      if (item.hint) {
        const hint = element("span", "grid-item-hint");
        hint.textContent = item.hint;
        row.append(hint);
      }
      return row;
    });
    this.#list.replaceChildren(...this.#rows);
    this.box.replaceChildren(this.#list);
    for (const [text, className] of [
      [items.length === 0 ? empty : null, "grid-item-none"],
      [note, "grid-item-note"],
    ] as const) {
      if (text === null) continue;
      const line = element("div", className);
      line.textContent = text;
      this.box.append(line);
    }
    this.box.hidden = false;
    this.#at = -1;
    this.highlight(at);
    this.place();
  }

  place(): void {
    if (!this.isOpen) return;
    this.box.style.minWidth = `${Math.max(120, this.#board.box(this.#cell).width_px)}px`;
    placeFloating(this.#board, this.box, this.#cell, 2);
  }

  move(by: 1 | -1): void {
    if (this.#items.length === 0) return;
    const next = this.#at < 0 && by < 0 ? this.#items.length - 1 : this.#at + by;
    this.highlight((next + this.#items.length) % this.#items.length);
  }

  highlight(at: number): void {
    const before = this.#rows[this.#at];
    if (before) {
      before.classList.remove("is-current");
      before.removeAttribute("aria-selected");
    }
    this.#at = at;
    const row = this.#rows[at];
    if (!row) return;
    row.classList.add("is-current");
    if (row.getAttribute("role") === "option") row.setAttribute("aria-selected", "true");
    row.scrollIntoView({ block: "nearest" });
  }

  close(): void {
    if (this.box.hidden) return;
    this.box.hidden = true;
    this.#items = [];
    this.#rows = [];
    this.#at = -1;
    this.#list.replaceChildren();
    this.box.replaceChildren(this.#list);
  }
}
