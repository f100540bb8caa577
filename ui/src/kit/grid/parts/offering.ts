/**
 * What is offered below the editor while a cell is edited: the list, what is gone to in it, and what of it is meant when
 * the edit ends. Knows the three ways of offering; nothing here sends anything.
 */

import { exactChoice, filterChoices } from "../engine/choice-filter";
import { has, offeredTo, severalOf, toggled } from "../engine/several";
import type { Cell, CellAt, Choice, ColumnEditor, GridColumn, Meant, Suggestion } from "../types";
import type { Board } from "./board";
import type { PopupItem, PopupList } from "./popup-list";
import type { Sink } from "./sink";

/** Suggestions are asked for when nobody has typed for a moment. */
const SETTLE_MS = 120;

type Suggest = Extract<ColumnEditor, { kind: "suggest" }>;
type Several = Extract<ColumnEditor, { kind: "several" }>;

/** The cell under edit. */
export interface Offered {
  column: GridColumn;
  cell: Cell;
  at: CellAt | undefined;
}

export interface Committed {
  text: string;
  meant?: Meant;
}

export class Offering {
  readonly #board: Board;
  readonly #sink: Sink;
  readonly #popup: PopupList;
  /** Ends the edit with what was clicked. */
  readonly #commit: () => void;
  #shown: readonly Choice[] = [];
  #clicked: Choice | null = null;
  /** Somebody went to the highlighted option with the arrow keys and has not ticked it since. */
  #isGoneTo = false;
  /** Somebody ticked in this edit: the ticks say all that is meant, and arrow keys only go on to the next. */
  #isTicked = false;
  /** Only what is in the list can be meant. */
  #isClosed = true;
  #request = 0;

  constructor(board: Board, sink: Sink, popup: PopupList, commit: () => void) {
    this.#board = board;
    this.#sink = sink;
    this.#popup = popup;
    this.#commit = commit;
  }

  /** Arrow keys belong to the list. */
  get isChoosing(): boolean {
    return this.#popup.isOpen && (this.#isClosed || this.#popup.count > 0);
  }

