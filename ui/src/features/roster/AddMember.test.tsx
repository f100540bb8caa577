import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import type { Client } from "@/generated/client";
import type { CustomFieldRow } from "@/generated/types";
import { renderPart } from "@/test/render";
import { AddMember } from "./AddMember";

const box = vi.hoisted(() => ({ client: {} as Partial<Record<string, unknown>> }));
vi.mock("@/host", () => ({
  host: {},
  client: new Proxy({}, { get: (_, name) => box.client[name as string] }),
}));

vi.setConfig({ testTimeout: 20_000 });

const field = (part: Partial<CustomFieldRow>): CustomFieldRow => ({
  id: "f1",
  column: "custom:f1",
  name: "乘校车",
  form: "yes_no",
  choices: [],
  is_required: true,
  is_unique: false,
  data_class: "ordinary",
  is_archived: false,
  ...part,
});

const add = vi.fn<Client["addMember"]>();
beforeEach(() => {
  const fields = [
    field({}),
    field({ id: "f2", column: "custom:f2", name: "爱好", form: "text", is_required: false }),
    field({ id: "f3", column: "custom:f3", name: "旧字段", is_archived: true }),
  ];
  add.mockReset().mockResolvedValue({ id: "m1" });
  box.client = {
    addMember: add,
    customFields: async () => fields,
    tags: async () => [],
    departments: async () => [],
  };
});

it("asks for what everybody must have, and adds nobody without it", async () => {
  const user = userEvent.setup();
  const nothing = () => {};
  const onAdded = vi.fn(async () => {});
  await renderPart(
    <AddMember isOpen department={null} onClose={nothing} onClosed={nothing} onAdded={onAdded} />,
  );
  const dialog = await screen.findByRole("dialog");
  const bus = await within(dialog).findByRole("combobox", { name: "乘校车" });
  expect(within(dialog).queryByLabelText("爱好")).toBeNull();
  expect(within(dialog).queryByLabelText("旧字段")).toBeNull();
  await user.type(within(dialog).getByRole("textbox", { name: "姓名" }), "张三");
  const save = within(dialog).getByRole("button", { name: "新增" });
  await user.click(save);
  expect(await within(dialog).findByRole("alert")).toHaveTextContent("必填项为空");
  expect(bus).toHaveFocus();
  expect(add).not.toHaveBeenCalled();
  await user.selectOptions(bus, "是");
  await user.click(save);
  await waitFor(() => expect(onAdded).toHaveBeenCalledWith("m1"));
  expect(add).toHaveBeenCalledWith({
    cells: [
      { column: "name", text: "张三" },
      { column: "custom:f1", text: "yes" },
    ],
  });
});

it("takes somebody who is several things at once, ticked by keyboard", async () => {
  const user = userEvent.setup();
  box.client = { ...box.client, customFields: async () => [] };
  const nothing = () => {};
  const onAdded = vi.fn(async () => {});
  await renderPart(
    <AddMember isOpen department={null} onClose={nothing} onClosed={nothing} onAdded={onAdded} />,
  );
  const dialog = await screen.findByRole("dialog");
  await user.type(within(dialog).getByRole("textbox", { name: "姓名" }), "张三");
  const identity = within(dialog).getByRole("group", { name: "身份" });
  // In whatever order they are ticked, they are said in that of the list.
  for (const name of ["教职工", "学生"]) {
    within(identity).getByRole("checkbox", { name }).focus();
    await user.keyboard(" ");
  }
  await user.click(within(dialog).getByRole("button", { name: "新增" }));
  await waitFor(() => expect(onAdded).toHaveBeenCalled());
  expect(add).toHaveBeenCalledWith({
    cells: [
      { column: "name", text: "张三" },
      { column: "identity", text: "student;staff" },
    ],
  });
});
