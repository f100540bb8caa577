import { type RefObject, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { ImportFile, ImportPlan, PlannedRow, RowSpan } from "@/generated/types";
import { client } from "@/host";
import type { GridHandle, SelectionReport } from "@/kit/grid";
import type { Direction } from "@/kit/Walk";
import { useAct } from "@/session/act";
import {
  cellsOf,
  type Going,
  KIND_AT,
  type PlanGridRow,
  planColumns,
  type Shown,
  shownColumns,
} from "./plan-rows";
import { hasPlanChanged, type PlanEvents, PlanSource, type Wanted } from "./plan-source";

/** What of the plan is taken out, or back in: rows as they are shown, and their columns, or the rows themselves. */
export interface Taking {
  spans: RowSpan[];
  columns: number[] | null;
  isOut: boolean;
}

/** What a selection is about: the rows, where whole rows or what is said of them are selected; else the columns. */
export const takingOf = (
  report: SelectionReport,
  shown: readonly Shown[],
  active: PlannedRow,
): Taking | null => {
  const spans = report.ranges.map(({ top, bottom }) => ({ first: top, last: bottom }));
  const columns = new Set<number>();
  let isAboutRows = false;
  for (const { left, right } of report.ranges) {
    const within = shown.slice(left, right + 1);
    if (within.includes("take") || within.includes("kind") || within.includes("place")) isAboutRows = true;
    for (const column of within) if (typeof column === "number") columns.add(column);
  }
  if (isAboutRows) return { spans, columns: null, isOut: !active.is_out };
  const at = shown[report.active.column];
  const changes = typeof at === "number" ? cellsOf(active, at) : [];
  const isOut = changes.some((change) => !change.is_out);
  return columns.size === 0 ? null : { spans, columns: [...columns], isOut: changes.length === 0 || isOut };
};

/** Where the walk stopped last, by the row's place and key. */
interface Stop {
  row: number;
  column: number | undefined;
  key: number;
}

interface Position {
  row: number;
  column?: number;
}

const at = (row: number, column?: number): Position => (column === undefined ? { row } : { row, column });
/** Behind everything in the row above; behind the last row where there is none above. */
const before = (row: number, columns: number) => at(row > 0 ? row - 1 : 0xffff_ffff, columns);

/** The plan behind its grid, and the walk through what somebody has to look at. */
export const usePlanGrid = ({
  file,
  plan,
  wanted,
  namesSheet,
  going,
  version,
  grid,
  events,
}: {
  file: ImportFile;
  plan: ImportPlan;
  wanted: Wanted;
  namesSheet: boolean;
  going: Going;
  version: number;
  grid: RefObject<GridHandle | null>;
  events: PlanEvents;
}) => {
  const { t } = useTranslation();
  const { act } = useAct();
  const latest = useRef(events);
  latest.current = events;
  const columnsKey = JSON.stringify(plan.columns);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the columns are the same as long as they say the same
  const shown = useMemo(() => shownColumns(plan), [columnsKey]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: likewise
  const columns = useMemo(() => planColumns(t, file, plan, shown), [t, file, shown]);
  const options = { file, plan, wanted, shown, namesSheet, fresh: plan.new_fields, going, version };
  const made = useRef<PlanSource | null>(null);
  made.current ??= new PlanSource(client, options, t, () => latest.current);
  const source = made.current;
  source.update(options, t);

  const lastWalk = useRef<Promise<void>>(Promise.resolve());
  const stopped = useRef<Stop | null>(null);

  /** From where the walk goes on: whoever mends a cell and leaves it by Enter is a row further, and still walking. By
   *  the row itself, because its place may be another in a plan that came since. */
  const whereFrom = async (direction: Direction): Promise<Position> => {
    const { plan, wanted } = source.options;
    const report = grid.current?.report();
    const active = report?.active ?? { row: 0, column: 0 };
    const stop = stopped.current;
    const isWalking = stop !== null && Math.abs(active.row - stop.row) <= 1;
    const key = isWalking ? stop.key : Number(report?.activeRowId ?? -1);
    const of = { import: plan.import, round: plan.round, ...wanted };
    const found = key < 0 ? null : await client.findPlanned({ ...of, key });
    const placed = found?.row ?? active.row;
    const around = (row: number) => (direction > 0 ? before(row, plan.columns.length) : at(row));
    // What was mended is no more among these rows: another has taken its place.
    if (isWalking)
      return found?.row === undefined ? around(found?.above ?? stop.row) : at(placed, stop.column);
    const column = shown[active.column];
    if (typeof column !== "number") return around(placed);
    const beside = column - direction;
    return at(placed, beside < 0 ? undefined : beside);
  };

  /** Where the next thing is in the plan that is shown; null where there is none, `changed` where the app has another. */
  const find = async (direction: Direction): Promise<Stop | "changed" | null> => {
    const { plan, wanted } = source.options;
    const of = { import: plan.import, ...wanted };
    try {
      const from = await whereFrom(direction);
      const stop = await client.walkPlan({ ...of, round: plan.round, ...from, is_backwards: direction < 0 });
      if (stop.row === undefined) return null;
      const page = await client.planPage({ ...of, start: stop.row, count: 1 });
      if (page.round !== plan.round) return "changed";
      return { row: stop.row, column: stop.column, key: page.rows[0]?.key ?? -1 };
    } catch (thrown) {
      if (hasPlanChanged(thrown)) return "changed";
      throw thrown;
    }
  };

  const step = async (direction: Direction) => {
    const found = await act(async () => {
      for (;;) {
        const { round } = source.options.plan;
        const next = await find(direction);
        if (next !== "changed" && source.options.plan.round === round) return next;
        // Asked for during a check: its places are those of the plan that comes of it.
        if (next === "changed") await source.anotherThan(round);
      }
    });
    if (!found) return;
    stopped.current = found;
    const place = found.column === undefined ? KIND_AT : shown.indexOf(found.column);
    grid.current?.select({ top: found.row, bottom: found.row, left: place, right: place });
    grid.current?.focus();
  };

  /** Goes on to the next thing that somebody has to look at, or back; round again at either end. One after the other. */
  const walk = (direction: Direction) => {
    lastWalk.current = lastWalk.current.then(() => latestStep.current(direction));
  };
  const latestStep = useRef(step);
  latestStep.current = step;

  /** The row at which somebody is, as far as it is loaded. */
  const activeRow = (): PlannedRow | undefined => {
    const row = grid.current?.rowAt(grid.current.report().active.row);
    return (row as PlanGridRow | undefined)?.planned;
  };

  return { source, shown, columns, walk, activeRow };
};
