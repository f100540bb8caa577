import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { type FakeClient, type FakeRoster, fakeClient, fakeRoster } from "@/test/fake";
import { renderPart } from "@/test/render";
import { MemberPanel } from "./MemberPanel";

const box = vi.hoisted(() => ({ client: {} as FakeClient }));
vi.mock("@/host", () => ({
  host: {},
  client: new Proxy({}, { get: (_, name) => box.client[name as keyof FakeClient] }),
}));

// Machines that test are often busy.
vi.setConfig({ testTimeout: 20_000 });

let roster: FakeRoster;
beforeEach(() => {
  roster = fakeRoster(
    [{ name: "王小明", sex: "male", phone: "13800138000", status: "active", department: "高一" }],
    [
      {
        id: "d1",
        parent: null,
        name: "高一",
        pinyin: "",
        initials: "",
        kind: "grade",
        count: 1,
        own: 1,
        is_archived: false,
        is_hidden: false,
        leaders: [],
      },
    ],
  );
  box.client = fakeClient(roster);
});

describe("the panel of a member", () => {
  it("shows the member, and who changed what from what to what", async () => {
    await renderPart(<MemberPanel id="m0" onClose={() => undefined} />);
    expect(await screen.findByRole("textbox", { name: "姓名" })).toHaveValue("王小明");
    const history = screen.getByRole("region", { name: "修改记录" });
    expect(history).toHaveTextContent("周敏");
    expect(history).toHaveTextContent("粘贴");
    expect(history).toHaveTextContent("性别男→女");
  });

  it("saves a field on Enter and when it is left", async () => {
    const user = userEvent.setup();
    await renderPart(<MemberPanel id="m0" onClose={() => undefined} />);
    const phone = await screen.findByRole("textbox", { name: "手机号" });
    await user.clear(phone);
    await user.type(phone, "1390{Enter}");
    await waitFor(() => expect(roster.members.get("m0")?.phone).toBe("1390"));
    const name = screen.getByRole("textbox", { name: "姓名" });
    await user.clear(name);
    await user.type(name, "王明");
    await user.tab();
    await waitFor(() => expect(roster.members.get("m0")?.name).toBe("王明"));
    await user.selectOptions(screen.getByRole("combobox", { name: "性别" }), "女");
    await waitFor(() => expect(roster.members.get("m0")?.sex).toBe("female"));
  });

  it("keeps a refused text, says why, and takes it back on Escape", async () => {
    const user = userEvent.setup();
    const onClose = vi.fn();
    await renderPart(<MemberPanel id="m0" onClose={onClose} />);
    const phone = await screen.findByRole("textbox", { name: "手机号" });
    await user.clear(phone);
    await user.type(phone, "abc{Enter}");
    expect(await screen.findByRole("alert")).toHaveTextContent("电话号码格式不对");
    expect(phone).toHaveValue("abc");
    expect(phone).toHaveAttribute("aria-invalid", "true");
    await user.keyboard("{Escape}");
    expect(phone).toHaveValue("13800138000");
    expect(onClose).not.toHaveBeenCalled();
    await user.keyboard("{Escape}");
    expect(onClose).toHaveBeenCalledOnce();
  });

  it("changes, adds and removes every guardian", async () => {
    const user = userEvent.setup();
    roster.guardians.set("m0", [
      { id: "a", name: "王父", phone: "138", relation: "father", may_confirm: true, members: 1, others: [] },
      { id: "b", name: "李母", phone: "139", relation: "mother", may_confirm: true, members: 1, others: [] },
    ]);
    await renderPart(<MemberPanel id="m0" onClose={() => undefined} />);
    const second = await screen.findByRole("group", { name: "监护人 2" });
    const phone = within(second).getByRole("textbox", { name: "监护人电话" });
    await user.clear(phone);
    await user.type(phone, "1391{Enter}");
    await waitFor(() => expect(roster.guardians.get("m0")?.[1]?.phone).toBe("1391"));

    await user.click(within(second).getByRole("checkbox", { name: "可以确认" }));
    await waitFor(() => expect(roster.guardians.get("m0")?.[1]?.may_confirm).toBe(false));
    expect(within(second).getByRole("checkbox", { name: "可以确认" })).not.toBeChecked();

    await user.click(screen.getByRole("button", { name: "添加监护人" }));
    const form = screen.getByRole("group", { name: "添加监护人" });
    await user.type(within(form).getByRole("textbox", { name: "监护人电话" }), "137{Enter}");
    expect(await within(form).findByRole("alert")).toHaveTextContent("监护人没有姓名");
    await user.type(within(form).getByRole("textbox", { name: "监护人" }), "王爷爷{Enter}");
    await waitFor(() => expect(roster.guardians.get("m0")).toHaveLength(3));
    expect(roster.guardians.get("m0")?.[2]).toMatchObject({
      name: "王爷爷",
      phone: "137",
      may_confirm: true,
    });

    await user.click(screen.getByRole("button", { name: "移除监护人王父" }));
    await waitFor(() => expect(roster.guardians.get("m0")).toHaveLength(2));
    expect(screen.queryByDisplayValue("王父")).not.toBeInTheDocument();
  });

  it("offers a sibling's guardian, and says that they are shared", async () => {
    const user = userEvent.setup();
    roster.members.set("elder", { name: "王小明" });
    roster.guardians.set("elder", [
      { id: "a", name: "王父", phone: "138", relation: "father", may_confirm: true, members: 1, others: [] },
      {
        id: "b",
        name: "李母",
        phone: "139",
        relation: "mother",
        may_confirm: true,
        members: 2,
        others: ["王小芳"],
      },
    ]);
    await renderPart(<MemberPanel id="m0" onClose={() => undefined} />);
    await user.click(await screen.findByRole("button", { name: "添加监护人" }));
    const form = screen.getByRole("group", { name: "添加监护人" });
    await user.type(within(form).getByRole("textbox", { name: "监护人电话" }), "138");
    expect(await within(form).findByText("这个号码已是别人的监护人：")).toBeVisible();
    await user.selectOptions(within(form).getByRole("combobox", { name: "关系" }), "father");
    await user.click(within(form).getByRole("button", { name: /选用王父/ }));
    await waitFor(() =>
      expect(roster.calls.at(-1)).toEqual({
        name: "linkGuardian",
        args: { member: "m0", guardian: "a", relation: "father", may_confirm: true },
      }),
    );
    expect(await screen.findByText(/2 名成员共有的监护人/)).toBeVisible();

    await user.click(await screen.findByRole("button", { name: "添加监护人" }));
    const again = screen.getByRole("group", { name: "添加监护人" });
    await user.type(within(again).getByRole("searchbox", { name: "查找已有的监护人" }), "李");
    await user.click(await within(again).findByRole("button", { name: /选用李母/ }));
    await waitFor(() => expect(roster.guardians.get("m0")?.map(({ name }) => name)).toContain("李母"));
  });

  it("invites with a new code", async () => {
    const user = userEvent.setup();
    await renderPart(<MemberPanel id="m0" onClose={() => undefined} />);
    const invitation = await screen.findByRole("region", { name: "邀请" });
    await user.click(within(invitation).getByRole("button", { name: "邀请" }));
    await waitFor(() =>
      expect(roster.calls.at(-1)).toEqual({
        name: "invite",
        args: { members: { by: "ids", ids: ["m0"] }, days: 30, replaces_open: true },
      }),
    );
  });

  it("says what to do when nobody is chosen", async () => {
    await renderPart(<MemberPanel id={null} onClose={() => undefined} />, "en");
    expect(screen.getByText("Select a member to see details here.")).toBeVisible();
  });
});
