import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import type { ImportFile } from "@/generated/types";
import { client } from "@/host";
import { renderPart } from "@/test/render";
import { ColumnsStep } from "./ColumnsStep";
import { proposed } from "./choices";

const file = {
  import: "i1",
  path: "/旧生.csv",
  file_name: "旧生.csv",
  format: "GB18030",
  text: { encoding: "gb18030", delimiter: "comma" },
  sheets: [""],
  sheet: "",
  header_row: 1,
  row_count: 2,
  columns: [],
  targets: [],
  is_remembered: false,
  is_delta: false,
  remarks: [],
} as ImportFile;

const show = async (shown: ImportFile) => {
  const open = vi.spyOn(client, "openImport").mockResolvedValue({ ...shown, import: "i2" });
  vi.spyOn(client, "departments").mockResolvedValue([]);
  vi.spyOn(client, "customFields").mockResolvedValue([]);
  vi.spyOn(client, "tags").mockResolvedValue([]);
  const choices = proposed(shown, { takes_all_sheets: false, mode: "merge", answers: [] });
  const onSheet = vi.fn();
  const none = () => undefined;
  await renderPart(
    <ColumnsStep
      file={shown}
      choices={choices}
      onChoose={none}
      onSheet={onSheet}
      onPlan={none}
      onBack={none}
    />,
  );
  return { open, onSheet };
};

it("reads a text table again in the encoding that is chosen, and finds the delimiter anew", async () => {
  const { open, onSheet } = await show(file);
  const user = userEvent.setup();
  await user.click(screen.getByRole("combobox", { name: /^编码/ }));
  await user.click(await screen.findByText("Big5（繁体）"));
  expect(open.mock.calls).toEqual([[{ path: "/旧生.csv", encoding: "big5" }]]);
  expect(onSheet).toHaveBeenCalledOnce();
});

it("keeps the encoding with another delimiter, and both with another row of headings", async () => {
  const { open } = await show(file);
  const user = userEvent.setup();
  await user.click(screen.getByRole("combobox", { name: /^分隔符/ }));
  await user.click(await screen.findByText("竖线"));
  await user.type(screen.getByRole("spinbutton"), "2{Enter}", {
    initialSelectionStart: 0,
    initialSelectionEnd: 1,
  });
  expect(open.mock.calls.map(([asked]) => asked)).toEqual([
    { path: "/旧生.csv", encoding: "gb18030", delimiter: "bar" },
    { path: "/旧生.csv", encoding: "gb18030", delimiter: "comma", sheet: "", header_row: 2 },
  ]);
});

it("asks nothing of the kind for a workbook", async () => {
  await show({ ...file, format: "XLSX", text: null });
  expect(screen.getByText("XLSX")).toBeInTheDocument();
  expect(screen.queryByRole("combobox", { name: /^编码/ })).not.toBeInTheDocument();
});

it("keeps the delimiter that a person chose with another encoding, and takes one choice at a time", async () => {
  const { open } = await show(file);
  let answer = () => {};
  const waiting = new Promise<ImportFile>((done) => (answer = () => done({ ...file, import: "i2" })));
  open.mockReturnValueOnce(waiting);
  const user = userEvent.setup();
  const encoding = screen.getByRole("combobox", { name: /^编码/ });
  await user.click(screen.getByRole("combobox", { name: /^分隔符/ }));
  await user.click(await screen.findByText("分号"));
  expect(encoding).toBeDisabled();
  await act(async () => answer());
  expect(encoding).toBeEnabled();
  await user.click(encoding);
  await user.click(await screen.findByText("Big5（繁体）"));
  expect(open.mock.lastCall).toEqual([{ path: "/旧生.csv", encoding: "big5", delimiter: "semicolon" }]);
});
