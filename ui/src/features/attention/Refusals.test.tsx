import { act, fireEvent, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { beforeEach, expect, test, vi } from "vitest";
import type { RefusalPage, RefusalRow, Sight } from "@/generated/types";
import { client } from "@/host";
import { renderPart } from "@/test/render";
import { Refusals } from "./Refusals";

const row = {
  m: 1,
  kind: "member",
  record: "m1",
  title: "王俊杰",
  verb: "remove",
  code: "forbidden",
  rule: "only_reads",
  other: null,
  fields: [],
  at: 1_788_000_000_000,
} as RefusalRow;

const sight = { is_full: true, may_reveal: true, only_reads: false, only_prints: false } as Sight;
beforeEach(() => {
  vi.restoreAllMocks();
  vi.spyOn(client, "sight").mockResolvedValue(sight);
});

let show = (_: RefusalPage) => {};
const Pages = ({ first }: { first: RefusalPage }) => {
  const [page, setPage] = useState(first);
  show = (next) => act(() => setPage(next));
  return <Refusals page={page} onMove={() => {}} />;
};
const renderPages = (first: RefusalPage) => renderPart(<Pages first={first} />);

test("what was refused is sent again: one, all of its kind, or all", async () => {
  const retry = vi.spyOn(client, "retryRefusals").mockResolvedValue({ settled: 2, can_undo: false });
  const user = userEvent.setup();
  const alike = { ...row, m: 2, record: "m2", title: "李四" };
  const other = { ...row, m: 3, record: "m3", title: "张三", code: "duplicate" };
  await renderPart(
    <Refusals page={{ total: 3, start: 0, newest: 9, rows: [row, alike, other] }} onMove={() => {}} />,
  );
  const of = (name: string) => within(screen.getByText(name).closest("li") as HTMLElement);
  await user.click(of("王俊杰").getByRole("button", { name: "再次上传" }));
  await user.click(of("王俊杰").getByRole("button", { name: "同类全部再次上传" }));
  expect(of("张三").queryByRole("button", { name: "同类全部再次上传" })).toBeNull();
  await user.click(screen.getByRole("button", { name: "全部再次上传" }));
  expect(retry.mock.calls.map(([asked]) => asked.refusals)).toEqual([
    { which: "one", m: 1 },
    { which: "alike", m: 1 },
    { which: "until", m: 9 },
  ]);
  expect((await screen.findAllByText("2 处修改会再次上传")).length).toBeGreaterThan(0);
});

test("what was given up is given up once, can be undone, and the focus goes to the next", async () => {
  let answer = () => {};
  const drop = vi
    .spyOn(client, "dropRefusals")
    .mockReturnValue(new Promise((done) => (answer = () => done({ settled: 1, can_undo: true }))));
  const undo = vi.spyOn(client, "undo").mockResolvedValue({ operation: "drop", kept: 0 } as never);
  const user = userEvent.setup();
  const next = { ...row, m: 2, title: "李四" };
  await renderPages({ total: 2, start: 0, newest: 9, rows: [row, next] });
  const card = within(screen.getByText("王俊杰").closest("li") as HTMLElement);
  await user.dblClick(card.getByRole("button", { name: "放弃这次修改" }));
  expect(drop).toHaveBeenCalledOnce();
  await act(async () => answer());
  show({ total: 1, start: 0, newest: 9, rows: [next] });
  expect(screen.getByText("李四").closest("li")).toHaveFocus();
  fireEvent.click(await screen.findByRole("button", { name: "撤销" }));
  expect(undo).toHaveBeenCalledOnce();
});

test("undo is not offered for giving up what had changed nothing here", async () => {
  vi.spyOn(client, "dropRefusals").mockResolvedValue({ settled: 1, can_undo: false });
  await renderPages({ total: 1, start: 0, newest: 9, rows: [row] });
  await userEvent.click(screen.getByRole("button", { name: "放弃这次修改" }));
  expect(await screen.findByText(/已放弃 1 处/)).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "撤销" })).toBeNull();
});

test("another page begins at its first card", async () => {
  await renderPages({ total: 60, start: 0, newest: 9, rows: [row] });
  show({ total: 60, start: 50, newest: 9, rows: [{ ...row, m: 51, title: "李四" }] });
  expect(screen.getByText("李四").closest("li")).toHaveFocus();
});

test("an account that only reads is offered nothing that would be refused again", async () => {
  vi.spyOn(client, "sight").mockResolvedValue({ ...sight, only_reads: true });
  const doubled = { ...row, m: 2, kind: "department", verb: "create", code: "duplicate", other: "d2" };
  await renderPages({ total: 60, start: 0, newest: 9, rows: [row, { ...doubled, title: "高一" }] });
  await vi.waitFor(() => expect(screen.queryByRole("button", { name: /再次上传/ })).toBeNull());
  expect(screen.queryByRole("button", { name: "使用已有的部门" })).toBeNull();
  expect(screen.getByText("您的账号只能查看，不能改正；可以放弃被拒的修改。")).toBeInTheDocument();
  expect(screen.getAllByRole("button", { name: "放弃这次修改" })).toHaveLength(2);
  vi.spyOn(client, "dropRefusals").mockResolvedValue({ settled: 60, can_undo: true });
  await userEvent.click(screen.getByRole("button", { name: "全部放弃" }));
  expect((await screen.findAllByText(/已放弃 60 处/)).length).toBeGreaterThan(0);
  expect(screen.queryByRole("button", { name: "撤销" })).toBeNull();
});

test("calls fields and values as the history does", async () => {
  const fields = [
    { field: "name", from: "", to: "住宿" },
    { field: "is_required", from: "1", to: "" },
    { field: "data_class", from: "ordinary", to: "sensitive" },
  ];
  const defined = { ...row, kind: "custom_field", verb: "edit", title: "住宿", fields };
  const above = {
    ...row,
    m: 2,
    kind: "department",
    title: "高一",
    fields: [{ field: "name", from: "高一", to: "" }],
  };
  await renderPages({ total: 2, start: 0, newest: 9, rows: [defined, above] });
  const told = screen.getAllByRole("definition").map((value) => value.parentElement?.textContent);
  expect(told).toEqual(["名称 住宿", "必填是 否", "个人信息不是个人信息 敏感个人信息", "名称高一 （空）"]);
});
