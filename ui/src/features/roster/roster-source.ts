/**
 * The roster behind the grid: one query, the app's view of it, and what is done to its cells. The grid's version is the
 * app's version plus the number of times the view was opened again, so that either of them makes the grid look anew.
 * Positions that the grid took at an older version are sent with the view that was shown then.
 */

import type { TFunction } from "i18next";
import { isFailure } from "@/failure";
import type { Client } from "@/generated/client";
import type {
  Column,
  EditOutcome,
  PasteBlock,
  PastePlan,
  RefusedCell,
  Row,
  Undone,
  ViewInfo,
  ViewQuery,
} from "@/generated/types";
import type {
  CellAt,
  CellRange,
  FillPlan,
  GridActions,
  GridPage,
  GridRow,
  GridSource,
  Meant,
  Outcome,
  RowMark,
  ViewStamp,
} from "@/kit/grid";
import { problemLine } from "@/kit/problem-words";
import { labelOf, wordOf } from "./choices";
import { chosenGuardian } from "./guardian-suggestions";

/** A cell that was left as it was, by its place in the view. */
export interface Refused {
  row: number;
  column: Column;
  code: string;
}

export interface Refusals {
  count: number;
  /** Whether other cells of the same paste, filling or clearing were saved. */
  isPartial: boolean;
  cells: Refused[];
}

/** A paste that is large or would leave cells out: somebody looks at it first. */
export interface PasteQuestion {
  plan: PastePlan;
  cells: number;
  /** Row of the view where it begins. */
  top: number;
  textAt(row: number, column: Column): string;
}

/** Pastes of more cells are looked at first. */
const LOOKED_AT_CELLS = 200;

export interface RosterEvents {
  askPaste(question: PasteQuestion): Promise<"paste" | "leave">;
  /** Work that may take long: its name, and what to call when it is over. */
  began(): { job: string; end: () => void };
  /** Cells of a paste, a filling or a clearing broke a rule. */
  refused(refusals: Refusals): void;
  /** A paste made members; fewer may be in sight, where a filter leaves them out. */
  added(members: number, inSight: number): void;
  /** An edit may have changed which rows belong here or in which order. */
  orderMayDiffer(): void;
  undone(undone: Undone, way: "undo" | "redo"): void;
  nothingToUndo(thrown: unknown): void;
  /** The words for a call that failed. */
  explain(thrown: unknown): string;
}

interface Opening {
  /** Grid version from which this view is shown. */
  from: number;
  view: string;
}

/** Views that the app keeps are fewer; older positions cannot be acted on any more. */
const OPENINGS_MAX = 12;
/** Rows whose masks are remembered: far more than the grid keeps. */
const MASKED_MAX = 20_000;

export class RosterSource implements GridSource, GridActions {
  readonly key: string;
  readonly query: ViewQuery;
  /** Rows when it was last opened. */
  total = 0;
  columns: readonly Column[] = [];
  readonly #client: Client;
  readonly #events: RosterEvents;
  #t: TFunction;
  #openings: Opening[] = [];
  /** Newest version of the app that is known to be shown. */
  #seen = 0;
  #underWay = 0;
  /** Masked columns of the rows that were read, by row. */
  #masked = new Map<string, ReadonlySet<string>>();

  constructor(client: Client, query: ViewQuery, events: RosterEvents, t: TFunction) {
    this.#client = client;
    this.#events = events;
    this.#t = t;
    this.query = query;
    this.key = JSON.stringify(query);
  }

  /** Version for the grid: rises with the data and with each opening. */
  get version(): number {
    return this.#seen + this.#openings.length;
  }

  /** The app's version that is shown or was asked for. */
  get seen(): number {
    return this.#seen;
  }

  /** Name of the app's view that is shown. */
  get view(): string {
    return this.#openings.at(-1)?.view ?? "";
  }

  get isActing(): boolean {
    return this.#underWay > 0;
  }

  speak(t: TFunction): void {
    this.#t = t;
  }

  async open(): Promise<void> {
    this.adopt(await this.ask());
  }

  ask(): Promise<ViewInfo> {
    return this.#client.openView(this.query);
  }

  /** Show a view that was opened; its rows may be others in another order. */
  adopt(info: ViewInfo): void {
    this.#seen = Math.max(this.#seen, info.version);
    this.total = info.total;
    this.#openings.push({ from: this.#seen + this.#openings.length + 1, view: info.view });
  }

  /** The app is at this version: the same rows, perhaps with other values. */
  advance(version: number): void {
    this.#seen = Math.max(this.#seen, version);
  }

