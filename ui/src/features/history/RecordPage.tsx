import { ArrowLeftOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { client } from "@/host";
import { ToolButton } from "@/kit/ToolButton";
import { useEscape } from "@/kit/useEscape";
import { keys } from "@/session/queries";
import { Lines } from "./Lines";
import { useRestore } from "./useRestore";

/** Entries read at a time. */
const PAGE = 50;

/** Everything that happened to one member or department, and to what belongs to them. */
export const RecordPage = () => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const restore = useRestore();
  useEscape(() => void navigate(-1));
  const { kind = "member", id = "" } = useParams();
  const { data, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: [...keys.history, kind, id],
    queryFn: ({ pageParam }) =>
      client.recordHistory({ kind, id, limit: PAGE, ...(pageParam === null ? {} : { before: pageParam }) }),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => (last.has_more ? (last.lines.at(-1)?.moment ?? null) : null),
  });
  const lines = data?.pages.flatMap((page) => page.lines) ?? [];
  const now = data?.pages[0];
  const title = t("history.record.title", { name: now?.title ?? "" });
  return (
    <div className="page">
      <header className="page-head">
        <h1>{title}</h1>
        <ToolButton
          label={t("history.record.back")}
          icon={<ArrowLeftOutlined />}
          shows="label"
          onClick={() => void navigate(-1)}
        />
      </header>
      {now && lines.length > 0 && !now.is_there && (
        <p className="past-note">
          <span>{t("history.record.gone")}</span>
          {restore && (
            <ToolButton
              label={t("history.restore.back")}
              shows="label"
              look="primary"
              onClick={() => void restore(() => client.restoreRecord({ kind, id }))}
            />
          )}
        </p>
      )}
      <div className="past-scroll">
        {data && <Lines lines={lines} label={title} of={kind === "department" ? "department" : "member"} />}
        {hasNextPage && (
          <ToolButton label={t("history.more")} shows="label" onClick={() => void fetchNextPage()} />
        )}
      </div>
    </div>
  );
};
