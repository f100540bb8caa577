import { useInfiniteQuery } from "@tanstack/react-query";
import { DatePicker } from "antd";
import type { Dayjs } from "dayjs";
import type { TFunction } from "i18next";
import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import type { OperationLine } from "@/generated/types";
import { client } from "@/host";
import { ToolButton } from "@/kit/ToolButton";
import { useAct } from "@/session/act";
import { keys } from "@/session/queries";
import { useSight } from "@/session/sight";
import { doerOf, timeOf } from "@/session/telling";
import { BatchElsewhere } from "./BatchElsewhere";
import { Lines } from "./Lines";
import { UndoDialog } from "./UndoDialog";
import { useImportFiles } from "./useImportFiles";

/** Operations and entries read at a time. */
const PAGE = 50;

/** All operations, or the one of another computer that somebody comes to look at. */
export const Operations = () => {
  const [params, setParams] = useSearchParams();
  const batch = params.get("batch");
  return batch === null ? (
    <OperationList />
  ) : (
    <div className="past-scroll">
      <BatchElsewhere batch={batch} onClose={() => setParams({ tab: "operations" })} />
    </div>
  );
};

/** All operations, the newest first; each can be looked into, taken back, or shown as the roster was after it. */
const OperationList = () => {
  const { t } = useTranslation();
  const { operation } = useAct();
  const [params, setParams] = useSearchParams();
  /** The operation that somebody comes to look at; the list begins with it. */
  const sought = Number(params.get("operation")) || null;
  const [until, setUntil] = useState<Dayjs | null>(null);
  const [opened, setOpened] = useState<number | null>(sought);
  const [undoing, setUndoing] = useState<OperationLine | null>(null);
  const { onlyReads } = useSight();
  const instant = until?.endOf("minute").valueOf() ?? null;
  const { data, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: [...keys.history, "operations", instant, sought],
    queryFn: ({ pageParam }) =>
      client.operations({
        limit: PAGE,
        ...(pageParam === null ? {} : { before: pageParam }),
        ...(instant === null ? {} : { until: instant }),
      }),
    initialPageParam: sought === null ? null : sought + 1,
    getNextPageParam: (last) => (last.has_more ? (last.operations.at(-1)?.number ?? null) : null),
  });
  const fileOfBatch = useImportFiles();
  const fileOf = ({ batch, origin }: OperationLine) => (origin === "local" ? fileOfBatch(batch) : undefined);
  const rows = data?.pages.flatMap((page) => page.operations) ?? [];

  return (
    <div className="past-scroll">
      <div className="past-bar">
        <span className="past-when">
          <label htmlFor="past-until">{t("history.until")}</label>
          <DatePicker
            id="past-until"
            showTime={{ format: "HH:mm" }}
            format="YYYY-MM-DD HH:mm"
            value={until}
            onChange={(value) => setUntil(value)}
            placeholder={t("history.moment")}
          />
        </span>
        {sought !== null && (
          <ToolButton
            label={t("history.newest")}
            shows="label"
            onClick={() => setParams({ tab: "operations" })}
          />
        )}
      </div>
      {data && rows.length === 0 && <p className="quiet">{t("history.none")}</p>}
      {rows.length > 0 && (
        <table className="past-table">
          <thead>
            <tr>
              <th scope="col">{t("history.when")}</th>
              <th scope="col">{t("history.who")}</th>
              <th scope="col">{t("history.what")}</th>
              <th scope="col" className="past-number">
                {t("history.count")}
              </th>
              <th scope="col">
                <span className="sr-only">{t("shell.common.more")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const name = wordFor(t, row, operation);
              const file = fileOf(row);
              const isOpen = opened === row.number;
              return (
                <Fragment key={row.number}>
                  <tr className={isOpen ? "is-open" : undefined}>
                    <td>
                      <time dateTime={new Date(row.at).toISOString()}>{timeOf(row.at)}</time>
                    </td>
                    <td>{doerOf(t, row)}</td>
                    <td>
                      {name} {file !== undefined && <span className="quiet">{file}</span>}{" "}
                      {row.is_undone && <span className="tag">{t("history.undone")}</span>}
                    </td>
                    <td className="past-number">{t("history.records", { count: row.changed })}</td>
                    <td>
                      <div className="past-acts">
                        <ToolButton
                          label={t(isOpen ? "history.hideEntries" : "history.entries")}
                          shows="label"
                          aria-expanded={isOpen}
                          onClick={() => setOpened(isOpen ? null : row.number)}
                        />
                        <ToolButton
                          label={t("history.asOfThen")}
                          shows="label"
                          onClick={() => setParams({ tab: "past", moment: String(row.moment) })}
                        />
                        {!onlyReads && row.can_undo && row.batch !== null && (
                          <ToolButton
                            label={t("history.undo.button")}
                            shows="label"
                            look="outlined"
                            onClick={() => setUndoing(row)}
                          />
                        )}
                      </div>
                    </td>
                  </tr>
                  {isOpen && (
                    <tr className="past-opened">
                      <td colSpan={5}>
                        <Entries operation={row.number} label={t("history.entriesOf", { operation: name })} />
                      </td>
                    </tr>
                  )}
                </Fragment>
              );
            })}
          </tbody>
        </table>
      )}
      {hasNextPage && (
        <ToolButton label={t("history.more")} shows="label" onClick={() => void fetchNextPage()} />
      )}
      {undoing && (
        <UndoDialog row={undoing} name={wordFor(t, undoing, operation)} onClose={() => setUndoing(null)} />
      )}
    </div>
  );
};

/** Undo and redo say of what. */
const wordFor = (
  t: TFunction,
  { origin, operation: word }: OperationLine,
  operation: (word: string) => string,
) =>
  origin === "undo" || origin === "redo"
    ? t("history.of", { act: operation(origin), operation: operation(word) })
    : operation(word);

const Entries = ({ operation, label }: { operation: number; label: string }) => {
  const { t } = useTranslation();
  const { data, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: [...keys.history, "entries", operation],
    queryFn: ({ pageParam }) =>
      client.operationEntries({
        operation,
        limit: PAGE,
        ...(pageParam === null ? {} : { after: pageParam }),
      }),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => (last.has_more ? (last.lines.at(-1)?.moment ?? null) : null),
  });
  if (!data) return <p className="quiet">{t("shell.common.loading")}</p>;
  return (
    <>
      <Lines lines={data.pages.flatMap((page) => page.lines)} label={label} of="operation" />
      {hasNextPage && (
        <ToolButton label={t("history.moreEntries")} shows="label" onClick={() => void fetchNextPage()} />
      )}
    </>
  );
};
