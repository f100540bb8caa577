/** From the first key in a cell to its commit: what the sink holds, which choices are open, what is sent when it ends. */

import { type EditMode, IDLE, nextSinkState, type SinkEvent, type SinkState } from "../engine/composition";
import { isoDate } from "../engine/typed-date";
import type { Cell, CellAt, GridColumn } from "../types";
import type { Acts } from "./acts";
import type { Board } from "./board";
import { type Committed, type Offered, Offering } from "./offering";
import type { PopupList } from "./popup-list";
import type { Sink } from "./sink";

export class Editing {
  readonly #board: Board;
  readonly #sink: Sink;
  readonly #offering: Offering;
  readonly #acts: Acts;
  #state: SinkState = IDLE;
  #cell: Cell = { row: 0, column: 0 };
  /** The record being edited: rows may move while the editor is open, the text must not go to another. */
  #rowId: string | null = null;
  #initial = "";

  constructor(board: Board, sink: Sink, popup: PopupList, acts: Acts) {
    this.#board = board;
    this.#sink = sink;
    this.#acts = acts;
    this.#offering = new Offering(board, sink, popup, () => {
      if (this.commit()) sink.focus();
    });
  }

  get state(): SinkState {
    return this.#state;
  }

  get mode(): EditMode | null {
    return this.#state.mode;
  }

  get isChoosing(): boolean {
    return this.mode !== null && this.#offering.isChoosing;
  }

  /** The row under edit now lies elsewhere. */
  rowMoved(row: number): void {
    this.#cell = { ...this.#cell, row };
  }

  /** Open the editor with the cell's own text, or with another. */
  async begin(text?: string): Promise<void> {
    const board = this.#board;
    const cell = board.selection.active;
    if (!board.canEdit(cell.column)) {
      board.notify({ kind: "read-only", text: board.options.words.readOnly });
      return;
    }
    const at = board.cellAt(cell);
    if (!at) {
      board.say(board.options.words.loading);
      return;
    }
    const initial = text ?? (await this.#ownText(at));
    const { active } = board.selection;
    if (this.mode !== null || active.row !== cell.row || active.column !== cell.column) return;
    this.#open();
    this.#initial = text === undefined ? initial : "";
    this.#sink.value = initial;
    this.#sink.box.setSelectionRange(initial.length, initial.length);
    this.#step({ kind: "begin", mode: text === undefined ? "caret" : "replace" });
    void this.#showChoices("");
  }

  async #ownText(at: CellAt): Promise<string> {
    const draft = this.#board.overlay.draft(at.rowId, at.columnId);
    const { source } = this.#board.options;
    if (draft || !source.editText) return this.#board.text(at.row, at.column) ?? "";
    try {
      return (await source.editText(at)) ?? this.#board.text(at.row, at.column) ?? "";
    } catch {
      this.#board.notify({ kind: "source-failed", text: this.#board.options.words.sourceFailed });
      return this.#board.text(at.row, at.column) ?? "";
    }
  }

  /** F2 once more: from replacing to moving the caret. */
  toCaret(): void {
    if (this.mode) this.#step({ kind: "begin", mode: "caret" });
  }

  compositionStarted(): void {
    if (this.mode === null) this.#open();
    this.#step({ kind: "composition-start" });
  }

  compositionEnded(): void {
    this.#step({ kind: "composition-end", value: this.#sink.value });
    if (this.mode === null) this.#close();
    else void this.#showChoices(this.#sink.value);
  }

  input(): void {
    if (this.mode === null) {
      if (this.#sink.value === "") return;
      if (!this.#board.canEdit(this.#board.selection.active.column)) {
        this.#sink.value = "";
        return;
      }
      this.#open();
    }
    this.#step({ kind: "input", value: this.#sink.value });
    this.#board.reveal(this.#cell);
    this.#sink.resize(this.mode);
    void this.#showChoices(this.#sink.value);
  }

  insertLineBreak(): void {
    const { box } = this.#sink;
    box.setRangeText("\n", box.selectionStart, box.selectionEnd, "end");
    this.input();
  }

  /** Send what was typed. False if it cannot be sent yet: the editor stays open. */
  commit(): boolean {
    if (this.mode === null) return true;
    const { text, meant } = this.#committed();
    const at = this.#target();
    if (!at) {
      this.#board.say(this.#board.options.words.loading);
      return false;
    }
    const isUnchanged = this.mode === "caret" && text === this.#initial && meant === undefined;
    const hasDraft = this.#board.overlay.draft(at.rowId, at.columnId) !== undefined;
    this.#close();
    if (!isUnchanged || hasDraft) this.#acts.edit(at, text, meant);
    return true;
  }

  /** Take the typed text without sending it: it goes to more than this cell. */
  take(): string {
    const { text } = this.#committed();
    this.#close();
    return text;
  }

  cancel(): void {
    this.#close();
  }

  chooseNext(by: 1 | -1): void {
    this.#offering.next(by);
  }

  /** Space at an option of a list of several. */
  tick(): boolean {
    const offered = this.#offered();
    return offered !== null && this.#offering.tick(offered);
  }

  /** A record was chosen for this cell, which a text alone would not say. */
  get isMeant(): boolean {
    return this.#committed().meant !== undefined;
  }

  openChoices(): void {
    if (this.mode === null) void this.begin();
    else void this.#showChoices("");
  }

  #target(): CellAt | undefined {
    const at = this.#board.cellAt(this.#cell);
    if (this.#rowId === null) return at;
    const columnId = this.#board.column(this.#cell.column)?.id;
    return columnId === undefined ? undefined : { ...this.#cell, rowId: this.#rowId, columnId };
  }

  #committed(): Committed {
    const editor = this.#column()?.editor;
    if (editor?.kind === "date") return { text: isoDate(this.#sink.value) };
    return this.#offering.committed(editor);
  }

  #column(): GridColumn | undefined {
    return this.#board.column(this.#cell.column);
  }

  #open(): void {
    this.#cell = this.#board.selection.active;
    this.#rowId = this.#board.cellAt(this.#cell)?.rowId ?? null;
    this.#initial = "";
    this.#board.reveal(this.#cell);
  }

  #close(): void {
    this.#offering.close();
    this.#sink.value = "";
    this.#step({ kind: "finish" });
    this.#board.redraw();
  }

  #step(event: SinkEvent): void {
    const before = this.#state.mode;
    this.#state = nextSinkState(this.#state, event);
    if (before !== this.#state.mode) {
      this.#sink.place(this.#board.selection.active, this.#state.mode);
      this.#board.redraw();
    }
  }

  async #showChoices(query: string): Promise<void> {
    const offered = this.#offered();
    if (this.mode !== null && offered) await this.#offering.show(query, offered);
  }

  #offered(): Offered | null {
    const column = this.#column();
    return column ? { column, cell: this.#cell, at: this.#target() } : null;
  }
}
