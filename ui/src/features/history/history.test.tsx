import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Route, Routes } from "react-router";
import { beforeEach, expect, test, vi } from "vitest";
import type {
  ActLine,
  HistoryLine,
  ImportRecord,
  OperationLine,
  PastInfo,
  Restored,
  Sight,
  UndoPlan,
} from "@/generated/types";
import { client, host } from "@/host";
import { renderPart } from "@/test/render";
import { Acts } from "./Acts";
import History from "./index";
import { Lines } from "./Lines";
import { Looks } from "./Looks";
import { Operations } from "./Operations";
import { PastRoster } from "./PastRoster";

const line = (over: Partial<HistoryLine> = {}): HistoryLine => ({
  moment: 7,
  at: Date.parse("2026-09-01T08:00:00"),
  by: "王老师",
  device: null,
  verb: "edit",
  operation: "edit",
  operation_number: 3,
  batch: null,
  elsewhere: null,
  kind: "member",
  record: "m1",
  title: "单雄信",
  changes: [{ field: "title", from: "老师", to: "班主任" }],
  is_there: true,
  ...over,
});

const operation = (over: Partial<OperationLine> = {}): OperationLine => ({
  number: 3,
  moment: 7,
  batch: "b1",
  operation: "import",
  origin: "local",
  by: "王老师",
  at: Date.parse("2026-09-01T08:00:00"),
  changed: 43,
  can_undo: true,
  is_undone: false,
  ...over,
});

const restored: Restored = { changed: 1, left_out: [], version: 9 };

beforeEach(() => {
  vi.restoreAllMocks();
  vi.spyOn(client, "importHistory").mockResolvedValue([]);
  vi.spyOn(client, "customFields").mockResolvedValue([]);
  vi.spyOn(client, "tags").mockResolvedValue([]);
  vi.spyOn(client, "sight").mockResolvedValue({ may_reveal: true } as Sight);
});

test("names the file of an import", async () => {
  vi.spyOn(client, "operations").mockResolvedValue({ operations: [operation()], has_more: false });
  vi.mocked(client.importHistory).mockResolvedValue([
    { batch: "b1", file_name: "新生名单.xlsx" } as ImportRecord,
  ]);
  await renderPart(<Operations />);
  expect(await screen.findByText("新生名单.xlsx")).toBeInTheDocument();
});

test("leads from a line of somebody to the whole operation, and says from which file it came", async () => {
  vi.mocked(client.importHistory).mockResolvedValue([
    { batch: "b1", file_name: "新生名单.xlsx" } as ImportRecord,
  ]);
  const operations = vi
    .spyOn(client, "operations")
    .mockResolvedValue({ operations: [operation({ number: 41 })], has_more: false });
  vi.spyOn(client, "operationEntries").mockResolvedValue({ lines: [], has_more: false });
  const imported = line({ operation: "import", operation_number: 41, batch: "b1" });
  vi.spyOn(client, "recordHistory").mockResolvedValue({
    title: "单雄信",
    is_there: true,
    lines: [imported],
    has_more: false,
  } as never);
  const routes = (
    <Routes>
      <Route path="/history/*" element={<History />} />
    </Routes>
  );
  await renderPart(routes, "zh", "/history/member/m1");
  expect(await screen.findByText("导入 新生名单.xlsx")).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "查看整次操作" }));
  // The list begins with it, and it is opened.
  expect(await screen.findByRole("button", { name: "收起明细" })).toHaveAttribute("aria-expanded", "true");
  expect(operations).toHaveBeenCalledWith({ limit: 50, before: 42 });
  await userEvent.click(screen.getByRole("button", { name: "回到最新的操作" }));
  await waitFor(() => expect(operations).toHaveBeenLastCalledWith({ limit: 50 }));
});

test("brings one field back by keyboard, as it was before the entry", async () => {
  const restore = vi.spyOn(client, "restoreFields").mockResolvedValue(restored);
  await renderPart(<Lines lines={[line()]} label="明细" of="member" />);
  const button = screen.getByRole("button", { name: "恢复职务为“老师”" });
  button.focus();
  await userEvent.keyboard("{Enter}");
  expect(restore).toHaveBeenCalledWith({ kind: "member", id: "m1", fields: ["title"], before: 7 });
  await screen.findByText("已恢复");
});

