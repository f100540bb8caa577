import i18next from "i18next";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Client } from "@/generated/client";
import type { Column, ViewQuery } from "@/generated/types";
import { type FakeRoster, fakeClient, fakeRoster } from "@/test/fake";
import { startWords } from "@/words";
import { guardianSuggestions } from "./guardian-suggestions";
import { type PasteQuestion, RosterSource } from "./roster-source";

const COLUMNS: Column[] = ["name", "sex", "phone", "join_state"];
const whole: ViewQuery = { filters: [], sort: [] };
const cell = (row: number, left: number, right = left) => ({ top: row, bottom: row, left, right });

let roster: FakeRoster;
const events = {
  askPaste: vi.fn(async (_: PasteQuestion): Promise<"paste" | "leave"> => "paste"),
  began: () => ({ job: "job", end: () => undefined }),
  refused: vi.fn(),
  added: vi.fn(),
  orderMayDiffer: vi.fn(),
  undone: vi.fn(),
  nothingToUndo: vi.fn(),
  explain: vi.fn(() => "failed"),
};

const opened = async (query = whole) => {
  const source = new RosterSource(fakeClient(roster) as Client, query, events, i18next.t);
  source.columns = COLUMNS;
  await source.open();
  return source;
};
const stamp = (source: RosterSource) => ({ view: source.key, version: source.version });
const last = (name: string) => roster.calls.findLast((call) => call.name === name)?.args;

beforeEach(async () => {
  vi.clearAllMocks();
  await startWords("zh");
  roster = fakeRoster([
    { name: "王小明", sex: "male", phone: "138", join_state: "none" },
    { name: "李雷", sex: "female", phone: "139", join_state: "joined" },
  ]);
});