  viewAt(at: ViewStamp): string {
    const recent = this.#openings.slice(-OPENINGS_MAX);
    return recent.findLast((opening) => opening.from <= at.version)?.view ?? this.view;
  }

  // What the grid asks.

  async page(_key: string, _version: number, start: number, count: number): Promise<GridPage> {
    const { view } = this;
    const columns = [...this.columns];
    try {
      const page = await this.#client.page({ view, start, count, columns });
      if (view !== this.view) return this.page(_key, _version, start, count);
      const version = page.version + this.#openings.length;
      return { version, total: page.total, rows: page.rows.map((row) => this.#shown(row, columns)) };
    } catch (thrown) {
      if (!isClosedView(thrown) || view !== this.view) throw thrown;
      await this.open();
      return this.page(_key, _version, start, count);
    }
  }

  async read(range: CellRange, at: ViewStamp): Promise<string[][]> {
    const columns = this.columns.slice(range.left, range.right + 1);
    const block = await this.#client.readRange({
      view: this.viewAt(at),
      start: range.top,
      end: range.bottom + 1,
      columns,
    });
    return block.rows.map((cells) => cells.map((text, i) => labelOf(this.#t, columns[i] ?? "", text)));
  }

  /** A masked cell opens empty: what is typed replaces the value, and nothing typed leaves it. */
  async editText({ rowId, columnId }: CellAt): Promise<string | null> {
    return this.#masked.get(rowId)?.has(columnId) ? "" : null;
  }

  locate(id: string, at: ViewStamp): Promise<number | null> {
    return this.#client.locate({ view: this.viewAt(at), id });
  }

  #shown(row: Row, columns: readonly Column[]): GridRow {
    if (this.#masked.size > MASKED_MAX) this.#masked.clear();
    const masked = row.masked?.map((at) => columns[at] ?? "") ?? [];
    if (masked.length > 0) this.#masked.set(row.id, new Set(masked));
    else this.#masked.delete(row.id);
    const problems: Record<number, string> = {};
    for (const { cell, code } of row.problems) problems[cell] = problemLine(this.#t, code);
    return {
      id: row.id,
      cells: row.cells.map((text, i) => labelOf(this.#t, columns[i] ?? "", text)),
      mark: row.mark ?? problemMark(row),
      ...(row.is_away && !row.mark ? { tint: "muted" as const } : {}),
      problems: row.problems.length > 0 ? problems : null,
    };
  }

  // What the user does.

  edit(cell: CellAt, text: string, _at: ViewStamp, meant?: Meant): Promise<Outcome> {
    const column = cell.columnId as Column;
    return this.#run([column], async () => {
      if (meant) {
        const linked = await this.#client.linkGuardian({ member: cell.rowId, ...chosenGuardian(meant) });
        return this.#done(linked, []);
      }
      const sent = wordOf(this.#t, column, text);
      const outcome = await this.#client.editCell({ member: cell.rowId, column, text: sent });
      return this.#done(outcome, []);
    });
  }

  paste(range: CellRange, block: readonly (readonly string[])[], at: ViewStamp): Promise<Outcome> {
    const columns = this.#columnsOf(range);
    const rows = block.map((cells) =>
      columns.map((column, i) => wordOf(this.#t, column, cells[i % Math.max(1, cells.length)] ?? "")),
    );
    return this.#run(columns, async (job) => {
      const wanted: PasteBlock = {
        view: this.viewAt(at),
        start: range.top,
        end: range.bottom + 1,
        columns,
        rows,
        ...(this.query.department === undefined ? {} : { department: this.query.department }),
      };
      if ((await this.#look(wanted)) === "leave") return { kind: "nothing" };
      return this.#done(await this.#client.pasteBlock({ ...wanted, job }), [range]);
    });
  }

  /** Goes on at once when the paste is small and nothing is wrong with it. */
  async #look(wanted: PasteBlock): Promise<"paste" | "leave"> {
    const { rows, columns, start, end } = wanted;
    const cells = (end - start) * columns.length;
    if (cells === 1) return "paste";
    const plan = await this.#client.planPaste(wanted);
    if (cells <= LOOKED_AT_CELLS && plan.refused_count === 0) return "paste";
    const textAt = (row: number, column: Column) =>
      rows[row % Math.max(1, rows.length)]?.[columns.indexOf(column)] ?? "";
    return this.#events.askPaste({ plan, cells, top: start, textAt });
  }

  fill(plans: readonly FillPlan[], at: ViewStamp): Promise<Outcome> {
    const block = (range: CellRange) => ({
      top: range.top,
      bottom: range.bottom + 1,
      left: range.left,
      right: range.right + 1,
    });
    return this.#run(
      plans.flatMap(({ to }) => this.#columnsOf(to)),
      async (job) => {
        const outcome = await this.#client.fill({
          view: this.viewAt(at),
          parts: plans.map(({ from, to }) => ({ from: block(from), to: block(to) })),
          columns: [...this.columns],
          job,
        });
        return this.#done(
          outcome,
          plans.map(({ to }) => to),
        );
      },
    );
  }

  write(ranges: readonly CellRange[], text: string, at: ViewStamp): Promise<Outcome> {
    const view = this.viewAt(at);
    const columns = [...new Set(ranges.flatMap((range) => this.#columnsOf(range)))];
    return this.#run(columns, async (job) => {
      const outcome = await this.#client.writeCells({
        ranges: ranges.map((range) => ({
          view,
          start: range.top,
          end: range.bottom + 1,
          columns: this.#columnsOf(range),
        })),
        texts: columns.map((column) => ({ column, text: wordOf(this.#t, column, text) })),
        job,
      });
      return this.#done(outcome, ranges);
    });
  }

  #columnsOf(range: CellRange): Column[] {
    return this.columns.slice(range.left, range.right + 1);
  }

  undo(): Promise<Outcome> {
    return this.#takeBack("undo");
  }

  redo(): Promise<Outcome> {
    return this.#takeBack("redo");
  }

  async #takeBack(way: "undo" | "redo"): Promise<Outcome> {
    this.#underWay += 1;
    const { job, end } = this.#events.began();
    try {
      const undone = await this.#client[way]({ job });
      this.#events.undone(undone, way);
      this.advance(undone.version);
      await this.open();
      return { kind: "done", version: this.version };
    } catch (thrown) {
      this.#events.nothingToUndo(thrown);
      return { kind: "nothing" };
    } finally {
      end();
      this.#underWay -= 1;
    }
  }

  async #run(columns: readonly Column[], work: (job: string) => Promise<Outcome>): Promise<Outcome> {
    this.#underWay += 1;
    const { job, end } = this.#events.began();
    try {
      const outcome = await work(job);
      if (outcome.kind === "done" && columns.some((column) => this.#dependsOn(column))) {
        this.#events.orderMayDiffer();
      }
      return outcome;
    } catch (thrown) {
      const rule = isFailure(thrown) ? thrown.params?.rule : undefined;
      if (rule !== undefined) return { kind: "refused", reason: problemLine(this.#t, rule) };
      return { kind: "refused", reason: this.#events.explain(thrown) };
    } finally {
      end();
      this.#underWay -= 1;
    }
  }

  async #done(outcome: EditOutcome, ranges: readonly CellRange[]): Promise<Outcome> {
    this.advance(outcome.version);
    if (outcome.refused_count > 0) {
      this.#events.refused({
        count: outcome.refused_count,
        isPartial: outcome.changed_cells > 0,
        cells: outcome.refused.map((cell) => placeOf(cell, ranges)),
      });
    }
    if (outcome.added_members === 0) return { kind: "done", version: this.version };
    const before = this.total;
    await this.open();
    this.#events.added(outcome.added_members, this.total - before);
    return { kind: "done", version: this.version, reveal: this.#newRows(ranges[0]) };
  }

  /** Where new rows lie: at the end, as long as nothing but the order of adding decides. */
  #newRows(range: CellRange | undefined): CellRange | null {
    if (!range || this.query.sort.length > 0 || this.query.text !== undefined) return null;
    const bottom = Math.min(range.bottom, this.total - 1);
    return bottom < range.top ? null : { ...range, bottom };
  }

  /** Whether a change in the column may add, drop or move rows. */
  #dependsOn(column: Column): boolean {
    const { department, text, filters, sort } = this.query;
    return (
      text !== undefined ||
      (department !== undefined && column === "department") ||
      filters.some((filter) => filter.column === column) ||
      sort.some((key) => key.column === column)
    );
  }
}

/** Rows of refused cells are counted through the ranges one after the other. */
const placeOf = ({ row, column, code }: RefusedCell, ranges: readonly CellRange[]): Refused => {
  let rest = row;
  for (const { top, bottom } of ranges) {
    const height = bottom - top + 1;
    if (rest < height) return { row: top + rest, column, code };
    rest -= height;
  }
  return { row, column, code };
};

const problemMark = ({ problems }: Row): RowMark | null => {
  if (problems.length === 0) return null;
  return problems.every((problem) => problem.is_warning) ? "warning" : "invalid";
};

const isClosedView = (thrown: unknown): boolean =>
  isFailure(thrown) && thrown.code === "not_found" && thrown.params?.view === "closed";
