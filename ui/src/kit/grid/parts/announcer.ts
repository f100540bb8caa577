/** Says in a polite live region what the eye sees: the cell reached, the size of a selection, what was done or refused. */

import type { GridOptions } from "../types";
import { type Board, element } from "./board";

/** Held arrow keys would otherwise queue up a sentence for each cell passed. */
const REST_MS = 120;

export class Announcer {
  readonly box = element("div", "grid-hidden", {
    "aria-live": "polite",
    "aria-atomic": "true",
    role: "status",
  });
  #timer: ReturnType<typeof setTimeout> | null = null;

  say(text: string): void {
    this.stop();
    this.#write(text);
  }

  saySoon(text: () => string): void {
    this.stop();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#write(text());
    }, REST_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #write(text: string): void {
    // The same words twice would not be read again: a no-break space makes them differ.
    this.box.textContent = this.box.textContent === text ? `${text}\u00a0` : text;
  }
}

export function wordsForActive(board: Board, options: GridOptions): string {
  const { row, column } = board.selection.active;
  const held = board.data.row(row);
  const mark = held?.mark;
  const told = [board.problem(row, column), held?.out?.includes(column) ? options.words.out : undefined];
  return options.words.cell({
    column: board.column(column)?.title ?? "",
    row: row + 1,
    text: board.text(row, column) ?? options.words.loading,
    mark: mark ? options.words.marks[mark] : "",
    problem: told.filter(Boolean).join(" "),
  });
}
