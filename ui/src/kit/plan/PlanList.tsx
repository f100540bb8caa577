import { useInfiniteQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Spin } from "antd";
import { type ReactNode, type Ref, useEffect, useImperativeHandle, useRef, useState } from "react";
import "./plan.css";

/** Leads through what a person has to look at. */
export interface Walker {
  /** Goes on to the next stop, or back to the one before it; round again at either end. */
  walk: (direction: 1 | -1) => void;
}

/** The attribute of what can be stopped at, with the stop's name. */
export const STOP = "data-stop";

const nameOf = (element: Element | null) => element?.closest(`[${STOP}]`)?.getAttribute(STOP) ?? undefined;

/** Rows of a plan that is looked at before it is applied, read page by page; only those in sight are drawn. */
export const PlanList = <Row,>({
  of,
  load,
  total,
  keyOf,
  stopsOf,
  label,
  nothing,
  height,
  className,
  children,
  ref,
}: {
  /** What is listed and in which state. While the state changes and `of.list` does not, the rows that were there stay. */
  of: { list: readonly unknown[]; state: unknown };
  load: (start: number) => Promise<{ total: number; rows: Row[] }>;
  /** How many there are, where it is known before they are read. */
  total?: number;
  keyOf: (row: Row) => number | string;
  /** Names of the places in a row at which to stop on a walk, beside the row itself where it has none. */
  stopsOf?: (row: Row) => string[];
  label: string;
  /** What to say where there is nothing. */
  nothing: string;
  /** Of a row as it usually is, in pixels. */
  height: number;
  className: string;
  children: (row: Row) => ReactNode;
  ref?: Ref<Walker>;
}) => {
  const scroll = useRef<HTMLElement>(null);
  const list = JSON.stringify(of.list);
  const { data, fetchNextPage, hasNextPage, isFetching } = useInfiniteQuery({
    queryKey: ["plan", list, of.state],
    queryFn: ({ pageParam }) => load(pageParam),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => {
      const seen = pages.reduce((count, page) => count + page.rows.length, 0);
      return last.rows.length > 0 && seen < last.total ? seen : undefined;
    },
    placeholderData: (before, query) => (query?.queryKey[1] === list ? before : undefined),
  });
  const count = total ?? data?.pages[0]?.total;
  const rows = data?.pages.flatMap((page) => page.rows) ?? [];
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    getItemKey: (index) => {
      const row = rows[index];
      return row === undefined ? index : keyOf(row);
    },
    estimateSize: () => height,
    overscan: 8,
    // Before the list has been laid out; and where nothing is laid out, as in tests.
    initialRect: { width: 800, height: 600 },
  });
  const items = virtual.getVirtualItems();
  const last = items[items.length - 1]?.index ?? 0;
  useEffect(() => {
    if (hasNextPage && !isFetching && last >= rows.length - 20) void fetchNextPage();
  }, [last, rows.length, hasNextPage, isFetching, fetchNextPage]);

  const stops = rows.flatMap((row, index) => {
    const own = stopsOf?.(row) ?? [];
    return (own.length > 0 ? own : [`${keyOf(row)}`]).map((name) => ({ name, index }));
  });
  const stopped = useRef<string>(undefined);
  const [wanted, setWanted] = useState<string | null>(null);
  useImperativeHandle(ref, () => ({
    walk: (direction) => {
      const at = stops.findIndex((stop) => stop.name === stopped.current);
      const from = at < 0 && direction < 0 ? 0 : at;
      setWanted(stops[(from + direction + stops.length) % stops.length]?.name ?? null);
    },
  }));
  // The row may have to be drawn first: every drawing looks again.
  useEffect(() => {
    if (wanted === null) return;
    const element = scroll.current?.querySelector<HTMLElement>(`[${STOP}="${CSS.escape(wanted)}"]`);
    const index = stops.find((stop) => stop.name === wanted)?.index;
    if (element) {
      element.focus();
      element.scrollIntoView({ block: "nearest" });
    } else if (index !== undefined) {
      virtual.scrollToIndex(index);
      return;
    }
    setWanted(null);
  });

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="plan-scroll" ref={scroll} tabIndex={0} aria-label={label}>
      {count === 0 && <p className="quiet plan-none">{nothing}</p>}
      {count !== 0 && rows.length === 0 && <Spin className="plan-none" />}
      <ul
        className="plan-rows"
        aria-label={label}
        style={{ height: virtual.getTotalSize() }}
        onFocus={(event) => {
          stopped.current = nameOf(event.target);
        }}
      >
        {items.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          const isStop = stopsOf !== undefined && stopsOf(row).length === 0;
          return (
            <li
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              className={`plan-row ${className}`}
              style={{ transform: `translateY(${item.start}px)` }}
              {...(isStop ? { [STOP]: keyOf(row), tabIndex: -1 } : {})}
            >
              {children(row)}
            </li>
          );
        })}
      </ul>
    </section>
  );
};
