/**
 * The grid itself, in plain TypeScript: makes the parts, listens to the document and passes on what happens. A thin
 * shell for a view library sits on top; nothing here knows that library, the features or the host.
 */

import type { Platform } from "./engine/keyboard";
import { PageCache } from "./engine/page-cache";
import { planFillDown } from "./engine/paste-plan";
import { DRIFT_LIMIT_PX } from "./engine/scroll-map";
import {
  countCells,
  fitSelection,
  isSingle,
  lastRange,
  rangeSize,
  type Selection,
  selectAll,
  selectCell,
  selectColumns,
  selectRange,
} from "./engine/selection";
import { Acts } from "./parts/acts";
import { Announcer, wordsForActive } from "./parts/announcer";
import { element, setAttribute } from "./parts/board";
import { ClipboardWire } from "./parts/clipboard-wire";
import { ColumnMenu } from "./parts/column-menu";
import { Editing } from "./parts/editing";
import { focusBeside } from "./parts/focus-beside";
import { GridBoard } from "./parts/grid-board";
import { HeaderView } from "./parts/header-view";
import { Keys } from "./parts/keys";
import { Note } from "./parts/note";
import { Pointer } from "./parts/pointer";
import { PopupList } from "./parts/popup-list";
import type { RowPaint } from "./parts/row-view";
import { fittingWidth_px, RowsView } from "./parts/rows-view";
import { Sink } from "./parts/sink";
import type { CellRange, GridHandle, GridNotice, GridOptions, GridRow, SelectionReport } from "./types";

/** Scrolling has come to rest when nothing moved for so long. */
const SCROLL_REST_MS = 140;

let made = 0;

export class GridEngine implements GridHandle {
  readonly #root: HTMLElement;
  readonly #scroller = element("div", "grid-scroller", { tabindex: "-1" });
  readonly #canvas = element("div", "grid-canvas", { role: "grid", "aria-multiselectable": "true" });
  readonly #head = new HeaderView();
  readonly #rows = new RowsView();
  readonly #note = new Note();
  readonly #announcer = new Announcer();
  readonly #fillHandle = element("div", "grid-fill", { "aria-hidden": "true" });
  readonly #data: PageCache;
  readonly #board: GridBoard;
  readonly #sink: Sink;
  readonly #popup: PopupList;
  readonly #menu: ColumnMenu;
  readonly #acts: Acts;
  readonly #editing: Editing;
  readonly #keys: Keys;
  readonly #clipboard: ClipboardWire;
  readonly #pointer: Pointer;
  readonly #stop = new AbortController();
  readonly #sizes: ResizeObserver;
  #stamp = 0;
  #frame = 0;
  #rest: ReturnType<typeof setTimeout> | null = null;
  #foreign = 0;
  #locating = 0;
  #activeRowId: string | null = null;
  #reported = "";
  #total: number | null = null;
  #hasFailed = false;