  /** Offers what fits; `query` is what was typed, nothing when the editor was only opened. */
  async show(query: string, { column, cell, at }: Offered): Promise<void> {
    const { editor } = column;
    this.#clicked = null;
    this.#request += 1;
    const request = this.#request;
    if (editor?.kind === "several") this.#showSeveral(editor, column, cell);
    else if (editor?.kind === "suggest" && at) await this.#suggest(editor, query, column, at, request);
    else if (editor?.kind === "choice") {
      const options = await optionsOf(editor.options, query);
      if (request !== this.#request) return;
      const current = query === "" ? options.findIndex(({ value }) => value === this.#sink.value) : 0;
      this.#open(options, current, column, cell, this.#board.options.words.noChoice);
    }
  }

  async #suggest(editor: Suggest, query: string, column: GridColumn, at: CellAt, request: number) {
    // What was gone to fitted another text.
    this.#popup.highlight(-1);
    this.#tell();
    if (query !== "") await new Promise((done) => setTimeout(done, SETTLE_MS));
    if (request !== this.#request) return;
    const found = await editor.find(query, at).catch(() => ({ options: [], note: null }));
    if (request !== this.#request) return;
    if (found.options.length > 0 || found.note !== null) {
      this.#open(found.options, -1, column, at, null, found.note);
      if (found.note !== null) this.#board.say(found.note);
    } else this.close();
  }

  #showSeveral(editor: Several, column: GridColumn, cell: Cell): void {
    const several = severalOf(editor.options(), this.#sink.value);
    const options = offeredTo(editor.options(), several);
    this.#open(options, several.begun === "" ? -1 : 0, column, cell, this.#board.options.words.noChoice);
    this.#isGoneTo = several.begun !== "";
  }

  #open(
    options: readonly (Choice | Suggestion)[],
    current: number,
    column: GridColumn,
    cell: Cell,
    empty: string | null,
    note: string | null = null,
  ): void {
    const { editor } = column;
    const isTicked = (option: Choice) =>
      editor?.kind === "several" && has(severalOf(editor.options(), this.#sink.value), option);
    const items = options.map(
      (option): PopupItem => ({
        text: option.label ?? option.value,
        ...("hint" in option && option.hint ? { hint: option.hint } : {}),
        ...(editor?.kind === "several" ? { isTicked: isTicked(option) } : {}),
        pick: () => {
          if (editor?.kind === "several") this.#toggle(option, editor, column, cell);
          else {
            this.#clicked = option;
            this.#commit();
          }
        },
      }),
    );
    this.#shown = options;
    this.#isGoneTo = false;
    this.#isClosed = editor?.kind !== "suggest";
    this.#popup.open("listbox", column.title, items, current, cell, empty, note);
    this.#tell();
  }

  next(by: 1 | -1): void {
    if (this.#isClosed) this.#popup.move(by);
    else {
      // One step more is the text as it was typed.
      const places = this.#popup.count + 1;
      this.#popup.highlight(((this.#popup.at + 1 + by + places) % places) - 1);
    }
    this.#isGoneTo = true;
    this.#tell();
  }

  /** Ticks the option that was gone to. False where there is none: the key is a text's. */
  tick({ column, cell }: Offered): boolean {
    const option = this.#shown[this.#popup.at];
    if (column.editor?.kind !== "several" || !option) return false;
    if (!this.#isAtOption(column.editor)) return false;
    this.#toggle(option, column.editor, column, cell);
    return true;
  }

  /** The highlight was not put there by typing: a tag's name may hold a space. */
  #isAtOption(editor: Several): boolean {
    return this.#popup.at >= 0 && severalOf(editor.options(), this.#sink.value).begun === "";
  }

  #toggle(option: Choice, editor: Several, column: GridColumn, cell: Cell): void {
    this.#isTicked = true;
    const options = editor.options();
    const chosen = toggled(options, severalOf(options, this.#sink.value), option);
    this.#sink.value = chosen.map(({ value }) => value).join(editor.divider);
    const at = options.findIndex(({ value }) => value === option.value);
    this.#open(options, at, column, cell, this.#board.options.words.noChoice);
    const isThere = chosen.some(({ value }) => value === option.value);
    this.#board.say(this.#board.options.words.ticked(option.label ?? option.value, isThere));
  }

  /** What the typed text and what is gone to in the list mean together. */
  committed(editor: ColumnEditor | null | undefined): Committed {
    const typed = this.#sink.value;
    const highlighted = this.#clicked ?? (this.#popup.isOpen ? this.#shown[this.#popup.at] : undefined);
    if (editor?.kind === "choice") {
      return { text: (highlighted ?? exactChoice(this.#shown, typed))?.value ?? typed };
    }
    if (editor?.kind === "suggest") {
      const suggested = highlighted as Suggestion | undefined;
      return suggested ? { text: suggested.value, meant: suggested.meant } : { text: typed };
    }
    if (editor?.kind !== "several") return { text: typed };
    const several = severalOf(editor.options(), typed);
    const isGoneTo = this.#isGoneTo && (!this.#isTicked || several.begun !== "");
    const isMeant = highlighted !== undefined && isGoneTo && !has(several, highlighted);
    const kept = several.begun === "" || isMeant ? [] : [{ value: several.begun }];
    const chosen = isMeant ? toggled(editor.options(), several, highlighted) : [...several.chosen, ...kept];
    return { text: chosen.map(({ value }) => value).join(editor.divider) };
  }

  close(): void {
    this.#request += 1;
    this.#clicked = null;
    this.#shown = [];
    this.#isGoneTo = false;
    this.#isTicked = false;
    this.#popup.close();
    this.#tell();
  }

  #tell(): void {
    this.#sink.tellList(this.#popup.isOpen ? this.#popup.listId : null, this.#popup.optionId);
  }
}

async function optionsOf(
  options: Extract<ColumnEditor, { kind: "choice" }>["options"],
  query: string,
): Promise<readonly Choice[]> {
  if (typeof options !== "function") return filterChoices(options, query);
  try {
    return await options(query);
  } catch {
    return [];
  }
}
