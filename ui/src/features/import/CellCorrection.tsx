import { Button } from "antd";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { PlannedRow, RowProblem } from "@/generated/types";
import { STOP } from "@/kit/plan/PlanList";
import type { Correction } from "./choices";

/** A faulty cell as the file has it, to be typed over where it stands. Enter takes it and goes on, Escape puts it back. */
export const CellCorrection = ({
  stop,
  row,
  problems,
  onCorrect,
  onWalk,
}: {
  stop: string;
  row: PlannedRow;
  /** What is wrong with this one cell. */
  problems: readonly RowProblem[];
  onCorrect: (correction: Correction) => void;
  onWalk: () => void;
}) => {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  // Of a name that is faulty it is also said that none is there.
  const problem = problems.find((one) => one.value !== "") ?? problems[0];
  const column = problem?.column ?? null;
  if (problem === undefined || column === null) return null;
  const where = `${problem.letter}${problem.row}`;
  const proposal = problems.find((one) => one.proposal)?.proposal;

  /** What is as it was comes to nothing: whoever takes it knows what is under way. */
  const take = (text: string) =>
    onCorrect({
      row: row.key,
      column,
      text,
      where: [problem.sheet, where, problem.heading].filter(Boolean).join(" "),
      was: problem.value,
    });
  return (
    <>
      <input
        ref={input}
        className="field plan-correct"
        {...{ [STOP]: stop }}
        autoComplete="off"
        spellCheck={false}
        aria-label={t("importing.correct", { cell: where, heading: problem.heading, name: row.name })}
        aria-invalid={!problem.is_warning}
        placeholder={t("importing.emptyCell")}
        defaultValue={problem.value}
        onBlur={(event) => take(event.target.value)}
        onKeyDown={(event) => {
          // The Enter that only confirms a word of the input method.
          if (event.nativeEvent.isComposing || event.keyCode === 229) return;
          if (event.key === "Enter") {
            event.preventDefault();
            take(event.currentTarget.value);
            onWalk();
          } else if (event.key === "Escape") {
            event.stopPropagation();
            event.currentTarget.value = problem.value;
            event.currentTarget.select();
          }
        }}
      />
      {proposal !== undefined && (
        <Button
          size="small"
          onClick={() => {
            if (input.current) input.current.value = proposal;
            take(proposal);
          }}
        >
          {t("importing.takeProposal", { value: proposal })}
        </Button>
      )}
    </>
  );
};
