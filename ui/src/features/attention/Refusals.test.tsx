import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import type { RefusalRow } from "@/generated/types";
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

test("what was refused is sent again: one, all of its kind, or all", async () => {
  const retry = vi.spyOn(client, "retryRefusals").mockResolvedValue({ settled: 2 });
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
