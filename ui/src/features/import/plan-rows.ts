/** The rows of a plan as the grid shows them: the file's columns, what each cell comes to, and what is wrong with it. */

import type { TFunction } from "i18next";
import type {
  ImportFile,
  ImportMode,
  ImportPlan,
  PlannedCell,
  PlannedKind,
  PlannedRow,
  RowProblem,
} from "@/generated/types";
import type { GridColumn, GridRow, RowMark } from "@/kit/grid";
import { problemLine } from "@/kit/problem-words";
import { type Fresh, targetLabel, valueLabel } from "./targets";

/** A row of the grid with the row of the plan that it shows. */
export interface PlanGridRow extends GridRow {
  planned: PlannedRow;
}

const TAKE = "take";
const KIND = "kind";
const PLACE = "place";
const ALSO = "also";

/** What a column of the grid shows: a column of the plan by its place, or something of the row as a whole. */
export type Shown = number | typeof TAKE | typeof KIND | typeof PLACE | typeof ALSO;

/** Where what is said of the row as a whole stands. */
export const KIND_AT = 1;

/** In which order the columns stand: those of the row, the name, then as in the file. */
export const shownColumns = (plan: ImportPlan): Shown[] => {
  const places = plan.columns.map((_, place) => place);
  const isName = (place: number) => ["name", "department_name"].includes(plan.columns[place]?.target ?? "");
  return [TAKE, KIND, PLACE, ...places.filter(isName), ...places.filter((place) => !isName(place)), ALSO];
};

/** How many columns stay in place: up to the name. */
export const frozenOf = (shown: readonly Shown[], plan: ImportPlan) => {
  const first = shown[PLACE_AT + 1];
  const target = typeof first === "number" ? plan.columns[first]?.target : undefined;
  return target === "name" || target === "department_name" ? PLACE_AT + 2 : PLACE_AT + 1;
};
const PLACE_AT = 2;

const MARKS: Record<PlannedKind, RowMark | null> = {
  add: "added",
  change: "changed",
  leave: "removed",
  unsure: "warning",
  problem: "invalid",
  unchanged: null,
};

const TONES: Record<PlannedKind, string> = {
  add: "success",
  change: "accent",
  leave: "danger",
  unsure: "warning",
  problem: "danger",
  unchanged: "grey",
};

const WIDTHS_PX = { [TAKE]: 80, [KIND]: 84, [PLACE]: 72, [ALSO]: 260 };
const CELL_PX = 140;
/** Wide enough for what was there and what comes, of values that are long. */
const LONG_PX = 224;
const isLong = (target: string) => /phone|document_number|^department|email|address|note/.test(target);

export const planColumns = (t: TFunction, file: ImportFile, plan: ImportPlan, shown: readonly Shown[]) => {
  const kinds: Record<string, string> = t("importing.kinds", { returnObjects: true });
  const toneOf = (word: string) =>
    Object.entries(TONES).find(([kind]) => kinds[kind] === word)?.[1] ?? "grey";
  return shown.map((column): GridColumn => {
    if (typeof column === "number") {
      const { place, target } = plan.columns[column] ?? { place: -1, target: "" };
      const heading = file.columns[place]?.heading || targetLabel(t, target, plan.new_fields);
      return {
        id: `c${place}`,
        title: heading,
        width_px: isLong(target) ? LONG_PX : CELL_PX,
        editor: { kind: "text" },
        isSortable: false,
      };
    }
    const title = t(`importing.planColumns.${column}`);
    const common = { id: column, title, width_px: WIDTHS_PX[column], isSortable: false, isAlwaysShown: true };
    if (column === TAKE) {
      const [ticked, unticked] = [t("importing.planColumns.take"), t("importing.kinds.out")];
      const blocked = Object.values(t("importing.stays", { returnObjects: true }));
      return { ...common, check: { label: title, ticked, unticked, blocked } };
    }
    if (column === KIND) return { ...common, chips: (text) => [{ text, tone: toneOf(text) }] };
    return common;
  });
};

/** What has more than one value in a cell is shown as the file has it. */
const MANY = ["further_department", "leads", "deputy_of", "guardian"];

/** Whether a row, or a change in it, can be taken out of the import. */
export const canBeTaken = (row: PlannedRow) =>
  row.kind === "add" || row.kind === "change" || row.kind === "leave" || row.can_go_in_partly;

/** What decides for whole kinds of rows whether they go in. */
export interface Going {
  mode: ImportMode;
  /** Of rows with problems the sound cells go in. */
  takesSound: boolean;
}

