/**
 * The grid itself, in plain TypeScript: makes the parts, listens to the document and passes on what happens. A thin
 * shell for a view library sits on top; nothing here knows that library, the features or the host.
 */

import { drawnKey } from "./engine/drawn-key";
import type { Platform } from "./engine/keyboard";
import { PageCache } from "./engine/page-cache";
import { planAll, planFillDown } from "./engine/paste-plan";
import {
  alongHead,
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
import { setAttribute } from "./parts/board";
import { ClipboardWire } from "./parts/clipboard-wire";
import { ColumnMenu } from "./parts/column-menu";
import { Editing } from "./parts/editing";
import { focusBeside } from "./parts/focus-beside";
import { GridBoard } from "./parts/grid-board";
import { Keys } from "./parts/keys";
import { PlaceKeeper } from "./parts/place-keeper";
import { Pointer } from "./parts/pointer";
import { PopupList } from "./parts/popup-list";
import { fittingWidth_px } from "./parts/rows-view";
import { ScrollWire } from "./parts/scroll-wire";
import { Sink } from "./parts/sink";
import { Stage } from "./parts/stage";
import type { CellRange, GridHandle, GridNotice, GridOptions, GridRow, SelectionReport } from "./types";

let made = 0;

export class GridEngine implements GridHandle {
  readonly #root: HTMLElement;
  readonly #stage = new Stage(() => this.#render());
  readonly #announcer = new Announcer();
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
  readonly #scrolling: ScrollWire;
  readonly #place: PlaceKeeper;
  readonly #stop = new AbortController();
  readonly #sizes: ResizeObserver;
  #foreign = 0;
  /** Rows that were asked for are still to come. */
  #isRevealDue = false;
  #reported = "";
  #total: number | null = null;
  #hasFailed = false;

  constructor(root: HTMLElement, options: GridOptions, platform: Platform) {
    made += 1;
    this.#root = root;
    root.classList.add("grid-root");
    this.#data = new PageCache(options.source, {
      changed: () => this.#dataChanged(),
      movedOn: () => this.#movedOn(),
      failed: () => this.#sourceFailed(),
    });
    this.#board = new GridBoard(root, this.#stage.scroller, `grid-${made}`, this.#data, options, {
      editMode: () => this.#editing?.mode ?? null,
      select: (selection, view) => this.#select(selection, view),
      scrollTo: (left, top) => this.#scrolling.to(left, top),
      layoutChanged: () => this.#relayout(),
      fitColumn: (column) => this.fitColumn(column),
      notify: (notice) => this.#notify(notice),
      say: (text) => this.#announcer.say(text),
      redraw: () => this.#stage.soon(),
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
      toggle: () => this.#board.options.onToggle?.(this.report()),
      giveUpDrag: () => this.#pointer.giveUp(),
    });
    this.#clipboard = new ClipboardWire(board, this.#sink, this.#acts, signal);
    this.#stage.scroller.append(this.#sink.box);
    root.append(this.#stage.scroller, this.#stage.note.box, this.#popup.box, this.#announcer.box);
    this.#pointer = new Pointer(
      board,
      this.#acts,
      platform,
      {
        finishEdit: () => {
          this.#menu.close();
          return this.#editing.commit();
        },
        beginEdit: () => void this.#editing.begin(),
        toggle: () => this.#board.options.onToggle?.(this.report()),
        sort: (column, keys) => this.#sort(column, keys),
        columnMenu: (column) => this.#menu.open(column),
        menu: (event, cell) => {
          const place = { row: cell.row, x_px: event.clientX, y_px: event.clientY };
          const kind =
            cell.column < 0 ? { kind: "row" as const } : { kind: "cell" as const, column: cell.column };
          this.#board.options.onMenu?.({ ...kind, ...place });
        },
        hover: (cell) => this.#stage.note.hover(board, cell),
        focus: () => this.#sink.focus(),
      },
      signal,
    );
    this.#scrolling = new ScrollWire(
      board,
      {
        render: () => this.#render(),
        redraw: () => this.#stage.soon(),
        rested: () => this.#stage.order(),
        isDragging: () => this.#pointer.isDragging,
      },
      signal,
    );
    this.#place = new PlaceKeeper(board, (row) => this.#editing.rowMoved(row));
    this.#listen(signal);
    this.#sizes = new ResizeObserver(() => {
      this.#measure();
      this.#render();
    });
    this.#sizes.observe(this.#stage.scroller);
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
    on("compositionstart", () => this.#editing.compositionStarted());
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
  }

  update(options: GridOptions): void {
    const before = this.#board.options;
    const isOtherView = options.view !== before.view;
    const columnIds = (columns: GridOptions["columns"]) => columns.map((column) => column.id).join("\n");
    const isOtherColumns = columnIds(options.columns) !== columnIds(before.columns);
    if (isOtherView || isOtherColumns) this.#editing.commit();
    if (JSON.stringify(options.widths_px) !== JSON.stringify(before.widths_px)) this.#board.forgetWidths();
    this.#board.options = options;
    this.#data.replaceSource(options.source);
    if (drawnKey(options) !== drawnKey(before)) {
      this.#describe();
      this.#relayout();
    }
    if (isOtherView || isOtherColumns) {
      this.#foreign += 1;
      this.#board.overlay.forgetPatches();
      this.#data.open(options.source, options.view, options.version);
      if (isOtherView) {
        this.#scrolling.to(this.#board.viewport.scrollLeft_px, 0);
        this.#place.startOver(options.columns.length);
      } else this.#stayWithColumn(before.columns);
    } else if (options.version > this.#data.version) this.advance(options.version);
  }

  /** Take everything down. A text still in the editor is sent first. */
  destroy(): void {
    this.#editing.commit();
    this.#stop.abort();
    this.#sizes.disconnect();
    this.#data.close();
    this.#announcer.stop();
    this.#stage.stop();
    this.#root.replaceChildren();
    this.#root.classList.remove("grid-root", "has-focus");
  }

  /** Columns were moved, hidden or shown: the same cell stays active, or the one that took its place. */
  #stayWithColumn(before: GridOptions["columns"]): void {
    const { columns } = this.#board.options;
    const { row, column } = this.#board.selection.active;
    const moved = columns.findIndex(({ id }) => id === before[column]?.id);
    const to = moved >= 0 ? moved : Math.max(0, Math.min(column, columns.length - 1));
    this.#select(selectCell({ row, column: to }), "reveal");
  }

  // What the outside may ask for.

  focus(): void {
    this.#sink.focus();
  }

  select(range: CellRange): void {
    this.#isRevealDue = range.top >= this.#board.bounds().rows;
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
    this.#place.follow("stay");
  }

  rowAt(index: number): GridRow | undefined {
    return this.#data.row(index);
  }

  edit(): void {
    this.#sink.focus();
    void this.#editing.begin();
  }

  clear(): void {
    if (this.#board.options.actions) this.#acts.write(this.#board.selection.ranges, "");
  }

  fillDown(): void {
    if (this.#board.options.actions) this.#acts.fill(planAll(this.#board.selection.ranges, planFillDown));
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
    if (!known) return;
    const width = fittingWidth_px(this.#data.loadedRows(), column, known.title, this.#root);
    this.#board.resizeColumn(column, width);
    this.#board.options.onResize?.(known.id, this.#board.layout.columnWidth_px(column));
  }

  // What happens inside.

  #select(selection: Selection, view: "reveal" | "reveal-head" | "stay"): void {
    const board = this.#board;
    const { active } = selection;
    const before = board.selection;
    board.selection = selection;
    this.#place.moved(before, selection);
    if (view === "reveal") board.reveal(active);
    if (view === "reveal-head") board.reveal(selection.head, alongHead(before, selection, board.bounds()));
    this.#sink.box.readOnly = !board.canEdit(active.column);
    this.#sink.place(active, this.#editing.mode);
    this.#announcer.saySoon(() => {
      const { rows, columns } = rangeSize(lastRange(board.selection));
      return isSingle(board.selection)
        ? wordsForActive(board, board.options)
        : board.options.words.selected(rows, columns);
    });
    this.#stage.soon();
  }

  #measure(): void {
    this.#board.viewport.width_px = this.#stage.scroller.clientWidth;
    this.#relayout();
  }

  #relayout(): void {
    const { viewport, headHeight_px } = this.#board;
    viewport.height_px = Math.max(0, this.#stage.scroller.clientHeight - headHeight_px);
    this.#board.layoutAgain();
    this.#stage.renew(this.#board);
    this.#scrolling.follow();
    this.#stage.soon();
  }

  #describe(): void {
    const { options } = this.#board;
    this.#stage.describe(this.#board);
    setAttribute(this.#sink.box, "aria-label", options.words.input);
    setAttribute(this.#sink.box, "aria-description", options.words.help);
    this.#sink.box.readOnly = !this.#board.canEdit(this.#board.selection.active.column);
  }

  #render(): void {
    const board = this.#board;
    const shown = this.#stage.render(board);
    this.#sink.place(board.selection.active, this.#editing.mode);
    this.#popup.place();
    this.#place.learn();
    this.#tellSelection();
    if (board.bounds().rows > 0) this.#data.want(shown.first, shown.last);
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
      if (this.#isRevealDue) board.reveal(board.selection.active);
      this.#isRevealDue = false;
      if (this.#total !== null) board.options.onTotal?.(this.#total);
    }
    this.#stage.soon();
  }

  #movedOn(): void {
    this.#foreign += 1;
    this.#place.follow("stay");
  }

  #advanceOwn(version: number): void {
    this.#data.advance(version);
    this.#place.follow("stay");
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

  #sort(column: number, keys: "only" | "also"): void {
    const known = this.#board.column(column);
    if (known && known.isSortable !== false) this.#board.options.onSort?.(known.id, null, keys);
  }

  #keyboardMenu(): void {
    const board = this.#board;
    const { active } = board.selection;
    board.reveal(active);
    const box = board.box(active);
    const frame = this.#stage.scroller.getBoundingClientRect();
    board.options.onMenu?.({
      kind: "cell",
      ...active,
      x_px: frame.left + box.left_px - board.viewport.scrollLeft_px,
      y_px: frame.top + box.top_px + box.height_px - board.scroll.physical_px,
    });
  }
}
