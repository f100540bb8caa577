import { useInfiniteQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Checkbox, Spin } from "antd";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { YearPlan, YearPupilFate } from "@/generated/types";
import { client } from "@/host";

const PAGE = 200;

/** Pupils of the plan, before and after; only those in sight are drawn. */
export const PupilList = ({
  plan,
  classId,
  fate,
  text,
  label,
  chosen,
  onToggle,
}: {
  plan: YearPlan;
  classId: string | null;
  fate: YearPupilFate | null;
  text: string;
  label: string;
  /** Absent: nothing can be chosen. */
  chosen?: ReadonlySet<string>;
  onToggle?: (id: string) => void;
}) => {
  const { t } = useTranslation();
  const scroll = useRef<HTMLElement>(null);
  const { data, fetchNextPage, hasNextPage, isFetching } = useInfiniteQuery({
    queryKey: ["year-pupils", plan, classId, fate, text],
    queryFn: ({ pageParam }) =>
      client.yearPupils({ class: classId, fate, text, start: pageParam, count: PAGE }),
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
    estimateSize: () => 40,
    overscan: 12,
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
    <section className="year-scroll" ref={scroll} tabIndex={0} aria-label={label}>
      {!data && <Spin className="year-none" />}
      {data && rows.length === 0 && <p className="quiet year-none">{t("year.noPupils")}</p>}
      <ul className="year-pupils" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const pupil = rows[item.index];
          return pupil ? (
            <li
              key={pupil.id}
              className="year-pupil"
              data-chooses={onToggle !== undefined || undefined}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              {onToggle && (
                <Checkbox
                  checked={chosen?.has(pupil.id) ?? false}
                  onChange={() => onToggle(pupil.id)}
                  aria-label={t("year.choose", { name: pupil.name })}
                />
              )}
              <span className="year-pupil-name">
                {pupil.name} <small className="quiet">{pupil.card_number}</small>
              </span>
              <span className="year-fate" data-fate={pupil.fate}>
                {t(`year.fate.${pupil.fate}`)}
              </span>
              <span className="year-pupil-place">
                {pupil.path_before !== pupil.path_after && (
                  <del>{pupil.path_before || t("year.nowhere")}</del>
                )}
                <ins>{pupil.path_after || t("year.nowhere")}</ins>
              </span>
            </li>
          ) : null;
        })}
      </ul>
    </section>
  );
};
