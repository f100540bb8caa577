import { Button, Radio } from "antd";
import { useTranslation } from "react-i18next";
import type { ImportAnswer, PlannedRow, RowProblem } from "@/generated/types";
import { problemLine } from "@/kit/problem-words";
import { CellCorrection } from "./CellCorrection";
import type { Correction } from "./choices";
import { type Fresh, targetLabel, valueLabel } from "./targets";

/** What the person has decided about a row, and how they decide. */
interface Choosing {
  isExcluded: boolean;
  isCellExcluded: (item: number) => boolean;
  answer: ImportAnswer | undefined;
  onToggle: () => void;
  onToggleCell: (item: number) => void;
  /** The member that the row is about; null for somebody new. */
  onAnswer: (member: string | null) => void;
  /** Takes what the cell holds among the choices of its field. */
  onAddChoice: (problem: RowProblem) => void;
  onCorrect: (correction: Correction) => void;
  /** Goes on to the next thing that is wrong. */
  onWalk: () => void;
}

/** A cell of which something is said can be typed over: its name among the stops of a walk. */
const stopOf = (row: PlannedRow, column: number) => `${row.key}:${column}`;

const columnsOf = (row: PlannedRow) => [
  ...new Set(row.problems.flatMap(({ column }) => (column === null ? [] : [column]))),
];

/** Where a walk through the rows stops: at every cell that can be typed over. */
export const stopsOf = (row: PlannedRow) => columnsOf(row).map((column) => stopOf(row, column));

/** One row of the plan: what changes, what is wrong, whom it may be about. */
export const PlanRow = ({
  row,
  fresh,
  namesSheet,
  ...choosing
}: { row: PlannedRow; fresh: Fresh; namesSheet: boolean } & Choosing) => {
  const { t } = useTranslation();
  const goesIn = row.kind === "add" || row.kind === "change" || row.kind === "leave";
  const columns = columnsOf(row);
  return (
    <>
      <span className="plan-number" title={row.sheet}>
        {row.row > 0 ? row.row : "–"}
        {namesSheet && <small>{row.sheet}</small>}
      </span>
      <strong className="plan-name">{row.name}</strong>
      <div className="plan-cells" data-muted={choosing.isExcluded || undefined}>
        {row.cells.map((cell) => (
          <PlanCell key={cell.item} row={row} cell={cell} fresh={fresh} choosing={choosing} />
        ))}
        {columns.map((column) => {
          const problems = row.problems.filter((problem) => problem.column === column);
          return (
            <div key={column} className="plan-wrong">
              <CellCorrection
                stop={stopOf(row, column)}
                row={row}
                problems={problems}
                onCorrect={choosing.onCorrect}
                onWalk={choosing.onWalk}
              />
              {problems.map((problem) => (
                <PlanProblem key={problem.code} problem={problem} onAddChoice={choosing.onAddChoice} />
              ))}
            </div>
          );
        })}
        {row.problems
          .filter((problem) => problem.column === null)
          .map((problem) => (
            <PlanProblem key={problem.code} problem={problem} onAddChoice={choosing.onAddChoice} />
          ))}
        {row.candidates.length > 0 && <Candidates row={row} choosing={choosing} />}
      </div>
      {goesIn && (
        <Button size="small" type="text" onClick={choosing.onToggle}>
          {choosing.isExcluded ? t("importing.include") : t("importing.exclude")}
        </Button>
      )}
    </>
  );
};

const PlanCell = ({
  row,
  cell,
  fresh,
  choosing,
}: {
  row: PlannedRow;
  cell: PlannedRow["cells"][number];
  fresh: Fresh;
  choosing: Choosing;
}) => {
  const { t } = useTranslation();
  const label = targetLabel(t, cell.what, fresh);
  // Nobody is added without a name, and leaving is all that one who leaves does.
  const isFixed = row.kind === "add" && (cell.what === "name" || cell.what === "status");
  const canBeLeftOut = (row.kind === "add" || row.kind === "change") && !isFixed;
  const isLeftOut = choosing.isCellExcluded(cell.item);
  return (
    <span className="plan-cell" data-muted={isLeftOut || undefined}>
      <small>{label}</small>
      {cell.from !== "" && <del>{valueLabel(t, cell.what, cell.from, fresh)}</del>}
      <ins>
        {[valueLabel(t, cell.what, cell.to, fresh), cell.phone]
          .filter((part) => part !== undefined)
          .join(" ")}
      </ins>
      {canBeLeftOut && (
        <button
          type="button"
          className="plan-cell-toggle"
          aria-pressed={isLeftOut}
          title={t(isLeftOut ? "importing.includeCell" : "importing.excludeCell", { what: label })}
          aria-label={t(isLeftOut ? "importing.includeCell" : "importing.excludeCell", { what: label })}
          onClick={() => choosing.onToggleCell(cell.item)}
        >
          {isLeftOut ? "↺" : "×"}
        </button>
      )}
    </span>
  );
};

const Candidates = ({ row, choosing }: { row: PlannedRow; choosing: Choosing }) => {
  const { t } = useTranslation();
  const { answer } = choosing;
  const chosen = answer === undefined ? undefined : (answer.member ?? "new");
  return (
    <Radio.Group
      className="plan-candidates"
      aria-label={t("importing.whoIsIt", { name: row.name })}
      value={chosen}
      onChange={(event) => {
        const value = String(event.target.value);
        choosing.onAnswer(value === "new" ? null : value);
      }}
    >
      {row.candidates.map((one) => (
        <Radio key={one.member} value={one.member}>
          {t("importing.samePerson")} <b>{one.name}</b>{" "}
          {[one.card_number, one.birth_date, one.phone, one.department].filter(Boolean).join(" · ")}
        </Radio>
      ))}
      {row.can_be_new && <Radio value="new">{t("importing.newPerson")}</Radio>}
    </Radio.Group>
  );
};

const PlanProblem = ({
  problem,
  onAddChoice,
}: {
  problem: RowProblem;
  onAddChoice: (problem: RowProblem) => void;
}) => {
  const { t } = useTranslation();
  const kinds: Record<string, string> = t("importing.valueKinds", { returnObjects: true });
  const other = problem.other_sheet ? `${problem.other_sheet} ${problem.other_row}` : problem.other_row;
  return (
    <p className="plan-problem" data-tone={problem.is_warning ? "warning" : "danger"}>
      <b>
        {problem.letter === ""
          ? t("importing.row") + String(problem.row)
          : t("importing.problemAt", {
              sheet: problem.sheet,
              cell: `${problem.letter}${problem.row}`,
              heading: problem.heading,
              kind: kinds[problem.value_kind] ?? problem.value_kind,
            })}
      </b>{" "}
      {problem.column === null && problem.value !== "" && <code>{problem.value}</code>}{" "}
      {problemLine(t, problem.code)}
      {problem.other_row !== null && ` ${t("importing.otherRow", { row: other })}`}
      {problem.proposal && ` ${t("importing.proposal", { value: problem.proposal })}`}
      {problem.remedy === "add_choice" && (
        <Button size="small" type="link" onClick={() => onAddChoice(problem)}>
          {t("importing.addChoice", { value: problem.value.trim() })}
        </Button>
      )}
    </p>
  );
};
