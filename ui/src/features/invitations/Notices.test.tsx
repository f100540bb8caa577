import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import type { SheetRun } from "@/generated/types";
import { renderPart } from "@/test/render";
import { Notices } from "./Notices";

const run: SheetRun = {
  run: "sheets-1",
  pages: 1,
  people: 2,
  groups: 1,
  link_base: "https://example.cn",
  is_loopback: false,
  not_synced: 0,
  elsewhere: 0,
  left: 0,
  uncheckable: 0,
  small_codes: 0,
  printer: "1",
  missing_glyphs: [{ member: "m1", member_name: "สมชาย", characters: "สมชาย" }],
};

test("names that no font draws are told with what can be done, and can be left out at once", async () => {
  const leave = vi.fn();
  await renderPart(<Notices run={run} onLeaveOut={leave} />, "zh");
  expect(screen.getByText(/印成方框/)).toBeInTheDocument();
  await userEvent.setup().click(screen.getByRole("button", { name: "不印这 1 人" }));
  expect(leave).toHaveBeenCalledExactlyOnceWith(run.missing_glyphs);
});
