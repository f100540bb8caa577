import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import type { Comparison } from "@/generated/types";
import { client } from "@/host";
import { renderPart } from "@/test/render";
import { Compare } from "./Compare";

const nothing = { places: [], guardians: [], tags: [], invitations: 0 };
const line = { takes: "kept", both: { can: "never" }, differs: false } as const;
const compared = {
  lines: [
    { ...line, column: "name", kept: "张伟", gone: "张伟" },
    { ...line, column: "phone", kept: "138****0001", gone: "138****0001", differs: true },
    { ...line, column: "note", kept: "", gone: "住校", takes: "gone" },
  ],
  is_masked: true,
  kept: nothing,
  gone: nothing,
  merged: nothing,
} as Comparison;

const show = async () => {
  vi.spyOn(client, "compareMembers").mockResolvedValue(compared);
  const act = () => undefined;
  await renderPart(<Compare kept="m1" gone="m2" onSwap={act} onApart={act} onClose={act} onMerged={act} />);
  return within(await screen.findByRole("table"));
};

test("two numbers that look alike under their masks are chosen between all the same", async () => {
  vi.spyOn(client, "sight").mockResolvedValue({ is_full: false, may_reveal: true } as never);
  const table = await show();
  const radios = (name: RegExp) => within(table.getByRole("row", { name })).queryAllByRole("radio");
  expect(radios(/^手机/)).toHaveLength(2);
  expect(radios(/^备注/)).toHaveLength(2);
  expect(radios(/^姓名/)).toHaveLength(0);
});

test("both people's numbers are shown on asking, which is written down for each", async () => {
  vi.spyOn(client, "sight").mockResolvedValue({ is_full: false, may_reveal: true } as never);
  const reveal = vi.spyOn(client, "reveal").mockResolvedValue(undefined as never);
  await show();
  await userEvent.setup().click(screen.getByRole("button", { name: /显示证件号和手机号/ }));
  expect(reveal.mock.calls.map(([asked]) => asked.id)).toEqual(["m1", "m2"]);
});

test("who may not see numbers is told so", async () => {
  vi.spyOn(client, "sight").mockResolvedValue({ is_full: false, may_reveal: false } as never);
  await show();
  expect(await screen.findByText("您没有查看完整号码的权限")).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: /显示证件号和手机号/ })).not.toBeInTheDocument();
});
