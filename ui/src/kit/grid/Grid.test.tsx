import { act, fireEvent, render } from "@testing-library/react";
import { createRef } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { columns, RosterSource } from "../../../dev/roster-source";
import { words } from "../../../dev/words";
import { Grid, type GridHandle, type GridOptions } from ".";

let roster: RosterSource;
const handle = createRef<GridHandle>();

function options(more: Partial<GridOptions> = {}): GridOptions {
  return {
    label: "成员",
    columns,
    source: roster,
    actions: roster,
    view: "all",
    version: 1,
    words,
    ...more,
  };
}

/** Let timers, answers and frames go by. */
async function pass(ms = 100) {
  await act(async () => {
    await vi.advanceTimersByTimeAsync(ms);
  });
}

async function show(more: Partial<GridOptions> = {}) {
  const shown = render(<Grid ref={handle} {...options(more)} />);
  await pass();
  const again = async (changed: Partial<GridOptions>) => {
    shown.rerender(<Grid ref={handle} {...options({ ...more, ...changed })} />);
    await pass();
  };
  return { ...shown, again };
}

const sink = () => document.querySelector<HTMLTextAreaElement>(".grid-sink") as HTMLTextAreaElement;

function cell(row: number, column: number): HTMLElement {
  const found = document.querySelector<HTMLElement>(
    `[aria-rowindex="${row + 2}"] [role="gridcell"][aria-colindex="${column + 2}"]`,
  );
  if (!found) throw new Error(`no cell at ${row}, ${column}`);
  return found;
}

function select(row: number, column: number) {
  handle.current?.select({ top: row, left: column, bottom: row, right: column });
  handle.current?.focus();
}

function type(text: string) {
  sink().value = text;
  fireEvent.input(sink());
}

const press = (key: string, more: object = {}) => fireEvent.keyDown(sink(), { key, ...more });

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "requestAnimationFrame", "cancelAnimationFrame"],
  });
  // happy-dom lays nothing out: give the grid a window to draw in.
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(1_600);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(400);
  roster = new RosterSource(1_000, 5);
});

afterEach(() => {
  vi.useRealTimers();
});