  constructor(root: HTMLElement, options: GridOptions, platform: Platform) {
    made += 1;
    this.#root = root;
    root.classList.add("grid");
    this.#data = new PageCache(options.source, {
      changed: () => this.#dataChanged(),
      movedOn: () => this.#movedOn(),
      failed: () => this.#sourceFailed(),
    });
    this.#board = new GridBoard(root, this.#scroller, `grid-${made}`, this.#data, options, {
      editMode: () => this.#editing?.mode ?? null,
      select: (selection, view) => this.#select(selection, view),
      scrollTo: (left, top) => this.#scrollTo(left, top),
      layoutChanged: () => this.#relayout(),
      fitColumn: (column) => this.fitColumn(column),
      notify: (notice) => this.#notify(notice),
      say: (text) => this.#announcer.say(text),
      redraw: () => this.#redraw(),
    });
    const board = this.#board;
    const { signal } = this.#stop;
    this.#sink = new Sink(board);
    this.#popup = new PopupList(board);
    this.#menu = new ColumnMenu(board, this.#popup);
    this.#acts = new Acts(board, {
      advanced: (version) => this.#advanceOwn(version),
      foreignAdvances: () => this.#foreign,
      reveal: (range) => this.#select(selectRange(range), "reveal"),
    });
    this.#editing = new Editing(board, this.#sink, this.#popup, this.#acts);
    this.#keys = new Keys(board, this.#editing, this.#acts, this.#menu, platform, {
      leave: (direction) => focusBeside(root, direction),
      menu: () => this.#keyboardMenu(),
    });
    this.#clipboard = new ClipboardWire(board, this.#sink, this.#acts, signal);
    const headGroup = element("div", "grid-headgroup", { role: "rowgroup" });
    headGroup.append(this.#head.box);
    this.#canvas.append(headGroup, this.#rows.box);
    this.#scroller.append(this.#canvas, this.#sink.box);
    root.append(this.#scroller, this.#note.box, this.#popup.box, this.#announcer.box);
    this.#pointer = new Pointer(
      board,
      this.#acts,
      {
        finishEdit: () => {
          this.#menu.close();
          return this.#editing.commit();
        },
        beginEdit: () => void this.#editing.begin(),
        sort: (column) => this.#sort(column),
        columnMenu: (column) => this.#menu.open(column),
        menu: (event, cell) => {
          const place = { row: cell.row, x_px: event.clientX, y_px: event.clientY };
          const kind =
            cell.column < 0 ? { kind: "row" as const } : { kind: "cell" as const, column: cell.column };
          this.#board.options.onMenu?.({ ...kind, ...place });
        },
        hover: (cell) => this.#note.hover(board, cell),
        focus: () => this.#sink.focus(),
      },
      signal,
    );
    this.#listen(signal);
    this.#sizes = new ResizeObserver(() => this.#measure());
    this.#sizes.observe(this.#scroller);
    this.#describe();
    this.#measure();
    this.#data.open(options.source, options.view, options.version);
  }

  #listen(signal: AbortSignal): void {
    const { box } = this.#sink;
    const on = <K extends keyof HTMLElementEventMap>(name: K, act: (event: HTMLElementEventMap[K]) => void) =>
      box.addEventListener(name, act, { signal });
    on("keydown", (event) => this.#keys.down(event));
    on("input", () => this.#editing.input());
    on("compositionstart", () => {
      this.#board.reveal(this.#board.selection.active);
      this.#editing.compositionStarted();
    });
    on("compositionupdate", () => this.#sink.resize(this.#editing.mode));
    on("compositionend", () => this.#editing.compositionEnded());
    on("focus", () => {
      this.#root.classList.add("has-focus");
      this.#announcer.saySoon(() => wordsForActive(this.#board, this.#board.options));
    });
    on("blur", () => {
      // Another window came to the front: the editor stays as it is.
      if (!document.hasFocus()) return;
      this.#root.classList.remove("has-focus");
      this.#menu.close();
      this.#editing.commit();
    });
    this.#scroller.addEventListener("scroll", () => this.#scrolled(), { signal, passive: true });
  }

  update(options: GridOptions): void {
    const before = this.#board.options;
    const isOtherView = options.view !== before.view;
    const columnIds = (columns: GridOptions["columns"]) => columns.map((column) => column.id).join("\n");
    const isOtherColumns = columnIds(options.columns) !== columnIds(before.columns);
    if (isOtherView || isOtherColumns) this.#editing.commit();
    if (options.widths_px !== before.widths_px) this.#board.forgetWidths();
    this.#board.options = options;
    this.#data.replaceSource(options.source);
    this.#describe();
    this.#relayout();
    if (isOtherView || isOtherColumns) {
      this.#foreign += 1;
      this.#board.overlay.forgetPatches();
      this.#data.open(options.source, options.view, options.version);
      if (isOtherView) this.#scrollTo(this.#board.viewport.scrollLeft_px, 0);
      const { column } = this.#board.selection.active;
      const rowId = this.#activeRowId;
      this.#select(selectCell({ row: 0, column: Math.min(column, options.columns.length - 1) }), "stay");
      this.#activeRowId = rowId;
      this.#locate("reveal");
    } else if (options.version > this.#data.version) this.advance(options.version);
  }

  destroy(): void {
    this.#stop.abort();
    this.#sizes.disconnect();
    this.#data.close();
    this.#announcer.stop();
    cancelAnimationFrame(this.#frame);
    if (this.#rest !== null) clearTimeout(this.#rest);
    this.#root.replaceChildren();
    this.#root.classList.remove("grid", "has-focus");
  }

  // What the outside may ask for.

  focus(): void {
    this.#sink.focus();
  }

  select(range: CellRange): void {
    this.#select(selectRange(range), "reveal");
  }

  selectAll(): void {
    this.#select(selectAll(this.#board.selection.active, this.#board.bounds()), "stay");
  }

  selectColumn(column: number): void {
    this.#select(selectColumns(column, column, this.#board.selection.active, this.#board.bounds()), "stay");
  }

  report(): SelectionReport {
    const { selection } = this.#board;
    return {
      ...this.#board.stamp(),
      ...rangeSize(lastRange(selection)),
      active: selection.active,
      ranges: selection.ranges,
      cells: countCells(selection.ranges),
      activeRowId: this.#data.row(selection.active.row)?.id ?? null,
    };
  }

  advance(version: number): void {
    if (version <= this.#data.version) return;
    this.#foreign += 1;
    this.#data.advance(version);
    this.#locate("stay");
  }

  rowAt(index: number): GridRow | undefined {
    return this.#data.row(index);
  }

  edit(): void {
    this.#sink.focus();
    void this.#editing.begin();
  }

  clear(): void {
    if (this.#board.options.actions) this.#acts.clear(this.#board.selection.ranges);
  }

  fillDown(): void {
    const plan = planFillDown(lastRange(this.#board.selection));
    if (plan && this.#board.options.actions) this.#acts.fill(plan);
  }

  copy(): void {
    this.#clipboard.copy();
  }

  undo(): void {
    this.#acts.undo();
  }

  redo(): void {
    this.#acts.redo();
  }

  fitColumn(column: number): void {
    const known = this.#board.column(column);
    const pen = document.createElement("canvas").getContext("2d");
    if (!known || !pen) return;
    const style = getComputedStyle(this.#root);
    pen.font = `${style.fontSize} ${style.fontFamily}`;
    const width = fittingWidth_px(
      this.#data.loadedRows(),
      column,
      known.title,
      (text) => pen.measureText(text).width,
    );
    this.#board.resizeColumn(column, width);
    this.#board.options.onResize?.(known.id, this.#board.layout.columnWidth_px(column));
  }

  // What happens inside.

  #select(selection: Selection, view: "reveal" | "reveal-head" | "stay"): void {
    const board = this.#board;
    const { active } = selection;
    if (active.row !== board.selection.active.row) this.#activeRowId = this.#data.row(active.row)?.id ?? null;
    this.#locating += 1;
    board.selection = selection;
    if (view !== "stay") board.reveal(view === "reveal" ? active : selection.head);
    this.#sink.box.readOnly = !board.canEdit(active.column);
    this.#sink.place(active, this.#editing.mode);
    this.#announcer.saySoon(() => {
      const { rows, columns } = rangeSize(lastRange(board.selection));
      return isSingle(board.selection)
        ? wordsForActive(board, board.options)
        : board.options.words.selected(rows, columns);
    });
    this.#redraw();
  }

  #scrollTo(left_px: number, top_px: number): void {
    const { scroll, viewport } = this.#board;
    scroll.goTo(top_px);
    this.#scroller.scrollTop = scroll.physical_px;
    this.#scroller.scrollLeft = left_px;
    viewport.scrollLeft_px = this.#scroller.scrollLeft;
    this.#restSoon();
    this.#redraw();
  }

  #scrolled(): void {
    const { scroll, viewport } = this.#board;
    viewport.scrollLeft_px = this.#scroller.scrollLeft;
    if (Math.abs(this.#scroller.scrollTop - scroll.physical_px) >= 0.5)
      scroll.scrolled(this.#scroller.scrollTop);
    if (scroll.drift_px > DRIFT_LIMIT_PX) this.#settle();
    this.#restSoon();
    this.#render();
  }

  #restSoon(): void {
    if (this.#rest !== null) clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      this.#rest = null;
      this.#settle();
      this.#rows.order();
    }, SCROLL_REST_MS);
  }

  #settle(): void {
    if (this.#pointer.isDragging || !this.#board.scroll.settle()) return;
    this.#scroller.scrollTop = this.#board.scroll.physical_px;
    this.#render();
  }

  #measure(): void {
    const { viewport } = this.#board;
    viewport.width_px = this.#scroller.clientWidth;
    viewport.height_px = Math.max(0, this.#scroller.clientHeight - this.#board.headHeight_px);
    this.#relayout();
  }

  #relayout(): void {
    this.#stamp += 1;
    const { viewport, scroll } = this.#board;
    viewport.height_px = Math.max(0, this.#scroller.clientHeight - this.#board.headHeight_px);
    this.#board.layoutAgain();
    this.#sizeCanvas();
    if (Math.abs(this.#scroller.scrollTop - scroll.physical_px) >= 1)
      this.#scroller.scrollTop = scroll.physical_px;
    this.#redraw();
  }

  #sizeCanvas(): void {
    const { layout, scroll, headHeight_px, rowHeight_px } = this.#board;
    this.#canvas.style.width = `${layout.width_px}px`;
    this.#canvas.style.height = `${headHeight_px + scroll.height_px}px`;
    this.#root.style.setProperty("--_row-height", `${rowHeight_px}px`);
    this.#root.style.setProperty("--_head-height", `${headHeight_px}px`);
  }

  #describe(): void {
    const { options } = this.#board;
    setAttribute(this.#canvas, "aria-label", options.label);
    setAttribute(this.#canvas, "aria-colcount", String(options.columns.length + 1));
    setAttribute(this.#canvas, "aria-readonly", options.actions ? null : "true");
    setAttribute(this.#sink.box, "aria-label", options.words.input);
    setAttribute(this.#sink.box, "aria-description", options.words.help);
    this.#sink.box.readOnly = !this.#board.canEdit(this.#board.selection.active.column);
  }

  #redraw(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#render();
    });
  }

  #render(): void {
    const board = this.#board;
    const { selection, layout, viewport, options } = board;
    const { rows } = board.bounds();
    const range = lastRange(selection);
    const hasHandle =
      Boolean(options.actions) && rows > 0 && selection.ranges.length === 1 && !this.#editing.mode;
    if (!hasHandle) this.#fillHandle.remove();
    const paint: RowPaint = {
      options,
      layout,
      stamp: this.#stamp,
      window:
        layout.count > layout.frozen ? layout.window(viewport.scrollLeft_px, viewport.width_px) : [0, -1],
      ranges: selection.ranges,
      active: selection.active,
      fillPreview: board.fillPreview,
      fillCorner: hasHandle ? { row: range.bottom, column: range.right } : null,
      fillHandle: this.#fillHandle,
      hasOverlay: board.overlay.isInUse,
      text: (row, column) => board.text(row, column),
      problem: (row, column) => board.problem(row, column),
      idOf: (row, column) => `${board.id}-${row}-${column}`,
    };
    const shown = this.#rows.render(board, paint);
    this.#head.render(options, layout, this.#stamp, selection.ranges, rows);
    setAttribute(this.#canvas, "aria-rowcount", this.#data.total === null ? "-1" : String(rows + 1));
    setAttribute(this.#canvas, "aria-busy", this.#data.total === null ? "true" : null);
    this.#sink.place(selection.active, this.#editing.mode);
    if (this.#editing.isChoosing || this.#menu.isOpen) this.#popup.place();
    this.#note.render(board);
    this.#activeRowId ??= this.#data.row(selection.active.row)?.id ?? null;
    this.#tellSelection();
    if (rows > 0) this.#data.want(shown.first, shown.last);
  }

  #tellSelection(): void {
    const { onSelection } = this.#board.options;
    if (!onSelection) return;
    const report = this.report();
    const key = JSON.stringify(report);
    if (key === this.#reported) return;
    this.#reported = key;
    onSelection(report);
  }

  #dataChanged(): void {
    const board = this.#board;
    board.overlay.prune(this.#data.oldestVersion);
    this.#hasFailed = false;
    if (this.#data.total !== this.#total) {
      this.#total = this.#data.total;
      const fitted = fitSelection(board.selection, board.bounds());
      if (JSON.stringify(fitted) !== JSON.stringify(board.selection)) this.#select(fitted, "stay");
      this.#relayout();
      if (this.#total !== null) board.options.onTotal?.(this.#total);
    }
    this.#redraw();
  }

  #movedOn(): void {
    this.#foreign += 1;
    this.#locate("stay");
  }

  #advanceOwn(version: number): void {
    this.#data.advance(version);
    this.#locate("stay");
  }

  /** The data changed: stay with the record that was active, wherever it is now. */
  #locate(view: "reveal" | "stay"): void {
    const { source } = this.#board.options;
    const rowId = this.#activeRowId;
    if (!source.locate || rowId === null) return;
    this.#locating += 1;
    const asked = this.#locating;
    source.locate(rowId, this.#board.stamp()).then(
      (row) => {
        const { active } = this.#board.selection;
        if (row === null || asked !== this.#locating || row === active.row) return;
        this.#editing.rowMoved(row);
        this.#select(selectCell({ row, column: active.column }), this.#editing.mode ? "reveal" : view);
        this.#activeRowId = rowId;
      },
      () => undefined, // The selection stays at its index, as without `locate`.
    );
  }

  #sourceFailed(): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#notify({ kind: "source-failed", text: this.#board.options.words.sourceFailed });
  }

  #notify(notice: GridNotice): void {
    this.#announcer.say(notice.text);
    this.#board.options.onNotice?.(notice);
  }

  #sort(column: number): void {
    const known = this.#board.column(column);
    if (known && known.isSortable !== false) this.#board.options.onSort?.(known.id, null);
  }

  #keyboardMenu(): void {
    const board = this.#board;
    const { active } = board.selection;
    board.reveal(active);
    const box = board.box(active);
    const frame = this.#scroller.getBoundingClientRect();
    board.options.onMenu?.({
      kind: "cell",
      ...active,
      x_px: frame.left + box.left_px - board.viewport.scrollLeft_px,
      y_px: frame.top + box.top_px + box.height_px - board.scroll.physical_px,
    });
  }
}
