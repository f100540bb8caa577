/**
 * Carries what the user did to the data's owner: shows it at once, sends it when those before it are done, and takes
 * it back or keeps it as a draft when it was refused. Never decides whether a text is right.
 */

import { ActionQueue } from "../engine/action-queue";
import type { PatchToken } from "../engine/overlay";
import { tiledText } from "../engine/paste-plan";
import { rangeSize } from "../engine/selection";
import type { CellAt, CellRange, FillPlan, GridActions, Meant, Outcome, ViewStamp } from "../types";
import type { Board } from "./board";

/** A pattern beyond this is not shown ahead of the answer. */
const PREVIEW_CELLS = 10_000;

export interface ActsEvents {
  /** An own change made this version. */
  advanced(version: number): void;
  /** How often the data moved on for other reasons; positions taken before may mean other rows now. */
  foreignAdvances(): number;
  reveal(range: CellRange): void;
}

export class Acts {
  readonly #board: Board;
  readonly #events: ActsEvents;
  readonly #queue = new ActionQueue();
  /** Cells whose text was refused since the last change that was made, the newest last: undo takes these back first. */
  #refused: CellAt[] = [];

  constructor(board: Board, events: ActsEvents) {
    this.#board = board;
    this.#events = events;
  }

  /** Resolves when everything sent so far is answered. */
  settled(): Promise<unknown> {
    return this.#queue.run(() => Promise.resolve({ kind: "nothing" }));
  }

  edit(cell: CellAt, text: string, meant?: Meant): void {
    const { overlay } = this.#board;
    const range = { top: cell.row, left: cell.column, bottom: cell.row, right: cell.column };
    overlay.dropDraft(cell.rowId, cell.columnId);
    const patch = overlay.add(range, (row) =>
      this.#board.data.row(row)?.id === cell.rowId ? text : undefined,
    );
    void this.#perform([patch], (actions, at) => actions.edit(cell, text, at, meant)).then((outcome) => {
      if (!outcome || outcome.kind === "refused") {
        const { words } = this.#board.options;
        const reason = outcome ? words.notSaved(outcome.reason) : words.actionFailed;
        overlay.keepDraft(cell.rowId, cell.columnId, { row: cell.row, text, reason });
        this.#refused.push(cell);
        this.#board.redraw();
      }
    });
  }

  paste(range: CellRange, block: readonly (readonly string[])[]): void {
    if (this.#hasNoRows() && this.#board.options.below !== "added") return;
    const patch = this.#patch(range, (row, column) => tiledText(block, range, row, column));
    void this.#perform([patch], (actions, at) => actions.paste(range, block, at));
  }

  /** The same text into every cell; an empty one clears them. */
  write(ranges: readonly CellRange[], text: string): void {
    if (this.#hasNoRows()) return;
    const patches = ranges.map((range) => this.#patch(range, () => text));
    void this.#perform(patches, (actions, at) => actions.write(ranges, text, at));
  }

  fill(plans: readonly FillPlan[]): void {
    if (this.#hasNoRows() || plans.length === 0) return;
    const patches = plans.flatMap(({ from, to }) => {
      const block = this.#loadedBlock(from);
      if (!block) return [];
      const size = rangeSize(from);
      return this.#patch(to, (row, column) => {
        const line = block[modulo(row - from.top, size.rows)];
        return line?.[modulo(column - from.left, size.columns)];
      });
    });
    void this.#perform(patches, (actions, at) => actions.fill(plans, at));
  }

  /** What was typed last and refused goes first: it is what the user sees as the last thing done. */
  undo(): void {
    for (let cell = this.#refused.pop(); cell; cell = this.#refused.pop()) {
      if (!this.#board.overlay.dropDraft(cell.rowId, cell.columnId)) continue;
      this.#board.say(this.#board.options.words.takenBack);
      const isThere = this.#board.data.row(cell.row)?.id === cell.rowId;
      if (isThere)
        this.#events.reveal({ top: cell.row, left: cell.column, bottom: cell.row, right: cell.column });
      this.#board.redraw();
      return;
    }
    void this.#perform([], (actions) => actions.undo());
  }

  redo(): void {
    void this.#perform([], (actions) => actions.redo());
  }

  #hasNoRows(): boolean {
    return this.#board.bounds().rows === 0;
  }

  /** Texts of a range if all its rows are loaded. */
  #loadedBlock(range: CellRange): string[][] | null {
    const { rows, columns } = rangeSize(range);
    if (rows * columns > PREVIEW_CELLS) return null;
    const block: string[][] = [];
    for (let row = range.top; row <= range.bottom; row += 1) {
      const line: string[] = [];
      for (let column = range.left; column <= range.right; column += 1) {
        const text = this.#board.text(row, column);
        if (text === undefined) return null;
        line.push(text);
      }
      block.push(line);
    }
    return block;
  }

  #patch(range: CellRange, textAt: (row: number, column: number) => string | undefined): PatchToken {
    const board = this.#board;
    board.overlay.dropDraftsIn(
      range,
      board.options.columns.map((column) => column.id),
    );
    return board.overlay.add(range, (row, column) =>
      board.canEdit(column) ? textAt(row, column) : undefined,
    );
  }

  async #perform(
    patches: readonly PatchToken[],
    call: (actions: GridActions, at: ViewStamp) => Promise<Outcome>,
  ): Promise<Outcome | null> {
    const board = this.#board;
    const { overlay } = board;
    const actions = board.options.actions;
    if (!actions) return { kind: "nothing" };
    const then = board.stamp();
    const foreign = this.#events.foreignAdvances();
    board.redraw();
    const outcome = await this.#queue.run(() => {
      // Own changes keep positions; after others' the position is only true at the version it was taken at.
      const isSameView = board.stamp().view === then.view;
      const isExact = isSameView && this.#events.foreignAdvances() === foreign;
      return call(actions, isExact ? board.stamp() : then);
    });
    if (outcome?.kind === "done") {
      this.#refused = [];
      for (const patch of patches) overlay.settle(patch, outcome.version);
      if (board.stamp().view === then.view) {
        this.#events.advanced(outcome.version);
        if (outcome.reveal) this.#events.reveal(outcome.reveal);
      } else board.data.refresh();
      if (outcome.notice) board.notify({ kind: "done", text: outcome.notice });
    } else {
      for (const patch of patches) overlay.drop(patch);
      if (!outcome) board.notify({ kind: "refused", text: board.options.words.actionFailed });
      else if (outcome.kind === "refused")
        board.notify({ kind: "refused", text: board.options.words.notSaved(outcome.reason) });
    }
    board.redraw();
    return outcome;
  }
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