test("says who changed it, and on which other computer", async () => {
  const lines = [
    line({ by: "赵老师", device: "教务处电脑" }),
    line({ moment: 6, by: "", device: "" }),
    line({ moment: 5, by: "钱老师", device: "" }),
  ];
  await renderPart(<Lines lines={lines} label="明细" of="member" />);
  screen.getByText("赵老师 · 教务处电脑");
  screen.getByText("他人");
  screen.getByText("钱老师 · 其他设备");
});

test("brings a removed person back and tells what could not come along", async () => {
  const left = { title: "单雄信", field: "department", reason: "place_gone" };
  const restore = vi.spyOn(client, "restoreRecord").mockResolvedValue({ ...restored, left_out: [left] });
  await renderPart(<Lines lines={[line({ verb: "remove", is_there: false })]} label="明细" of="operation" />);
  await userEvent.click(screen.getByRole("button", { name: "恢复单雄信" }));
  expect(restore).toHaveBeenCalledWith({ kind: "member", id: "m1", before: 7 });
  await screen.findByText(/有 1 处没有恢复：单雄信的部门.*已不存在/);
});

test("tells before a batch is undone what would stay", async () => {
  const plan: UndoPlan = {
    is_unknown: false,
    changed: 42,
    kept: [{ kind: "member", record: "m1", title: "单雄信", field: "phone" }],
    kept_count: 1,
  };
  vi.spyOn(client, "operations").mockResolvedValue({ operations: [operation()], has_more: false });
  vi.spyOn(client, "planUndoBatch").mockResolvedValue(plan);
  const undo = vi
    .spyOn(client, "undoBatch")
    .mockResolvedValue({ operation: "import", changed: 42, kept: 1, version: 9 });
  await renderPart(<Operations />);
  await userEvent.click(await screen.findByRole("button", { name: "撤销这次操作" }));
  const dialog = await screen.findByRole("dialog");
  await within(dialog).findByText("单雄信 · 手机号");
  await userEvent.click(within(dialog).getByRole("button", { name: "撤销" }));
  expect(undo).toHaveBeenCalledWith({ batch: "b1", job: expect.any(String) });
  await screen.findByText("已还原 42 条记录，保留 1 处后来的修改");
});

test("offers nothing to bring back or undo to an account that changes nothing", async () => {
  vi.spyOn(client, "sight").mockResolvedValue({
    is_full: false,
    may_reveal: true,
    only_reads: true,
  } as Sight);
  vi.spyOn(client, "operations").mockResolvedValue({ operations: [operation()], has_more: false });
  const gone = line({ moment: 6, verb: "remove", is_there: false });
  const { unmount } = await renderPart(<Lines lines={[line(), gone]} label="明细" of="operation" />);
  await waitFor(() => expect(screen.queryByRole("button", { name: /恢复/ })).not.toBeInTheDocument());
  unmount();
  await renderPart(<Operations />);
  await screen.findByRole("button", { name: "查看明细" });
  await waitFor(() => expect(screen.queryByRole("button", { name: "撤销这次操作" })).not.toBeInTheDocument());
});

test("asks for the next operations behind the last one", async () => {
  const asked = vi
    .spyOn(client, "operations")
    .mockResolvedValueOnce({ operations: [operation()], has_more: true })
    .mockResolvedValueOnce({ operations: [operation({ number: 2, can_undo: false })], has_more: false });
  await renderPart(<Operations />);
  await userEvent.click(await screen.findByRole("button", { name: "更早的记录" }));
  expect(asked).toHaveBeenLastCalledWith({ limit: 50, before: 3 });
});

