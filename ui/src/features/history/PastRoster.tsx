import { CloseOutlined, DownloadOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { App } from "antd";
import { useDeferredValue, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { isFailure } from "@/failure";
import type { Column, PastInfo } from "@/generated/types";
import { client, host } from "@/host";
import { ToolButton } from "@/kit/ToolButton";
import { useAskMasking } from "@/kit/useAskMasking";
import { useEscape } from "@/kit/useEscape";
import { useAct } from "@/session/act";
import { useDefinitions } from "@/session/defined";
import { PhotoValue } from "@/session/PhotoValue";
import { keys } from "@/session/queries";
import { useSight } from "@/session/sight";
import { useSession } from "@/session/store";
import { fieldName, timeOf, valueName } from "@/session/telling";
import { useRestore } from "./useRestore";

const PAGE = 100;
const COLUMNS: Column[] = [
  "name",
  "card_number",
  "department",
  "identity",
  "sex",
  "phone",
  "document_number",
  "title",
  "status",
  "guardian_name",
  "guardian_phone",
  "tags",
  "photo",
];

const Cell = ({ column, text }: { column: Column | undefined; text: string }) => {
  const { t } = useTranslation();
  if (text === "" || column === undefined) return null;
  return column === "photo" ? (
    <PhotoValue hash={text} size="tiny" />
  ) : (
    <>{valueName(t, "member", column, text)}</>
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
  const asked = useDeferredValue(text.trim());
  const sight = useSession((now) => now.sight);
  const { data, error } = useQuery({
    queryKey: [...keys.history, "past", past.past, department, asked, start, sight, columns],
    queryFn: () =>
      client.pastPage({
        past: past.past,
        start,
        count: PAGE,
        columns,
        ...(department === null ? {} : { department }),
        ...(asked === "" ? {} : { text: asked }),
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
  const exportAll = async () => {
    const masking = await askMasking();
    if (masking === null) return;
    const kinds = [
      { name: t("roster.export.excel"), endings: ["xlsx"] },
      { name: t("roster.export.csv"), endings: ["csv"] },
    ];
    const path = await host.pickSavePath(t("roster.export.title"), `${t("history.past.file")}.xlsx`, kinds);
    if (path === null) return;
    const language = i18n.language.startsWith("zh") ? "zh" : "en";
    const done = await act(() => client.exportPast({ past: past.past, path, language, masking }));
    if (done) void message.success(t("history.past.exported", { count: done.rows, path: done.path }), 6);
  };

  const rows = data?.rows ?? [];
  const total = data?.total ?? past.total;
  return (
    <div className="past-roster">
      <div className="past-bar">
        <strong role="status">{t("history.past.shown", { time: timeOf(past.at), count: past.total })}</strong>
        <input
          className="field is-open"
          type="search"
          aria-label={t("history.past.search")}
          placeholder={t("history.past.search")}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setStart(0);
          }}
        />
        <ToolButton
          label={t("history.past.export")}
          icon={<DownloadOutlined />}
          shows="label"
          onClick={() => void exportAll()}
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
              </tr>
            </thead>
            <tbody>
              {rows.map((row, index) => (
                <tr key={row.id}>
                  {row.cells.map((cell, at) => (
                    <td key={columns[at]}>
                      <Cell column={columns[at]} text={cell} />
                      {at === 0 && data?.are_there[index] === false && (
                        <span className="past-gone">
                          <span className="tag" data-tone="warning">
                            {t("history.past.left")}
                          </span>
                          <button
                            type="button"
                            className="past-link"
                            aria-label={t("history.restore.person", { name: cell })}
                            onClick={() =>
                              void restore(() =>
                                client.restoreRecord({ kind: "member", id: row.id, past: past.past }),
                              )
                            }
                          >
                            {t("history.restore.back")}
                          </button>
                        </span>
                      )}
                    </td>
                  ))}
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
