import { ArrowLeftOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Empty } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { RunRow } from "@/generated/types";
import { client } from "@/host";
import { useEscape } from "@/kit/useEscape";
import { keys } from "@/session/queries";
import { timeOf } from "@/session/telling";
import { CheckRun } from "./CheckRun";
import { type Again, ReprintDialog } from "./ReprintDialog";
import { RunLabels } from "./RunLabels";

const PAGE = 50;

/** When sheets were made on this computer, and what became of them. */
export const Runs = ({
  onClose,
  onReprint,
}: {
  onClose: () => void;
  /** New invitations in the place of voided ones, to be printed. */
  onReprint: (invitations: string[]) => void;
}) => {
  const { t, i18n } = useTranslation();
  const [checked, setChecked] = useState<RunRow | null>(null);
  const [open, setOpen] = useState<RunRow | null>(null);
  const [again, setAgain] = useState<Again | null>(null);
  const { data, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: keys.runs,
    queryFn: ({ pageParam }) =>
      client.runs({ count: PAGE, ...(pageParam === null ? {} : { before: pageParam }) }),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => (last.length === PAGE ? (last.at(-1)?.number ?? null) : null),
    staleTime: 0,
  });
  const rows = data?.pages.flat() ?? [];
  useEscape(onClose);

  const what = (row: RunRow) =>
    t(`invitations.runs.ways.${row.way as "void"}`, {
      reason: row.reason ? t(`invitations.reasons.${row.reason as "lost"}`) : "",
    });
  const layout = (row: RunRow) => (i18n.language.startsWith("zh") ? row.layout_zh : row.layout_en);

  return (
    <div className="page">
      <header className="page-head">
        <h1>{t("invitations.runs.title")}</h1>
        <Button icon={<ArrowLeftOutlined />} onClick={onClose}>
          {t("shell.common.back")}
        </Button>
      </header>
      <p className="quiet invitations-lead">{t("invitations.runs.hint")}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: keys scroll what has the focus */}
      <section className="invitations-body" tabIndex={0} aria-label={t("invitations.runs.title")}>
        {data && rows.length === 0 && <Empty description={t("invitations.runs.none")} />}
        {rows.length > 0 && (
          <table className="plain-table runs-table">
            <thead>
              <tr>
                <th data-align="end">{t("invitations.runs.number")}</th>
                <th>{t("invitations.runs.when")}</th>
                <th>{t("invitations.runs.who")}</th>
                <th>{t("invitations.runs.what")}</th>
                <th>{t("invitations.runs.layout")}</th>
                <th data-align="end">{t("invitations.runs.pages")}</th>
                <th data-align="end">{t("invitations.runs.people")}</th>
                <th>{t("invitations.runs.printed")}</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.number}>
                  <td data-align="end">{row.number}</td>
                  <td>
                    <time dateTime={new Date(row.at).toISOString()}>{timeOf(row.at)}</time>
                  </td>
                  <td>{row.actor}</td>
                  <td>
                    {what(row)} {row.is_undone && <span className="tag">{t("invitations.runs.undone")}</span>}
                  </td>
                  <td className="runs-layout">{layout(row)}</td>
                  <td data-align="end">{row.pages > 0 && row.pages}</td>
                  <td data-align="end">{row.people}</td>
                  <td>
                    {row.is_paper && row.checked_at === null && (
                      <span className="runs-unchecked">{t("invitations.runs.unchecked")}</span>
                    )}
                    {row.checked_at !== null && `${row.printed} / ${row.people}`}
                  </td>
                  <td data-align="end">
                    {row.is_paper && (
                      <Button
                        size="small"
                        type={row.checked_at === null ? "primary" : "text"}
                        onClick={() => setChecked(row)}
                      >
                        {t("invitations.runs.check")}
                      </Button>
                    )}
                    <Button size="small" type="text" onClick={() => setOpen(row)}>
                      {t("invitations.runs.open")}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {hasNextPage && (
          <Button type="text" onClick={() => void fetchNextPage()}>
            {t("invitations.runs.more")}
          </Button>
        )}
      </section>
      {checked && <CheckRun paper={checked} onClose={() => setChecked(null)} />}
      {open && <RunLabels run={open} onClose={() => setOpen(null)} onReprint={setAgain} />}
      {again && <ReprintDialog again={again} onClose={() => setAgain(null)} onMade={onReprint} />}
    </div>
  );
};
