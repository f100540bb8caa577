/** What the parts of the grid share: the state on the table and the few moves that concern all of them. */

import type { ColumnLayout } from "../engine/column-layout";
import type { EditMode } from "../engine/composition";
import type { Overlay } from "../engine/overlay";
import type { PageCache } from "../engine/page-cache";
import type { ScrollMap } from "../engine/scroll-map";
import type { Along, Bounds, Selection } from "../engine/selection";
import type { Cell, CellAt, CellRange, GridColumn, GridNotice, GridOptions, ViewStamp } from "../types";

export interface Viewport {
  width_px: number;
  /** Without the heading. */
  height_px: number;
  scrollLeft_px: number;
}

export interface CellBox {
  /** In the scrolled content, frozen columns where they stick now. */
  left_px: number;
  top_px: number;
  width_px: number;
  height_px: number;
}

export interface ColumnDrop {
  column: number;
  /** Gap between columns, from 0 to their number. */
  gap: number;
}

export interface Board {
  readonly root: HTMLElement;
  readonly scroller: HTMLElement;
  readonly id: string;
  readonly data: PageCache;
  readonly overlay: Overlay;
  readonly scroll: ScrollMap;
  readonly options: GridOptions;
  readonly layout: ColumnLayout;
  readonly selection: Selection;
  readonly viewport: Viewport;
  readonly rowHeight_px: number;
  readonly headHeight_px: number;
  /** Cells that a dragged fill handle would fill. */
  fillPreview: CellRange | null;
  /** The column that is dragged, and before which one it would stand. */
  columnDrop: ColumnDrop | null;

  bounds(): Bounds;
  stamp(): ViewStamp;
  column(index: number): GridColumn | undefined;
  /** Text on show; undefined while the row is not loaded. */
  text(row: number, column: number): string | undefined;
  problem(row: number, column: number): string | undefined;
  cellAt(cell: Cell): CellAt | undefined;
  canEdit(column: number): boolean;
  box(cell: Cell): CellBox;
  editMode(): EditMode | null;

  select(selection: Selection, view: "reveal" | "reveal-head" | "stay"): void;
  scrollBy(x_px: number, y_px: number): void;
  /** Scroll as little as needed to have a cell whole in sight; `rows` and `columns` leave the other way in place. */
  reveal(cell: Cell, along?: Along): void;
  resizeColumn(column: number, width_px: number): void;
  fitColumn(column: number): void;
  notify(notice: GridNotice): void;
  say(text: string): void;
  /** Draw before the next frame. */
  redraw(): void;
}

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  attributes: Readonly<Record<string, string>> = {},
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = className;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/** Set an attribute only where it differs: writes cost more than reads. */
export function setAttribute(target: Element, name: string, value: string | null): void {
  if (target.getAttribute(name) === value) return;
  if (value === null) target.removeAttribute(name);
  else target.setAttribute(name, value);
}

/** Put a floating box under a cell, or above it where there is no room, and keep it inside the window. */
export function placeFloating(board: Board, box: HTMLElement, cell: Cell, gap_px: number): void {
  const place = board.box(cell);
  const frame = board.root.getBoundingClientRect();
  const left = place.left_px - board.viewport.scrollLeft_px;
  const top = place.top_px - board.scroll.physical_px;
  const height = box.offsetHeight;
  const roomBelow = window.innerHeight - frame.top - top - place.height_px;
  const isAbove = roomBelow < height + 8 && top + frame.top > height + 8;
  const room = Math.max(0, Math.min(frame.width, window.innerWidth - frame.left) - box.offsetWidth - 4);
  box.style.left = `${Math.round(Math.max(4, Math.min(left, room)))}px`;
  box.style.top = `${Math.round(isAbove ? top - height - gap_px : top + place.height_px + gap_px)}px`;
}
