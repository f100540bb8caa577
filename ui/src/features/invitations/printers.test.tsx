import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { CustomFieldRow, PrinterSettings } from "@/generated/types";
import { renderPart } from "@/test/render";
import { OrderSelect } from "./OrderSelect";
import { PrinterDialog } from "./PrinterDialog";
import { PrinterSelect } from "./PrinterSelect";

const printer = (id: string, name: string): PrinterSettings => ({
  id,
  name,
  dpi: 600,
  turned_over: "short",
  shift_x_mm: 1.2,
  shift_y_mm: 0,
  ruler_x_mm: 99,
  ruler_y_mm: 100,
  back_shift_x_mm: 0,
  back_shift_y_mm: 0,
  proofs: true,
});

const answers = vi.hoisted(() => ({
  setPrinter: vi.fn(async (kept: object) => ({ ...kept, id: "3" })),
  removePrinter: vi.fn(async () => ({})),
  printCalibration: vi.fn(async () => ({ sent_to: "dialog" })),
}));
vi.mock("@/host", () => ({ client: answers, host: { listen: () => () => undefined } }));

const open = async (settings: PrinterSettings, isOnlyOne = false) => {
  const kept = vi.fn();
  const closed = vi.fn();
  await renderPart(
    <PrinterDialog
      settings={settings}
      layout="avery-l7160"
      language="zh"
      isOnlyOne={isOnlyOne}
      onKept={kept}
      onClose={closed}
    />,
    "zh",
  );
  return { kept, closed, user: userEvent.setup() };
};

describe("printers", () => {
  beforeEach(() => {
    for (const answer of Object.values(answers)) answer.mockClear();
  });

  it("offers every printer and tray, and one more that is not measured yet", async () => {
    const chosen = vi.fn();
    const shown = vi.fn();
    const printers = { all: [printer("1", ""), printer("2", "证卡机")], last: "2" };
    await renderPart(<PrinterSelect printers={printers} value="2" onChange={chosen} onOpen={shown} />, "zh");
    const user = userEvent.setup();
    await user.click(screen.getByRole("combobox", { name: "打印机和纸盒" }));
    await user.click(await screen.findByTitle("常用打印机"));
    expect(chosen.mock.lastCall?.[0]).toBe("1");
    await user.click(screen.getByRole("button", { name: "打印机校准…" }));
    expect(shown.mock.lastCall?.[0]).toEqual(printers.all[1]);
    await user.click(screen.getByRole("button", { name: "添加打印机或纸盒…" }));
    expect(shown.mock.lastCall?.[0]).toMatchObject({
      id: "",
      name: "",
      shift_x_mm: 0,
      ruler_x_mm: 100,
      dpi: 600,
    });
  });

  it("keeps a new one under its name and prints the calibration sheet for it, once", async () => {
    const { kept, user } = await open(printer("", ""));
    await user.type(screen.getByRole("textbox", { name: "名称" }), "二楼 · 手送纸盒");
    await user.click(screen.getByRole("button", { name: "打印校准页" }));
    await waitFor(() =>
      expect(answers.printCalibration).toHaveBeenCalledWith({
        layout: "avery-l7160",
        language: "zh",
        printer: "3",
      }),
    );
    expect(answers.setPrinter.mock.lastCall?.[0]).toMatchObject({ id: "", name: "二楼 · 手送纸盒" });
    expect(kept).toHaveBeenLastCalledWith("3");
    await user.click(screen.getByRole("button", { name: "打印校准页" }));
    await waitFor(() => expect(answers.setPrinter.mock.lastCall?.[0]).toMatchObject({ id: "3" }));
  });

  it("forgets a printer after asking, and never the last one", async () => {
    const { kept, closed, user } = await open(printer("2", "证卡机"));
    await user.click(screen.getByRole("button", { name: /^删\s*除$/ }));
    await screen.findByText("不再记住这台打印机？");
    const sure = screen.getAllByRole("button", { name: /^删\s*除$/ }).at(-1);
    if (sure) await user.click(sure);
    await waitFor(() => expect(answers.removePrinter).toHaveBeenCalledWith({ id: "2" }));
    await waitFor(() => expect(closed).toHaveBeenCalled());
    expect(kept).toHaveBeenLastCalledWith(null);
  });

  it("has no way to forget the only one", async () => {
    await open(printer("1", ""), true);
    expect(screen.queryByRole("button", { name: /^删\s*除$/ })).toBeNull();
  });
});

describe("the order of a class", () => {
  const seat: CustomFieldRow = {
    id: "f1",
    column: "custom:f1" as CustomFieldRow["column"],
    name: "座位",
    form: "text",
    choices: [],
    is_required: false,
    is_unique: false,
    data_class: "ordinary",
    is_archived: false,
  };

  it("may be that of a field of the organisation's own", async () => {
    const chosen = vi.fn();
    await renderPart(<OrderSelect fields={[seat]} value="number" onChange={chosen} />, "zh");
    const user = userEvent.setup();
    await user.click(screen.getByRole("combobox", { name: "每班内的顺序" }));
    await user.click(await screen.findByTitle("按座位"));
    expect(chosen.mock.lastCall?.[0]).toBe("custom:f1");
  });

  it("is by number or name where there is none", async () => {
    await renderPart(
      <OrderSelect fields={[{ ...seat, is_archived: true }]} value="number" onChange={vi.fn()} />,
      "zh",
    );
    expect(screen.getByText("按姓名")).toBeInTheDocument();
    expect(screen.queryByText("按座位")).toBeNull();
  });
});
