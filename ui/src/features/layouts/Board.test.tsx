import { fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { LayoutContent } from "@/generated/types";
import { renderPart } from "@/test/render";
import { Board } from "./Board";
import { spread } from "./PaperFields";

const content: LayoutContent = {
  stock: {
    source: "x",
    tolerance_mm: 0.5,
    sheet: { width_mm: 210, height_mm: 297 },
    grid: { columns: 3, rows: 7, left_mm: 7, top_mm: 15, pitch_x_mm: 66, pitch_y_mm: 38 },
    label: { width_mm: 60, height_mm: 38, safe_mm: 1, bleed_mm: 0 },
    cut: "none",
  },
  design: {
    page: [],
    front: [
      { kind: "code", box: { x_mm: 2, y_mm: 4, width_mm: 28, height_mm: 28 }, ink: "#000000" },
      { kind: "bar", box: { x_mm: 32, y_mm: 30, width_mm: 20, height_mm: 0.2 }, ink: "#464646" },
    ],
    back: [],
  },
  pictures: {},
};

const show = async (canEdit: boolean) => {
  const hears = {
    onChoose: vi.fn(),
    onBox: vi.fn(),
    onSettle: vi.fn(),
    onUndo: vi.fn(),
    onRemove: vi.fn(),
    onDuplicate: vi.fn(),
  };
  await renderPart(
    <Board
      content={content}
      part="front"
      drawing={null}
      chosen={{ part: "front", index: 0 }}
      marks={new Map([[1, "danger"]])}
      options={{ scale: 10, hasGrid: true, snaps: true, canEdit }}
      {...hears}
    />,
  );
  return hears;
};

describe("the board of a layout", () => {
  it("moves, sizes and removes the box that has the keyboard", async () => {
    const { onBox, onRemove } = await show(true);
    const user = userEvent.setup();
    await user.tab();
    await user.keyboard("{ArrowRight}");
    expect(onBox.mock.lastCall?.[1]).toMatchObject({ x_mm: 3, y_mm: 4 });
    await user.keyboard("{Shift>}{ArrowDown}{/Shift}");
    expect(onBox.mock.lastCall?.[1]).toMatchObject({ width_mm: 28, height_mm: 29 });
    await user.tab();
    await user.keyboard("{Delete}");
    expect(onRemove).toHaveBeenCalledWith({ part: "front", index: 1 });
  });

  it("removes one box however long the key is held, and lets go of the keyboard", async () => {
    const { onRemove } = await show(true);
    const box = screen.getAllByRole("group")[0] as HTMLElement;
    box.focus();
    fireEvent.keyDown(box, { key: "Delete" });
    expect(onRemove).toHaveBeenCalledTimes(1);
    expect(document.activeElement).toHaveClass("board-paper");
    box.focus();
    fireEvent.keyDown(box, { key: "Delete", repeat: true });
    expect(onRemove).toHaveBeenCalledTimes(1);
  });

  it("tells a box's place, and which is wrong", async () => {
    await show(true);
    const boxes = screen.getAllByRole("group");
    expect(boxes).toHaveLength(2);
    expect(boxes[0]?.getAttribute("aria-label")).toMatch(/2.*4.*28.*28/);
    expect(boxes[1]?.dataset.tone).toBe("danger");
  });

  it("follows the pointer once it really moves", async () => {
    const { onBox, onSettle } = await show(true);
    const box = screen.getAllByRole("group")[0] as HTMLElement;
    box.setPointerCapture = () => undefined;
    fireEvent.pointerDown(box, { button: 0, pointerId: 1, clientX: 100, clientY: 100 });
    fireEvent.pointerMove(box, { pointerId: 1, clientX: 101, clientY: 100 });
    expect(onBox).not.toHaveBeenCalled();
    fireEvent.pointerMove(box, { pointerId: 1, clientX: 131, clientY: 100 });
    expect(onBox.mock.lastCall?.[1].x_mm).toBeCloseTo(5);
    fireEvent.pointerUp(box, { pointerId: 1 });
    expect(onSettle).toHaveBeenCalled();
  });

  it("changes nothing for whoever may only look", async () => {
    const { onBox, onRemove } = await show(false);
    const user = userEvent.setup();
    await user.tab();
    await user.keyboard("{ArrowRight}{Delete}");
    expect(onBox).not.toHaveBeenCalled();
    expect(onRemove).not.toHaveBeenCalled();
    expect(document.querySelector(".board-handle")).toBeNull();
  });
});

describe("spreading labels over a sheet", () => {
  it("leaves the same white on both sides", () => {
    const grid = spread(content.stock);
    const right = 210 - (grid.left_mm + 2 * grid.pitch_x_mm + 60);
    expect(right).toBeCloseTo(grid.left_mm, 2);
    expect(grid.pitch_y_mm).toBeGreaterThanOrEqual(38);
  });
});
