import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { renderPart } from "@/test/render";
import { HeadingRow } from "./HeadingRow";

it("reads the file again once the number is typed, and not before", async () => {
  const user = userEvent.setup();
  const onRow = vi.fn();
  await renderPart(<HeadingRow row={1} onRow={onRow} />);
  const field = screen.getByRole("spinbutton", { name: "标题所在行" });
  await user.type(field, "12", { initialSelectionStart: 0, initialSelectionEnd: 1 });
  expect(onRow).not.toHaveBeenCalled();
  await user.keyboard("{Enter}");
  expect(onRow.mock.calls).toEqual([[12]]);
  await user.tab();
  expect(onRow).toHaveBeenCalledTimes(1);
});
