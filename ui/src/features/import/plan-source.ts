/**
 * The plan behind the grid: pages of it from the app, and what is typed over its cells. Positions are those of the rows
 * that are shown: of a kind, and of those that change one column.
 */

import type { TFunction } from "i18next";
import { isFailure } from "@/failure";
import type { Client } from "@/generated/client";
import type { ImportFile, ImportPlan, PlannedKind, PlannedRow } from "@/generated/types";
import type { CellAt, CellRange, FillPlan, GridActions, GridPage, GridSource, Outcome } from "@/kit/grid";
import type { Correction } from "./choices";
import { type Going, gridRow, type Shown } from "./plan-rows";
import type { Fresh } from "./targets";

/** Rows that are remembered with what the file has there; more than a grid keeps. */
const REMEMBERED = 12_000;
/** Cells that are typed over at once. */
const TYPED_AT_ONCE = 500;
const ROWS_AT_ONCE = 5_000;

/** Which rows of the plan are shown. */
export interface Wanted {
  kind?: PlannedKind;
  what?: string;
  /** Words that stand in the row. */
  text?: string;
}

export interface PlanEvents {
  /** Types over cells; the round of the plan that shows it, null where nothing came of it. */
  correct(corrections: Correction[]): Promise<number | null>;
  undo(): Promise<number | null>;
  redo(): Promise<number | null>;
}

export interface PlanSourceOptions {
  file: ImportFile;
  plan: ImportPlan;
  wanted: Wanted;
  shown: readonly Shown[];
  namesSheet: boolean;
  fresh: Fresh;
  going: Going;
  /** State of the plan; grows with every change of it. */
  version: number;
}

/** As a spreadsheet names a column: 0 is A, 26 is AA. */
export const columnLetters = (place: number): string =>
  (place >= 26 ? columnLetters(Math.floor(place / 26) - 1) : "") + String.fromCharCode(65 + (place % 26));

/** Whether a call was refused because the app has another plan by now. */
export const hasPlanChanged = (thrown: unknown) => isFailure(thrown) && thrown.code === "plan_changed";

/** The plan on the screen is not the one that there is. */
class PlanChanged extends Error {}

export class PlanSource implements GridSource, GridActions {
  readonly #client: Client;
  readonly #events: () => PlanEvents;
  readonly #rows = new Map<string, PlannedRow>();
  /** Rows came, maybe other than they were. */
  onRows: (() => void) | null = null;
  #options: PlanSourceOptions;
  #t: TFunction;
  /** Who waits for another plan. */
  #waiting: (() => void)[] = [];

  constructor(client: Client, options: PlanSourceOptions, t: TFunction, events: () => PlanEvents) {
    this.#client = client;
    this.#options = options;
    this.#t = t;
    this.#events = events;
  }

