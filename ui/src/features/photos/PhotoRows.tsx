import { useInfiniteQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Spin } from "antd";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { PhotoPlanChange, PhotoVerdict, PlannedPhoto } from "@/generated/types";
import { client } from "@/host";
import { PhotoRow } from "./PhotoRow";

const PAGE = 100;

/** Rows of the plan with one verdict; only those in sight are drawn. */
export const PhotoRows = ({
  plan,
  verdict,
  total,
  changes,
  replaces,
  onChange,
  onAdjust,
}: {
  plan: string;
  verdict: PhotoVerdict;
  total: number;
  changes: number;
  replaces: boolean;
  onChange: (change: PhotoPlanChange) => Promise<void>;
  onAdjust: (row: PlannedPhoto) => Promise<void>;
}) => {
  const { t } = useTranslation();
  const scroll = useRef<HTMLDivElement>(null);
  const { data, fetchNextPage, hasNextPage, isFetching } = useInfiniteQuery({
    queryKey: ["photo-plan", plan, verdict, changes],
    queryFn: ({ pageParam }) => client.photoPlanPage({ plan, verdict, start: pageParam, count: PAGE }),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => {
      const seen = pages.reduce((count, page) => count + page.rows.length, 0);
      return last.rows.length > 0 && seen < last.total ? seen : undefined;
    },
    // While the rows are asked for again, those that were there stay.
    placeholderData: (before, query) => (query?.queryKey[2] === verdict ? before : undefined),
  });
  const rows = data?.pages.flatMap((page) => page.rows) ?? [];
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => 98,
    overscan: 4,
  });
  const items = virtual.getVirtualItems();
  const last = items[items.length - 1]?.index ?? 0;
  useEffect(() => {
    if (hasNextPage && !isFetching && last >= rows.length - 10) void fetchNextPage();
  }, [last, rows.length, hasNextPage, isFetching, fetchNextPage]);

  return (
    <div className="photos-scroll" ref={scroll}>
      {total === 0 && <p className="quiet photos-none">{t("photos.nothingHere")}</p>}
      {total > 0 && rows.length === 0 && <Spin className="photos-none" />}
      <ul
        className="photo-rows"
        aria-label={t(`photos.verdicts.${verdict}`)}
        style={{ height: virtual.getTotalSize() }}
      >
        {items.map((item) => {
          const row = rows[item.index];
          return row ? (
            <li
              key={row.row}
              ref={virtual.measureElement}
              data-index={item.index}
              className="photo-row"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <PhotoRow plan={plan} row={row} replaces={replaces} onChange={onChange} onAdjust={onAdjust} />
            </li>
          ) : null;
        })}
      </ul>
    </div>
  );
};
