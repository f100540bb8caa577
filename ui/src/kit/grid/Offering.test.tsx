import { act, fireEvent, render } from "@testing-library/react";
import { createRef } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RosterSource } from "../../../dev/roster-source";
import { words } from "../../../dev/words";
import { Grid, type GridColumn, type GridHandle, type Suggestions } from ".";

const handle = createRef<GridHandle>();
let roster: RosterSource;
let edit: ReturnType<typeof vi.fn>;
const find = vi.fn(async (text: string): Promise<Suggestions> => {
  const known = [
    { value: "王建国", hint: "王小明的监护人", meant: { guardian: "g1" } },
    { value: "王建军", hint: "李雷的监护人", meant: { guardian: "g2" } },
  ];
  const options = text === "" ? [] : known.filter(({ value }) => value.startsWith(text));
  return { options, note: text === "" ? "输入姓名查找" : `回车：新的监护人“${text}”` };
});

const columns: GridColumn[] = [
  { id: "card", title: "监护人", width_px: 120, editor: { kind: "suggest", find } },
  {
    id: "name",
    title: "身份",
    width_px: 120,
    editor: {
      kind: "several",
      divider: "、",
      options: () => [{ value: "学生" }, { value: "教职工" }, { value: "家长" }],
    },
  },
];

async function pass(ms = 200) {
  await act(async () => {
    await vi.advanceTimersByTimeAsync(ms);
  });
}

const sink = () => document.querySelector<HTMLTextAreaElement>(".grid-sink") as HTMLTextAreaElement;
const list = () => document.querySelector<HTMLElement>(".grid-popup") as HTMLElement;
const items = () => [...list().querySelectorAll("[data-item]")].map((row) => row.textContent);
const note = () => list().querySelector(".grid-item-note")?.textContent;
const key = (name: string, more = {}) => fireEvent.keyDown(sink(), { key: name, ...more });

async function type(text: string) {
  sink().value = text;
  fireEvent.input(sink());
  await pass();
}

function select(row: number, column: number) {
  handle.current?.select({ top: row, left: column, bottom: row, right: column });
  handle.current?.focus();
}

const sent = () => edit.mock.calls.map(([at, text, _, meant]) => [at.rowId, at.columnId, text, meant]);

beforeEach(async () => {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "requestAnimationFrame", "cancelAnimationFrame"],
  });
  // happy-dom lays nothing out: give the grid a window to draw in.
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(1_600);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(400);
  find.mockClear();
  roster = new RosterSource(1_000, 5);
  edit = vi.fn(async () => ({ kind: "done", version: 2 }));
  const actions = Object.assign(Object.create(roster) as RosterSource, { edit });
  render(
    <Grid
      ref={handle}
      label="成员"
      columns={columns}
      source={roster}
      actions={actions}
      view="all"
      version={1}
      words={words}
    />,
  );
  await pass();
});

afterEach(() => vi.useRealTimers());

describe("a cell with suggestions", () => {
  it("sends what was typed, though others begin like it", async () => {
    select(0, 0);
    await type("王建");
    expect(items()).toEqual(["王建国王小明的监护人", "王建军李雷的监护人"]);
    expect(note()).toBe("回车：新的监护人“王建”");
    expect(sink()).not.toHaveAttribute("aria-activedescendant");
    key("Enter");
    await pass();
    expect(sent()).toEqual([[expect.any(String), "card", "王建", undefined]]);
  });

  it("sends who was gone to with the arrow keys, and says so to a screen reader", async () => {
    select(1, 0);
    await type("王建");
    key("ArrowDown");
    key("ArrowDown");
    expect(sink().getAttribute("aria-activedescendant")).toBe(list().querySelector(".is-current")?.id);
    key("Enter");
    await pass();
    expect(sent()).toEqual([[expect.any(String), "card", "王建军", { guardian: "g2" }]]);
  });

  it("goes back to what was typed before the first and behind the last", async () => {
    for (const [row, keys] of [
      ["ArrowDown", "ArrowUp"],
      ["ArrowDown", "ArrowDown", "ArrowDown"],
      ["ArrowUp", "ArrowDown"],
    ].entries()) {
      select(row, 0);
      await type("王建");
      for (const name of keys) key(name);
      expect(sink()).not.toHaveAttribute("aria-activedescendant");
      key("Enter");
      await pass();
      expect(sent().at(-1)).toEqual([expect.any(String), "card", "王建", undefined]);
    }
  });

  it("forgets who was gone to once more is typed, before the answer is there", async () => {
    select(0, 0);
    await type("王");
    key("ArrowDown");
    sink().value = "王建国强";
    fireEvent.input(sink());
    key("Enter");
    await pass();
    expect(sent()).toEqual([[expect.any(String), "card", "王建国强", undefined]]);
    expect(list()).not.toBeVisible();
  });

  it("sends who was clicked, and leaves the arrow keys to the grid where nobody is found", async () => {
    select(0, 0);
    await type("王");
    fireEvent.click(list().querySelector("[data-item='0']") as Element);
    await pass();
    expect(sent()).toEqual([[expect.any(String), "card", "王建国", { guardian: "g1" }]]);
    select(2, 0);
    await type("李四");
    expect(items()).toEqual([]);
    expect(note()).toBe("回车：新的监护人“李四”");
    key("ArrowDown");
    await pass();
    expect(sent().at(-1)).toEqual([expect.any(String), "card", "李四", undefined]);
    expect(handle.current?.report().active.row).toBe(3);
  });

  it("looks for what is being composed and commits nothing on the Enter that only confirms a word", async () => {
    select(0, 0);
    fireEvent.compositionStart(sink());
    await type("王建");
    key("Enter", { keyCode: 229 });
    key("ArrowDown", { keyCode: 229 });
    expect(sent()).toEqual([]);
    fireEvent.compositionEnd(sink());
    await pass();
    key("Enter");
    await pass();
    expect(sent()).toEqual([[expect.any(String), "card", "王建", undefined]]);
  });

  it("tells what can be typed when the cell is opened, and Esc leaves everything", async () => {
    select(0, 0);
    key("F2");
    await pass();
    expect(note()).toBe("输入姓名查找");
    key("Escape");
    expect(list()).not.toBeVisible();
    expect(sent()).toEqual([]);
  });
});

