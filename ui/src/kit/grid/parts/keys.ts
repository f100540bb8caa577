/** Carries out what a key means. Leaves every key that the input method or the text area owns alone. */

import { isForInputMethod } from "../engine/composition";
import { type Command, commandFor, type Platform } from "../engine/keyboard";
import { planAll, planFillDown, planFillRight } from "../engine/paste-plan";
import {
  extendBy,
  extendTo,
  lastRange,
  moveBy,
  type Selection,
  type Step,
  selectAll,
  selectCell,
  selectColumns,
  selectRows,
  stepInside,
} from "../engine/selection";
import type { Cell } from "../types";
import type { Acts } from "./acts";
import type { Board } from "./board";
import type { ColumnMenu } from "./column-menu";
import type { Editing } from "./editing";

export interface KeyEvents {
  /** Give up what the pointer drags. False if it drags nothing. */
  giveUpDrag(): boolean;
  leave(direction: "forward" | "backward"): void;
  menu(): void;
  toggle(): void;
}

const STEPS: Record<Step, readonly [number, number]> = {
  up: [-1, 0],
  down: [1, 0],
  left: [0, -1],
  right: [0, 1],
};

export class Keys {
  readonly #board: Board;
  readonly #editing: Editing;
  readonly #acts: Acts;
  readonly #menu: ColumnMenu;
  readonly #events: KeyEvents;
  readonly #platform: Platform;
  /** A run of Tab: Enter goes back under where it began, as in filling in a form line by line. */
  #tabs: { origin: number; at: Cell } | null = null;

  constructor(
    board: Board,
    editing: Editing,
    acts: Acts,
    menu: ColumnMenu,
    platform: Platform,
    events: KeyEvents,
  ) {
    this.#board = board;
    this.#editing = editing;
    this.#acts = acts;
    this.#menu = menu;
    this.#platform = platform;
    this.#events = events;
  }

