import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type RefObject, useEffect, useRef, useState } from "react";
import type { Column, ProblemCell, ProblemCount } from "@/generated/types";
import { client } from "@/host";
import type { GridHandle } from "@/kit/grid";
import { type Direction, useWalkKeys } from "@/kit/Walk";
import { useAct } from "@/session/act";
import { beginQuietJob } from "@/session/jobs";
import { useSession } from "@/session/store";
import { ALWAYS_SHOWN } from "./columns";
import type { RosterSource } from "./roster-source";

/** Typing in the search field or a burst of changes is counted once it is over. */
const SETTLE_MS = 400;
export const PROBLEM_PAGE = 100;

interface Place {
  row: number;
  column: Column;
}

/** How much there was in that view at that version of the roster. */
interface Counted extends ProblemCount {
  view: string;
  version: number;
}

/** Where the walk stands: the cell, and where in the grid that led. */
interface Stop extends Place {
  index: number;
  landed: { row: number; column: number };
}

const wait = (signal: AbortSignal, ms: number) =>
  new Promise<void>((resolve, reject) => {
    const timer = window.setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      window.clearTimeout(timer);
      reject(signal.reason);
    });
  });

/**
 * Everything wrong in the shown view, whether its rows were ever on the screen and its columns are hidden or not: how
 * much it is, a page of it, and a walk through it. The app counts; nothing here is ever longer than a page.
 */
export const useProblems = ({
  source,
  grid,
  shown,
  all,
}: {
  source: RosterSource | null;
  grid: RefObject<GridHandle | null>;
  /** Columns of the grid. */
  shown: readonly Column[];
  /** The hidden ones among them, in the order they would have. */
  all: readonly Column[];
}) => {
  const { act } = useAct();
  const version = useSession((now) => now.version);
  const sight = useSession((now) => now.sight);
  const [openedBy, setOpenedBy] = useState<"button" | "walk" | null>(null);
  const [job, setJob] = useState<string | null>(null);
  const [page, setPage] = useState(0);
  const [stop, setStop] = useState<Stop | null>(null);
  /** A cell whose column is hidden, or was until somebody asked for it. */
  const [hidden, setHidden] = useState<Place | null>(null);
  const view = source?.view ?? "";

  const { data: counted, isPlaceholderData: isOld } = useQuery<Counted>({
    queryKey: ["problems", "count", view, version],
    enabled: view !== "",
    gcTime: 0,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      await wait(signal, SETTLE_MS);
      const quiet = beginQuietJob();
      setJob(quiet.job);
      signal.addEventListener(
        "abort",
        () => void client.cancelJob({ job: quiet.job }).catch(() => undefined),
      );
      try {
        return { view, version, ...(await client.lookForProblems({ view, job: quiet.job })) };
      } finally {
        quiet.end();
        setJob((now) => (now === quiet.job ? null : now));
      }
    },
  });
  const total = counted?.cells ?? 0;
  const pages = Math.max(1, Math.ceil(total / PROBLEM_PAGE));
  const at = Math.min(page, pages - 1);
  const ask = (start: number, count: number) =>
    client.problemPage({ view, columns: [...all], start, count }).then((found) => found.cells);

  const { data: cells = [] } = useQuery<ProblemCell[]>({
    queryKey: ["problems", "page", counted?.view, counted?.version, sight, all, at],
    enabled: openedBy !== null && counted !== undefined && !isOld && view === counted.view,
    gcTime: 0,
    placeholderData: keepPreviousData,
    queryFn: () => ask(at * PROBLEM_PAGE, PROBLEM_PAGE),
  });

  // Another view has other rows.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a view is told by its key
  useEffect(() => {
    setStop(null);
    setHidden(null);
    setPage(0);
  }, [source?.key]);

  const select = (row: number, column: number) => {
    grid.current?.select({ top: row, bottom: row, left: column, right: column });
    grid.current?.focus();
  };

  /** Shows the cell; of one in a hidden column the row, until the column is asked for. */
  const goTo = (cell: Place, index: number) => {
    const column = shown.indexOf(cell.column);
    const landed = { row: cell.row, column: column < 0 ? Math.max(0, shown.indexOf(ALWAYS_SHOWN)) : column };
    setHidden(column < 0 ? { row: cell.row, column: cell.column } : null);
    setStop({ row: cell.row, column: cell.column, index, landed });
    setPage(Math.floor(index / PROBLEM_PAGE));
    select(landed.row, landed.column);
  };

  // Its column has come into sight.
  const latest = useRef(goTo);
  latest.current = goTo;
  useEffect(() => {
    if (hidden && stop && shown.includes(hidden.column)) latest.current(hidden, stop.index);
  }, [hidden, stop, shown]);

  const order = ({ row, column }: Place) => {
    const place = all.indexOf(column);
    return [row, place < 0 ? all.length : place] as const;
  };
  const compare = (a: Place, b: Place) => {
    const [x, y] = [order(a), order(b)];
    return x[0] - y[0] || x[1] - y[1];
  };

  /** The next one after where somebody is, or the one before it; round again at either end. */
  const find = async (direction: Direction): Promise<{ cell: ProblemCell; index: number } | null> => {
    const active = grid.current?.report().active ?? { row: 0, column: 0 };
    // Whoever mends a cell and leaves it by Enter is a row further, and still walking.
    const isWalking = stop !== null && Math.abs(active.row - stop.landed.row) <= 1;
    const from: Place = isWalking ? stop : { row: active.row, column: shown[active.column] ?? ALWAYS_SHOWN };
    const above = await client.problemsAbove({ view, row: from.row });
    const start = direction > 0 ? above : Math.max(0, above - 1);
    const near = await ask(start, PROBLEM_PAGE);
    const passes = (cell: ProblemCell) => {
      const differs = compare(cell, from) * direction;
      return differs > 0 || (differs === 0 && !isWalking);
    };
    const place = direction > 0 ? near.findIndex(passes) : near.findLastIndex(passes);
    const found = near[place];
    if (found) return { cell: found, index: start + place };
    const edge = direction > 0 ? 0 : Math.max(0, total - 1);
    const [cell] = await ask(edge, 1);
    return cell ? { cell, index: edge } : null;
  };

  const isUnderWay = useRef(false);
  const walk = async (direction: Direction) => {
    setOpenedBy((now) => now ?? "walk");
    if (isUnderWay.current || view === "") return;
    isUnderWay.current = true;
    const found = await act(() => find(direction));
    isUnderWay.current = false;
    if (found) goTo(found.cell, found.index);
  };
  useWalkKeys((direction) => void walk(direction), true);

  return {
    isOpen: openedBy !== null,
    /** Whoever walks stays in the grid; whoever asked for the list goes to it. */
    takesFocus: openedBy === "button",
    open: () => setOpenedBy("button"),
    close: () => setOpenedBy(null),
    /** Null before the first count is there. */
    total: counted === undefined ? null : counted.cells,
    members: counted?.members ?? 0,
    isLooking: view !== "" && (counted === undefined || isOld),
    /** The work that counts, when there is enough of it to tell how far it is. */
    job,
    cells,
    page: at,
    pages,
    setPage,
    stop,
    hidden,
    walk: (direction: Direction) => void walk(direction),
    goTo,
  };
};

export type Problems = ReturnType<typeof useProblems>;
