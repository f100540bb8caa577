import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { client } from "@/host";
import { renderPart } from "@/test/render";
import { CheckRun } from "./CheckRun";

const paper = { number: 7, pages: 4, people: 90 };

const open = async (of = paper) => {
  const check = vi.spyOn(client, "checkRun").mockResolvedValue({ printed: 48, version: 1 });
  const onClose = vi.fn();
  await renderPart(<CheckRun paper={of} onClose={onClose} />);
  return {
    check,
    onClose,
    user: userEvent.setup(),
    confirm: () => screen.getByRole("button", { name: "确定" }),
  };
};

test("only the pages that are named count as printed, and nothing is sent before they can be read", async () => {
  const { check, onClose, user, confirm } = await open();
  await user.click(screen.getByRole("radio", { name: "只有这些页" }));
  expect(confirm()).toBeDisabled();
  const pages = screen.getByRole("textbox", { name: "只有这些页" });
  await user.type(pages, "1-5");
  expect(screen.getByRole("alert")).toHaveTextContent("最大 4");
  expect(confirm()).toBeDisabled();
  await user.clear(pages);
  await user.type(pages, "1-2, 4");
  await user.click(confirm());
  expect(check).toHaveBeenCalledExactlyOnceWith({
    number: 7,
    came_out: { which: "pages", pages: [1, 2, 4] },
    job: expect.any(String),
  });
  expect(await screen.findByText("已记为打印 48 张 · 42 张还没印好")).toBeInTheDocument();
  expect(onClose).toHaveBeenCalledOnce();
});

test("whoever looks later says nothing now", async () => {
  const { check, onClose, user } = await open();
  await user.click(screen.getByRole("button", { name: "以后再说" }));
  expect(check).not.toHaveBeenCalled();
  expect(onClose).toHaveBeenCalledOnce();
});

test("labels that were spoiled are found by name, and of one page no page is asked", async () => {
  const row = { place: 3, page: 1, invitation: "i3", member_name: "王小明", card_number: "20260003" };
  const labels = vi.spyOn(client, "runLabels").mockResolvedValue({ rows: [row], next: null } as never);
  const { check, user, confirm } = await open({ ...paper, pages: 1 });
  expect(screen.queryByRole("radio", { name: "只到第几页" })).toBeNull();
  await user.click(screen.getByRole("radio", { name: "除了这些人，都印好了" }));
  await user.type(screen.getByRole("combobox", { name: "输入姓名或编号" }), "小明");
  await user.click(await screen.findByTitle("20260003 王小明"));
  expect(labels).toHaveBeenLastCalledWith({ number: 7, text: expect.any(String), start: 0, count: 50 });
  await user.click(confirm());
  expect(check).toHaveBeenCalledExactlyOnceWith({
    number: 7,
    came_out: { which: "all_but", invitations: ["i3"] },
    job: expect.any(String),
  });
});
