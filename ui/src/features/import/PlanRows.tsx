import { useInfiniteQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Spin } from "antd";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { ImportPlan, PlannedKind } from "@/generated/types";
import { client } from "@/host";
import { type Choosing, PlanRow } from "./PlanRow";

const PAGE = 200;

/** Rows of the plan, of one kind; only those in sight are drawn. */
export const PlanRows = ({
  plan,
  kind,
  total,
  namesSheets,
  ...choosing
}: {
  plan: ImportPlan;
  kind: PlannedKind;
  total: number;
  /** Rows of several sheets: the number alone says nothing. */
  namesSheets: boolean;
} & Choosing) => {
  const { t } = useTranslation();
  const scroll = useRef<HTMLDivElement>(null);
  const { data, fetchNextPage, hasNextPage, isFetching } = useInfiniteQuery({
    queryKey: ["plan", plan.import, plan, kind],
    queryFn: ({ pageParam }) => client.planPage({ import: plan.import, kind, start: pageParam, count: PAGE }),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => {
      const seen = pages.reduce((count, page) => count + page.rows.length, 0);
      return last.rows.length > 0 && seen < last.total ? seen : undefined;
    },
  });
  const rows = data?.pages.flatMap((page) => page.rows) ?? [];
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => 44,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const last = items[items.length - 1]?.index ?? 0;
  useEffect(() => {
    if (hasNextPage && !isFetching && last >= rows.length - 20) void fetchNextPage();
  }, [last, rows.length, hasNextPage, isFetching, fetchNextPage]);

  return (
    <div className="import-scroll" ref={scroll}>
      {total === 0 && <p className="quiet import-none">{t("importing.nothingHere")}</p>}
      {total > 0 && rows.length === 0 && <Spin className="import-none" />}
      <ul
        className="plan-rows"
        aria-label={t(`importing.counts.${kind}`)}
        style={{ height: virtual.getTotalSize() }}
      >
        {items.map((item) => {
          const row = rows[item.index];
          return row ? (
            <li
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              className="plan-row"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <PlanRow row={row} fresh={plan.new_fields} namesSheet={namesSheets} {...choosing} />
            </li>
          ) : null;
        })}
      </ul>
    </div>
  );
};
