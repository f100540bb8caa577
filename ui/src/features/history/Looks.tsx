import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { AuditLine } from "@/generated/types";
import { client } from "@/host";
import { ToolButton } from "@/kit/ToolButton";
import { keys } from "@/session/queries";
import { fieldName, timeOf } from "@/session/telling";

const PAGE = 50;

/** Who looked at masked values or took the roster out, and when. */
export const Looks = () => {
  const { t } = useTranslation();
  const { data, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: [...keys.history, "looks"],
    queryFn: ({ pageParam }) =>
      client.audit({ limit: PAGE, ...(pageParam === null ? {} : { before: pageParam }) }),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => (last.has_more ? (last.lines.at(-1)?.number ?? null) : null),
    staleTime: 0,
  });
  const lines = data?.pages.flatMap((page) => page.lines) ?? [];

  const said = ({ act, title, fields, people, is_full }: AuditLine) =>
    t(`history.looks.acts.${act as "reveal"}`, {
      name: title ?? "",
      fields: fields.map((field) => fieldName(t, "member", field)).join(t("history.comma")),
      count: people,
      form: t(is_full ? "history.looks.full" : "history.looks.masked"),
    });

  return (
    <div className="past-scroll">
      <p className="quiet">{t("history.looks.note")}</p>
      {data && lines.length === 0 && <p>{t("history.looks.none")}</p>}
      {lines.length > 0 && (
        <table className="past-table">
          <thead>
            <tr>
              <th scope="col">{t("history.when")}</th>
              <th scope="col">{t("history.who")}</th>
              <th scope="col">{t("history.what")}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr key={line.number}>
                <td>
                  <time dateTime={new Date(line.at).toISOString()}>{timeOf(line.at)}</time>
                </td>
                <td>{line.by}</td>
                <td>{said(line)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {hasNextPage && (
        <ToolButton label={t("history.more")} shows="label" onClick={() => void fetchNextPage()} />
      )}
    </div>
  );
};
