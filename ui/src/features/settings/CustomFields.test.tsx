import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Client } from "@/generated/client";
import type { CustomFieldRow } from "@/generated/types";
import { renderPart } from "@/test/render";
import { CustomFields } from "./CustomFields";

const box = vi.hoisted(() => ({ client: {} as Partial<Record<string, unknown>> }));
vi.mock("@/host", () => ({
  host: {},
  client: new Proxy({}, { get: (_, name) => box.client[name as string] }),
}));

vi.setConfig({ testTimeout: 20_000 });

const row = (part: Partial<CustomFieldRow>): CustomFieldRow => ({
  id: "f1",
  column: "custom:f1",
  name: "住宿",
  form: "choice",
  choices: ["住校", "走读"],
  is_required: false,
  is_unique: false,
  data_class: "ordinary",
  is_archived: false,
  ...part,
});

let fields: CustomFieldRow[];
const define = vi.fn<Client["defineField"]>();
const arrange = vi.fn<Client["arrangeFields"]>();
beforeEach(() => {
  fields = [row({}), row({ id: "f2", column: "custom:f2", name: "爱好", form: "text", choices: [] })];
  define.mockReset().mockResolvedValue({ id: "f3" });
  arrange.mockReset().mockResolvedValue({});
  box.client = { customFields: async () => fields, defineField: define, arrangeFields: arrange };
});

describe("the fields of the organisation's own", () => {
  it("are listed in their order and moved", async () => {
    const user = userEvent.setup();
    await renderPart(<CustomFields />);
    const list = await screen.findByRole("list", { name: "自定义字段" });
    await waitFor(() => expect(within(list).getAllByRole("listitem")).toHaveLength(2));
    expect(within(list).getAllByRole("listitem")[0]).toHaveTextContent("选项 · 住校，走读");
    await user.click(screen.getByRole("button", { name: "爱好前移" }));
    expect(arrange).toHaveBeenCalledWith({ ids: ["f2", "f1"] });
  });

  it("keep what a renamed choice was called, so that the values follow", async () => {
    const user = userEvent.setup();
    await renderPart(<CustomFields />);
    await user.click(await screen.findByRole("button", { name: "修改住宿" }));
    const dialog = await screen.findByRole("dialog");
    expect(within(dialog).getByRole("combobox", { name: "类型" })).toBeDisabled();
    const choice = within(dialog).getByRole("textbox", { name: "选项 2" });
    await user.clear(choice);
    await user.type(choice, "通学");
    await user.click(within(dialog).getByRole("button", { name: "保存" }));
    await waitFor(() => expect(define).toHaveBeenCalledOnce());
    expect(define.mock.calls[0]?.[0]).toMatchObject({
      id: "f1",
      choices: [
        { name: "住校", was: "住校" },
        { name: "通学", was: "走读" },
      ],
    });
  });

  it("say why a definition is not taken and keep what was typed", async () => {
    define.mockRejectedValue({ code: "invalid", params: { field: "name", rule: "name_taken" } });
    const user = userEvent.setup();
    await renderPart(<CustomFields />);
    await user.click(await screen.findByRole("button", { name: "新建字段" }));
    const dialog = await screen.findByRole("dialog");
    await user.type(within(dialog).getByRole("textbox", { name: "名称" }), "住宿{Enter}");
    expect(await within(dialog).findByRole("alert")).toHaveTextContent("已有同名的");
    expect(within(dialog).getByRole("textbox", { name: "名称" })).toHaveValue("住宿");
  });

  it("are saved once however often that is asked, and saving is stopped from the dialog", async () => {
    let refuse = (_: unknown) => {};
    define.mockReturnValue(new Promise((_, no) => (refuse = no)));
    const cancelJob = vi.fn(async (_: { job: string }) => ({}));
    box.client.cancelJob = cancelJob;
    const user = userEvent.setup();
    await renderPart(<CustomFields />);
    await user.click(await screen.findByRole("button", { name: "修改住宿" }));
    const dialog = await screen.findByRole("dialog");
    await user.type(within(dialog).getByRole("textbox", { name: "选项 2" }), "生");
    const form = dialog.querySelector("form") as HTMLFormElement;
    fireEvent.submit(form);
    fireEvent.submit(form);
    expect(define).toHaveBeenCalledOnce();
    await user.click(within(dialog).getByRole("button", { name: "取消" }));
    expect(cancelJob.mock.calls).toEqual([[{ job: define.mock.calls[0]?.[0].job }]]);
    expect(screen.getByRole("dialog")).toBeInTheDocument();
    refuse({ code: "cancelled" });
    await within(dialog).findByRole("alert");
    await user.click(within(dialog).getByRole("button", { name: "取消" }));
    expect(cancelJob).toHaveBeenCalledOnce();
    await waitFor(() => expect(screen.getByRole("button", { name: "新建字段", hidden: true })).toHaveFocus());
  });
});