describe("editing", () => {
  it("shows an edit at once and sends it with the record's id", async () => {
    await show();
    select(2, 1);
    type("李雷");
    press("Enter");
    await pass(20);
    expect(cell(2, 1).textContent).toBe("李雷");
    await pass();
    expect(roster.calls).toEqual(["edit 2 name 李雷"]);
    expect(handle.current?.report()).toMatchObject({ active: { row: 3, column: 1 }, version: 2 });
    expect(cell(2, 1).textContent).toBe("李雷");
  });

  it("keeps a refused text and its reason, and drops them on Esc", async () => {
    const onNotice = vi.fn();
    await show({ onNotice });
    const before = cell(2, 1).textContent;
    select(2, 1);
    type("拒绝");
    press("Tab");
    await pass();
    expect(onNotice).toHaveBeenCalledWith({
      kind: "refused",
      text: "没有保存：服务不接受这个内容",
    });
    expect(cell(2, 1).getAttribute("aria-invalid")).toBe("true");
    expect(cell(2, 1).textContent).toContain("拒绝");
    press("ArrowLeft");
    press("Escape");
    await pass();
    expect(cell(2, 1).textContent).toBe(before);
  });

  it("takes a refused text back on undo before anything that was saved", async () => {
    await show();
    select(1, 1);
    type("李雷");
    press("Enter");
    await pass();
    const before = cell(2, 1).textContent;
    type("拒绝");
    press("Enter");
    await pass();
    const mark = () => document.querySelector('[aria-rowindex="4"] .mark-invalid');
    expect(mark()).not.toBeNull();
    press("z", { ctrlKey: true });
    await pass();
    expect(cell(2, 1).textContent).toBe(before);
    expect(mark()).toBeNull();
    expect(cell(1, 1).textContent).toBe("李雷");
    expect(handle.current?.report().active).toEqual({ row: 2, column: 1 });
    press("z", { ctrlKey: true });
    await pass();
    expect(cell(1, 1).textContent).not.toBe("李雷");
  });

  it("keeps refused texts for the next grid where somebody holds them", async () => {
    const drafts = new Map();
    const { unmount } = await show({ drafts });
    select(2, 1);
    type("拒绝");
    press("Enter");
    await pass();
    unmount();
    await show({ drafts });
    expect(cell(2, 1).textContent).toContain("拒绝");
    expect(cell(2, 1).getAttribute("aria-invalid")).toBe("true");
  });

  it("undoes what was saved after a refused text, and leaves that text", async () => {
    await show();
    select(2, 1);
    type("拒绝");
    press("Enter");
    await pass();
    type("李雷");
    press("Enter");
    await pass();
    press("z", { ctrlKey: true });
    await pass();
    expect(cell(3, 1).textContent).not.toBe("李雷");
    expect(cell(2, 1).textContent).toContain("拒绝");
  });

  it("does the same when the data's owner fails", async () => {
    vi.spyOn(roster, "edit").mockRejectedValue(new Error("gone"));
    await show();
    select(2, 1);
    type("李雷");
    press("Enter");
    await pass();
    expect(cell(2, 1).textContent).toContain("李雷");
    expect(cell(2, 1).textContent).toContain(words.actionFailed);
  });

  it("sends nothing when nothing was changed", async () => {
    await show();
    select(2, 1);
    press("F2");
    await pass();
    expect(sink().value).toBe(roster.text(2, 1));
    press("Enter");
    await pass();
    expect(roster.calls).toEqual([]);
  });

  it("leaves Enter to the input method while it composes", async () => {
    await show();
    select(2, 1);
    fireEvent.compositionStart(sink());
    type("ni");
    press("Enter", { keyCode: 229 });
    expect(handle.current?.report().active.row).toBe(2);
    fireEvent.compositionEnd(sink());
    sink().value = "你";
    press("Enter", { keyCode: 229 });
    expect(handle.current?.report().active.row).toBe(2);
    press("Enter", { keyCode: 13 });
    await pass();
    expect(roster.calls).toEqual(["edit 2 name 你"]);
  });

  it("edits what the source gives for a masked cell", async () => {
    const masking = Object.assign(roster, { editText: async () => "13800001234" });
    await show({ source: masking });
    select(2, 4);
    press("F2");
    await pass();
    expect(sink().value).toBe("13800001234");
  });

  it("cannot be begun where the column has no editor", async () => {
    const onNotice = vi.fn();
    await show({ onNotice });
    select(2, 13);
    expect(sink().readOnly).toBe(true);
    press("x");
    press("F2");
    await pass();
    expect(onNotice).toHaveBeenCalledTimes(2);
    expect(onNotice).toHaveBeenCalledWith({ kind: "read-only", text: words.readOnly });
  });

  it("is sent when the grid is taken away", async () => {
    const { unmount } = await show();
    select(2, 1);
    type("李雷");
    unmount();
    await pass();
    expect(roster.calls).toEqual(["edit 2 name 李雷"]);
  });

  it("writes one text into the whole selection on Ctrl+Enter", async () => {
    await show();
    handle.current?.select({ top: 1, left: 1, bottom: 3, right: 1 });
    handle.current?.focus();
    type("同名");
    press("Enter", { ctrlKey: true });
    await pass();
    expect([1, 2, 3].map((row) => roster.text(row, 1))).toEqual(["同名", "同名", "同名"]);
  });
});

describe("data that moves", () => {
  it("keeps the rows on show until the newer ones are there", async () => {
    const { again } = await show();
    roster.version = 7;
    vi.spyOn(roster, "text").mockImplementation((row) => `new ${row}`);
    await again({ version: 7 });
    expect(cell(3, 1).textContent).toBe("new 3");
    expect(handle.current?.report().version).toBe(7);
  });

  it("follows the active record to its new place", async () => {
    const { again } = await show();
    select(3, 1);
    await pass();
    vi.spyOn(roster, "locate").mockResolvedValue(5);
    await again({ version: 2 });
    expect(handle.current?.report().active).toEqual({ row: 5, column: 1 });
  });

  it("sends an edit to the record it was begun on, wherever the row went", async () => {
    const edit = vi.spyOn(roster, "edit");
    const { again } = await show();
    select(3, 1);
    type("李雷");
    vi.spyOn(roster, "locate").mockResolvedValue(6);
    vi.spyOn(roster, "row").mockImplementation((index) => ({ id: `other${index}`, cells: [] }));
    await again({ version: 2 });
    press("Enter");
    await pass();
    expect(edit.mock.calls[0]?.[0]).toMatchObject({ rowId: "m3", row: 6, columnId: "name" });
  });

  it("begins another view at its top when the record is not in it", async () => {
    const { again } = await show();
    select(9, 2);
    await pass();
    vi.spyOn(roster, "locate").mockResolvedValue(null);
    await again({ view: "others" });
    expect(handle.current?.report()).toMatchObject({ view: "others", active: { row: 0, column: 2 } });
  });

  it("is not asked for again because the owner draws itself anew", async () => {
    const page = vi.spyOn(roster, "page");
    const { again } = await show();
    const before = page.mock.calls.length;
    for (let i = 0; i < 5; i += 1) await again({ columns: columns.map((column) => ({ ...column })) });
    expect(page.mock.calls.length).toBe(before);
  });

  it("says what to do when there is nothing", async () => {
    roster = new RosterSource(0, 5);
    const { getByText } = render(<Grid {...options()} empty={<p>导入名册</p>} />);
    await pass();
    expect(getByText("导入名册")).toBeInTheDocument();
  });

  it("tells once that the source fails and recovers by itself", async () => {
    const onNotice = vi.fn();
    const page = vi.spyOn(roster, "page").mockRejectedValue(new Error("away"));
    await show({ onNotice });
    await pass(3_000);
    expect(onNotice).toHaveBeenCalledTimes(1);
    page.mockRestore();
    await pass(9_000);
    expect(cell(0, 0).textContent).toBe("S20260000000");
  });
});

