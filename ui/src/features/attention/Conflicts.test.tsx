import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test, vi } from "vitest";
import type { ConflictRow } from "@/generated/types";
import { client } from "@/host";
import { renderPart } from "@/test/render";
import { Conflicts } from "./Conflicts";

const row = {
  id: "c1",
  kind: "member",
  record: "m1",
  title: "王俊杰",
  field: "title",
  base: "",
  mine: "班长",
  mine_by: "李老师",
  mine_at: 1_788_000_000_000,
  theirs: "学习委员",
  theirs_by: "王老师",
  theirs_at: 1_788_000_000_000,
} as ConflictRow;

let show = (_: number) => {};
const Pages = () => {
  const [start, setStart] = useState(0);
  show = setStart;
  const rows = [{ ...row, id: `c${start}` }];
  return <Conflicts page={{ total: 60, start, newest: 7, rows }} onMove={() => {}} />;
};

test("the first conflict has the focus at once, and one key settles it", async () => {
  const resolve = vi.spyOn(client, "resolveConflicts").mockResolvedValue({} as never);
  const user = userEvent.setup();
  await renderPart(<Conflicts page={{ total: 1, start: 0, newest: 7, rows: [row] }} onMove={() => {}} />);
  expect(screen.getByRole("listitem", { name: "王俊杰" })).toHaveFocus();
  await user.keyboard("2");
  expect(resolve).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ conflicts: { which: "these", ids: ["c1"] }, choice: "theirs" }),
  );
  expect(await screen.findByText(/可以撤销/)).toBeInTheDocument();
});

test("a removal that met an edit shows what was edited, so that nobody decides blind", async () => {
  const edits = [{ kind: "member", field: "title", from: "", to: "班长" }];
  await renderPart(
    <Conflicts
      page={{
        total: 1,
        start: 0,
        newest: 7,
        rows: [{ ...row, field: "*", mine: "removed", theirs: "title:  → 班长", edits }],
      }}
      onMove={() => {}}
    />,
  );
  expect(screen.getByText("移除这条记录")).toBeInTheDocument();
  expect(screen.getByText(/职务: 班长$/)).toBeInTheDocument();
});

test("all are settled, those on other pages too, and the pages are gone through", async () => {
  const resolve = vi
    .spyOn(client, "resolveConflicts")
    .mockReset()
    .mockResolvedValue({ changed_cells: 3_000 } as never);
  const onMove = vi.fn();
  const user = userEvent.setup();
  await renderPart(
    <Conflicts page={{ total: 3_000, start: 0, newest: 4_321, rows: [row] }} onMove={onMove} />,
  );
  await user.click(screen.getByRole("button", { name: "下一页" }));
  expect(onMove).toHaveBeenCalledExactlyOnceWith(50);
  await user.click(screen.getByRole("button", { name: "全部保留现在的值" }));
  expect(resolve.mock.calls[0]?.[0]).toMatchObject({
    conflicts: { which: "until", newest: 4_321 },
    choice: "theirs",
  });
  expect(await screen.findByText(/已处理 3000 处冲突/)).toBeInTheDocument();
});

test("another page begins at its first conflict, where keys 1 and 2 are alive", async () => {
  const resolve = vi
    .spyOn(client, "resolveConflicts")
    .mockReset()
    .mockResolvedValue({} as never);
  const user = userEvent.setup();
  await renderPart(<Pages />);
  screen.getByRole("button", { name: "下一页" }).focus();
  act(() => show(50));
  await user.keyboard("1");
  expect(resolve.mock.calls[0]?.[0].conflicts).toEqual({ which: "these", ids: ["c50"] });
});