test("shows a past roster by department and turns its pages", async () => {
  const past: PastInfo = {
    past: "1",
    at: Date.parse("2026-09-01T08:00:00"),
    total: 150,
    departments: [
      { id: "d1", name: "1班", depth: 0, count: 120 },
      { id: "d2", name: "2班", depth: 0, count: 30 },
    ],
  };
  const page = vi.spyOn(client, "pastPage").mockResolvedValue({
    total: 150,
    start: 0,
    rows: [
      { id: "m1", cells: ["单雄信", "", "1班"], mark: null, problems: [] },
      { id: "m2", cells: ["秦琼", "", "2班"], mark: null, problems: [] },
      { id: "m3", cells: ["罗成", "", "2班"], mark: null, problems: [] },
    ],
    people: [
      { is_there: false, is_changed: false, places: [], guardians: [] },
      {
        is_there: true,
        is_changed: true,
        places: ["合唱团"],
        guardians: [
          { name: "秦父", phone: "138****8000", relation: "father" },
          { name: "秦母", phone: "", relation: "mother" },
        ],
      },
      { is_there: true, is_changed: false, places: [], guardians: [] },
    ],
    gone_departments: ["d2"],
    changed_departments: ["d1"],
  });
  const restore = vi.spyOn(client, "restoreRecord").mockResolvedValue(restored);
  await renderPart(<PastRoster past={past} onClose={() => undefined} onLost={() => undefined} />);
  await screen.findByRole("button", { name: "恢复单雄信" });
  screen.getByText("秦父 父亲 138****8000、秦母 母亲");
  screen.getByText("合唱团");
  for (const column of ["出生日期", "有效期至", "入学 / 入职年份", "状态日期"])
    screen.getByRole("columnheader", { name: column });
  expect(screen.queryByRole("button", { name: /罗成/ })).toBeNull();
  const brings = async (name: string, kind: string, id: string) => {
    await userEvent.click(screen.getByRole("button", { name }));
    expect(restore).toHaveBeenLastCalledWith({ kind, id, past: "1" });
  };
  await brings("把秦琼恢复到当时的内容", "member", "m2");
  await brings("恢复2班", "department", "d2");
  await brings("把1班恢复到当时的内容", "department", "d1");
  await userEvent.click(screen.getByRole("button", { name: "下一页" }));
  expect(page.mock.lastCall?.[0]).toMatchObject({ start: 100, count: 100 });
  await userEvent.click(screen.getByRole("button", { name: /^1班/ }));
  expect(page.mock.lastCall?.[0]).toMatchObject({ department: "d1", start: 0 });
  // What is taken out is what is shown.
  vi.spyOn(host, "pickSavePath").mockResolvedValue("/tmp/then.xlsx");
  const taken = vi
    .spyOn(client, "exportPast")
    .mockResolvedValue({ path: "/tmp/then.xlsx", rows: 150 } as never);
  await userEvent.type(screen.getByRole("searchbox"), "秦");
  await userEvent.click(screen.getByRole("button", { name: "导出 150 人" }));
  await userEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "导出" }));
  await waitFor(() =>
    expect(taken.mock.lastCall?.[0]).toMatchObject({ past: "1", department: "d1", text: "秦" }),
  );
});

test("tells who looked at what", async () => {
  vi.spyOn(client, "audit").mockResolvedValue({
    lines: [
      {
        number: 1,
        act: "reveal",
        by: "王老师",
        at: 0,
        title: "单雄信",
        member: "m1",
        fields: ["phone", "guardian_phone"],
        people: 1,
        is_full: true,
      },
    ],
    has_more: false,
  });
  await renderPart(<Looks />);
  await screen.findByText("查看了单雄信的手机号、监护人电话");
});

const done = (over: Partial<ActLine>): ActLine => ({
  number: 1,
  at: Date.parse("2026-09-01T08:00:00"),
  act: "sign_in",
  by_kind: "account",
  by_id: "a1",
  by: "王老师",
  device: "教务处",
  network: "203.0.113.0/24",
  subject: "",
  details: "{}",
  ...over,
});

test("tells every act in words, and who and from where", async () => {
  const acts = vi.spyOn(client, "acts").mockResolvedValue({
    lines: [
      done({
        number: 9,
        act: "push",
        details: '{"edits":5,"not_applied":1,"kinds":{"member":4,"department":1}}',
      }),
      done({
        number: 8,
        act: "role_changed",
        by_kind: "operator",
        by_id: null,
        by: "",
        subject: "李老师",
        details: '{"before":"administrator","after":"auditor"}',
      }),
      done({
        number: 7,
        act: "rights_changed",
        subject: "李老师",
        details: '{"before":[],"after":["reveal_numbers"]}',
      }),
      done({ number: 6, act: "reveal", subject: "单雄信", details: '{"fields":["phone"]}' }),
      done({
        number: 5,
        act: "sign_in_refused",
        by_kind: "stranger",
        by_id: null,
        by: "",
        subject: "王老师",
      }),
      // A newer service may know more.
      done({ number: 4, act: "something_new", details: "not json" }),
    ],
    has_more: false,
  });
  await renderPart(<Acts />);
  await screen.findByText("同步了 5 处修改（成员 4、部门 1），未生效 1 处");
  screen.getByText("把李老师的角色由管理员改为审计员");
  screen.getByText("把李老师的权限由无改为查看完整号码");
  screen.getByText("查看了单雄信的手机号");
  screen.getByText("登录王老师的账号被拒绝");
  screen.getByText("something_new");
  screen.getByText("未登录的人");
  screen.getByText("服务器管理员");
  await userEvent.click(screen.getAllByRole("button", { name: "王老师" })[0] as HTMLElement);
  await waitFor(() => expect(acts).toHaveBeenLastCalledWith({ limit: 50, filter: { actor: "a1" } }));
  await userEvent.click(await screen.findByRole("button", { name: "只看王老师，点此看全部" }));
  await waitFor(() => expect(acts).toHaveBeenLastCalledWith({ limit: 50, filter: {} }));
});

