import i18next from "i18next";
import { beforeAll, expect, it } from "vitest";
import type { ImportFile, ImportPlan, PlannedCell, PlannedRow, RowProblem } from "@/generated/types";
import { startWords } from "@/words";
import { frozenOf, type Going, gridRow, planColumns, shownColumns } from "./plan-rows";
import { columnLetters } from "./plan-source";
import { takingOf } from "./usePlanGrid";

const t = i18next.t.bind(i18next);
beforeAll(() => startWords("zh"));
const TARGETS = ["card_number", "ignore", "name", "phone", "sex"];
const plan = {
  columns: TARGETS.map((target, place) => ({ place, target })).filter((it) => it.target !== "ignore"),
  new_fields: [],
} as unknown as ImportPlan;
const file = {
  columns: ["学号", "备用", "姓名", "手机号", "性别"].map((heading) => ({ heading })),
} as unknown as ImportFile;
const shown = shownColumns(plan);

const change = (more: Partial<PlannedCell>): PlannedCell => ({
  what: "phone",
  from: "",
  to: "",
  item: 0,
  can_be_left_out: true,
  is_out: false,
  columns: [],
  ...more,
});
const row = (more: Partial<PlannedRow>): PlannedRow => ({
  key: 7,
  sheet: "名单",
  row: 7,
  kind: "change",
  name: "张三",
  is_out: false,
  cells: [],
  texts: ["1001", "张三", "139", "女"].map((text, place) => ({
    text,
    is_masked: false,
    place: place === 0 ? 0 : place + 1,
  })),
  problems: [],
  can_go_in_partly: false,
  candidates: [],
  can_be_new: false,
  ...more,
});
const usual: Going = { mode: "merge", takesSound: false };
const drawn = (more: Partial<PlannedRow>, going = usual) =>
  gridRow(t, row(more), shown, { namesSheet: false, fresh: [], plan, going });

it("puts the name behind what is said of the row, and freezes up to it", () => {
  expect(shown).toEqual(["take", "kind", "place", 1, 0, 2, 3, "also"]);
  expect(frozenOf(shown, plan)).toBe(4);
  const titles = planColumns(t, file, plan, shown).map((column) => column.title);
  expect(titles.slice(3, 7)).toEqual(["姓名", "学号", "手机号", "性别"]);
  expect(planColumns(t, file, plan, shown).filter((column) => column.editor)).toHaveLength(4);
});

it("shows what a cell comes to beside what was there, in words people read", () => {
  const cells = [
    change({ what: "phone", from: "138", to: "139", columns: [2] }),
    change({ what: "sex", from: "male", to: "female", columns: [3], item: 1, is_out: true }),
    change({ what: "status", from: "active", to: "suspended", item: 2 }),
  ];
  const { cells: texts, before, out, mark } = drawn({ cells });
  expect(texts.slice(0, 3)).toEqual(["导入", "修改", "7"]);
  expect(texts.slice(3, 7)).toEqual(["张三", "1001", "139", "女"]);
  expect(before).toEqual({ 5: "138", 6: "男" });
  expect(out).toEqual([6]);
  expect(texts[7]).toContain("→");
  expect(mark).toBe("changed");
});

it("tells a row that was taken out, and one that can not be", () => {
  expect(drawn({ is_out: true })).toMatchObject({ tint: "muted" });
  expect(drawn({ is_out: true }).cells.slice(0, 2)).toEqual(["不导入", "不导入"]);
  expect(drawn({ kind: "unchanged" }).cells[0]).toBe("");
});

it("stands unticked, with the reason, where the row stays out whatever is ticked", () => {
  const [take] = planColumns(t, file, plan, shown);
  const box = (more: Partial<PlannedRow>, going = usual) => {
    const [text] = drawn(more, going).cells;
    return take?.check?.blocked?.includes(text ?? "") ? "blocked" : text;
  };
  const partly = { kind: "problem", can_go_in_partly: true } as const;
  expect(box(partly)).toBe("blocked");
  expect(box(partly, { ...usual, takesSound: true })).toBe("导入");
  expect(box({ ...partly, is_out: true }, { ...usual, takesSound: true })).toBe("不导入");
  expect(box({ kind: "problem" }, { ...usual, takesSound: true })).toBe("blocked");
  expect(drawn({ kind: "problem" }).cells[0]).toContain("改正后才会导入");
  expect(box({ kind: "unsure" })).toBe("blocked");
  expect(box({ kind: "add" }, { ...usual, mode: "only_known" })).toBe("blocked");
  expect(box({ kind: "change" }, { ...usual, mode: "only_new" })).toBe("blocked");
  expect(box({ kind: "add" }, { ...usual, mode: "only_new" })).toBe("导入");
});

it("puts a problem at its cell, or at the row, and tells a caution apart", () => {
  const problem = (column: number | null, is_warning: boolean): RowProblem => ({
    sheet: "名单",
    row: 7,
    letter: "D",
    column,
    heading: "手机号",
    value_kind: "text",
    value: "138",
    code: "phone_malformed",
    remedy: "correct",
    is_warning,
    other_row: 3,
  });
  const { problems, cautions } = drawn({
    problems: [problem(3, true), problem(3, false), problem(4, true), problem(null, false)],
  });
  expect(Object.keys(problems ?? {})).toEqual(["1", "5", "6"]);
  expect(problems?.[5]).toContain("第 3 行");
  expect(cautions).toEqual([6]);
});

it("shows whoever is missing by name only", () => {
  const cells = [change({ what: "status", from: "active", to: "left" })];
  const { cells: texts, mark } = drawn({ kind: "leave", row: 0, texts: [], cells });
  expect([texts[2], texts[3], texts[4], mark]).toEqual(["–", "张三", "", "removed"]);
});

it("takes out rows where something of the row is selected, else the columns", () => {
  const select = (left: number, right: number, top = 4, bottom = 4) => ({
    view: "",
    version: 1,
    active: { row: top, column: left },
    ranges: [{ top, left, bottom, right }],
    cells: 1,
    rows: 1,
    columns: 1,
    activeRowId: "7",
  });
  const spans = [{ first: 4, last: 4 }];
  const one = row({ cells: [change({ columns: [2] })] });
  expect(takingOf(select(0, 0), shown, one)).toEqual({ spans, columns: null, isOut: true });
  expect(takingOf(select(0, 7, 4, 9), shown, { ...one, is_out: true })).toEqual({
    spans: [{ first: 4, last: 9 }],
    columns: null,
    isOut: false,
  });
  expect(takingOf(select(5, 6), shown, one)).toEqual({ spans, columns: [2, 3], isOut: true });
  const without = row({ cells: [change({ columns: [2], is_out: true })] });
  expect(takingOf(select(5, 5), shown, without)).toEqual({ spans, columns: [2], isOut: false });
  expect(takingOf(select(7, 7), shown, one)).toBeNull();
});

it("names columns as a spreadsheet does", () => {
  expect([0, 25, 26, 51, 701, 702].map(columnLetters)).toEqual(["A", "Z", "AA", "AZ", "ZZ", "AAA"]);
});

it("divides what else a row changes as the language does", async () => {
  const cells = [change({ what: "status", to: "active" }), change({ what: "note", item: 1, to: "x" })];
  expect(drawn({ cells }).cells.at(-1)).toContain("、");
  await startWords("en");
  expect(drawn({ cells }).cells.at(-1)).toContain(", ");
  expect(drawn({ cells }).cells.at(-1)).not.toContain("、");
  await startWords("zh");
});