describe("a change on its way", () => {
  it("waits for the one before it and starts from its version", async () => {
    const edit = vi.spyOn(roster, "edit");
    await show();
    select(1, 1);
    type("甲");
    press("Enter");
    type("乙");
    press("Enter");
    await pass();
    expect(edit.mock.calls.map(([, text, at]) => [text, at.version])).toEqual([
      ["甲", 1],
      ["乙", 2],
    ]);
  });

  it("speaks of the version its range was taken at when others' changes came between", async () => {
    const write = vi.spyOn(roster, "write");
    const { again } = await show();
    select(1, 1);
    type("甲");
    press("Enter");
    handle.current?.select({ top: 4, left: 1, bottom: 6, right: 1 });
    press("Delete");
    roster.version = 30;
    await again({ version: 30 });
    await pass();
    expect(write.mock.calls[0]?.[2]).toEqual({ view: "all", version: 1 });
  });

  it("moves the selection to what an undo changed", async () => {
    await show();
    select(4, 1);
    type("甲");
    press("Enter");
    await pass();
    select(0, 0);
    press("z", { ctrlKey: true });
    await pass();
    expect(handle.current?.report().active).toEqual({ row: 4, column: 1 });
    expect(cell(4, 1).textContent).not.toBe("甲");
  });
});

describe("columns", () => {
  const pick = (text: string) => {
    const item = [...document.querySelectorAll('[role="menuitem"]')].find((one) => one.textContent === text);
    if (!item) throw new Error(`no ${text} in the menu`);
    fireEvent.click(item);
  };
  const openMenu = () => press("ArrowDown", { altKey: true, shiftKey: true });

  it("are moved, hidden, frozen, filtered and sorted from their menu", async () => {
    const told = {
      onMoveColumn: vi.fn(),
      onHideColumn: vi.fn(),
      onFreeze: vi.fn(),
      onFilter: vi.fn(),
      onSort: vi.fn(),
    };
    const sort = [{ columnId: "name", direction: "ascending" }] as const;
    await show({ ...told, sort, frozen: 2 });
    select(0, 3);
    for (const item of ["左移一列", "隐藏这列", "冻结到这列", "筛选这列…", "再按这列降序"]) {
      openMenu();
      pick(item);
    }
    expect(told.onMoveColumn).toHaveBeenCalledExactlyOnceWith("department", 2);
    expect(told.onHideColumn).toHaveBeenCalledExactlyOnceWith("department");
    expect(told.onFreeze).toHaveBeenLastCalledWith(4);
    expect(told.onFilter.mock.calls[0]?.[0]).toBe("department");
    expect(told.onSort).toHaveBeenCalledExactlyOnceWith("department", "descending", "also");
    select(0, 1);
    openMenu();
    pick("取消冻结");
    expect(told.onFreeze).toHaveBeenLastCalledWith(0);
  });

  it("take the active cell along when they are moved", async () => {
    const { again } = await show();
    select(5, 3);
    const [a, b, c, d, ...rest] = columns;
    if (!a || !b || !c || !d) throw new Error("columns");
    await again({ columns: [d, a, b, c, ...rest] });
    expect(handle.current?.report().active).toEqual({ row: 5, column: 0 });
  });

  it("carry a sign while they are filtered, and the place of their key", async () => {
    await show({
      filtered: ["sex"],
      sort: [
        { columnId: "name", direction: "ascending" },
        { columnId: "sex", direction: "descending" },
      ],
    });
    const heading = (title: string) =>
      [...document.querySelectorAll('[role="columnheader"]')].find((one) =>
        one.textContent?.startsWith(title),
      );
    expect(heading("性别")?.querySelector('[aria-label="已筛选"]')).not.toBeNull();
    expect(heading("姓名")?.querySelector('[aria-label="已筛选"]')).toBeNull();
    expect(heading("性别")?.querySelector(".grid-sort")?.textContent).toBe("2");
    expect(heading("性别")?.getAttribute("aria-sort")).toBe("descending");
  });
});

