import { Button, Radio } from "antd";
import { useTranslation } from "react-i18next";
import type { ImportAnswer, PlannedRow, RowProblem } from "@/generated/types";
import { problemLine } from "@/kit/problem-words";
import { type Fresh, targetLabel, valueLabel } from "./targets";

/** What the person has decided about rows, and how they decide. */
export interface Choosing {
  isExcluded: (row: PlannedRow) => boolean;
  isCellExcluded: (row: PlannedRow, item: number) => boolean;
  answerOf: (row: PlannedRow) => ImportAnswer | undefined;
  onToggle: (row: PlannedRow) => void;
  onToggleCell: (row: PlannedRow, item: number) => void;
  /** The member that the row is about; null for somebody new. */
  onAnswer: (row: PlannedRow, member: string | null) => void;
  /** Takes what the cell holds among the choices of its field. */
  onAddChoice: (problem: RowProblem) => void;
}

/** One row of the plan: what changes, what is wrong, whom it may be about. */
export const PlanRow = ({
  row,
  fresh,
  namesSheet,
  ...choosing
}: { row: PlannedRow; fresh: Fresh; namesSheet: boolean } & Choosing) => {
  const { t } = useTranslation();
  const isExcluded = choosing.isExcluded(row);
  const goesIn = row.kind === "add" || row.kind === "change" || row.kind === "leave";
  return (
    <>
      <span className="plan-number" title={row.sheet}>
        {row.row > 0 ? row.row : "–"}
        {namesSheet && <small>{row.sheet}</small>}
      </span>
      <strong className="plan-name">{row.name}</strong>
      <div className="plan-cells" data-muted={isExcluded || undefined}>
        {row.cells.map((cell) => (
          <PlanCell key={cell.item} row={row} cell={cell} fresh={fresh} choosing={choosing} />
        ))}
        {row.problems.map((problem) => (
          <PlanProblem
            key={`${problem.letter}${problem.code}`}
            problem={problem}
            onAddChoice={choosing.onAddChoice}
          />
        ))}
        {row.candidates.length > 0 && <Candidates row={row} choosing={choosing} />}
      </div>
      {goesIn && (
        <Button size="small" type="text" onClick={() => choosing.onToggle(row)}>
          {isExcluded ? t("importing.include") : t("importing.exclude")}
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
  const isLeftOut = choosing.isCellExcluded(row, cell.item);
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
          onClick={() => choosing.onToggleCell(row, cell.item)}
        >
          {isLeftOut ? "↺" : "×"}
        </button>
      )}
    </span>
  );
};

const Candidates = ({ row, choosing }: { row: PlannedRow; choosing: Choosing }) => {
  const { t } = useTranslation();
  const answer = choosing.answerOf(row);
  const chosen = answer === undefined ? undefined : (answer.member ?? "new");
  return (
    <Radio.Group
      className="plan-candidates"
      aria-label={t("importing.whoIsIt", { name: row.name })}
      value={chosen}
      onChange={(event) => {
        const value = String(event.target.value);
        choosing.onAnswer(row, value === "new" ? null : value);
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
      {problem.value !== "" && <code>{problem.value}</code>} {problemLine(t, problem.code)}
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
