/** One row element of the pool: told which row to show, it writes only what differs from what it shows already. */

import type { ColumnLayout } from "../engine/column-layout";
import { rangeHas } from "../engine/selection";
import type { Cell, CellRange, GridColumn, GridOptions, GridRow, RowMark } from "../types";
import { element, setAttribute } from "./board";
import { markDrawing } from "./marks";

export interface RowPaint {
  options: GridOptions;
  layout: ColumnLayout;
  /** Changes with columns, widths and words: everything is written anew. */
  stamp: number;
  /** First and last scrolling column to draw. */
  window: readonly [number, number];
  ranges: readonly CellRange[];
  active: Cell;
  fillPreview: CellRange | null;
  /** Corner cell that carries the fill handle. */
  fillCorner: Cell | null;
  fillHandle: HTMLElement;
  /** What lies over the loaded text, if anything does. */
  hasOverlay: boolean;
  text(row: number, column: number): string | undefined;
  problem(row: number, column: number): string | undefined;
  /** Whether a text of the row was refused and is not saved. */
  hasDrafts(rowId: string): boolean;
  idOf(row: number, column: number): string;
}

const SELECTED = 1;
const TOP = 2;
const RIGHT = 4;
const BOTTOM = 8;
const LEFT = 16;
const ACTIVE = 32;
const PROBLEM = 64;
const END = 128;
const FILL = 256;
const LOCKED = 512;
const CHANGED = 1024;
const CAUTION = 2048;
const OUT = 4096;

const FLAG_NAMES: readonly (readonly [number, string])[] = [
  [SELECTED, "is-selected"],
  [TOP, "edge-top"],
  [RIGHT, "edge-right"],
  [BOTTOM, "edge-bottom"],
  [LEFT, "edge-left"],
  [ACTIVE, "is-active"],
  [PROBLEM, "has-problem"],
  [END, "at-end"],
  [FILL, "is-filling"],
  [LOCKED, "is-locked"],
  [CHANGED, "is-changed"],
  [CAUTION, "has-caution"],
  [OUT, "is-out"],
];

interface CellView {
  readonly box: HTMLElement;
  /** The cell's own text. Nothing wraps it: half as many elements are half as much to lay out. */
  readonly label: Text;
  struck: HTMLElement | null;
  hidden: HTMLElement | null;
  chips: HTMLElement | null;
  column: number;
  flags: number;
  text: string;
  before: string | undefined;
  problem: string | undefined;
}

export class RowView {
  readonly box = element("div", "grid-row", { role: "row" });
  readonly #frozenBox = element("div", "grid-frozen", { role: "presentation" });
  readonly #number = element("div", "grid-number", { role: "rowheader", "aria-colindex": "1" });
  readonly #mark = element("span", "grid-mark");
  readonly #numberText = document.createElement("span");
  #frozen: CellView[] = [];
  #cells = new Map<number, CellView>();
  #spare: CellView[] = [];
  #shownMark: RowMark | null = null;
  #rowClass = "";
  #stamp = -1;
  #row: GridRow | undefined;
  #isTouched = true;
  #window: readonly [number, number] = [0, -1];
  index = -1;
  offset_px = Number.NaN;

