import { type RefObject, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { ImportFile, ImportPlan, PlannedRow, RowSpan } from "@/generated/types";
import { client } from "@/host";
import type { GridHandle, SelectionReport } from "@/kit/grid";
import type { Direction } from "@/kit/Walk";
import { useAct } from "@/session/act";
import { cellsOf, KIND_AT, type PlanGridRow, planColumns, type Shown, shownColumns } from "./plan-rows";
import { type PlanEvents, PlanSource, type Wanted } from "./plan-source";

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

/** The plan behind its grid, and the walk through what somebody has to look at. */
export const usePlanGrid = ({
  file,
  plan,
  wanted,
  namesSheet,
  version,
  grid,
  events,
}: {
  file: ImportFile;
  plan: ImportPlan;
  wanted: Wanted;
  namesSheet: boolean;
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
  const options = { file, plan, wanted, shown, namesSheet, fresh: plan.new_fields, version };
  const made = useRef<PlanSource | null>(null);
  made.current ??= new PlanSource(client, options, t, () => latest.current);
  const source = made.current;
  source.update(options, t);

  const isUnderWay = useRef(false);
  const hasWalked = useRef(false);
  /** Goes on to the next thing that somebody has to look at, or back; round again at either end. */
  const walk = async (direction: Direction) => {
    if (isUnderWay.current) return;
    isUnderWay.current = true;
    const { active } = grid.current?.report() ?? { active: { row: 0, column: 0 } };
    const column = shown[active.column];
    const isAtStart = !hasWalked.current && active.row === 0 && typeof column !== "number";
    const found = await act(() =>
      client.walkPlan({
        import: plan.import,
        ...wanted,
        // Whoever has just come here begins with the first.
        ...(isAtStart && direction > 0
          ? { row: 0xffff_ffff, column: plan.columns.length }
          : { row: active.row, ...(typeof column === "number" ? { column } : {}) }),
        is_backwards: direction < 0,
      }),
    );
    isUnderWay.current = false;
    hasWalked.current = true;
    if (found?.row === undefined) return;
    const at = found.column === undefined ? KIND_AT : shown.indexOf(found.column);
    grid.current?.select({ top: found.row, bottom: found.row, left: at, right: at });
    grid.current?.focus();
  };

  /** The row at which somebody is, as far as it is loaded. */
  const activeRow = (): PlannedRow | undefined => {
    const row = grid.current?.rowAt(grid.current.report().active.row);
    return (row as PlanGridRow | undefined)?.planned;
  };

  return { source, shown, columns, walk, activeRow };
};
