/**
 * A made-up register of any size for trying the grid: rows are computed from their number, changes are kept in layers,
 * each undone as one, and every answer takes a little time, as if it came from another process.
 */

import type {
  CellAt,
  CellRange,
  FillPlan,
  GridActions,
  GridColumn,
  GridRow,
  GridSource,
  Outcome,
  ViewStamp,
} from "../src/kit/grid";

const SURNAMES = [..."王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"];
const GIVEN = [
  "梓涵",
  "宇洋",
  "欣怡",
  "静",
  "磊",
  "伟",
  "敏",
  "丽梓",
  "霞",
  "勇",
  "杰",
  "超",
  "艳",
  "强",
  "涵宇",
];
const SCHOOLS = ["第一小学", "实验中学", "总公司"];
const GRADES = ["一年级", "二年级", "三年级", "初一", "高三", "研发部"];

const departments = SCHOOLS.flatMap((school) =>
  GRADES.flatMap((grade) => Array.from({ length: 12 }, (_, i) => `${school}/${grade}/${i + 1}班`)),
);

export const columns: GridColumn[] = [
  { id: "card", title: "学号", width_px: 120, editor: { kind: "text" } },
  { id: "name", title: "姓名", width_px: 96, editor: { kind: "text" } },
  {
    id: "sex",
    title: "性别",
    width_px: 64,
    editor: {
      kind: "choice",
      options: [
        { value: "男", keys: ["nan", "n"] },
        { value: "女", keys: ["nv", "nü"] },
      ],
    },
  },
  {
    id: "department",
    title: "组织",
    width_px: 200,
    editor: { kind: "choice", options: departments.map((value) => ({ value })) },
  },
  { id: "phone", title: "手机号", width_px: 128, editor: { kind: "text" } },
  { id: "born", title: "出生日期", width_px: 112, editor: { kind: "date" } },
  { id: "guardian", title: "监护人", width_px: 96, editor: { kind: "text" } },
  { id: "guardian_phone", title: "监护人电话", width_px: 128, editor: { kind: "text" } },
  { id: "identity", title: "身份", width_px: 80, editor: { kind: "text" } },
  { id: "year", title: "入学年份", width_px: 88, align: "end", editor: { kind: "text" } },
  { id: "chip", title: "芯片号", width_px: 140, editor: { kind: "text" } },
  { id: "seat", title: "座位", width_px: 72, align: "end", editor: { kind: "text" } },
  { id: "remark", title: "备注", width_px: 200, editor: { kind: "text" } },
  { id: "id", title: "编号", width_px: 110 },
];

function scrambled(row: number, salt: number): number {
  let x = (row + 1) * 2654435761 + salt * 40503;
  x = Math.imul(x ^ (x >>> 15), 2246822519);
  x = Math.imul(x ^ (x >>> 13), 3266489917);
  return (x ^ (x >>> 16)) >>> 0;
}

function pick(list: readonly string[], row: number, salt: number): string {
  return list[scrambled(row, salt) % list.length] ?? "";
}

function digits(row: number, salt: number, count: number): string {
  return String(scrambled(row, salt) % 10 ** count).padStart(count, "0");
}

function original(row: number, column: number): string {
  switch (columns[column]?.id) {
    case "card":
      return `S2026${String(row).padStart(7, "0")}`;
    case "name":
      return pick(SURNAMES, row, 1) + pick(GIVEN, row, 2);
    case "sex":
      return pick(["男", "女"], row, 3);
    case "department":
      return pick(departments, row, 4);
    case "phone":
      return `13${digits(row, 5, 9)}`;
    case "born":
      return `${2008 + (scrambled(row, 6) % 9)}-${String(1 + (scrambled(row, 7) % 12)).padStart(2, "0")}-${String(1 + (scrambled(row, 8) % 28)).padStart(2, "0")}`;
    case "guardian":
      return pick(SURNAMES, row, 9) + pick(GIVEN, row, 10);
    case "guardian_phone":
      return `15${digits(row, 11, 9)}`;
    case "identity":
      return "学生";
    case "year":
      return String(2014 + (scrambled(row, 12) % 10));
    case "chip":
      return digits(row, 13, 9) + digits(row, 14, 5);
    case "seat":
      return String(1 + (scrambled(row, 15) % 48));
    case "id":
      return `M${String(row + 1).padStart(8, "0")}`;
    default:
      return "";
  }
}

interface Layer {
  range: CellRange;
  textAt(row: number, column: number): string;
}

type Change = Layer[];

export class RosterSource implements GridSource, GridActions {
  version = 1;
  calls: string[] = [];
  #done: Change[] = [];
  #undone: Change[] = [];

  constructor(
    readonly total: number,
    readonly delay_ms: number,
  ) {}