  /** What is shown has changed. */
  update(options: PlanSourceOptions, t: TFunction): void {
    const isAnother = options.plan.round !== this.#options.plan.round;
    this.#options = options;
    this.#t = t;
    if (isAnother) for (const go of this.#waiting.splice(0)) go();
  }

  /** What is shown now. */
  get options(): PlanSourceOptions {
    return this.#options;
  }

  /** Waits until another plan is shown than that of the round: the app has it already, it is on its way. */
  async anotherThan(round: number): Promise<void> {
    while (this.#options.plan.round === round) {
      await new Promise<void>((go) => {
        this.#waiting.push(go);
      });
    }
  }

  get view(): string {
    const { plan, wanted } = this.#options;
    // In another language the rows say other words.
    return JSON.stringify([
      plan.import,
      wanted.kind,
      wanted.what,
      wanted.text,
      this.#t("importing.kinds.add"),
    ]);
  }

  async page(_view: string, _version: number, start: number, count: number): Promise<GridPage> {
    for (;;) {
      const { plan, wanted, shown, version, ...more } = this.#options;
      const page = await this.#client.planPage({ import: plan.import, ...wanted, start, count });
      // Asked for during a check it is of the plan that came of it, which is not the one on the screen.
      if (page.round !== plan.round) {
        await this.anotherThan(plan.round);
        continue;
      }
      for (const row of page.rows) this.#remember(row);
      this.onRows?.();
      const rows = page.rows.map((row) => gridRow(this.#t, row, shown, { ...more, plan }));
      return { version, total: page.total, rows };
    }
  }

  #remember(row: PlannedRow): void {
    const id = String(row.key);
    this.#rows.delete(id);
    this.#rows.set(id, row);
    for (const oldest of this.#rows.keys()) {
      if (this.#rows.size <= REMEMBERED) break;
      this.#rows.delete(oldest);
    }
  }

  async #planned(range: CellRange): Promise<PlannedRow[]> {
    const { plan, wanted } = this.#options;
    const rows: PlannedRow[] = [];
    for (let start = range.top; start <= range.bottom; start += ROWS_AT_ONCE) {
      const count = Math.min(ROWS_AT_ONCE, range.bottom - start + 1);
      const page = await this.#client.planPage({ import: plan.import, ...wanted, start, count });
      // The places are those of the plan on the screen; in another, other rows stand there.
      if (page.round !== plan.round) throw new PlanChanged();
      rows.push(...page.rows);
    }
    return rows;
  }

  async read(range: CellRange): Promise<readonly (readonly string[])[]> {
    const { shown, ...more } = this.#options;
    const rows = await this.#planned(range);
    return rows.map((row) => gridRow(this.#t, row, shown, more).cells.slice(range.left, range.right + 1));
  }

  async locate(rowId: string): Promise<number | null> {
    for (;;) {
      const { plan, wanted } = this.#options;
      const { import: file, round } = plan;
      try {
        const found = await this.#client.findPlanned({ import: file, round, ...wanted, key: Number(rowId) });
        return found.row ?? null;
      } catch (thrown) {
        if (!hasPlanChanged(thrown)) throw thrown;
        await this.anotherThan(round);
      }
    }
  }

  /** As the file has it; a mask is typed over, never edited. */
  async editText(cell: CellAt): Promise<string | null> {
    const column = this.#options.shown[cell.column];
    const text = typeof column === "number" ? this.#rows.get(cell.rowId)?.texts[column] : undefined;
    return text === undefined ? null : text.is_masked ? "" : text.text;
  }

  /** What typing over a cell comes to; null where the file has no such cell. */
  #correction(row: PlannedRow, at: number, text: string): Correction | null {
    const { file, plan, shown } = this.#options;
    const column = shown[at];
    const known = typeof column === "number" ? row.texts[column] : undefined;
    if (typeof column !== "number" || known?.place === undefined) return null;
    const heading = file.columns[plan.columns[column]?.place ?? -1]?.heading;
    const cell = `${columnLetters(known.place)}${row.row}`;
    const where = [row.sheet, cell, heading].filter(Boolean).join(" ");
    return { row: row.key, column: known.place, text, where, was: known.text };
  }

  async #typeOver(corrections: (Correction | null)[]): Promise<Outcome> {
    const known = corrections.filter((one) => one !== null);
    if (known.length === 0) return { kind: "refused", reason: this.#t("importing.noSuchCell") };
    const version = await this.#events().correct(known);
    return version === null ? { kind: "nothing" } : { kind: "done", version };
  }

  async edit(cell: CellAt, text: string): Promise<Outcome> {
    const row = this.#rows.get(cell.rowId);
    return this.#typeOver([row === undefined ? null : this.#correction(row, cell.column, text)]);
  }

  /** Refuses, in words, what is about places of a plan that is no more. */
  async #ifStill(work: () => Promise<Outcome>): Promise<Outcome> {
    try {
      return await work();
    } catch (thrown) {
      if (!(thrown instanceof PlanChanged)) throw thrown;
      return { kind: "refused", reason: this.#t("importing.waitForCheck") };
    }
  }

  /** Types over every cell of the ranges. */
  #typeOverAll(
    ranges: readonly CellRange[],
    textAt: (row: number, column: number) => string | undefined,
  ): Promise<Outcome> {
    return this.#ifStill(() => this.#typeOverEach(ranges, textAt));
  }

  async #typeOverEach(
    ranges: readonly CellRange[],
    textAt: (row: number, column: number) => string | undefined,
  ): Promise<Outcome> {
    const cells = ranges.reduce(
      (sum, { top, left, bottom, right }) => sum + (bottom - top + 1) * (right - left + 1),
      0,
    );
    if (cells > TYPED_AT_ONCE) {
      return { kind: "refused", reason: this.#t("importing.tooManyCells", { count: TYPED_AT_ONCE }) };
    }
    const corrections: (Correction | null)[] = [];
    for (const range of ranges) {
      for (const [below, row] of (await this.#planned(range)).entries()) {
        for (let column = range.left; column <= range.right; column += 1) {
          const text = textAt(range.top + below, column);
          if (text !== undefined) corrections.push(this.#correction(row, column, text));
        }
      }
    }
    return this.#typeOver(corrections);
  }

  paste(range: CellRange, block: readonly (readonly string[])[]): Promise<Outcome> {
    return this.#typeOverAll([range], (row, column) => {
      const line = block[(row - range.top) % block.length];
      return line?.[(column - range.left) % line.length];
    });
  }

  fill(plans: readonly FillPlan[]): Promise<Outcome> {
    return this.#ifStill(() => this.#fill(plans));
  }

  async #fill(plans: readonly FillPlan[]): Promise<Outcome> {
    const sources = await Promise.all(plans.map(({ from }) => this.#planned(from)));
    const texts = (plan: number, row: number, column: number) => {
      const { from } = plans[plan] as FillPlan;
      const rows = from.bottom - from.top + 1;
      const columns = from.right - from.left + 1;
      const of = sources[plan]?.[(((row - from.top) % rows) + rows) % rows];
      const shown = this.#options.shown[from.left + ((((column - from.left) % columns) + columns) % columns)];
      const text = typeof shown === "number" ? of?.texts[shown] : undefined;
      return text === undefined || text.is_masked ? undefined : text.text;
    };
    const inside = (range: CellRange, row: number, column: number) =>
      row >= range.top && row <= range.bottom && column >= range.left && column <= range.right;
    return this.#typeOverAll(
      plans.map((plan) => plan.to),
      (row, column) => {
        const plan = plans.findIndex(({ to }) => inside(to, row, column));
        return plan < 0 ? undefined : texts(plan, row, column);
      },
    );
  }

  write(ranges: readonly CellRange[], text: string): Promise<Outcome> {
    return this.#typeOverAll(ranges, () => text);
  }

  async #step(version: number | null): Promise<Outcome> {
    return version === null ? { kind: "nothing" } : { kind: "done", version };
  }

  async undo(): Promise<Outcome> {
    return this.#step(await this.#events().undo());
  }

  async redo(): Promise<Outcome> {
    return this.#step(await this.#events().redo());
  }

  rowOf(id: string): PlannedRow | undefined {
    return this.#rows.get(id);
  }
}