  constructor() {
    this.#number.append(this.#mark, this.#numberText);
    this.#frozenBox.append(this.#number);
    this.box.append(this.#frozenBox);
  }

  place(index: number, offset_px: number): void {
    if (this.index !== index) {
      this.index = index;
      this.#numberText.textContent = String(index + 1);
      this.box.setAttribute("aria-rowindex", String(index + 2));
      this.#row = undefined;
      this.#isTouched = true;
    }
    if (this.offset_px === offset_px) return;
    this.offset_px = offset_px;
    this.box.style.transform = `translateY(${offset_px}px)`;
  }

  paint(row: GridRow | undefined, paint: RowPaint): void {
    const isTouched = isRowTouched(this.index, paint);
    const isSame =
      row === this.#row &&
      row !== undefined &&
      this.#stamp === paint.stamp &&
      this.#window[0] === paint.window[0] &&
      this.#window[1] === paint.window[1];
    if (isSame && !isTouched && !this.#isTouched && !paint.hasOverlay) return;
    this.#isTouched = isTouched;
    this.#row = row;
    this.#window = paint.window;
    if (this.#stamp !== paint.stamp) this.#restamp(paint);
    this.#paintRow(row, paint);
    for (const cell of this.#frozen) this.#paintCell(cell, row, paint);
    this.#moveWindow(paint);
    for (const cell of this.#cells.values()) this.#paintCell(cell, row, paint);
  }

  #restamp(paint: RowPaint): void {
    this.#stamp = paint.stamp;
    const { layout } = paint;
    this.box.style.width = `${layout.width_px}px`;
    this.#frozenBox.style.width = `${layout.frozenWidth_px}px`;
    this.#number.style.width = `${layout.gutter_px}px`;
    for (const cell of this.#frozen.splice(layout.frozen)) this.#retire(cell);
    for (let column = this.#frozen.length; column < layout.frozen; column += 1) {
      const cell = this.#spare.pop() ?? newCell();
      this.#frozenBox.append(cell.box);
      this.#frozen.push(cell);
    }
    for (const [column, cell] of this.#frozen.entries()) bindColumn(cell, column, paint);
    for (const [column, cell] of this.#cells) {
      if (column < layout.frozen || column >= layout.count) {
        this.#cells.delete(column);
        this.#retire(cell);
      } else bindColumn(cell, column, paint);
    }
  }

  #moveWindow(paint: RowPaint): void {
    const [first, last] = paint.window;
    for (const [column, cell] of this.#cells) {
      if (column >= first && column <= last) continue;
      this.#cells.delete(column);
      this.#spare.push(cell);
    }
    for (let column = first; column <= last; column += 1) {
      if (this.#cells.has(column)) continue;
      const cell = this.#spare.pop() ?? newCell();
      if (cell.box.parentElement !== this.box) this.box.append(cell.box);
      bindColumn(cell, column, paint);
      this.#cells.set(column, cell);
    }
    for (const cell of this.#spare) cell.box.remove();
  }

  #retire(cell: CellView): void {
    cell.box.remove();
    this.#spare.push(cell);
  }

  #paintRow(row: GridRow | undefined, paint: RowPaint): void {
    const mark = row && paint.hasDrafts(row.id) ? "invalid" : (row?.mark ?? null);
    if (mark !== this.#shownMark) {
      this.#shownMark = mark;
      this.#mark.className = mark ? `grid-mark mark-${mark}` : "grid-mark";
      this.#mark.replaceChildren();
      setAttribute(this.#mark, "role", mark ? "img" : null);
      setAttribute(this.#mark, "aria-label", mark ? paint.options.words.marks[mark] : null);
      setAttribute(this.#mark, "title", mark ? paint.options.words.marks[mark] : null);
      if (mark) this.#mark.append(markDrawing(mark));
    }
    const tint = mark === "invalid" ? mark : (row?.tint ?? mark);
    const isCorner = this.#placeHandle(paint);
    const inSelection = paint.ranges.some((range) => this.index >= range.top && this.index <= range.bottom);
    const rowClass =
      (row ? "" : " is-loading") +
      (tint ? ` has-tint tint-${tint}` : "") +
      (isCorner ? " has-corner" : "") +
      (inSelection ? " in-selection" : "");
    if (rowClass !== this.#rowClass) {
      this.#rowClass = rowClass;
      this.box.className = `grid-row${rowClass}`;
    }
    setAttribute(this.box, "aria-busy", row ? null : "true");
  }

  /** The fill handle stands out over the corner of its cell, so it lies in the row, not in the cell. */
  #placeHandle(paint: RowPaint): boolean {
    const { fillCorner, fillHandle, layout } = paint;
    if (fillCorner?.row !== this.index) {
      if (this.box.contains(fillHandle)) fillHandle.remove();
      return false;
    }
    const home = layout.isFrozen(fillCorner.column) ? this.#frozenBox : this.box;
    if (fillHandle.parentElement !== home) home.append(fillHandle);
    const right = layout.left_px(fillCorner.column) + layout.columnWidth_px(fillCorner.column);
    fillHandle.style.left = `${right}px`;
    return true;
  }

  #paintCell(cell: CellView, row: GridRow | undefined, paint: RowPaint): void {
    const { column } = cell;
    const isLoaded = row !== undefined;
    const problem = isLoaded ? paint.problem(this.index, column) : undefined;
    const before = row?.before?.[column];
    const text = (isLoaded ? paint.text(this.index, column) : undefined) ?? "";
    let flags = this.#selectionFlags(column, paint);
    const known = paint.options.columns[column];
    const isCaution = problem !== undefined && row?.cautions?.includes(column) === true;
    if (problem !== undefined) flags |= isCaution ? CAUTION : PROBLEM;
    if (row?.out?.includes(column)) flags |= OUT;
    if (before !== undefined) flags |= CHANGED;
    if (known?.align === "end") flags |= END;
    if (!known?.editor && paint.options.actions) flags |= LOCKED;

    // A cell from another column may hold the same text in another form.
    const isDrawn = known?.chips !== undefined || known?.picture !== undefined || known?.check !== undefined;
    const hasChips = isDrawn && before === undefined && text !== "";
    if (text !== cell.text || before !== cell.before || hasChips !== (cell.chips !== null)) {
      cell.text = text;
      cell.before = before;
      writeText(cell, text, before, paint);
    }
    if (flags !== cell.flags) {
      const changed = flags ^ cell.flags;
      cell.flags = flags;
      let name = "grid-cell";
      for (const [flag, flagName] of FLAG_NAMES) if (flags & flag) name += ` ${flagName}`;
      cell.box.className = name;
      if (changed & SELECTED) cell.box.setAttribute("aria-selected", flags & SELECTED ? "true" : "false");
      if (changed & OUT)
        setAttribute(cell.box, "aria-description", flags & OUT ? paint.options.words.out : null);
    }
    const id = flags & ACTIVE ? paint.idOf(this.index, column) : "";
    if (cell.box.id !== id) cell.box.id = id;
    const problemId = problem === undefined ? "" : `${paint.idOf(this.index, column)}-problem`;
    if (problem !== cell.problem || (cell.hidden && cell.hidden.id !== problemId))
      writeProblem(cell, problem, problemId);
    if (problem !== undefined) setAttribute(cell.box, "aria-invalid", isCaution ? null : "true");
  }

  #selectionFlags(column: number, paint: RowPaint): number {
    const row = this.index;
    let flags = 0;
    for (const range of paint.ranges) {
      if (!rangeHas(range, row, column)) continue;
      flags |= SELECTED;
      if (row === range.top) flags |= TOP;
      if (row === range.bottom) flags |= BOTTOM;
      if (column === range.left) flags |= LEFT;
      if (column === range.right) flags |= RIGHT;
    }
    if (paint.active.row === row && paint.active.column === column) flags |= ACTIVE;
    if (paint.fillPreview && rangeHas(paint.fillPreview, row, column)) flags |= FILL;
    return flags;
  }
}

function isRowTouched(row: number, paint: RowPaint): boolean {
  if (paint.active.row === row) return true;
  if (paint.fillPreview && row >= paint.fillPreview.top && row <= paint.fillPreview.bottom) return true;
  return paint.ranges.some((range) => row >= range.top && row <= range.bottom);
}

function newCell(): CellView {
  const box = element("div", "grid-cell", { role: "gridcell", "aria-selected": "false" });
  const label = document.createTextNode("");
  box.append(label);
  return {
    box,
    label,
    struck: null,
    hidden: null,
    chips: null,
    column: -1,
    flags: 0,
    text: "",
    before: undefined,
    problem: undefined,
  };
}

function bindColumn(cell: CellView, column: number, paint: RowPaint): void {
  cell.column = column;
  // Drawn anew: the picture that its text names may have come.
  if (paint.options.columns[column]?.picture) cell.text = "\u0000";
  cell.box.style.left = `${paint.layout.left_px(column)}px`;
  cell.box.style.width = `${paint.layout.columnWidth_px(column)}px`;
  setAttribute(cell.box, "aria-colindex", String(column + 2));
}

/** The picture that the text names, or an empty frame as long as it is not at hand. */
function drawPicture({ address, label }: NonNullable<GridColumn["picture"]>, text: string): HTMLElement {
  const src = address(text);
  const frame = element("span", "grid-picture", { role: "img", "aria-label": label });
  if (src !== null) frame.append(element("img", "", { src, alt: "" }));
  return frame;
}

/** A box to tick; Space ticks it from the keyboard, so it takes no focus of its own. */
function drawCheck({ label, ticked, blocked }: NonNullable<GridColumn["check"]>, text: string): HTMLElement {
  const checked = text === ticked ? "true" : "false";
  const box = element("span", "grid-check", {
    role: "checkbox",
    "aria-checked": checked,
    "aria-label": label,
  });
  if (blocked?.includes(text)) {
    box.setAttribute("aria-disabled", "true");
    box.title = text;
  }
  return box;
}

function writeText(cell: CellView, text: string, before: string | undefined, paint: RowPaint): void {
  const picture = paint.options.columns[cell.column]?.picture;
  if (picture && text !== "" && before === undefined) {
    cell.chips?.remove();
    cell.label.data = "";
    cell.chips = drawPicture(picture, text);
    cell.box.prepend(cell.chips);
    return;
  }
  const check = paint.options.columns[cell.column]?.check;
  if (check !== undefined) {
    cell.chips?.remove();
    cell.chips = null;
    cell.label.data = "";
    if (text !== check.ticked && text !== check.unticked && !check.blocked?.includes(text)) return;
    cell.chips = drawCheck(check, text);
    cell.box.prepend(cell.chips);
    return;
  }
  const chips = before === undefined ? paint.options.columns[cell.column]?.chips?.(text) : undefined;
  cell.chips?.remove();
  cell.chips = null;
  if (chips && chips.length > 0) {
    cell.label.data = "";
    cell.chips = element("span", "grid-chips");
    for (const chip of chips) {
      const box = element("span", "tag", { "data-tone": chip.tone });
      box.textContent = chip.text;
      cell.chips.append(box, " ");
    }
    cell.box.prepend(cell.chips);
    return;
  }
  cell.label.data = /[\r\n]/.test(text) ? text.replace(/\r\n?|\n/g, " ⏎ ") : text;
  cell.struck?.remove();
  cell.struck = null;
  if (before === undefined) return;
  const told = element("span", "grid-hidden");
  told.textContent = paint.options.words.before(before);
  const line = element("s", "grid-before", { "aria-hidden": "true" });
  line.textContent = before;
  cell.struck = element("span", "grid-struck");
  cell.struck.append(line, told);
  cell.box.prepend(cell.struck);
}

function writeProblem(cell: CellView, problem: string | undefined, id: string): void {
  cell.problem = problem;
  setAttribute(cell.box, "aria-invalid", problem === undefined ? null : "true");
  if (problem === undefined) {
    cell.hidden?.remove();
    cell.hidden = null;
    cell.box.removeAttribute("aria-describedby");
    return;
  }
  cell.hidden ??= element("span", "grid-hidden");
  cell.hidden.id = id;
  cell.hidden.textContent = problem;
  cell.box.append(cell.hidden);
  cell.box.setAttribute("aria-describedby", cell.hidden.id);
}
