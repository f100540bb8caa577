/** Remembers which record is active, so that the selection can follow it when rows move under it. */

import { type Selection, selectCell } from "../engine/selection";
import type { Board } from "./board";

export class PlaceKeeper {
  readonly #board: Board;
  readonly #rowMoved: (row: number) => void;
  #rowId: string | null = null;
  #asked = 0;

  constructor(board: Board, rowMoved: (row: number) => void) {
    this.#board = board;
    this.#rowMoved = rowMoved;
  }

  /** The user went elsewhere: an answer on its way about the old place no longer counts. */
  moved(from: Selection, to: Selection): void {
    this.#asked += 1;
    if (from.active.row !== to.active.row) this.#rowId = null;
    this.learn();
  }

  /** Take note of the active record once its row is loaded. */
  learn(): void {
    this.#rowId ??= this.#board.data.row(this.#board.selection.active.row)?.id ?? null;
  }

  /** The data changed: stay with the active record, wherever it is now. */
  follow(view: "reveal" | "stay"): void {
    const board = this.#board;
    const { source } = board.options;
    const rowId = this.#rowId;
    if (!source.locate || rowId === null) return;
    this.#asked += 1;
    const asked = this.#asked;
    source.locate(rowId, board.stamp()).then(
      (row) => {
        const { active } = board.selection;
        if (row === null || asked !== this.#asked || row === active.row) return;
        this.#rowMoved(row);
        board.select(selectCell({ row, column: active.column }), board.editMode() ? "reveal" : view);
        this.#rowId = rowId;
      },
      () => undefined, // The selection stays at its index, as without `locate`.
    );
  }

  /** Another view: begin at its top unless the record is found in it. */
  startOver(columns: number): void {
    const rowId = this.#rowId;
    const { column } = this.#board.selection.active;
    this.#board.select(selectCell({ row: 0, column: Math.max(0, Math.min(column, columns - 1)) }), "stay");
    this.#rowId = rowId;
    this.follow("reveal");
  }
}
