import { useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { SheetLabel, SheetRun } from "@/generated/types";
import { client } from "@/host";

const PAGE_WIDTH = 620;
const GAP = 20;

/** What a click on a label does: leaves its person out, or begins the first sheet there. */
export type ClickMeans = "leave" | "start";

interface Clicks {
  clickMeans: ClickMeans;
  onChoose: (label: SheetLabel) => void;
}

/** The pages of a run, one under the other; only those in view are drawn. */
export const SheetPages = ({ run, clickMeans, onChoose }: { run: SheetRun } & Clicks) => {
  const { t } = useTranslation();
  const scroll = useRef<HTMLDivElement>(null);
  const first = usePage(run.run, 0);
  // All pages of a run are of one paper.
  const height = PAGE_WIDTH * (first?.ratio ?? 297 / 210);
  const virtual = useVirtualizer({
    count: run.pages,
    getScrollElement: () => scroll.current,
    estimateSize: () => height + GAP,
    overscan: 1,
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: keys scroll what has the focus
    <section ref={scroll} className="sheets-scroll" tabIndex={0} aria-label={t("invitations.sheet.title")}>
      <div key={height} style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {virtual.getVirtualItems().map((item) => (
          <div
            key={item.key}
            className="sheets-place"
            style={{ transform: `translateY(${item.index * (height + GAP)}px)` }}
          >
            <SheetPage
              run={run.run}
              page={item.index}
              height={height}
              clickMeans={clickMeans}
              onChoose={onChoose}
            />
          </div>
        ))}
      </div>
    </section>
  );
};

const usePage = (run: string, page: number) => {
  const { data } = useQuery({
    queryKey: ["sheet-page", run, page],
    queryFn: () => client.sheetPage({ run, page }),
    gcTime: 30_000,
  });
  return data;
};

const SheetPage = ({
  run,
  page,
  height,
  clickMeans,
  onChoose,
}: { run: string; page: number; height: number } & Clicks) => {
  const { t } = useTranslation();
  const data = usePage(run, page);
  const label = t("invitations.sheet.page", { page: page + 1 });
  if (!data) return <div className="sheets-page" style={{ height }} role="img" aria-label={label} />;
  const isChoosable = (one: SheetLabel) =>
    clickMeans === "start" ? one.place !== null : one.member !== null;
  return (
    <div className="sheets-paper" style={{ height }}>
      <img
        className="sheets-page"
        style={{ height }}
        alt={label}
        src={`data:image/svg+xml;utf8,${encodeURIComponent(data.svg)}`}
      />
      {data.labels.filter(isChoosable).map((one) => {
        const says =
          clickMeans === "start"
            ? t("invitations.sheet.startHere", { place: (one.place ?? 0) + 1 })
            : t("invitations.sheet.leaveOut", { name: one.member_name });
        return (
          <button
            key={one.member ?? `place ${one.place}`}
            type="button"
            className="sheets-label"
            data-means={clickMeans}
            aria-label={says}
            title={says}
            style={{
              left: `${one.left}%`,
              top: `${one.top}%`,
              width: `${one.width}%`,
              height: `${one.height}%`,
            }}
            onClick={() => onChoose(one)}
          />
        );
      })}
    </div>
  );
};
