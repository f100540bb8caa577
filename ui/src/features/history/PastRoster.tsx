import { CloseOutlined, DownloadOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { App } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { isFailure } from "@/failure";
import type { Column, PastInfo, PastPerson } from "@/generated/types";
import { client, host } from "@/host";
import { SearchInput } from "@/kit/SearchInput";
import { ToolButton } from "@/kit/ToolButton";
import { useAskMasking } from "@/kit/useAskMasking";
import { useEscape } from "@/kit/useEscape";
import { useAct } from "@/session/act";
import { useDefinitions } from "@/session/defined";
import { runJob } from "@/session/jobs";
import { PhotoValue } from "@/session/PhotoValue";
import { keys } from "@/session/queries";
import { useSight } from "@/session/sight";
import { useSession } from "@/session/store";
import { fieldName, timeOf, valueName } from "@/session/telling";
import { useRestore } from "./useRestore";

const PAGE = 100;
/** Every column that the roster can show; the name stands first, with the way back. */
const COLUMNS: Column[] = [
  "name",
  "card_number",
  "department",
  "identity",
  "sex",
  "birth_date",
  "phone",
  "document_kind",
  "document_number",
  "tags",
  "title",
  "entry_year",
  "status",
  "status_since",
  "valid_from",
  "valid_until",
  "chip_numbers",
  "join_state",
  "email",
  "address",
  "note",
  "photo",
];
/** Shown whole, beside the cells: the grid's columns tell of the first guardian only. */
const MORE = ["guardians", "places"] as const;

const Cell = ({ column, text }: { column: Column | undefined; text: string }) => {
  const { t } = useTranslation();
  if (text === "" || column === undefined) return null;
  return column === "photo" ? (
    <PhotoValue hash={text} size="tiny" />
  ) : (
    <>{valueName(t, "member", column, text)}</>
  );
};

type State = "same" | "changed" | "gone";

const stateOf = (person: PastPerson | undefined): State => {
  if (person?.is_there === false) return "gone";
  return person?.is_changed ? "changed" : "same";
};

/** Says that somebody or something is otherwise now, and brings it back where that is allowed. */
const Back = ({ name, state, onBack }: { name: string; state: State; onBack: (() => void) | null }) => {
  const { t } = useTranslation();
  const isGone = state === "gone";
  return (
    <span className="past-gone">
      <span className="tag" data-tone={isGone ? "warning" : undefined}>
        {t(isGone ? "history.past.left" : "history.past.changed")}
      </span>
      {onBack && (
        <button
          type="button"
          className="past-link"
          aria-label={t(isGone ? "history.restore.person" : "history.restore.asThen", { name })}
          onClick={onBack}
        >
          {t(isGone ? "history.restore.back" : "history.restore.asThenShort")}
        </button>
      )}
    </span>
  );
};

/** The roster as it was: departments beside members, to be read, exported, and brought back one by one. */
export const PastRoster = ({
  past,
  onClose,
  onLost,
}: {
  past: PastInfo;
  onClose: () => void;
  onLost: () => void;
}) => {
  const { t, i18n } = useTranslation();
  const { act } = useAct();
  const { message } = App.useApp();
  useEscape(onClose);
  const restore = useRestore();
  const askMasking = useAskMasking(useSight());
  const { fields } = useDefinitions();
  const columns = [...COLUMNS, ...fields.map((field) => field.column)];
  const [department, setDepartment] = useState<string | null>(null);
  const [text, setText] = useState("");
  const [start, setStart] = useState(0);
  const asked = text.trim();
  const sight = useSession((now) => now.sight);
  const chosen = {
    ...(department === null ? {} : { department }),
    ...(asked === "" ? {} : { text: asked }),
  };
  const { data, error } = useQuery({
    queryKey: [...keys.history, "past", past.past, department, asked, start, sight, columns],
    queryFn: () =>
      client.pastPage({
        past: past.past,
        start,
        count: PAGE,
        columns,
        ...chosen,
      }),
    placeholderData: keepPreviousData,
  });
  const isLost = isFailure(error) && error.params?.past === "closed";
  useEffect(() => {
    if (isLost) onLost();
  }, [isLost, onLost]);

  const choose = (id: string | null) => {
    setDepartment(id);
    setStart(0);
  };
  const exportChosen = async () => {
    const masking = await askMasking();
    if (masking === null) return;
    const kinds = [
      { name: t("roster.export.excel"), endings: ["xlsx"] },
      { name: t("roster.export.csv"), endings: ["csv"] },
    ];
    const path = await host.pickSavePath(t("roster.export.title"), `${t("history.past.file")}.xlsx`, kinds);
    if (path === null) return;
    const language = i18n.language.startsWith("zh") ? "zh" : "en";
    const done = await act(() =>
      runJob((job) => client.exportPast({ past: past.past, path, language, masking, job, ...chosen })),
    );
    if (done) void message.success(t("history.past.exported", { count: done.rows, path: done.path }), 6);
  };

  const bringBack = (kind: "member" | "department", id: string) =>
    restore && (() => void restore(() => client.restoreRecord({ kind, id, past: past.past })));
  const guardians = (person: PastPerson | undefined) =>
    (person?.guardians ?? []).map(({ name, relation, phone }) =>
      [name, relation && valueName(t, "guardianship", "relation", relation), phone].filter(Boolean).join(" "),
    );
  const changed = new Set(data?.changed_departments);
  const gone = new Set(data?.gone_departments);

  const rows = data?.rows ?? [];
  const total = data?.total ?? past.total;
  return (
    <div className="past-roster">
      <div className="past-bar">
        <strong role="status">{t("history.past.shown", { time: timeOf(past.at), count: past.total })}</strong>
        <SearchInput
          className="field is-open"
          label={t("history.past.search")}
          text={text}
          onText={(wanted) => {
            setText(wanted);
            setStart(0);
          }}
        />
        <ToolButton
          label={t("history.past.export", { count: total })}
          icon={<DownloadOutlined />}
          shows="label"
          onClick={() => void exportChosen()}
        />
        <ToolButton
          label={t("history.past.close")}
          icon={<CloseOutlined />}
          shows="label"
          onClick={onClose}
        />
      </div>
      <nav className="past-tree" aria-label={t("history.past.departments")}>
        <ul>
          <li>
            <button type="button" aria-pressed={department === null} onClick={() => choose(null)}>
              <span>{t("history.past.everyone")}</span>
              <span className="quiet">{past.total}</span>
            </button>
          </li>
          {past.departments.map((one) => (
            <li key={one.id}>
              <button
                type="button"
                style={{ paddingInlineStart: 12 + one.depth * 14 }}
                aria-pressed={department === one.id}
                onClick={() => choose(one.id)}
              >
                <span>{one.name}</span>
                <span className="quiet">{one.count}</span>
              </button>
              {(gone.has(one.id) || changed.has(one.id)) && (
                <Back
                  name={one.name}
                  state={gone.has(one.id) ? "gone" : "changed"}
                  onBack={bringBack("department", one.id)}
                />
              )}
            </li>
          ))}
        </ul>
      </nav>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard */}
      <section className="past-members" aria-label={t("history.past.table")} tabIndex={0}>
        {data && rows.length === 0 && <p className="quiet">{t("history.past.nobody")}</p>}
        {rows.length > 0 && (
          <table className="past-table">
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column} scope="col">
                    {fieldName(t, "member", column)}
                  </th>
                ))}
                {MORE.map((more) => (
                  <th key={more} scope="col">
                    {t(`history.past.${more}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, index) => (
                <tr key={row.id}>
                  {row.cells.map((cell, at) => (
                    <td key={columns[at]}>
                      <Cell column={columns[at]} text={cell} />
                      {at === 0 && stateOf(data?.people[index]) !== "same" && (
                        <Back
                          name={cell}
                          state={stateOf(data?.people[index])}
                          onBack={bringBack("member", row.id)}
                        />
                      )}
                    </td>
                  ))}
                  <td>{guardians(data?.people[index]).join(t("history.comma"))}</td>
                  <td>{data?.people[index]?.places.join(t("history.comma"))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      <div className="past-bar past-pager">
        <span className="quiet">
          {t("history.past.page", {
            from: total === 0 ? 0 : start + 1,
            to: Math.min(start + PAGE, total),
            count: total,
          })}
        </span>
        <ToolButton
          label={t("history.past.previous")}
          shows="label"
          disabled={start === 0}
          onClick={() => setStart(Math.max(0, start - PAGE))}
        />
        <ToolButton
          label={t("history.past.next")}
          shows="label"
          disabled={start + PAGE >= total}
          onClick={() => setStart(start + PAGE)}
        />
      </div>
    </div>
  );
};
