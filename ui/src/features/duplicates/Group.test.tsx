import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import type { DuplicateGroup } from "@/generated/types";
import { client } from "@/host";
import { renderPart } from "@/test/render";
import { Group } from "./Group";
import DuplicatesPage from "./index";

const member = (id: string) => ({ id, name: id, card_number: "", department: "", status: "active" });
const group = (...ids: string[]): DuplicateGroup => ({
  reason: "phone",
  members: ids.map(member),
  count: ids.length,
  apart: [],
});

it("compares any two of a larger group, by keyboard", async () => {
  const compare = vi.fn();
  const user = userEvent.setup();
  await renderPart(<Group group={group("甲", "乙", "丙", "丁")} onCompare={compare} onApart={vi.fn()} />);
  const button = screen.getByRole("button", { name: "比较选中的两人" });
  expect(button).toBeDisabled();
  screen.getByRole("checkbox", { name: "选乙来比较" }).focus();
  await user.keyboard(" ");
  expect(button).toBeDisabled();
  screen.getByRole("checkbox", { name: "选丁来比较" }).focus();
  await user.keyboard(" ");
  await user.click(button);
  expect(compare.mock.calls[0]?.map(({ id }) => id)).toEqual(["乙", "丁"]);
  await user.click(screen.getByRole("checkbox", { name: "选甲来比较" }));
  expect(button).toBeDisabled();
});

it("says when only the first of a group are listed", async () => {
  await renderPart(
    <Group group={{ ...group("甲", "乙"), count: 300 }} onCompare={vi.fn()} onApart={vi.fn()} />,
  );
  expect(screen.getByRole("heading")).toHaveTextContent("300 人 · 列出前 2 人");
});

it("says which groups of how many are listed, and turns to the next ones", async () => {
  const find = vi.spyOn(client, "findDuplicates").mockImplementation(async ({ skip = 0 }) => ({
    groups: skip === 0 ? [group("甲", "乙")] : [group("丙", "丁")],
    skip,
    total: 2,
  }));
  vi.spyOn(client, "toldApart").mockResolvedValue({ pairs: [], total: 0 });
  vi.spyOn(client, "customFields").mockResolvedValue([]);
  vi.spyOn(client, "tags").mockResolvedValue([]);
  const user = userEvent.setup();
  await renderPart(<DuplicatesPage />);
  await user.click(screen.getByRole("button", { name: "开始查找" }));
  const pages = await screen.findByRole("navigation", { name: "分页" });
  expect(pages).toHaveTextContent("第 1–1 组，共 2 组");
  expect(screen.getByRole("button", { name: "上一页" })).toBeDisabled();
  await user.click(screen.getByRole("button", { name: "下一页" }));
  await waitFor(() => expect(pages).toHaveTextContent("第 2–2 组，共 2 组"));
  expect(find.mock.calls.map(([asked]) => asked.skip)).toEqual([0, 1]);
  expect(screen.getByText("丙")).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "下一页" })).toBeDisabled();
});