describe("the roster behind the grid", () => {
  it("shows the words of choices and sends them back as words", async () => {
    const source = await opened();
    const page = await source.page(source.key, source.version, 0, 10);
    expect(page.rows[0]?.cells).toEqual(["王小明", "男", "138", "未邀请"]);
    await source.edit({ row: 0, column: 1, rowId: "m0", columnId: "sex" }, "女", stamp(source));
    expect(last("editCell")).toEqual({ member: "m0", column: "sex", text: "female" });
    expect(await source.read(cell(0, 0, 1), stamp(source))).toEqual([["王小明", "女"]]);
  });

  it("shows several words as one text and sends them back as words", async () => {
    roster = fakeRoster([{ name: "欧阳静", identity: "staff;parent" }]);
    const source = await opened();
    source.columns = ["name", "identity"];
    const page = await source.page(source.key, source.version, 0, 10);
    expect(page.rows[0]?.cells).toEqual(["欧阳静", "教职工、家长"]);
    const at = { row: 0, column: 1, rowId: "m0", columnId: "identity" };
    await source.edit(at, "学生、家长、外星人", stamp(source));
    expect(last("editCell")).toEqual({ member: "m0", column: "identity", text: "student;parent;外星人" });
  });

  it("makes somebody's guardian this one's in the place of the one who stood there", async () => {
    const guardian = {
      id: "g1",
      name: "王建国",
      phone: "138****8000",
      relation: "father",
      may_confirm: true,
    };
    const twin = { ...guardian, id: "g2", name: "王健国", phone: "" };
    roster.guardians.set("m0", [{ ...guardian, members: 1, others: [] }]);
    roster.guardians.set("m1", [{ ...twin, members: 1, others: [] }]);
    const source = await opened();
    const at = { row: 1, column: 0, rowId: "m1", columnId: "guardian_name" };
    const suggest = guardianSuggestions(i18next.t, fakeClient(roster) as Client);
    expect(await suggest("", at)).toEqual({ options: [], note: i18next.t("roster.guardians.typed.hint") });
    const { options, note } = await suggest("王建", at);
    expect(options).toEqual([
      {
        value: "王建国",
        label: "王建国 138****8000",
        hint: "王小明的监护人",
        meant: { guardian: "g1", instead_of: "g2" },
      },
    ]);
    expect(note).toBe("回车：把“王健国”改名为“王建”；按 ↓ 选用已有的监护人");
    await source.edit(at, "王建国", stamp(source), options[0]?.meant);
    expect(last("linkGuardian")).toEqual({ member: "m1", guardian: "g1", instead_of: "g2" });
    expect(last("editCell")).toBeUndefined();
    // Now they share him: a new name would be for both.
    const shared = await suggest("王建军", at);
    expect(shared.note).toBe("回车：把“王建国”改名为“王建军”，王小明的监护人也随之改名");
    const phone = await suggest("139", { ...at, columnId: "guardian_phone" });
    expect(phone.note).toBe("回车：改“王建国”的电话，王小明的监护人也随之改变");
  });

  it("refuses a cell in words that say what to do, and keeps it", async () => {
    const source = await opened();
    const outcome = await source.edit(
      { row: 0, column: 0, rowId: "m0", columnId: "name" },
      "",
      stamp(source),
    );
    expect(outcome).toEqual({ kind: "refused", reason: "必填项为空。请填写内容。" });
    expect(roster.members.get("m0")?.name).toBe("王小明");
  });

  it("tells which cells of a paste were refused, by their row in the view", async () => {
    const source = await opened();
    const range = { top: 1, bottom: 1, left: 1, right: 2 };
    const outcome = await source.paste(range, [["男", "abc"]], stamp(source));
    expect(outcome.kind).toBe("done");
    expect(events.refused).toHaveBeenCalledExactlyOnceWith({
      count: 1,
      isPartial: true,
      cells: [{ row: 1, column: "phone", code: "phone_malformed" }],
    });
    expect(roster.members.get("m1")).toMatchObject({ sex: "male", phone: "139" });
  });

  it("asks before a paste that is large or partly wrong, and leaves all as it was on a no", async () => {
    const source = await opened();
    await source.paste({ top: 0, bottom: 1, left: 0, right: 1 }, [["王", "男"]], stamp(source));
    expect(events.askPaste).not.toHaveBeenCalled();

    events.askPaste.mockResolvedValueOnce("leave");
    const wrong = [
      ["王大", "女", "abc"],
      ["李大", "女", "1"],
    ];
    const outcome = await source.paste({ top: 0, bottom: 1, left: 0, right: 2 }, wrong, stamp(source));
    expect(outcome).toEqual({ kind: "nothing" });
    expect(roster.members.get("m0")?.name).toBe("王");
    const question = events.askPaste.mock.calls[0]?.[0];
    expect(question?.plan.refused).toEqual([{ row: 0, column: "phone", code: "phone_malformed" }]);
    expect(question?.textAt(0, "phone")).toBe("abc");

    const large = Array.from({ length: 101 }, () => ["王", "男"]);
    await source.paste({ top: 0, bottom: 100, left: 0, right: 1 }, large, stamp(source));
    expect(events.askPaste.mock.calls[1]?.[0]).toMatchObject({ cells: 202, plan: { refused_count: 0 } });
  });

  it("makes members of pasted rows below the last one, in the department that is shown", async () => {
    const source = await opened({ ...whole, department: "d1" });
    const outcome = await source.paste(
      { top: 1, bottom: 3, left: 0, right: 2 },
      [
        ["李雷雷", "男", "1"],
        ["韩梅梅", "女", "2"],
        ["", "女", "3"],
      ],
      stamp(source),
    );
    expect(last("pasteBlock")).toMatchObject({ department: "d1", start: 1, end: 4 });
    expect(roster.members.get("m2")).toEqual({ name: "韩梅梅", sex: "female", phone: "2" });
    expect(outcome).toMatchObject({ kind: "done", reveal: { top: 1, bottom: 2, left: 0, right: 2 } });
    expect(events.added).toHaveBeenCalledExactlyOnceWith(1, 1);
    expect(events.refused).toHaveBeenCalledExactlyOnceWith({
      count: 1,
      isPartial: true,
      cells: [{ row: 3, column: "name", code: "required_missing" }],
    });
  });

  it("counts refused rows through several cleared ranges", async () => {
    const source = await opened();
    await source.write([cell(1, 2), cell(0, 0)], "", stamp(source));
    expect(events.refused).toHaveBeenCalledExactlyOnceWith({
      count: 1,
      isPartial: true,
      cells: [{ row: 0, column: "name", code: "required_missing" }],
    });
  });

  it("writes one text into several ranges at once, each column in the app's own word", async () => {
    const source = await opened();
    await source.write([cell(1, 1), cell(0, 0)], "男", stamp(source));
    expect(last("writeCells")).toMatchObject({
      ranges: [
        { start: 1, end: 2, columns: ["sex"] },
        { start: 0, end: 1, columns: ["name"] },
      ],
      texts: [
        { column: "sex", text: "male" },
        { column: "name", text: "男" },
      ],
    });
  });

  it("says when nothing of a clearing was saved", async () => {
    const source = await opened();
    await source.write([cell(0, 0)], "", stamp(source));
    expect(events.refused).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ count: 1, isPartial: false }),
    );
  });

  it("raises the version with every edit and every opening", async () => {
    const source = await opened();
    const before = source.version;
    const outcome = await source.edit(
      { row: 0, column: 0, rowId: "m0", columnId: "name" },
      "王",
      stamp(source),
    );
    expect(outcome).toEqual({ kind: "done", version: source.version });
    expect(source.version).toBeGreaterThan(before);
    const edited = source.version;
    await source.open();
    expect(source.version).toBeGreaterThan(edited);
    const page = await source.page(source.key, source.version, 0, 10);
    expect(page.version).toBe(source.version);
  });

  it("sends positions with the view that they were taken in", async () => {
    const source = await opened();
    const then = stamp(source);
    const view = source.view;
    roster.members.delete("m0");
    await source.open();
    expect(source.view).not.toBe(view);
    expect(source.viewAt(then)).toBe(view);
    expect(source.viewAt(stamp(source))).toBe(source.view);
    await source.paste(cell(1, 0), [["李四"]], then);
    expect(roster.members.get("m1")?.name).toBe("李四");
  });

  it("says that the order may differ only when the query looks at the column", async () => {
    const sorted = await opened({ filters: [], sort: [{ column: "phone", direction: "ascending" }] });
    await sorted.edit({ row: 0, column: 0, rowId: "m0", columnId: "name" }, "王", stamp(sorted));
    expect(events.orderMayDiffer).not.toHaveBeenCalled();
    await sorted.edit({ row: 0, column: 2, rowId: "m0", columnId: "phone" }, "177", stamp(sorted));
    expect(events.orderMayDiffer).toHaveBeenCalledOnce();
  });

  it("says what was undone, and that there was nothing to redo", async () => {
    const source = await opened();
    expect(await source.undo()).toEqual({ kind: "done", version: source.version });
    expect(events.undone).toHaveBeenCalledOnce();
    expect(await source.redo()).toEqual({ kind: "nothing" });
    expect(events.nothingToUndo).toHaveBeenCalledOnce();
  });
});
