import { CheckCircleOutlined, CloseOutlined, EyeOutlined, LoadingOutlined } from "@ant-design/icons";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Column, ProblemCell } from "@/generated/types";
import { explainProblem } from "@/kit/problem-words";
import { ToolButton } from "@/kit/ToolButton";
import { WalkButtons } from "@/kit/Walk";
import { useSession } from "@/session/store";
import { labelOf } from "./choices";
import { columnTitle } from "./columns";
import { PROBLEM_PAGE, type Problems } from "./useProblems";

/** Everything wrong in what the grid shows, to be walked through: whose it is, where, what is wrong and what to do. */
export const ProblemList = ({
  problems,
  onShowColumn,
  onClose,
}: {
  problems: Problems;
  onShowColumn: (column: Column) => void;
  onClose: () => void;
}) => {
  const { t } = useTranslation();
  const { total, members, cells, page, pages, stop, hidden, isLooking } = problems;
  const list = useRef<HTMLUListElement>(null);
  const box = useRef<HTMLElement>(null);
  const { takesFocus } = problems;
  useEffect(() => {
    if (takesFocus) box.current?.focus();
  }, [takesFocus]);
  const current = stop?.index;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows come after the stop
  useEffect(() => {
    list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }, [current, cells]);

  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.nativeEvent.isComposing) return;
    event.preventDefault();
    onClose();
  };

  return (
    <section
      ref={box}
      tabIndex={-1}
      className="problem-list"
      aria-label={t("roster.problems.title")}
      onKeyDown={onKey}
    >
      <div className="problem-list-head">
        <p role="status">
          {total !== null && total > 0 && (
            <>
              <strong>{t("roster.problems.count", { count: total, members })}</strong>
              {stop !== null && <span>{t("roster.problems.at", { place: stop.index + 1, total })}</span>}
            </>
          )}
          {total === 0 && !isLooking && (
            <>
              <CheckCircleOutlined /> <strong>{t("roster.problems.none")}</strong>
              <span>{t("roster.problems.noneHint")}</span>
            </>
          )}
          {isLooking && <Looking job={problems.job} />}
        </p>
        {total !== null && total > 0 && <WalkButtons onWalk={problems.walk} />}
        <span className="roster-space" />
        {pages > 1 && <Pages page={page} pages={pages} onPage={problems.setPage} />}
        <ToolButton
          label={t("shell.common.close")}
          icon={<CloseOutlined />}
          shortcut="Esc"
          onClick={onClose}
        />
      </div>
      {hidden && (
        <p className="problem-list-hidden" role="status">
          {t("roster.problems.hidden", { column: columnTitle(t, hidden.column) })}
          <ToolButton
            label={t("roster.problems.showColumn", { column: columnTitle(t, hidden.column) })}
            icon={<EyeOutlined />}
            shows="label"
            look="outlined"
            onClick={() => onShowColumn(hidden.column)}
          />
        </p>
      )}
      {total !== null && total > 0 && (
        <ul ref={list} className="cell-list" aria-label={t("roster.problems.title")}>
          {cells.map((cell, place) => (
            <ProblemLine
              key={`${cell.row} ${cell.column}`}
              cell={cell}
              isCurrent={stop !== null && stop.row === cell.row && stop.column === cell.column}
              onGo={() => problems.goTo(cell, page * PROBLEM_PAGE + place)}
            />
          ))}
        </ul>
      )}
    </section>
  );
};

const ProblemLine = ({
  cell,
  isCurrent,
  onGo,
}: {
  cell: ProblemCell;
  isCurrent: boolean;
  onGo: () => void;
}) => {
  const { t } = useTranslation();
  const isWarning = cell.problems.every((problem) => problem.is_warning);
  const text = labelOf(t, cell.column, cell.text);
  return (
    <li>
      <button type="button" aria-current={isCurrent || undefined} onClick={onGo}>
        <span className="quiet">{t("roster.problems.row", { row: cell.row + 1 })}</span>
        <strong>{cell.name === "" ? t("roster.problems.nameless") : cell.name}</strong>
        <span>{columnTitle(t, cell.column)}</span>
        <span className="problem-text">{text === "" ? t("roster.grid.empty") : text}</span>
        <span>
          {cell.problems.map(({ code }) => {
            const { what, step } = explainProblem(t, code);
            return (
              <span key={code} className="problem-words">
                <span className={isWarning ? "is-odd" : "is-wrong"}>{what}</span> <small>{step}</small>
              </span>
            );
          })}
        </span>
      </button>
    </li>
  );
};

/** How far the count is. */
const Looking = ({ job }: { job: string | null }) => {
  const { t } = useTranslation();
  const progress = useSession((now) => (job === null ? undefined : now.progress[job]));
  const percent = progress && progress.total > 0 ? Math.floor((100 * progress.done) / progress.total) : 0;
  return (
    <span className="quiet">
      <LoadingOutlined aria-hidden="true" />{" "}
      {percent > 0 ? t("roster.problems.lookingAt", { percent }) : t("roster.problems.looking")}
    </span>
  );
};

const Pages = ({ page, pages, onPage }: { page: number; pages: number; onPage: (page: number) => void }) => {
  const { t } = useTranslation();
  return (
    <span className="problem-pages">
      <ToolButton
        label={t("roster.problems.pageBefore")}
        shows="label"
        disabled={page === 0}
        onClick={() => onPage(page - 1)}
      />
      <span>{t("roster.problems.page", { page: page + 1, pages })}</span>
      <ToolButton
        label={t("roster.problems.pageNext")}
        shows="label"
        disabled={page >= pages - 1}
        onClick={() => onPage(page + 1)}
      />
    </span>
  );
};