  text(row: number, column: number): string {
    for (let i = this.#done.length - 1; i >= 0; i -= 1)
      for (const { range, textAt } of this.#done[i] ?? [])
        if (row >= range.top && row <= range.bottom && column >= range.left && column <= range.right)
          return textAt(row, column);
    return original(row, column);
  }

  row(index: number): GridRow {
    const cells = columns.map((_, column) => this.text(index, column));
    const row: GridRow = { id: `m${index}`, cells };
    if (index % 41 === 22 || index % 41 === 28) row.mark = "pending";
    if (index % 97 === 24) row.mark = "conflict";
    if (index % 97 === 33) row.mark = "refused";
    const problems: Record<number, string> = {};
    if (!/^1\d{10}$/.test(cells[4] ?? "") && cells[4] !== "") problems[4] = "手机号应为 11 位数字";
    if (index === 7) problems[4] = "这个手机号与第 12 行相同";
    if (Object.keys(problems).length > 0) row.problems = problems;
    return row;
  }

  async page(_view: string, _version: number, start: number, count: number, signal: AbortSignal) {
    await this.#wait();
    if (signal.aborted) throw new DOMException("no longer wanted", "AbortError");
    const rows: GridRow[] = [];
    for (let i = start; i < Math.min(this.total, start + count); i += 1) rows.push(this.row(i));
    return { version: this.version, total: this.total, rows };
  }

  async read(range: CellRange): Promise<string[][]> {
    await this.#wait();
    const rows: string[][] = [];
    for (let row = range.top; row <= range.bottom; row += 1) {
      const line: string[] = [];
      for (let column = range.left; column <= range.right; column += 1) line.push(this.text(row, column));
      rows.push(line);
    }
    return rows;
  }

  async locate(rowId: string): Promise<number | null> {
    await this.#wait();
    const row = Number(rowId.slice(1));
    return row < this.total ? row : null;
  }

  async edit(cell: CellAt, text: string, _at: ViewStamp): Promise<Outcome> {
    await this.#wait();
    this.calls.push(`edit ${cell.row} ${cell.columnId} ${text}`);
    if (text.includes("拒绝")) return { kind: "refused", reason: "服务不接受这个内容" };
    const range = { top: cell.row, left: cell.column, bottom: cell.row, right: cell.column };
    return this.#change([{ range, textAt: () => text }]);
  }

  async paste(range: CellRange, block: readonly (readonly string[])[]): Promise<Outcome> {
    await this.#wait();
    this.calls.push(`paste ${JSON.stringify(range)} ${block.length}`);
    const textAt = (row: number, column: number) => {
      const line = block[(row - range.top) % block.length] ?? [];
      return line[(column - range.left) % line.length] ?? "";
    };
    return this.#change([{ range, textAt }]);
  }

  async fill(plans: readonly FillPlan[]): Promise<Outcome> {
    await this.#wait();
    const modulo = (value: number, by: number) => ((value % by) + by) % by;
    const layers: Layer[] = [];
    for (const { from, to } of plans) {
      this.calls.push(`fill ${JSON.stringify(from)} ${JSON.stringify(to)}`);
      const block = await this.read(from);
      const textAt = (row: number, column: number) => {
        const line = block[modulo(row - from.top, block.length)] ?? [];
        return line[modulo(column - from.left, line.length)] ?? "";
      };
      layers.push({ range: to, textAt });
    }
    return this.#change(layers);
  }

  async write(ranges: readonly CellRange[], text: string, _at: ViewStamp): Promise<Outcome> {
    await this.#wait();
    this.calls.push(`write ${JSON.stringify(text)} ${JSON.stringify(ranges)}`);
    return this.#change(ranges.map((range) => ({ range, textAt: () => text })));
  }

  async undo(): Promise<Outcome> {
    await this.#wait();
    const change = this.#done.pop();
    if (!change) return { kind: "nothing" };
    this.#undone.push(change);
    return this.#moved(change);
  }

  async redo(): Promise<Outcome> {
    await this.#wait();
    const change = this.#undone.pop();
    if (!change) return { kind: "nothing" };
    this.#done.push(change);
    return this.#moved(change);
  }

  #change(layers: Layer[]): Outcome {
    // Columns without an editor keep their texts whatever is written over them.
    const editable = layers.map(({ range, textAt }) => ({
      range,
      textAt: (row: number, column: number) =>
        columns[column]?.editor ? textAt(row, column) : original(row, column),
    }));
    this.#done.push(editable);
    this.#undone = [];
    this.version += 1;
    return { kind: "done", version: this.version };
  }

  #moved(change: Change): Outcome {
    this.version += 1;
    return { kind: "done", version: this.version, reveal: change[0]?.range ?? null };
  }

  #wait(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, this.delay_ms));
  }
}
