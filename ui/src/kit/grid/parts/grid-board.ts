/** The board that the parts share: holds the state and answers where things lie and what they show. */

import { ColumnLayout } from "../engine/column-layout";
import type { EditMode } from "../engine/composition";
import { DENSITY_PX, gutterWidth_px, HEAD_EXTRA_PX } from "../engine/defaults";
import { Overlay } from "../engine/overlay";
import type { PageCache } from "../engine/page-cache";
import { ScrollMap } from "../engine/scroll-map";
import { type Along, type Bounds, type Selection, selectCell } from "../engine/selection";
import type { Cell, CellAt, CellRange, GridColumn, GridNotice, GridOptions, ViewStamp } from "../types";
import type { Board, CellBox, ColumnDrop, Viewport } from "./board";

/** What the board cannot do by itself. */
export interface BoardHooks {
  editMode(): EditMode | null;
  select(selection: Selection, view: "reveal" | "reveal-head" | "stay"): void;
  scrollTo(left_px: number, top_px: number): void;
  layoutChanged(): void;
  fitColumn(column: number): void;
  notify(notice: GridNotice): void;
  say(text: string): void;
  redraw(): void;
}

export class GridBoard implements Board {
  readonly overlay: Overlay;
  readonly scroll = new ScrollMap();
  selection: Selection = selectCell({ row: 0, column: 0 });
  viewport: Viewport = { width_px: 0, height_px: 0, scrollLeft_px: 0 };
  fillPreview: CellRange | null = null;
  columnDrop: ColumnDrop | null = null;
  layout: ColumnLayout;
  /** Widths as dragged here, until the owner of the options has taken them over. */
  #widths_px: Record<string, number> = {};

  constructor(
    readonly root: HTMLElement,
    readonly scroller: HTMLElement,
    readonly id: string,
    readonly data: PageCache,
    public options: GridOptions,
    readonly hooks: BoardHooks,
  ) {
    this.overlay = new Overlay(options.drafts);
    this.layout = this.#layout();
  }

  get rowHeight_px(): number {
    return this.options.density_px ?? DENSITY_PX;
  }

  get headHeight_px(): number {
    return this.rowHeight_px + HEAD_EXTRA_PX;
  }

  bounds(): Bounds {
    return { rows: this.data.total ?? 0, columns: this.options.columns.length };
  }

  stamp(): ViewStamp {
    return { view: this.data.view, version: this.data.version };
  }

  column(index: number): GridColumn | undefined {
    return this.options.columns[index];
  }

  text(row: number, column: number): string | undefined {
    const held = this.data.held(row);
    if (!held) return undefined;
    const columnId = this.column(column)?.id ?? "";
    return (
      this.overlay.draft(held.row.id, columnId)?.text ??
      this.overlay.textAt(row, column, held.version) ??
      held.row.cells[column] ??
      ""
    );
  }

  problem(row: number, column: number): string | undefined {
    const held = this.data.row(row);
    if (!held) return undefined;
    return this.overlay.draft(held.id, this.column(column)?.id ?? "")?.reason ?? held.problems?.[column];
  }

  cellAt(cell: Cell): CellAt | undefined {
    const rowId = this.data.row(cell.row)?.id;
    const columnId = this.column(cell.column)?.id;
    return rowId === undefined || columnId === undefined ? undefined : { ...cell, rowId, columnId };
  }

  canEdit(column: number): boolean {
    return Boolean(this.options.actions && this.column(column)?.editor);
  }

  editMode(): EditMode | null {
    return this.hooks.editMode();
  }

  box(cell: Cell): CellBox {
    const left = this.layout.left_px(cell.column);
    return {
      left_px: this.layout.isFrozen(cell.column) ? left + this.viewport.scrollLeft_px : left,
      top_px: this.headHeight_px + this.scroll.rowOffset_px(cell.row),
      width_px: this.layout.columnWidth_px(cell.column),
      height_px: this.rowHeight_px,
    };
  }

  select(selection: Selection, view: "reveal" | "reveal-head" | "stay"): void {
    this.hooks.select(selection, view);
  }

  scrollBy(x_px: number, y_px: number): void {
    this.hooks.scrollTo(this.viewport.scrollLeft_px + x_px, this.scroll.top_px + y_px);
  }

  /** Scroll as little as needed to have a cell whole in sight, clear of heading and frozen columns. */
  reveal(cell: Cell, along: Along = "both"): void {
    const top = cell.row * this.rowHeight_px;
    const { height_px, width_px, scrollLeft_px } = this.viewport;
    let to = this.scroll.top_px;
    if (along !== "columns") {
      if (top + this.rowHeight_px > to + height_px) to = top + this.rowHeight_px - height_px;
      if (top < to) to = top;
    }
    const left =
      along === "rows" ? scrollLeft_px : this.layout.scrollLeftFor(cell.column, scrollLeft_px, width_px);
    if (to !== this.scroll.top_px || left !== scrollLeft_px) this.hooks.scrollTo(left, to);
  }

  resizeColumn(column: number, width_px: number): void {
    const known = this.column(column);
    if (!known) return;
    this.#widths_px[known.id] = width_px;
    this.hooks.layoutChanged();
  }

  fitColumn(column: number): void {
    this.hooks.fitColumn(column);
  }

  /** The options brought widths: those that were dragged here before are theirs now. */
  forgetWidths(): void {
    this.#widths_px = {};
  }

  layoutAgain(): void {
    this.layout = this.#layout();
    this.scroll.configure(this.bounds().rows, this.rowHeight_px, this.viewport.height_px);
  }

  notify(notice: GridNotice): void {
    this.hooks.notify(notice);
  }

  say(text: string): void {
    this.hooks.say(text);
  }

  redraw(): void {
    this.hooks.redraw();
  }

  #layout(): ColumnLayout {
    const { columns, widths_px, frozen } = this.options;
    const chosen = { ...widths_px, ...this.#widths_px };
    return new ColumnLayout(
      columns,
      chosen,
      frozen ?? 0,
      this.viewport.width_px,
      gutterWidth_px(this.bounds().rows),
    );
  }
}