describe("whole rows", () => {
  it("are extended by Shift and arrows without leaving the place sideways", async () => {
    await show();
    select(3, 1);
    press(" ", { shiftKey: true });
    press("ArrowDown", { shiftKey: true });
    press("ArrowDown", { shiftKey: true });
    await pass(20);
    expect(handle.current?.report().ranges).toEqual([
      { top: 3, left: 0, bottom: 5, right: columns.length - 1 },
    ]);
    expect(document.querySelector(".grid-scroller")?.scrollLeft).toBe(0);
  });
});

describe("marks", () => {
  it("are told in words and shown with the text before a change", async () => {
    vi.spyOn(roster, "row").mockImplementation((index) => ({
      id: `m${index}`,
      cells: columns.map(() => "后"),
      mark: "changed",
      before: { 1: "前" },
      problems: { 2: "不对" },
    }));
    await show();
    expect(document.querySelector('[role="img"]')?.getAttribute("aria-label")).toBe("有改动");
    expect(cell(0, 1).querySelector("s")?.textContent).toBe("前");
    expect(cell(0, 1).textContent).toContain(words.before("前"));
    const description = cell(0, 2).getAttribute("aria-describedby") ?? "";
    expect(document.getElementById(description)?.textContent).toBe("不对");
  });
});

describe("a box to tick", () => {
  const boxes: Partial<GridOptions> = {
    columns: [
      { id: "take", title: "导入", width_px: 52, check: { label: "导入", ticked: "是", unticked: "否" } },
      ...columns,
    ],
    source: {
      page: async () => ({
        version: 1,
        total: 2,
        rows: ["是", "否"].map((text, row) => ({
          id: `${row}`,
          cells: [text, "张三"],
          out: row === 1 ? [1] : [],
          problems: { 1: "请看一下" },
          cautions: row === 0 ? [1] : [],
        })),
      }),
      read: async () => [],
    },
  };

  it("tells of Space on the selection and of a click on the box, and types nothing", async () => {
    const onToggle = vi.fn();
    await show({ ...boxes, onToggle });
    const box = () => cell(0, 0).querySelector("[role=checkbox]");
    expect(box()).toHaveAttribute("aria-checked", "true");
    expect(cell(1, 0).querySelector("[role=checkbox]")).toHaveAttribute("aria-checked", "false");
    select(1, 1);
    fireEvent.keyDown(sink(), { key: " " });
    expect(onToggle).toHaveBeenLastCalledWith(expect.objectContaining({ active: { row: 1, column: 1 } }));
    await pass();
    expect(sink().value).toBe("");
  });

  it("says why it cannot be ticked", async () => {
    const [take, ...others] = boxes.columns ?? [];
    const blocked = { label: "导入", ticked: "是", unticked: "不", blocked: ["否"] };
    await show({ ...boxes, columns: [{ ...take, check: blocked } as never, ...others] });
    const box = cell(1, 0).querySelector("[role=checkbox]");
    expect(box).toHaveAttribute("aria-checked", "false");
    expect(box).toHaveAttribute("aria-disabled", "true");
    expect(box).toHaveAttribute("title", "否");
    expect(cell(0, 0).querySelector("[role=checkbox]")).not.toHaveAttribute("aria-disabled");
  });

  it("leaves Space to typing where nobody asks for it", async () => {
    await show();
    select(0, 0);
    expect(fireEvent.keyDown(sink(), { key: " " })).toBe(true);
  });

  it("tells a text that does not count, and a caution from a problem", async () => {
    await show(boxes);
    expect(cell(1, 1)).toHaveClass("is-out", "has-problem");
    expect(cell(1, 1)).toHaveAttribute("aria-description", words.out);
    expect(cell(1, 1)).toHaveAttribute("aria-invalid", "true");
    expect(cell(0, 1)).toHaveClass("has-caution");
    expect(cell(0, 1)).not.toHaveAttribute("aria-invalid");
    expect(cell(0, 1)).toHaveTextContent("请看一下");
  });
});
