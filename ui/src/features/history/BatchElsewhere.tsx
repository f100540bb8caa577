import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client } from "@/host";
import { ToolButton } from "@/kit/ToolButton";
import { useAct } from "@/session/act";
import { keys } from "@/session/queries";
import { timeOf, whoOf } from "@/session/telling";
import { Lines } from "./Lines";

/** Entries read at a time. */
const PAGE = 50;

/** What somebody did as one on another computer, as far as it came here: to be read, and brought back part by part. */
export const BatchElsewhere = ({ batch, onClose }: { batch: string; onClose: () => void }) => {
  const { t } = useTranslation();
  const { operation } = useAct();
  const { data, isError, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: [...keys.history, "elsewhere", batch],
    queryFn: ({ pageParam }) =>
      client.batchElsewhere({
        batch,
        limit: PAGE,
        ...(pageParam === null ? {} : { after: pageParam }),
      }),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => (last.has_more ? (last.lines.at(-1)?.moment ?? null) : null),
  });
  const lines = data?.pages.flatMap((page) => page.lines) ?? [];
  const first = lines[0];
  const title = first ? operation(first.operation) : t("history.batchElsewhere.title");
  return (
    <section className="past-elsewhere" aria-label={title}>
      <header className="past-bar">
        <h2>{title}</h2>
        {first && (
          <>
            <strong>{whoOf(t, first)}</strong>
            <time dateTime={new Date(first.at).toISOString()}>{timeOf(first.at)}</time>
            <span>{t("history.records", { count: data?.pages[0]?.records ?? 0 })}</span>
          </>
        )}
        <ToolButton label={t("history.newest")} shows="label" onClick={onClose} />
      </header>
      <p className="quiet">{t("history.batchElsewhere.note")}</p>
      {data && lines.length === 0 && <p>{t("history.batchElsewhere.none")}</p>}
      {isError && <p role="alert">{t("history.batchElsewhere.none")}</p>}
      {first && <Lines lines={lines} label={t("history.entriesOf", { operation: title })} of="batch" />}
      {hasNextPage && (
        <ToolButton label={t("history.moreEntries")} shows="label" onClick={() => void fetchNextPage()} />
      )}
    </section>
  );
};
