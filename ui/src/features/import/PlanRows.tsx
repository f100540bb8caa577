import { useInfiniteQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Button, Spin } from "antd";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { ImportPlan, PlannedKind, PlannedRow } from "@/generated/types";
import { client } from "@/host";
import { problemLine } from "@/kit/problem-words";
import { targetLabel, valueLabel } from "./targets";

const PAGE = 200;

/** Rows of the plan, of one kind; only those in sight are drawn. */
export const PlanRows = ({
  plan,
  kind,
  total,
  excluded,
  onToggle,
}: {
  plan: ImportPlan;
  kind: PlannedKind;
  total: number;
  excluded: ReadonlySet<number>;
  onToggle: (row: number) => void;
}) => {
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
              <PlanRow row={row} isExcluded={excluded.has(row.row)} onToggle={onToggle} />
            </li>
          ) : null;
        })}
      </ul>
    </div>
  );
};

const PlanRow = ({
  row,
  isExcluded,
  onToggle,
}: {
  row: PlannedRow;
  isExcluded: boolean;
  onToggle: (row: number) => void;
}) => {
  const { t } = useTranslation();
  return (
    <>
      <span className="plan-number">{row.row}</span>
      <strong className="plan-name">{row.name}</strong>
      <div className="plan-cells" data-muted={isExcluded || undefined}>
        {row.cells.map((cell) => (
          <span key={`${cell.what}${cell.to}`} className="plan-cell">
            <small>{targetLabel(t, cell.what)}</small>
            {cell.from !== "" && <del>{valueLabel(t, cell.what, cell.from)}</del>}
            <ins>{valueLabel(t, cell.what, cell.to)}</ins>
          </span>
        ))}
        {row.problems.map((problem) => {
          const kinds: Record<string, string> = t("importing.valueKinds", { returnObjects: true });
          return (
            <p
              key={`${problem.letter}${problem.code}`}
              className="plan-problem"
              data-tone={problem.is_warning ? "warning" : "danger"}
            >
              <b>
                {problem.letter === ""
                  ? t("importing.row") + String(problem.row)
                  : t("importing.problemAt", {
                      sheet: problem.sheet,
                      cell: `${problem.letter}${problem.row}`,
                      heading: problem.heading,
                      kind: kinds[problem.value_kind] ?? problem.value_kind,
                    })}
              </b>{" "}
              {problem.value !== "" && <code>{problem.value}</code>} {problemLine(t, problem.code)}
              {problem.other_row !== null && ` ${t("importing.otherRow", { row: problem.other_row })}`}
              {problem.proposal && ` ${t("importing.proposal", { value: problem.proposal })}`}
            </p>
          );
        })}
      </div>
      {row.kind !== "unchanged" && row.kind !== "problem" && (
        <Button size="small" type="text" onClick={() => onToggle(row.row)}>
          {isExcluded ? t("importing.include") : t("importing.exclude")}
        </Button>
      )}
    </>
  );
};
