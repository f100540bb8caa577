import dayjs from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FieldChange, HistoryEntry } from "@/generated/types";
import { ToolButton } from "@/kit/ToolButton";
import { useAct } from "@/session/act";
import { fieldOf } from "@/session/defined";
import { PhotoValue } from "@/session/PhotoValue";
import { labelOf } from "../choices";

/** Entries shown before one asks for all. */
const FIRST = 8;

/** The member scanned the code: no administrator wrote it. */
const isJoining = ({ by, changes }: HistoryEntry) =>
  by === "" && changes.some(({ field, to }) => field === "joined_at" && to !== "");

/** Who changed what and when, the newest first. */
export const History = ({ entries }: { entries: readonly HistoryEntry[] }) => {
  const { t } = useTranslation();
  const { operation } = useAct();
  const [isWhole, setWhole] = useState(false);
  const title = t("roster.history.title");
  const what = (entry: HistoryEntry) => {
    if (entry.verb === "create") return t("roster.history.created");
    return isJoining(entry) ? t("roster.history.joined") : operation(entry.operation);
  };
  const shown = isWhole ? entries : entries.slice(0, FIRST);
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {entries.length === 0 && <p className="quiet">{t("roster.history.none")}</p>}
      <ol className="history">
        {shown.map((entry, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: entries have no name and never change places
          <li key={index}>
            <p>
              <strong>
                {entry.by || t(isJoining(entry) ? "roster.history.self" : "roster.history.someone")}
              </strong>
              <span>{what(entry)}</span>
              <time dateTime={new Date(entry.at).toISOString()}>
                {dayjs(entry.at).format("YYYY-MM-DD HH:mm")}
              </time>
            </p>
            {entry.verb !== "create" && <Changes changes={entry.changes} />}
          </li>
        ))}
      </ol>
      {entries.length > shown.length && (
        <ToolButton
          label={t("roster.history.all", { count: entries.length })}
          shows="label"
          onClick={() => setWhole(true)}
        />
      )}
    </section>
  );
};

const Changes = ({ changes }: { changes: readonly FieldChange[] }) => {
  const { t } = useTranslation();
  const titles: Record<string, string> = {
    ...(t("choices.columns", { returnObjects: true }) as Record<string, string>),
    joined_at: t("roster.history.joinedAt"),
  };
  const titleOf = (field: string) => titles[field] ?? fieldOf(field)?.name ?? field;
  const said = (field: string, text: string) => labelOf(t, field, text) || t("roster.grid.empty");
  return (
    <ul>
      {changes.map(({ field, from, to }) => (
        <li key={field}>
          <span className="quiet">{titleOf(field)}</span>
          <del>{field === "photo" ? <PhotoValue hash={from} size="tiny" /> : said(field, from)}</del>
          <span aria-hidden="true">→</span>
          <ins>{field === "photo" ? <PhotoValue hash={to} size="tiny" /> : said(field, to)}</ins>
        </li>
      ))}
    </ul>
  );
};
