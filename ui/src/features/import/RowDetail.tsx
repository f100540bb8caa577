import { Button, Radio } from "antd";
import { useTranslation } from "react-i18next";
import type { ImportAnswer, PlannedRow, RowProblem } from "@/generated/types";
import { changeLine, problemWords } from "./plan-rows";
import type { Fresh } from "./targets";

/** The row at which somebody is: what is wrong and what to do about it, whom it may be about, what it changes. */
export const RowDetail = ({
  row,
  fresh,
  answer,
  onAnswer,
  onAddChoice,
  onTakeProposal,
  onToggle,
}: {
  row: PlannedRow | undefined;
  fresh: Fresh;
  answer: ImportAnswer | undefined;
  /** The member that the row is about; null for somebody new. */
  onAnswer: (member: string | null) => void;
  /** Takes what the cell holds among the choices of its field. */
  onAddChoice: (problem: RowProblem) => void;
  onTakeProposal: (problem: RowProblem, text: string) => void;
  /** Takes one change out of the import, or back in. */
  onToggle: (item: number, isOut: boolean) => void;
}) => {
  const { t } = useTranslation();
  if (row === undefined) return null;
  // Whoever is new has everything in the row itself.
  const others = row.cells.filter((cell) => row.kind === "change" || cell.columns.length === 0);
  const isQuiet = row.problems.length === 0 && row.candidates.length === 0 && others.length === 0;
  const place = row.row > 0 ? `${row.sheet} ${t("importing.rowAt", { row: row.row })}` : "";
  return (
    <section className="plan-detail" aria-label={t("importing.detail", { name: row.name })}>
      <p className="plan-detail-head">
        <strong>{row.name}</strong>{" "}
        <span className="quiet">
          {[place, isQuiet && t("importing.nothingWrong")].filter(Boolean).join(" · ")}
        </span>
      </p>
      {row.problems.map((problem) => (
        <Problem
          key={[problem.column, problem.code, problem.value, problem.other_row].join(":")}
          problem={problem}
          onAddChoice={onAddChoice}
          onTakeProposal={onTakeProposal}
        />
      ))}
      {row.candidates.length > 0 && <Candidates row={row} answer={answer} onAnswer={onAnswer} />}
      {others.length > 0 && (
        <ul className="plan-also">
          {others.map((cell) => (
            <li key={cell.item} data-out={cell.is_out || undefined}>
              <span>{changeLine(t, cell, fresh)}</span>
              {cell.can_be_left_out && (
                <Button size="small" type="link" onClick={() => onToggle(cell.item, !cell.is_out)}>
                  {t(cell.is_out ? "importing.putBack" : "importing.takeOut")}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
};

const Problem = ({
  problem,
  onAddChoice,
  onTakeProposal,
}: {
  problem: RowProblem;
  onAddChoice: (problem: RowProblem) => void;
  onTakeProposal: (problem: RowProblem, text: string) => void;
}) => {
  const { t } = useTranslation();
  const kinds: Record<string, string> = t("importing.valueKinds", { returnObjects: true });
  const { proposal } = problem;
  return (
    <p className="plan-problem" data-tone={problem.is_warning ? "warning" : "danger"}>
      {problem.letter !== "" && (
        <b>
          {t("importing.problemAt", {
            sheet: problem.sheet,
            cell: `${problem.letter}${problem.row}`,
            heading: problem.heading,
            kind: kinds[problem.value_kind] ?? problem.value_kind,
          })}
        </b>
      )}{" "}
      {problemWords(t, problem)}
      {problem.remedy === "add_choice" && (
        <Button size="small" type="link" onClick={() => onAddChoice(problem)}>
          {t("importing.addChoice", { value: problem.value.trim() })}
        </Button>
      )}
      {proposal && (
        <Button size="small" type="link" onClick={() => onTakeProposal(problem, proposal)}>
          {t("importing.takeProposal", { value: proposal })}
        </Button>
      )}
    </p>
  );
};

const Candidates = ({
  row,
  answer,
  onAnswer,
}: {
  row: PlannedRow;
  answer: ImportAnswer | undefined;
  onAnswer: (member: string | null) => void;
}) => {
  const { t } = useTranslation();
  const chosen = answer === undefined ? undefined : (answer.member ?? "new");
  return (
    <Radio.Group
      className="plan-candidates"
      aria-label={t("importing.whoIsIt", { name: row.name })}
      value={chosen}
      onChange={(event) => {
        const value = String(event.target.value);
        onAnswer(value === "new" ? null : value);
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
