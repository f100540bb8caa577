/** From the first key in a cell to its commit: what the sink holds, which choices are open, what is sent when it ends. */

import { exactChoice, filterChoices } from "../engine/choice-filter";
import { type EditMode, IDLE, nextSinkState, type SinkEvent, type SinkState } from "../engine/composition";
import { isoDate } from "../engine/typed-date";
import type { Cell, CellAt, Choice, GridColumn } from "../types";
import type { Acts } from "./acts";
import type { Board } from "./board";
import type { PopupList } from "./popup-list";
import type { Sink } from "./sink";

export class Editing {
  readonly #board: Board;
  readonly #sink: Sink;
  readonly #popup: PopupList;
  readonly #acts: Acts;
  #state: SinkState = IDLE;
  #cell: Cell = { row: 0, column: 0 };
  /** The record being edited: rows may move while the editor is open, the text must not go to another. */
  #rowId: string | null = null;
  #initial = "";
  #shown: readonly Choice[] = [];
  #choiceRequest = 0;

  constructor(board: Board, sink: Sink, popup: PopupList, acts: Acts) {
    this.#board = board;
    this.#sink = sink;
    this.#popup = popup;
    this.#acts = acts;
  }

  get state(): SinkState {
    return this.#state;
  }

  get mode(): EditMode | null {
    return this.#state.mode;
  }

  get isChoosing(): boolean {
    return this.mode !== null && this.#popup.isOpen;
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
    const text = this.#committedText();
    const at = this.#target();
    if (!at) {
      this.#board.say(this.#board.options.words.loading);
      return false;
    }
    const isUnchanged = this.mode === "caret" && text === this.#initial;
    const hasDraft = this.#board.overlay.draft(at.rowId, at.columnId) !== undefined;
    this.#close();
    if (!isUnchanged || hasDraft) this.#acts.edit(at, text);
    return true;
  }

  /** Take the typed text without sending it: it goes to more than this cell. */
  take(): string {
    const text = this.#committedText();
    this.#close();
    return text;
  }

  cancel(): void {
    this.#close();
  }

  chooseNext(by: 1 | -1): void {
    this.#popup.move(by);
    this.#tellList();
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

  #committedText(): string {
    const typed = this.#sink.value;
    const editor = this.#column()?.editor;
    if (editor?.kind === "date") return isoDate(typed);
    if (editor?.kind !== "choice") return typed;
    const picked = this.#popup.isOpen ? this.#shown[this.#popup.at] : undefined;
    return (picked ?? exactChoice(this.#shown, typed))?.value ?? typed;
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
    this.#choiceRequest += 1;
    this.#popup.close();
    this.#tellList();
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
    const editor = this.#column()?.editor;
    if (this.mode === null || editor?.kind !== "choice") return;
    this.#choiceRequest += 1;
    const request = this.#choiceRequest;
    let options: readonly Choice[];
    if (typeof editor.options === "function") {
      try {
        options = await editor.options(query);
      } catch {
        options = [];
      }
      if (request !== this.#choiceRequest) return;
    } else options = filterChoices(editor.options, query);
    this.#shown = options;
    const current = query === "" ? options.findIndex((option) => option.value === this.#sink.value) : 0;
    const items = options.map((option) => ({
      text: shownText(option),
      pick: () => {
        this.#sink.value = option.value;
        this.#popup.close();
        if (this.commit()) this.#sink.focus();
      },
    }));
    const { words } = this.#board.options;
    this.#popup.open("listbox", this.#column()?.title ?? "", items, current, this.#cell, words.noChoice);
    this.#tellList();
  }

  #tellList(): void {
    this.#sink.tellList(this.#popup.isOpen ? this.#popup.box.id : null, this.#popup.optionId);
  }
}

function shownText(option: Choice): string {
  return option.label ?? option.value;
}
