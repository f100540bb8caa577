/** The menu of a column: all that the pointer does at a heading, for the keyboard. */

import { RESIZE_STEP_PX } from "../engine/keyboard";
import { selectColumns } from "../engine/selection";
import type { Board } from "./board";
import type { PopupItem, PopupList } from "./popup-list";

export class ColumnMenu {
  readonly #board: Board;
  readonly #popup: PopupList;
  #column: number | null = null;
  #widthBefore = 0;

  constructor(board: Board, popup: PopupList) {
    this.#board = board;
    this.#popup = popup;
  }

  get isOpen(): boolean {
    return this.#column !== null && this.#popup.isOpen;
  }

  open(column: number): void {
    const board = this.#board;
    const known = board.column(column);
    if (!known) return;
    const { menu } = board.options.words;
    const items: PopupItem[] = [];
    const add = (text: string, act: () => void, after: "close" | "stay") =>
      items.push({
        text,
        pick: () => {
          if (after === "close") this.close();
          act();
          if (after === "stay") this.#popup.place();
        },
      });
    if (known.isSortable !== false && board.options.onSort) {
      const sort = (direction: "ascending" | "descending", keys: "only" | "also") => () =>
        board.options.onSort?.(known.id, direction, keys);
      add(menu.ascending, sort("ascending", "only"), "close");
      add(menu.descending, sort("descending", "only"), "close");
      // By one more key, once there is a first one.
      if (board.options.sort?.some((key) => key.columnId !== known.id)) {
        add(menu.alsoAscending, sort("ascending", "also"), "close");
        add(menu.alsoDescending, sort("descending", "also"), "close");
      }
    }
    const { onFilter, onMoveColumn, onHideColumn, onFreeze } = board.options;
    if (onFilter) add(menu.filter, () => onFilter(known.id, headingFoot(board, column)), "close");
    if (onMoveColumn) {
      if (column > 0) add(menu.left, () => moveColumn(board, column, column - 1), "close");
      if (column < board.bounds().columns - 1)
        add(menu.right, () => moveColumn(board, column, column + 2), "close");
    }
    if (onFreeze) {
      const isLast = board.options.frozen === column + 1;
      add(isLast ? menu.unfreeze : menu.freeze, () => onFreeze(isLast ? 0 : column + 1), "close");
    }
    if (onHideColumn && !known.isAlwaysShown) add(menu.hide, () => onHideColumn(known.id), "close");
    const widen = (by_px: number) => board.resizeColumn(column, board.layout.columnWidth_px(column) + by_px);
    add(menu.wider, () => widen(RESIZE_STEP_PX), "stay");
    add(menu.narrower, () => widen(-RESIZE_STEP_PX), "stay");
    add(menu.fit, () => board.fitColumn(column), "close");
    const all = () =>
      board.select(selectColumns(column, column, board.selection.active, board.bounds()), "stay");
    add(menu.select, all, "close");
    this.#column = column;
    this.#widthBefore = board.layout.columnWidth_px(column);
    const top = Math.max(0, board.scroll.rowAt(0));
    this.#popup.open("menu", known.title, items, 0, { row: top - 1, column }, "");
    board.say(`${known.title}: ${this.#popup.currentText}`);
  }

  close(): void {
    if (this.#column === null) return;
    const id = this.#board.column(this.#column)?.id;
    const width = this.#board.layout.columnWidth_px(this.#column);
    if (id !== undefined && width !== this.#widthBefore) this.#board.options.onResize?.(id, width);
    this.#column = null;
    this.#popup.close();
  }

  /** True if the menu took the key. */
  key(event: KeyboardEvent): boolean {
    if (!this.isOpen) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      this.#popup.move(event.key === "ArrowDown" ? 1 : -1);
      this.#board.say(this.#popup.currentText);
    } else if (event.key === "Enter" || event.key === " ") this.#popup.pick();
    else if (event.key === "Escape" || event.key === "Tab") this.close();
    else return false;
    event.preventDefault();
    return true;
  }
}

/** Under the heading, in pixels of the window. */
function headingFoot(board: Board, column: number): { x_px: number; y_px: number } {
  const frame = board.scroller.getBoundingClientRect();
  const box = board.box({ row: 0, column });
  const left = frame.left + box.left_px - board.viewport.scrollLeft_px;
  return { x_px: Math.max(frame.left, left), y_px: frame.top + board.headHeight_px };
}

/** Ask for the column to stand in the gap before another one, and say where that is. */
export function moveColumn(board: Board, column: number, gap: number): void {
  const known = board.column(column);
  const index = gap > column ? gap - 1 : gap;
  if (!known || index === column) return;
  board.options.onMoveColumn?.(known.id, index);
  board.say(board.options.words.moved(known.title, index + 1));
}
