import { useInfiniteQuery } from "@tanstack/react-query";
import { App, DatePicker, Select } from "antd";
import type { Dayjs } from "dayjs";
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { explain } from "@/failure";
import type { ActFilter, ActLine } from "@/generated/types";
import { client, host } from "@/host";
import { ToolButton } from "@/kit/ToolButton";
import { useAct } from "@/session/act";
import { runJob } from "@/session/jobs";
import { fieldName, kindName, timeOf } from "@/session/telling";

const PAGE = 50;

/** What stands in the details of a line; all of it may be missing. */
interface Details {
  edits?: number;
  not_applied?: number;
  kinds?: Record<string, number>;
  role?: string;
  rights?: string[];
  before?: string | string[];
  after?: string | string[];
  verb?: string;
  fields?: string[];
  people?: number;
  full?: boolean;
}

const detailsOf = ({ details }: ActLine): Details => {
  try {
    const read: unknown = JSON.parse(details);
    return typeof read === "object" && read !== null ? read : {};
  } catch {
    return {};
  }
};

const wordsAt = (
  t: TFunction,
  key: "history.acts.acts" | "history.acts.told" | "history.acts.words",
): Record<string, string> => t(key, { returnObjects: true });

/** Roles and rights as people call them; nothing at all has a word of its own. */
const named = (t: TFunction, words: string | string[] | undefined): string => {
  const known = wordsAt(t, "history.acts.words");
  const list = [words ?? []].flat().map((word) => known[word] ?? word);
  return list.length === 0 ? t("history.acts.nothing") : list.join(t("history.comma"));
};

/** What was done, in a sentence. */
const said = (t: TFunction, line: ActLine): string => {
  const details = detailsOf(line);
  const kinds = Object.entries(details.kinds ?? {}).map(([kind, count]) => `${kindName(t, kind)} ${count}`);
  const acts = wordsAt(t, "history.acts.told");
  if (!(line.act in acts)) return line.act;
  return t(`history.acts.told.${line.act as "push"}`, {
    name: line.subject || t("history.acts.somebody"),
    count: details.edits ?? details.people ?? 0,
    refused: details.not_applied ?? 0,
    kinds: kinds.join(t("history.comma")),
    role: named(t, details.role),
    before: named(t, details.before),
    after: named(t, details.after),
    verb: named(t, details.verb),
    fields: (details.fields ?? []).map((field) => fieldName(t, "member", field)).join(t("history.comma")),
    form: t(details.full ? "history.looks.full" : "history.looks.masked"),
  });
};

const doer = (t: TFunction, { by, by_kind }: ActLine): string =>
  by || (wordsAt(t, "history.acts.words")[by_kind] ?? t("history.someone"));

/** Who did what, as the service wrote it down: signing in, administrators, syncing, joining, looking and taking out. */
export const Acts = () => {
  const { t, i18n } = useTranslation();
  const { act } = useAct();
  const { message } = App.useApp();
  const [from, setFrom] = useState<Dayjs | null>(null);
  const [to, setTo] = useState<Dayjs | null>(null);
  const [kind, setKind] = useState<string | null>(null);
  const [actor, setActor] = useState<{ id: string; name: string } | null>(null);
  const filter: ActFilter = {
    ...(from === null ? {} : { from: from.startOf("minute").valueOf() }),
    ...(to === null ? {} : { to: to.startOf("minute").valueOf() }),
    ...(kind === null ? {} : { act: kind }),
    ...(actor === null ? {} : { actor: actor.id }),
  };
  const { data, error, hasNextPage, fetchNextPage, refetch, isFetching } = useInfiniteQuery({
    queryKey: ["acts", filter],
    queryFn: ({ pageParam }) =>
      client.acts({ limit: PAGE, filter, ...(pageParam === null ? {} : { before: pageParam }) }),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => (last.has_more ? (last.lines.at(-1)?.number ?? null) : null),
    // It is the service's: nothing of it is kept here.
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  const lines = data?.pages.flatMap((page) => page.lines) ?? [];
  const wrong = error ? explain(error, i18n.language) : null;

  const exportAll = async () => {
    const kinds = [
      { name: t("history.acts.csv"), endings: ["csv"] },
      { name: t("history.acts.jsonl"), endings: ["jsonl"] },
    ];
    const path = await host.pickSavePath(t("history.acts.export"), `${t("history.tabs.acts")}.csv`, kinds);
    if (path === null) return;
    const done = await act(() => runJob((job) => client.exportActs({ path, filter, job })));
    if (done) void message.success(t("history.acts.exported", { count: done.rows, path: done.path }), 6);
  };

  const moment = (id: string, label: string, value: Dayjs | null, set: (value: Dayjs | null) => void) => (
    <span className="past-when">
      <label htmlFor={id}>{label}</label>
      <DatePicker
        id={id}
        showTime={{ format: "HH:mm" }}
        format="YYYY-MM-DD HH:mm"
        value={value}
        onChange={(chosen) => set(chosen)}
        placeholder={t("history.moment")}
      />
    </span>
  );

  return (
    <div className="past-scroll">
      <p className="quiet">{t("history.acts.note")}</p>
      <div className="past-bar">
        {moment("acts-from", t("history.acts.from"), from, setFrom)}
        {moment("acts-to", t("history.acts.to"), to, setTo)}
        <Select
          aria-label={t("history.acts.kind")}
          className="past-kind"
          allowClear
          placeholder={t("history.acts.kind")}
          value={kind}
          onChange={(chosen: string | undefined) => setKind(chosen ?? null)}
          options={Object.entries(wordsAt(t, "history.acts.acts")).map(([value, label]) => ({
            value,
            label,
          }))}
        />
        {actor !== null && (
          <ToolButton
            label={t("history.acts.everybody", { name: actor.name })}
            shows="label"
            onClick={() => setActor(null)}
          />
        )}
        <ToolButton
          label={t("history.acts.export")}
          shows="label"
          look="outlined"
          disabled={lines.length === 0}
          onClick={() => void exportAll()}
        />
      </div>
      {wrong && (
        <div role="alert" className="past-wrong">
          <p>
            {wrong.what} {wrong.step}
          </p>
          <ToolButton
            label={t("history.acts.again")}
            shows="label"
            look="outlined"
            disabled={isFetching}
            onClick={() => void refetch()}
          />
        </div>
      )}
      {data && lines.length === 0 && <p className="quiet">{t("history.acts.none")}</p>}
      {lines.length > 0 && (
        <table className="past-table">
          <thead>
            <tr>
              <th scope="col">{t("history.when")}</th>
              <th scope="col">{t("history.who")}</th>
              <th scope="col">{t("history.what")}</th>
              <th scope="col">{t("history.acts.device")}</th>
              <th scope="col">{t("history.acts.network")}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr key={line.number}>
                <td>
                  <time dateTime={new Date(line.at).toISOString()}>{timeOf(line.at)}</time>
                </td>
                <td>
                  {line.by_id !== null && actor === null ? (
                    <ToolButton
                      label={doer(t, line)}
                      shows="label"
                      aria-description={t("history.acts.onlyBy", { name: doer(t, line) })}
                      onClick={() => setActor({ id: line.by_id ?? "", name: doer(t, line) })}
                    />
                  ) : (
                    doer(t, line)
                  )}
                </td>
                <td className="past-said">{said(t, line)}</td>
                <td>{line.device}</td>
                <td>{line.network}</td>
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
