import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import type { AdministratorRow } from "@/generated/types";
import { client } from "@/host";
import { renderPart } from "@/test/render";
import { Administrators } from "./Administrators";

const row = (
  id: string,
  name: string,
  role: string,
  more: Partial<AdministratorRow> = {},
): AdministratorRow => ({
  id,
  name,
  phone: "138****8000",
  role,
  reveals_numbers: true,
  since: 0,
  devices: 1,
  last_used_at: 0,
  has_second_factor: false,
  is_self: false,
  may_change: true,
  ...more,
});

beforeEach(async () => {
  vi.restoreAllMocks();
  vi.spyOn(client, "administrators").mockResolvedValue({
    administrators: [
      row("a1", "王老师", "owner", { is_self: true }),
      row("a2", "李老师", "auditor"),
      row("a3", "张老师", "owner", { may_change: false }),
    ],
    links: [{ id: "l1", purpose: "invite", name: "赵老师", role: "printing", ends_at: 0 }],
    may_give: ["owner", "administrator", "auditor", "printing"],
  });
  await renderPart(<Administrators />);
  await screen.findByText("李老师");
});

test("what may be done to whom is offered, and nothing else", () => {
  expect(screen.getByRole("button", { name: "移除李老师" })).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "为李老师重设密码" })).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "移除张老师" })).not.toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "为王老师重设密码" })).not.toBeInTheDocument();
  expect(screen.getByRole("button", { name: "退出这个组织" })).toBeInTheDocument();
});

test("a link is made, shown once as text and as a code", async () => {
  const made = {
    id: "l2",
    link: "https://a.example/a/TOKEN",
    svg: "<svg/>",
    ends_at: 0,
    is_here_only: false,
  };
  const invite = vi.spyOn(client, "inviteAdministrator").mockResolvedValue(made);
  const user = userEvent.setup();
  await user.click(screen.getByRole("button", { name: /邀请管理员/ }));
  const dialog = within(await screen.findByRole("dialog"));
  await user.type(dialog.getByLabelText("姓名"), "孙老师");
  await user.type(dialog.getByLabelText("手机号"), "13700137000");
  await user.click(dialog.getByRole("button", { name: "生成链接" }));
  expect(await screen.findByText("https://a.example/a/TOKEN")).toBeInTheDocument();
  expect(screen.getByRole("img", { name: "链接的二维码" })).toBeInTheDocument();
  expect(invite.mock.calls).toEqual([
    [{ name: "孙老师", phone: "13700137000", role: "administrator", reveals_numbers: false }],
  ]);
});

test("a link that waits is taken back", async () => {
  const withdraw = vi.spyOn(client, "withdrawLink").mockResolvedValue({});
  const user = userEvent.setup();
  await user.click(screen.getByRole("button", { name: "收回给赵老师的链接" }));
  expect(withdraw.mock.calls).toEqual([[{ id: "l1" }]]);
});