describe("a cell that holds several", () => {
  const ticked = () => [...list().querySelectorAll("[aria-checked=true]")].map((row) => row.textContent);

  it("takes one that is typed in part, and more behind a divider", async () => {
    select(0, 1);
    await type("教");
    expect(items()).toEqual(["教职工"]);
    key("Enter");
    await pass();
    await type("学生、家");
    key("Enter");
    await pass();
    expect(sent().map(([, , text]) => text)).toEqual(["教职工", "学生、家长"]);
  });

  it("ticks with Space what the arrow keys went to, and with a click, and stays open", async () => {
    select(0, 1);
    await type("教职工");
    expect(ticked()).toEqual(["教职工"]);
    key("ArrowDown");
    key(" ");
    expect(sink().value).toBe("学生、教职工");
    expect(ticked()).toEqual(["学生", "教职工"]);
    fireEvent.click(list().querySelector("[data-item='1']") as Element);
    expect(sink().value).toBe("学生");
    fireEvent.click(list().querySelector("[data-item='2']") as Element);
    key("Enter");
    await pass();
    expect(sent().map(([, , text]) => text)).toEqual(["学生、家长"]);
  });

  it("takes what was gone to with Enter alone, and nothing back that Space unticked", async () => {
    select(0, 1);
    await type("学生");
    key("ArrowDown");
    key("ArrowDown");
    key("ArrowDown");
    key("Enter");
    await pass();
    expect(sent().map(([, , text]) => text)).toEqual(["学生、家长"]);
    select(1, 1);
    await type("学生、家长");
    key("ArrowUp");
    key(" ");
    key("Enter");
    await pass();
    expect(sent().map(([, , text]) => text)).toEqual(["学生、家长", "学生"]);
  });

  it("takes the ticks alone once something was ticked, and what is typed behind them", async () => {
    select(0, 1);
    await type("教职工");
    key("ArrowDown");
    key(" ");
    key("ArrowDown");
    key("ArrowDown");
    key("Enter");
    await pass();
    select(1, 1);
    await type("家长");
    fireEvent.click(list().querySelector("[data-item='0']") as Element);
    key("ArrowDown");
    key("Tab");
    await pass();
    select(2, 1);
    await type("教职工");
    key("ArrowDown");
    key(" ");
    await type(`${sink().value}、家`);
    key("Enter");
    await pass();
    expect(sent().map(([, , text]) => text)).toEqual(["学生、教职工", "学生、家长", "学生、教职工、家长"]);
  });

  it("is a list of several to a screen reader, with options alone in it", async () => {
    select(0, 1);
    await type("学生");
    const options = () => list().querySelector("[role=listbox]") as HTMLElement;
    expect(options()).toHaveAttribute("aria-multiselectable", "true");
    expect(sink()).toHaveAttribute("aria-controls", options().id);
    key("Escape");
    select(0, 0);
    await type("王建");
    expect(options()).not.toHaveAttribute("aria-multiselectable");
    expect([...options().children].map((row) => row.getAttribute("role"))).toEqual(["option", "option"]);
    expect(options().nextElementSibling).toHaveTextContent("回车：新的监护人“王建”");
    expect(options().nextElementSibling).not.toHaveAttribute("role");
  });

  it("leaves an unknown word as it was typed", async () => {
    select(0, 1);
    await type("学生、外星人");
    expect(items()).toEqual([]);
    key("Enter");
    await pass();
    expect(sent().map(([, , text]) => text)).toEqual(["学生、外星人"]);
  });
});
