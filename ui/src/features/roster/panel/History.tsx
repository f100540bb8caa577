import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { HistoryLine } from "@/generated/types";
import { ToolButton } from "@/kit/ToolButton";
import { useAct } from "@/session/act";
import { PhotoValue } from "@/session/PhotoValue";
import { aboutOf, fieldName, timeOf, valueName, whoOf } from "@/session/telling";

/** Entries shown before one asks for all. */
const FIRST = 8;

/** The member scanned the code: no administrator wrote it. */
const isJoining = ({ by, changes }: HistoryLine) =>
  by === "" && changes.some(({ field, to }) => field === "joined_at" && to !== "");

/** Who changed what and when, the newest first. */
export const History = ({ entries }: { entries: readonly HistoryLine[] }) => {
  const { t } = useTranslation();
  const { operation } = useAct();
  const [isWhole, setWhole] = useState(false);
  const title = t("roster.history.title");
  const what = (entry: HistoryLine) => {
    if (entry.kind === "member" && entry.verb === "create") return t("roster.history.created");
    return isJoining(entry) ? t("roster.history.joined") : operation(entry.operation);
  };
  const shown = isWhole ? entries : entries.slice(0, FIRST);
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {entries.length === 0 && <p className="quiet">{t("roster.history.none")}</p>}
      <ol className="history">
        {shown.map((entry) => (
          <li key={entry.moment}>
            <p>
              <strong>{isJoining(entry) ? t("roster.history.self") : whoOf(t, entry)}</strong>
              <span>{what(entry)}</span>
              <span>{aboutOf(t, entry, "member")}</span>
              <time dateTime={new Date(entry.at).toISOString()}>{timeOf(entry.at)}</time>
            </p>
            <Changes entry={entry} />
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

const Changes = ({ entry: { kind, changes } }: { entry: HistoryLine }) => {
  const { t } = useTranslation();
  const said = (field: string, text: string) =>
    kind === "member" && field === "photo" ? (
      <PhotoValue hash={text} size="tiny" />
    ) : (
      valueName(t, kind, field, text)
    );
  return (
    <ul>
      {changes.map(({ field, from, to }) => (
        <li key={field}>
          <span className="quiet">{fieldName(t, kind, field)}</span>
          <del>{said(field, from)}</del>
          <span aria-hidden="true">→</span>
          <ins>{said(field, to)}</ins>
        </li>
      ))}
    </ul>
  );
};
