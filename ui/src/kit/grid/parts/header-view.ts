/** The heading: titles, sort signs, handles to change widths. Says nothing itself; the pointer and the keyboard act on it. */

import type { ColumnLayout } from "../engine/column-layout";
import type { CellRange, GridColumn, GridOptions } from "../types";
import { type ColumnDrop, element, setAttribute } from "./board";
import { filterDrawing, moreDrawing, sortDrawing } from "./marks";

interface HeadCell {
  box: HTMLElement;
  title: HTMLElement;
  sort: HTMLElement;
  filter: HTMLElement;
}

export class HeaderView {
  readonly box = element("div", "grid-head", { role: "row", "aria-rowindex": "1" });
  readonly #frozenBox = element("div", "grid-frozen", { role: "presentation" });
  readonly #corner = element("div", "grid-corner", { role: "columnheader", "aria-colindex": "1" });
  readonly #cornerText = element("span", "grid-hidden");
  #cells: HeadCell[] = [];
  #built = "";
  #stamp = -1;

  constructor() {
    this.#corner.append(this.#cornerText);
    this.#frozenBox.append(this.#corner);
    this.box.append(this.#frozenBox);
  }

  render(
    options: GridOptions,
    layout: ColumnLayout,
    stamp: number,
    ranges: readonly CellRange[],
    rows: number,
    drop: ColumnDrop | null,
  ): void {
    if (this.#stamp !== stamp) {
      this.#stamp = stamp;
      const key = JSON.stringify(options.columns.map((column: GridColumn) => [column.id, column.title]));
      if (this.#built !== key) this.#rebuild(options);
      this.#built = key;
      this.#place(options, layout);
    }
    for (const [column, cell] of this.#cells.entries()) {
      const inSelection = ranges.some((range) => column >= range.left && column <= range.right);
      const isWhole =
        inSelection && ranges.some((range) => range.top === 0 && range.bottom === rows - 1 && rows > 1);
      cell.box.classList.toggle("in-selection", inSelection);
      cell.box.classList.toggle("is-whole", isWhole && inSelection);
      cell.box.classList.toggle("is-moving", drop?.column === column);
      cell.box.classList.toggle("drops-before", drop?.gap === column);
      cell.box.classList.toggle("drops-after", drop?.gap === column + 1 && column + 1 === this.#cells.length);
    }
  }

  #rebuild(options: GridOptions): void {
    for (const cell of this.#cells) cell.box.remove();
    this.#cells = options.columns.map((column, i) => {
      const box = element("div", "grid-heading", {
        role: "columnheader",
        "aria-colindex": String(i + 2),
        title: column.title,
      });
      const title = element("span", "grid-title");
      title.textContent = column.title;
      const sort = element("span", "grid-sort", { "aria-hidden": "true" });
      const filter = element("span", "grid-filtered");
      const menu = element("span", "grid-heading-menu", {
        "aria-hidden": "true",
        "data-menu": String(i),
        title: options.words.columnMenu,
      });
      menu.append(moreDrawing());
      const resizer = element("span", "grid-resizer", { "aria-hidden": "true", "data-resize": String(i) });
      box.append(title, sort, filter, menu, resizer);
      return { box, title, sort, filter };
    });
  }

  #place(options: GridOptions, layout: ColumnLayout): void {
    this.box.style.width = `${layout.width_px}px`;
    this.#frozenBox.style.width = `${layout.frozenWidth_px}px`;
    this.#corner.style.width = `${layout.gutter_px}px`;
    setAttribute(this.#corner, "title", options.words.selectAll);
    this.#cornerText.textContent = options.words.rowNumber;
    for (const [i, cell] of this.#cells.entries()) {
      const home = layout.isFrozen(i) ? this.#frozenBox : this.box;
      if (cell.box.parentElement !== home) home.append(cell.box);
      cell.box.style.left = `${layout.left_px(i)}px`;
      cell.box.style.width = `${layout.columnWidth_px(i)}px`;
      const column = options.columns[i];
      cell.box.classList.toggle("at-end", column?.align === "end");
      cell.box.classList.toggle("is-sortable", column?.isSortable !== false);
      const place = options.sort?.findIndex((key) => key.columnId === column?.id) ?? -1;
      const key = options.sort?.[place];
      setAttribute(cell.box, "aria-sort", key ? key.direction : column?.isSortable === false ? null : "none");
      const isFiltered = column !== undefined && (options.filtered?.includes(column.id) ?? false);
      if (cell.filter.hasChildNodes() !== isFiltered) {
        cell.filter.replaceChildren(...(isFiltered ? [filterDrawing()] : []));
        setAttribute(cell.filter, "role", isFiltered ? "img" : null);
        setAttribute(cell.filter, "aria-label", isFiltered ? options.words.filtered : null);
        setAttribute(cell.filter, "title", isFiltered ? options.words.filtered : null);
      }
      cell.sort.replaceChildren();
      if (!key) continue;
      cell.sort.append(sortDrawing(key.direction));
      if ((options.sort?.length ?? 0) > 1) cell.sort.append(String(place + 1));
    }
  }
}
