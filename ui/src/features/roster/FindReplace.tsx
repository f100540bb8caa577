import { CloseOutlined } from "@ant-design/icons";
import { App } from "antd";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Column, FoundCell, Replace, ReplacePlan } from "@/generated/types";
import { client } from "@/host";
import { explainProblem } from "@/kit/problem-words";
import { ToolButton } from "@/kit/ToolButton";
import { useJob } from "@/session/useJob";
import { choiceLabels, isChoice } from "./choices";
import { canEdit, columnTitle } from "./columns";

/** Looks through every row that the grid shows, lists what it finds, and replaces it as one operation. */
export const FindReplace = ({
  view,
  version,
  columns,
  onGo,
  onReplaced,
  onClose,
}: {
  /** The app's view of what is shown. */
  view: string;
  /** Rises when the roster changes: what was found before is then no longer sure. */
  version: number;
  columns: readonly Column[];
  onGo: (cell: FoundCell) => void;
  onReplaced: (count: number) => Promise<void>;
  onClose: () => void;
}) => {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const run = useJob();
  const id = useId();
  const [find, setFind] = useState("");
  const [replacement, setReplacement] = useState("");
  const [column, setColumn] = useState<Column | "all">("all");
  const [isWhole, setWhole] = useState(false);
  const [isSameCase, setSameCase] = useState(false);
  const [plan, setPlan] = useState<ReplacePlan | null>(null);
  const [isBusy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.select(), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: other words or other rows make what was found stale
  useEffect(() => setPlan(null), [find, replacement, column, isWhole, isSameCase, view, version]);

  const wanted = (job: string): Replace => {
    const among = (column === "all" ? columns : [column]).filter(canEdit);
    const labels = among.flatMap((one) =>
      isChoice(one)
        ? Object.entries(choiceLabels(t, one)).map(([word, label]) => ({ column: one, word, label }))
        : [],
    );
    return {
      view,
      columns: among,
      find,
      replacement,
      extent: isWhole ? "whole" : "part",
      letter_case: isSameCase ? "same" : "any",
      labels,
      between: t("choices.comma"),
      job,
    };
  };

  const look = async () => {
    if (find === "" || isBusy) return;
    setBusy(true);
    const found = await run((job) => client.planReplace(wanted(job)));
    setBusy(false);
    if (!found) return;
    setPlan(found);
    if (found.found === 0) void message.info(t("roster.replace.nothing"), 3);
  };

  const replaceAll = async () => {
    if (isBusy || !plan || plan.changed === 0) return;
    setBusy(true);
    const outcome = await run((job) => client.replaceCells(wanted(job)));
    setBusy(false);
    if (!outcome) return;
    setPlan(null);
    await onReplaced(outcome.changed_cells);
  };

  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (event.key === "Escape") onClose();
    else if (event.key === "Enter" && event.target instanceof HTMLInputElement) void look();
    else return;
    event.preventDefault();
  };

  return (
    <section className="find-replace" aria-label={t("roster.replace.title")} onKeyDown={onKey}>
      <div className="find-replace-fields">
        <label htmlFor={`${id}-find`}>{t("roster.replace.find")}</label>
        <input
          id={`${id}-find`}
          ref={input}
          className="field"
          autoComplete="off"
          value={find}
          onChange={(event) => setFind(event.target.value)}
        />
        <label htmlFor={`${id}-by`}>{t("roster.replace.by")}</label>
        <input
          id={`${id}-by`}
          className="field"
          autoComplete="off"
          value={replacement}
          onChange={(event) => setReplacement(event.target.value)}
        />
        <label htmlFor={`${id}-column`}>{t("roster.replace.among")}</label>
        <select
          id={`${id}-column`}
          className="field"
          value={column}
          onChange={(event) => setColumn(event.target.value as Column | "all")}
        >
          <option value="all">{t("roster.replace.allColumns")}</option>
          {columns.filter(canEdit).map((one) => (
            <option key={one} value={one}>
              {columnTitle(t, one)}
            </option>
          ))}
        </select>
        <label className="find-replace-check">
          <input type="checkbox" checked={isWhole} onChange={(event) => setWhole(event.target.checked)} />
          {t("roster.replace.whole")}
        </label>
        <label className="find-replace-check">
          <input
            type="checkbox"
            checked={isSameCase}
            onChange={(event) => setSameCase(event.target.checked)}
          />
          {t("roster.replace.sameCase")}
        </label>
        <ToolButton
          label={t("roster.replace.look")}
          shows="label"
          look="outlined"
          shortcut="Enter"
          disabled={find === "" || isBusy}
          onClick={() => void look()}
        />
        <ToolButton
          label={t("roster.replace.all", { count: plan?.changed ?? 0 })}
          shows="label"
          look="primary"
          disabled={!plan || plan.changed === 0 || isBusy}
          onClick={() => void replaceAll()}
        />
        <span className="roster-space" />
        <ToolButton
          label={t("shell.common.close")}
          icon={<CloseOutlined />}
          shortcut="Esc"
          onClick={onClose}
        />
      </div>
      {plan && plan.found > 0 && <Found plan={plan} onGo={onGo} />}
    </section>
  );
};

const Found = ({ plan, onGo }: { plan: ReplacePlan; onGo: (cell: FoundCell) => void }) => {
  const { t } = useTranslation();
  return (
    <>
      <p role="status" className="quiet">
        {t("roster.replace.found", { count: plan.found })}
        {plan.refused_count > 0 && ` · ${t("roster.replace.refused", { count: plan.refused_count })}`}
        {plan.cells.length < plan.found && ` · ${t("roster.replace.first", { count: plan.cells.length })}`}
      </p>
      <ul className="cell-list find-replace-list" aria-label={t("roster.replace.list")}>
        {plan.cells.map((cell) => (
          <li key={`${cell.row} ${cell.column}`}>
            <button type="button" onClick={() => onGo(cell)}>
              <span className="quiet">
                {t("roster.refused.place", {
                  row: cell.row + 1,
                  column: columnTitle(t, cell.column),
                })}
              </span>
              <strong>{cell.name}</strong>
              <span>
                <del>{cell.from}</del> → <ins>{cell.to === "" ? t("roster.grid.empty") : cell.to}</ins>
              </span>
              {cell.code !== null && <span className="is-wrong">{explainProblem(t, cell.code).what}</span>}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
};