/** Why the row stays out whatever is ticked; null where its tick decides. */
export const whyOut = (t: TFunction, row: PlannedRow, { mode, takesSound }: Going): string | null => {
  if (row.kind === "problem") {
    if (!row.can_go_in_partly) return t("importing.stays.problem");
    return takesSound ? null : t("importing.stays.partly");
  }
  if (row.kind === "unsure") return t("importing.stays.unsure");
  if (row.kind === "add" && mode === "only_known") return t("importing.stays.onlyKnown");
  if (row.kind === "change" && mode === "only_new") return t("importing.stays.onlyNew");
  return null;
};

export const cellsOf = (row: PlannedRow, column: number) =>
  row.cells.filter((cell) => cell.columns.includes(column));

/** One change in words: `状态 在校`, `班级 1班 → 2班`. */
export const changeLine = (t: TFunction, cell: PlannedCell, fresh: Fresh) => {
  const value = (text: string) => valueLabel(t, cell.what, text, fresh);
  const to = [value(cell.to), cell.phone].filter(Boolean).join(" ");
  const label = targetLabel(t, cell.what, fresh);
  return cell.from === "" ? `${label} ${to}` : `${label} ${value(cell.from)} → ${to}`;
};

/** What is wrong in words. */
export const problemWords = (t: TFunction, problem: RowProblem) => {
  const other = problem.other_sheet ? `${problem.other_sheet} ${problem.other_row}` : problem.other_row;
  return [
    problemLine(t, problem.code),
    problem.column === null && problem.value,
    problem.other_row !== null && t("importing.otherRow", { row: other }),
    problem.proposal && t("importing.proposal", { value: problem.proposal }),
  ]
    .filter(Boolean)
    .join(" ");
};

/** The column of the plan that a problem is about; undefined where it is about the row. */
export const columnOfProblem = (row: PlannedRow, problem: RowProblem) => {
  const place = row.texts.findIndex((text) => problem.column !== null && text.place === problem.column);
  return place < 0 ? undefined : place;
};

const kindWord = (t: TFunction, row: PlannedRow) =>
  row.is_out ? t("importing.kinds.out") : t(`importing.kinds.${row.kind}`);

export const gridRow = (
  t: TFunction,
  row: PlannedRow,
  shown: readonly Shown[],
  { namesSheet, fresh, plan, going }: { namesSheet: boolean; fresh: Fresh; plan: ImportPlan; going: Going },
): PlanGridRow => {
  const before: Record<number, string> = {};
  const problems: Record<number, string> = {};
  const out: number[] = [];
  const cells = shown.map((column, at) => {
    if (column === TAKE) {
      const why = whyOut(t, row, going);
      if (why !== null) return why;
      return canBeTaken(row) ? t(row.is_out ? "importing.kinds.out" : "importing.planColumns.take") : "";
    }
    if (column === KIND) return kindWord(t, row);
    if (column === PLACE) {
      if (row.row === 0) return "–";
      return namesSheet ? `${row.sheet} ${row.row}` : String(row.row);
    }
    if (column === ALSO) {
      const others = row.cells.filter((cell) => cell.columns.length === 0);
      if (others.length > 0 && others.every((cell) => cell.is_out)) out.push(at);
      const line = others.map((cell) => changeLine(t, cell, fresh)).join(t("importing.between"));
      const hasName = plan.columns.some((one) => one.target === "name");
      return row.kind === "leave" && !hasName ? `${row.name} ${line}` : line;
    }
    const changes = cellsOf(row, column);
    if (changes.length > 0 && changes.every((cell) => cell.is_out)) out.push(at);
    const text = row.texts[column]?.text ?? "";
    // Whoever is missing from the file has only a name.
    if (row.kind === "leave") return plan.columns[column]?.target === "name" ? row.name : "";
    const [only] = changes;
    if (row.kind === "change" && only) {
      const from = changes.map((cell) => valueLabel(t, cell.what, cell.from, fresh)).filter(Boolean);
      before[at] = from.join(t("importing.between"));
    }
    if (only === undefined || changes.length > 1 || MANY.includes(only.what)) return text;
    return valueLabel(t, only.what, only.to, fresh);
  });
  const cautions: number[] = [];
  for (const problem of row.problems) {
    const column = columnOfProblem(row, problem);
    const at = column === undefined ? KIND_AT : shown.indexOf(column);
    if (at < 0) continue;
    const words = problemWords(t, problem);
    if (problem.is_warning && problems[at] === undefined) cautions.push(at);
    if (!problem.is_warning && cautions.includes(at)) cautions.splice(cautions.indexOf(at), 1);
    problems[at] = problems[at] === undefined ? words : `${problems[at]}\n${words}`;
  }
  return {
    id: String(row.key),
    cells,
    mark: MARKS[row.kind],
    ...(row.is_out ? { tint: "muted" as const } : {}),
    problems,
    cautions,
    before,
    out,
    planned: row,
  };
};
