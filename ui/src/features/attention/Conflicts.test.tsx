import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
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

test("the first conflict has the focus at once, and one key settles it", async () => {
  const resolve = vi.spyOn(client, "resolveConflicts").mockResolvedValue({} as never);
  const user = userEvent.setup();
  await renderPart(<Conflicts rows={[row]} />);
  expect(screen.getByRole("listitem", { name: "王俊杰" })).toHaveFocus();
  await user.keyboard("2");
  expect(resolve).toHaveBeenCalledExactlyOnceWith({ conflicts: ["c1"], choice: "theirs" });
  expect(await screen.findByText(/可以撤销/)).toBeInTheDocument();
});

test("a removal that met an edit shows what was edited, so that nobody decides blind", async () => {
  const edits = [{ kind: "member", field: "title", from: "", to: "班长" }];
  await renderPart(
    <Conflicts rows={[{ ...row, field: "*", mine: "removed", theirs: "title:  → 班长", edits }]} />,
  );
  expect(screen.getByText("移除这条记录")).toBeInTheDocument();
  expect(screen.getByText(/职务: 班长$/)).toBeInTheDocument();
});
