/**
 * What the grid asks of the outside and what it tells. It knows nothing of members or departments, fetches nothing
 * itself and speaks only the words it is given. Rows and columns are counted from 0; ranges include both ends.
 */

export interface Cell {
  row: number;
  column: number;
}

/** A block of cells by position in the view. Both ends are inside. */
export interface CellRange {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

/** Which rows in which order (`view`) and at which state of the data (`version`) a position refers to. */
export interface ViewStamp {
  view: string;
  version: number;
}

/** The state of a row, shown by a mark beside its number and told to screen readers by `GridWords.marks`. */
export type RowMark =
  | "pending"
  | "conflict"
  | "refused"
  | "invalid"
  | "warning"
  | "added"
  | "changed"
  | "removed";

export type RowTint = RowMark | "muted";

export interface GridRow {
  /** Stable identity of the record; edits are sent with it. */
  id: string;
  /** Shown text, one for each column of `GridOptions.columns`, in that order. */
  cells: readonly string[];
  mark?: RowMark | null;
  /** Background of the row; without it the mark's own tint is used. */
  tint?: RowTint | null;
  /** Column index to what is wrong there, in the user's language. */
  problems?: Readonly<Record<number, string>> | null;
  /** Columns whose problem is only worth a look. */
  cautions?: readonly number[] | null;
  /** Column index to the text before a change: shown struck through in front of the new one. */
  before?: Readonly<Record<number, string>> | null;
  /** Columns whose text does not count any more: shown struck through. */
  out?: readonly number[] | null;
}

export interface GridPage {
  /** Version the rows were read at; if newer than asked for, the grid catches up with it. */
  version: number;
  /** Rows in the whole view. */
  total: number;
  rows: readonly GridRow[];
}

/** Where the rows come from. Every call may be slow, and may fail: the grid asks again. */
export interface GridSource {
  page(view: string, version: number, start: number, count: number, signal: AbortSignal): Promise<GridPage>;
  /** Texts of a range, for copying rows that are not loaded. Asked in blocks of at most 10,000 rows. */
  read(range: CellRange, at: ViewStamp): Promise<readonly (readonly string[])[]>;
  /** Where a row lies now, or null if the view no longer has it. Without it the selection stays at its index. */
  locate?(rowId: string, at: ViewStamp): Promise<number | null>;
  /** Text to put into the editor when it is not the shown one (masked numbers); null when it is. */
  editText?(cell: CellAt): Promise<string | null>;
}

export interface CellAt extends Cell {
  rowId: string;
  columnId: string;
}

export type Outcome =
  /** `version` must be the one from which pages show the change. `reveal` moves the selection there (undo, redo). */
  | { kind: "done"; version: number; reveal?: CellRange | null; notice?: string | null }
  /** Nothing was changed. An edited text stays in its cell, marked with the reason, until it is mended or dropped. */
  | { kind: "refused"; reason: string }
  /** There was nothing to do (an empty undo stack). */
  | { kind: "nothing" };

/** What the grid asks to have changed. Calls are made one after the other, never two at once. */
export interface GridActions {
  /** `meant` is what the chosen suggestion stands for, where it is more than its text. */
  edit(cell: CellAt, text: string, at: ViewStamp, meant?: Meant): Promise<Outcome>;
  /**
   * Put `block` at `range`; a smaller block repeats to fill it, what lies beyond the range is left out. With
   * `GridOptions.below` the range may reach past the last row: those rows are new.
   */
  paste(range: CellRange, block: readonly (readonly string[])[], at: ViewStamp): Promise<Outcome>;
  /** Repeat texts over other cells, all as one change. */
  fill(plans: readonly FillPlan[], at: ViewStamp): Promise<Outcome>;
  /** The same text into every cell, as one change; an empty one clears them. */
  write(ranges: readonly CellRange[], text: string, at: ViewStamp): Promise<Outcome>;
  undo(): Promise<Outcome>;
  redo(): Promise<Outcome>;
}

/**
 * Repeat the texts of `from` over `to`; the two never overlap. Row r of `to` takes row
 * `from.top + modulo(r - from.top, rows of from)`, columns likewise.
 */
export interface FillPlan {
  from: CellRange;
  to: CellRange;
}

export interface Choice {
  /** Text written into the cell. */
  value: string;
  /** Text shown in the list when it differs. */
  label?: string;
  /** More spellings to find it by: pinyin, initials, codes. */
  keys?: readonly string[];
}

/** Says to the data's owner which record a suggestion stands for. The grid hands it on and does not look into it. */
export type Meant = Readonly<Record<string, string>>;

export interface Suggestion extends Choice {
  /** What tells it from others of the same text. */
  hint?: string;
  meant: Meant;
}

export interface Suggestions {
  options: readonly Suggestion[];
  /** What becomes of the text that is typed when none of them is chosen, or what can be typed. */
  note: string | null;
}

export type ColumnEditor =
  | { kind: "text" }
  /** Typed freely; common ways of writing a date become 2013-08-04 before `edit` is called. */
  | { kind: "date" }
  | { kind: "choice"; options: readonly Choice[] | ((query: string) => Promise<readonly Choice[]>) }
  /** Any number of the options, parted by `divider`: ticked in the list, or typed one after the other. */
  | { kind: "several"; options: () => readonly Choice[]; divider: string }
  /**
   * Typed freely, and what is typed holds. What it may mean is offered below and taken only by whoever goes to it with
   * the arrow keys or the pointer: a name is not another person's because it begins like theirs.
   */
  | { kind: "suggest"; find: (text: string, cell: CellAt) => Promise<Suggestions> };

export interface GridColumn {
  id: string;
  title: string;
  width_px: number;
  /** Absent: the column cannot be edited. */
  editor?: ColumnEditor | null;
  align?: "start" | "end";
  /** Absent or true: a click on the heading asks for sorting. */
  isSortable?: boolean;
  /** The text as small labels, each of its own tone: a word of the style sheet. */
  chips?: (text: string) => readonly { text: string; tone: string }[];
  /**
   * The text names a picture: its address, or null while it is not at hand. `label` is what is read out; when `drawn` is
   * another one than before, all are drawn anew.
   */
  picture?: { address: (text: string) => string | null; label: string; drawn: number };
  /**
   * A box to tick, by these texts; with any other there is none. `onToggle` is told of it. With a blocked one it stays
   * unticked, and the text says why.
   */
  check?: { label: string; ticked: string; unticked: string; blocked?: readonly string[] };
  /** It cannot be hidden. */
  isAlwaysShown?: boolean;
}

export interface SortKey {
  columnId: string;
  direction: "ascending" | "descending";
}

export interface SelectionReport extends ViewStamp {
  active: Cell;
  ranges: readonly CellRange[];
  /** Cells in all ranges, each counted once. */
  cells: number;
  /** Height and width of the current range. */
  rows: number;
  columns: number;
  /** Id of the active row when it is loaded. */
  activeRowId: string | null;
}

export type GridNotice =
  | { kind: "refused"; text: string }
  | { kind: "done"; text: string }
  | { kind: "did-not-fit"; text: string }
  | { kind: "read-only"; text: string }
  | { kind: "copied"; text: string }
  | { kind: "copy-ready"; text: string }
  | { kind: "too-big"; text: string }
  | { kind: "source-failed"; text: string };

export type MenuTarget =
  | { kind: "cell"; row: number; column: number; x_px: number; y_px: number }
  | { kind: "row"; row: number; x_px: number; y_px: number };

/** Every word the grid shows or says. */
export interface GridWords {
  /** Name of the input that follows the active cell. */
  input: string;
  /** How to leave the grid and how to edit, for screen readers. */
  help: string;
  rowNumber: string;
  selectAll: string;
  loading: string;
  noChoice: string;
  /** An option of several was ticked, or not any more. */
  ticked(option: string, isTicked: boolean): string;
  readOnly: string;
  sourceFailed: string;
  actionFailed: string;
  /** The text stays in its cell, but only there. */
  notSaved(reason: string): string;
  /** Undo has taken a text back that was never saved. */
  takenBack: string;
  copyAgain: string;
  marks: Record<RowMark, string>;
  before(text: string): string;
  /** Of a text that does not count any more. */
  out: string;
  cell(told: { column: string; row: number; text: string; mark: string; problem: string }): string;
  selected(rows: number, columns: number): string;
  copied(rows: number, columns: number): string;
  /** Several ranges that make no rectangle cannot be copied. */
  notOneBlock: string;
  tooBig(limitRows: number): string;
  didNotFit(rows: number, columns: number): string;
  width(column: string, px: number): string;
  moved(column: string, place: number): string;
  /** The sign at the heading of a filtered column. */
  filtered: string;
  /** The button at a heading. */
  columnMenu: string;
  menu: {
    ascending: string;
    descending: string;
    alsoAscending: string;
    alsoDescending: string;
    filter: string;
    left: string;
    right: string;
    freeze: string;
    unfreeze: string;
    hide: string;
    wider: string;
    narrower: string;
    fit: string;
    select: string;
  };
}

/** A text that was refused, kept where it was typed. */
export interface Draft {
  row: number;
  text: string;
  reason: string;
}

/** By the cell: the row's id and the column's, a line break between. */
export type GridDrafts = Map<string, Draft>;

export interface GridOptions {
  /** Accessible name of the grid. */
  label: string;
  columns: readonly GridColumn[];
  source: GridSource;
  /** Absent: nothing can be changed, everything can be read and copied. */
  actions?: GridActions | null;
  view: string;
  version: number;
  words: GridWords;
  /** What becomes of pasted rows below the last one; absent: they are left out, with a word about it. */
  below?: "added";
  /** How many of the first columns stay in place. */
  frozen?: number;
  density_px?: 28 | 32 | 40;
  sort?: readonly SortKey[];
  /** Columns that a filter looks at, by id: their headings carry a sign. */
  filtered?: readonly string[];
  /** Widths chosen by the user, by column id. */
  widths_px?: Readonly<Record<string, number>>;
  /** Where refused texts are kept when they shall outlive the grid. */
  drafts?: GridDrafts;
  onSelection?(report: SelectionReport): void;
  onTotal?(total: number): void;
  /**
   * A click on the heading (no direction: take the next one) or a choice in the column's menu. `also` leaves the other
   * keys in force, before this one.
   */
  onSort?(columnId: string, direction: SortKey["direction"] | null, keys: "only" | "also"): void;
  /** The filter of a column is asked for; the place is under its heading, in pixels of the window. */
  onFilter?(columnId: string, at: { x_px: number; y_px: number }): void;
  /** A column shall stand at `index`, counted among the others. */
  onMoveColumn?(columnId: string, index: number): void;
  onHideColumn?(columnId: string): void;
  /** So many of the first columns shall stay in place. */
  onFreeze?(count: number): void;
  onResize?(columnId: string, width_px: number): void;
  onMenu?(target: MenuTarget): void;
  /** A row was clicked, one cell or the row itself selected: for a side panel. `onSelection` follows the keyboard. */
  onRowClick?(row: GridRow, index: number): void;
  /** Double click on the row number, or Alt+Enter. */
  onRowOpen?(row: GridRow, index: number): void;
  onNotice?(notice: GridNotice): void;
  /** Space on a selection, or a click on a box to tick. Absent: a space is typed. */
  onToggle?(report: SelectionReport): void;
  /** Esc with nothing to cancel. */
  onEscape?(): void;
}

/** What the outside may ask of a grid on screen. */
export interface GridHandle {
  focus(): void;
  /** Select a range, its first cell active, and bring it into view. */
  select(range: CellRange): void;
  selectAll(): void;
  selectColumn(column: number): void;
  report(): SelectionReport;
  /** The data moved on: refresh what is shown, keep the place. */
  advance(version: number): void;
  rowAt(index: number): GridRow | undefined;
  edit(): void;
  clear(): void;
  fillDown(): void;
  copy(): void;
  undo(): void;
  redo(): void;
  fitColumn(column: number): void;
}