test("says so where the service cannot be asked, and tries again", async () => {
  const acts = vi.spyOn(client, "acts").mockRejectedValueOnce({ code: "offline" });
  acts.mockResolvedValue({ lines: [], has_more: false });
  await renderPart(<Acts />);
  expect(await screen.findByRole("alert")).toHaveTextContent(/服务/);
  await userEvent.click(screen.getByRole("button", { name: "重试" }));
  await screen.findByText("没有符合的记录。");
  expect(screen.queryByRole("alert")).toBeNull();
});

test("takes the audit out as it is filtered", async () => {
  vi.spyOn(client, "acts").mockResolvedValue({ lines: [done({})], has_more: false });
  vi.spyOn(host, "pickSavePath").mockResolvedValue("/tmp/audit.jsonl");
  const taken = vi.spyOn(client, "exportActs").mockResolvedValue({ path: "/tmp/audit.jsonl", rows: 1 });
  await renderPart(<Acts />);
  await screen.findByRole("button", { name: "王老师" });
  await userEvent.click(screen.getByRole("button", { name: "导出审计日志" }));
  await waitFor(() =>
    expect(taken.mock.lastCall?.[0]).toMatchObject({ path: "/tmp/audit.jsonl", filter: {} }),
  );
});

test("what a colleague did as one on another computer opens as a whole, to be read", async () => {
  const elsewhere = { device: "德育处", elsewhere: "b9", operation: "import", by: "李老师" };
  vi.spyOn(client, "operations").mockResolvedValue({ operations: [], has_more: false });
  const open = vi.spyOn(client, "batchElsewhere").mockResolvedValue({
    records: 2,
    lines: [
      line(elsewhere),
      line({ ...elsewhere, moment: 8, record: "m2", title: "秦琼" }),
      line({ ...elsewhere, moment: 9, record: "m3", title: "罗成", by: "张老师" }),
    ],
    has_more: false,
  });
  vi.spyOn(client, "importHistory").mockResolvedValue([]);
  await renderPart(
    <>
      <Lines lines={[line(elsewhere)]} label="历史" of="member" />
      <Operations />
    </>,
  );
  await userEvent.click(screen.getByRole("button", { name: "查看整次操作" }));
  const whole = within(await screen.findByRole("region", { name: "导入" }));
  expect(open).toHaveBeenCalledWith({ batch: "b9", limit: 50 });
  expect(whole.getByText("李老师 · 德育处")).toBeInTheDocument();
  // A line that is somebody else's says so.
  expect(whole.getByText("张老师 · 德育处")).toBeInTheDocument();
  expect(whole.getByText("2 条")).toBeInTheDocument();
  expect(whole.getByText("秦琼")).toBeInTheDocument();
  expect(whole.getByText(/整批撤销要在那台电脑上进行/)).toBeInTheDocument();
  expect(whole.queryByRole("button", { name: "撤销这次操作" })).toBeNull();
});

test("a layout that a colleague removed has a way back", async () => {
  const back = vi.spyOn(client, "restoreRecord").mockResolvedValue(restored);
  const removed = {
    kind: "layout",
    record: "l1",
    title: "两列标签",
    verb: "remove",
    is_there: false,
    changes: [],
  };
  await renderPart(<Lines lines={[line({ ...removed, device: "德育处" })]} label="历史" of="operation" />);
  await userEvent.click(screen.getByRole("button", { name: "恢复这条记录" }));
  expect(back).toHaveBeenCalledWith({ kind: "layout", id: "l1", before: 7 });
});