  down(event: KeyboardEvent): void {
    if (isForInputMethod(this.#editing.state, event)) return;
    if (this.#menu.key(event)) return;
    this.#menu.close();
    if (this.#editing.isChoosing && this.#choose(event)) return;
    const command = commandFor(event, this.#editing.mode, this.#platform);
    if (!command || (command.do === "toggle" && !this.#board.options.onToggle)) {
      if (this.#isTyping(event) && !this.#board.canEdit(this.#board.selection.active.column))
        this.#board.notify({ kind: "read-only", text: this.#board.options.words.readOnly });
      return;
    }
    if (this.#run(command)) event.preventDefault();
  }

  #isTyping(event: KeyboardEvent): boolean {
    return event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  }

  #choose(event: KeyboardEvent): boolean {
    if (event.key === " ") {
      if (!this.#editing.tick()) return false;
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      this.#editing.chooseNext(event.key === "ArrowDown" ? 1 : -1);
    } else return false;
    event.preventDefault();
    return true;
  }

  /** False leaves the key to the browser. */
  #run(command: Command): boolean {
    const board = this.#board;
    const { selection } = board;
    const bounds = board.bounds();
    switch (command.do) {
      case "step": {
        const [rows, columns] = STEPS[command.step];
        if (command.extend) board.select(extendBy(selection, rows, columns, bounds), "reveal-head");
        else board.select(moveBy(selection, rows, columns, bounds), "reveal");
        return true;
      }
      case "edge":
        return this.#edge(command.step, command.extend);
      case "home":
        return this.#goTo({ ...this.#from(command.extend), column: 0 }, command.extend);
      case "end":
        return this.#goTo({ ...this.#from(command.extend), column: bounds.columns - 1 }, command.extend);
      case "corner": {
        const last = { row: Math.max(0, bounds.rows - 1), column: bounds.columns - 1 };
        return this.#goTo(command.to === "first" ? { row: 0, column: 0 } : last, command.extend);
      }
      case "page":
        return this.#page(command.step, command.extend);
      case "commit":
        return this.#commit(command.step);
      case "commit-to-all":
        this.#commitToAll();
        return true;
      case "cancel":
        this.#cancel();
        return true;
      case "line-break":
        this.#editing.insertLineBreak();
        return true;
      case "choices":
        this.#editing.openChoices();
        return true;
      case "edit":
        if (this.#editing.mode) this.#editing.toCaret();
        else void this.#editing.begin();
        return true;
      case "empty-edit":
        void this.#editing.begin("");
        return true;
      case "clear":
        if (this.#canChange()) this.#acts.write(selection.ranges, "");
        return true;
      case "fill-down":
        return this.#fill(planFillDown);
      case "fill-right":
        return this.#fill(planFillRight);
      case "undo":
        this.#acts.undo();
        return true;
      case "redo":
        this.#acts.redo();
        return true;
      case "select-all":
        board.select(selectAll(selection.active, bounds), "stay");
        return true;
      case "select-rows": {
        const range = lastRange(selection);
        board.select(
          keepActive(selectRows(range.top, range.bottom, selection.active, bounds), selection),
          "stay",
        );
        return true;
      }
      case "select-columns": {
        const range = lastRange(selection);
        board.select(
          keepActive(selectColumns(range.left, range.right, selection.active, bounds), selection),
          "stay",
        );
        return true;
      }
      case "resize": {
        const { column } = selection.active;
        board.resizeColumn(column, board.layout.columnWidth_px(column) + command.by_px);
        const known = board.column(column);
        const width = board.layout.columnWidth_px(column);
        if (known) {
          board.say(board.options.words.width(known.title, width));
          board.options.onResize?.(known.id, width);
        }
        return true;
      }
      case "menu":
        this.#events.menu();
        return true;
      case "toggle":
        this.#events.toggle();
        return true;
      case "column-menu":
        this.#menu.open(selection.active.column);
        return true;
      case "open-row": {
        const held = board.data.row(selection.active.row);
        if (held) board.options.onRowOpen?.(held, selection.active.row);
        return true;
      }
      case "leave":
        this.#events.leave(command.direction);
        return true;
    }
  }

  #from(extend: boolean): Cell {
    return extend ? this.#board.selection.head : this.#board.selection.active;
  }

  #goTo(cell: Cell, extend: boolean): true {
    const { selection } = this.#board;
    if (extend) this.#board.select(extendTo(selection, cell), "reveal-head");
    else this.#board.select(selectCell(cell), "reveal");
    return true;
  }

  #edge(step: Step, extend: boolean): true {
    const bounds = this.#board.bounds();
    const cell = { ...this.#from(extend) };
    if (step === "up") cell.row = 0;
    if (step === "down") cell.row = Math.max(0, bounds.rows - 1);
    if (step === "left") cell.column = 0;
    if (step === "right") cell.column = Math.max(0, bounds.columns - 1);
    return this.#goTo(cell, extend);
  }

  #page(step: "up" | "down", extend: boolean): true {
    const board = this.#board;
    const rows = Math.max(1, Math.floor(board.viewport.height_px / board.rowHeight_px) - 1);
    const by = step === "up" ? -rows : rows;
    board.scrollBy(0, by * board.rowHeight_px);
    const bounds = board.bounds();
    if (extend) board.select(extendBy(board.selection, by, 0, bounds), "reveal-head");
    else board.select(moveBy(board.selection, by, 0, bounds), "reveal");
    return true;
  }

  #commit(step: Step | null): boolean {
    const board = this.#board;
    const isEditing = this.#editing.mode !== null;
    const { active } = board.selection;
    const bounds = board.bounds();
    const isSideways = step === "left" || step === "right";
    if (!isEditing && isSideways && this.#isAtExit(step, active)) return false;
    if (!this.#editing.commit()) return true;
    if (step === null) return true;
    const inside = stepInside(board.selection, step);
    if (inside) {
      board.select(inside, "reveal");
      return true;
    }
    const isRun = this.#tabs?.at.row === active.row && this.#tabs.at.column === active.column;
    const origin = isRun && this.#tabs ? this.#tabs.origin : active.column;
    const [rows, columns] = STEPS[step];
    if (step === "down" && isRun) {
      const row = Math.min(active.row + 1, Math.max(0, bounds.rows - 1));
      board.select(selectCell({ row, column: origin }), "reveal");
    } else board.select(moveBy(board.selection, rows, columns, bounds), "reveal");
    this.#tabs = isSideways ? { origin, at: board.selection.active } : null;
    return true;
  }

  /** Tab at the last cell and Shift+Tab at the first leave the grid, so that nobody is shut in. */
  #isAtExit(step: Step, active: Cell): boolean {
    const { rows, columns } = this.#board.bounds();
    if (step === "left") return active.row === 0 && active.column === 0;
    return active.row >= rows - 1 && active.column >= columns - 1;
  }

  #commitToAll(): void {
    const board = this.#board;
    if (this.#editing.mode === null || !this.#canChange()) return;
    // What is chosen for one record is no text for others.
    if (this.#editing.isMeant) {
      this.#editing.commit();
      return;
    }
    this.#acts.write(board.selection.ranges, this.#editing.take());
  }

  #cancel(): void {
    const board = this.#board;
    if (this.#events.giveUpDrag()) return;
    if (this.#editing.mode !== null) {
      this.#editing.cancel();
      return;
    }
    const at = board.cellAt(board.selection.active);
    if (at && board.overlay.dropDraft(at.rowId, at.columnId)) board.redraw();
    else board.options.onEscape?.();
  }

  #fill(planOf: typeof planFillDown): true {
    if (this.#canChange()) this.#acts.fill(planAll(this.#board.selection.ranges, planOf));
    return true;
  }

  #canChange(): boolean {
    const { options } = this.#board;
    if (options.actions) return true;
    this.#board.notify({ kind: "read-only", text: options.words.readOnly });
    return false;
  }
}

/** Widening a selection to whole rows or columns leaves the active cell where it was. */
function keepActive(wide: Selection, from: Selection): Selection {
  return { ...wide, active: from.active };
}
