import { useInfiniteQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Spin } from "antd";
import { type ReactNode, useEffect, useRef } from "react";
import "./plan.css";

/** Rows of a plan that is looked at before it is applied, read page by page; only those in sight are drawn. */
export const PlanList = <Row,>({
  of,
  load,
  total,
  keyOf,
  label,
  nothing,
  height,
  className,
  children,
}: {
  /** What is listed and in which state. While the state changes and `of.list` does not, the rows that were there stay. */
  of: { list: readonly unknown[]; state: unknown };
  load: (start: number) => Promise<{ total: number; rows: Row[] }>;
  /** How many there are, where it is known before they are read. */
  total?: number;
  keyOf: (row: Row) => number | string;
  label: string;
  /** What to say where there is nothing. */
  nothing: string;
  /** Of a row as it usually is, in pixels. */
  height: number;
  className: string;
  children: (row: Row) => ReactNode;
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

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="plan-scroll" ref={scroll} tabIndex={0} aria-label={label}>
      {count === 0 && <p className="quiet plan-none">{nothing}</p>}
      {count !== 0 && rows.length === 0 && <Spin className="plan-none" />}
      <ul className="plan-rows" aria-label={label} style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          return (
            <li
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              className={`plan-row ${className}`}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              {children(row)}
            </li>
          );
        })}
      </ul>
    </section>
  );
};
