import { App } from "antd";
import { type RefObject, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ImportAnswer, ImportPlan, PlannedRow, RowProblem } from "@/generated/types";
import { ContextMenu, type MenuItem, type MenuPlace } from "@/kit/ContextMenu";
import { Grid, type GridHandle } from "@/kit/grid";
import { gridWords } from "@/kit/grid-words";
import { NEXT } from "@/kit/Walk";
import type { Correction } from "./choices";
import {
  canBeTaken,
  cellsOf,
  columnOfProblem,
  frozenOf,
  type Going,
  type PlanGridRow,
  whyOut,
} from "./plan-rows";
import { RowDetail } from "./RowDetail";
import { type Taking, takingOf, type usePlanGrid } from "./usePlanGrid";

const ROW_PX = 32;

/** The plan in the grid that the roster uses, with what is to be said of the row at which somebody is. */
export const PlanGrid = ({
  grid,
  of: { source, shown, columns, walk, activeRow },
  version,
  plan,
  corrections,
  answers,
  changing,
  going,
  onTake,
  onTakeItem,
  onAnswer,
  onCorrect,
  onTakeBack,
  onAddChoice,
}: {
  grid: RefObject<GridHandle | null>;
  of: ReturnType<typeof usePlanGrid>;
  version: number;
  plan: ImportPlan;
  corrections: readonly Correction[];
  answers: readonly ImportAnswer[];
  /** What the rows that are shown change, as `PlannedCell.what` has it. */
  changing: string | undefined;
  going: Going;
  onTake: (taking: Taking) => void;
  onTakeItem: (key: number, item: number, isOut: boolean) => void;
  /** The member that a row is about; null for somebody new. */
  onAnswer: (key: number, member: string | null) => void;
  onCorrect: (corrections: Correction[]) => void;
  onTakeBack: (correction: Correction) => void;
  onAddChoice: (problem: RowProblem) => void;
}) => {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [active, setActive] = useState<PlannedRow | undefined>();
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const words = useMemo(() => {
    const common = gridWords(t, t("importing.grid.label"));
    return { ...common, help: t("importing.grid.help"), readOnly: t("importing.grid.readOnly") };
  }, [t]);
  useEffect(() => grid.current?.focus(), [grid]);
  // The row is another once something was typed over it, though nobody has moved.
  useEffect(() => {
    source.onRows = () => setActive((row) => (row && source.rowOf(String(row.key))) ?? row);
    return () => {
      source.onRows = null;
    };
  }, [source]);

  const take = () => {
    const report = grid.current?.report();
    const row = activeRow();
    const taking = report && row ? takingOf(report, shown, row) : null;
    if (taking === null) return void message.info(t("importing.nothingToTake"), 3);
    const isOneRow = taking.spans.every(({ first, last }) => first === last) && taking.spans.length === 1;
    const why = row && isOneRow && taking.columns === null ? whyOut(t, row, going) : null;
    if (why !== null) return void message.info(why, 4);
    onTake(taking);
  };

  const correctionOf = (row: PlannedRow, column: number) =>
    corrections.find((one) => one.row === row.key && one.column === row.texts[column]?.place);

  /** What can be done with the cell at which the menu is opened. */
  const items = (): (MenuItem | "line")[] => {
    const row = activeRow();
    const report = grid.current?.report();
    if (!row || !report) return [];
    const column = shown[report.active.column];
    const place = typeof column === "number" ? column : undefined;
    const changes = place === undefined ? [] : cellsOf(row, place).filter((cell) => cell.can_be_left_out);
    const spans = report.ranges.map(({ top, bottom }) => ({ first: top, last: bottom }));
    const back = place === undefined ? undefined : correctionOf(row, place);
    const problems = row.problems.filter((problem) => columnOfProblem(row, problem) === place);
    const proposal = problems.find((problem) => problem.proposal);
    const choice = problems.find((problem) => problem.remedy === "add_choice");
    const isOut = changes.length > 0 && changes.every((cell) => cell.is_out);
    const rows: MenuItem = {
      key: "rows",
      label: t(row.is_out ? "importing.include" : "importing.exclude"),
      ...(place === undefined ? { shortcut: "Space" } : {}),
      isDisabled: !canBeTaken(row) || whyOut(t, row, going) !== null,
      run: () => onTake({ spans, columns: null, isOut: !row.is_out }),
    };
    const cell: MenuItem = {
      key: "cell",
      label: t(isOut ? "importing.includeCell" : "importing.excludeCell", {
        what: columns[report.active.column]?.title ?? "",
      }),
      shortcut: "Space",
      isDisabled: changes.length === 0,
      run: take,
    };
    return [
      ...(place === undefined ? [] : [cell]),
      rows,
      "line",
      {
        key: "edit",
        label: t("importing.correctCell"),
        shortcut: "F2",
        isDisabled: place === undefined || row.texts[place]?.place === undefined,
        run: () => grid.current?.edit(),
      },
      ...(back
        ? [
            {
              key: "back",
              label: t("importing.takeBackAt", { where: back.where }),
              run: () => onTakeBack(back),
            },
          ]
        : []),
      ...(proposal?.proposal
        ? [
            {
              key: "proposal",
              label: t("importing.takeProposal", { value: proposal.proposal }),
              run: () => takeProposal(proposal, proposal.proposal ?? ""),
            },
          ]
        : []),
      ...(choice
        ? [
            {
              key: "choice",
              label: t("importing.addChoice", { value: choice.value.trim() }),
              run: () => onAddChoice(choice),
            },
          ]
        : []),
      "line",
      { key: "next", label: t("problems.next"), shortcut: NEXT, run: () => walk(1) },
      { key: "copy", label: t("shell.common.copy"), shortcut: "Mod+C", run: () => grid.current?.copy() },
    ];
  };

  const takeProposal = (problem: RowProblem, text: string) => {
    const row = activeRow();
    if (!row || problem.column === null) return;
    const where = [problem.sheet, `${problem.letter}${problem.row}`, problem.heading]
      .filter(Boolean)
      .join(" ");
    onCorrect([{ row: row.key, column: problem.column, text, where, was: problem.value }]);
    grid.current?.focus();
  };

  const filtered = columns.filter((_, at) => {
    const column = shown[at];
    return typeof column === "number" && changing !== undefined && plan.columns[column]?.target === changing;
  });

  return (
    <>
      <div className="plan-grid">
        <Grid
          ref={grid}
          label={t("importing.grid.label")}
          columns={columns}
          source={source}
          actions={source}
          view={source.view}
          version={version}
          words={words}
          frozen={frozenOf(shown, plan)}
          density_px={ROW_PX}
          filtered={filtered.map((column) => column.id)}
          empty={<p className="quiet">{t("importing.nothingHere")}</p>}
          onSelection={(report) => {
            const row = grid.current?.rowAt(report.active.row);
            setActive((row as PlanGridRow | undefined)?.planned);
          }}
          onToggle={take}
          onMenu={({ x_px, y_px }) => setMenu({ x_px, y_px })}
          onNotice={(notice) => {
            if (notice.kind === "copied" || notice.kind === "done") return;
            if (notice.kind === "refused") void message.warning(notice.text, 4);
            else void message.info(notice.text, 3);
          }}
        />
      </div>
      <RowDetail
        row={active}
        fresh={plan.new_fields}
        answer={answers.find((one) => one.row === active?.key)}
        onAnswer={(member) => {
          if (active) onAnswer(active.key, member);
        }}
        onAddChoice={onAddChoice}
        onTakeProposal={takeProposal}
        onToggle={(item, isOut) => {
          if (active) onTakeItem(active.key, item, isOut);
        }}
      />
      {menu && (
        <ContextMenu
          at={menu}
          label={t("importing.grid.menu")}
          items={items()}
          onClose={() => setMenu(null)}
        />
      )}
    </>
  );
};
