/** The small box that shows in words what is wrong with a cell: of the active cell, or of the one under the pointer. */

import { isSingle } from "../engine/selection";
import type { Cell } from "../types";
import { type Board, element, placeFloating } from "./board";

/** Leaves the fill handle in sight. */
const GAP_PX = 6;

export class Note {
  readonly box = element("div", "grid-note", { hidden: "", "aria-hidden": "true" });
  #hovered: Cell | null = null;

  hover(board: Board, cell: Cell | null): void {
    if (cell?.row === this.#hovered?.row && cell?.column === this.#hovered?.column) return;
    this.#hovered = cell;
    this.render(board);
  }

  render(board: Board): void {
    // Beside a selected block the note would cover what was selected.
    const cell = this.#hovered ?? (isSingle(board.selection) ? board.selection.active : null);
    if (!cell) {
      this.box.hidden = true;
      return;
    }
    const isInSight = this.#isInSight(board, cell);
    const problem = isInSight && board.editMode() === null ? board.problem(cell.row, cell.column) : undefined;
    if (problem === undefined) {
      this.box.hidden = true;
      return;
    }
    this.box.textContent = problem;
    this.box.hidden = false;
    placeFloating(board, this.box, cell, GAP_PX);
  }

  #isInSight(board: Board, cell: Cell): boolean {
    const top = cell.row * board.rowHeight_px - board.scroll.top_px;
    if (top < -1 || top + board.rowHeight_px > board.viewport.height_px + 1) return false;
    if (board.layout.isFrozen(cell.column)) return true;
    const left = board.layout.left_px(cell.column) - board.viewport.scrollLeft_px;
    return left + 8 >= board.layout.frozenWidth_px && left < board.viewport.width_px;
  }
}
