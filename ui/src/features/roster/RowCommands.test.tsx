import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { SelectionReport } from "@/kit/grid";
import { renderPart } from "@/test/render";
import { BulkBar } from "./BulkBar";
import { rowsOf } from "./useRowCommands";

vi.mock("@/host", () => ({ client: {}, host: {} }));

const report = (...ranges: SelectionReport["ranges"]): SelectionReport => ({
  view: "v",
  version: 1,
  active: { row: 0, column: 0 },
  ranges,
  cells: 0,
  rows: 0,
  columns: 0,
  activeRowId: null,
});

describe("selected rows", () => {
  it("counts only rows selected as wholes, each once", () => {
    const whole = { left: 0, right: 4 };
    const some = report(
      { top: 5, bottom: 6, ...whole },
      { top: 6, bottom: 9, ...whole },
      { top: 0, bottom: 0, ...whole },
      { top: 20, bottom: 30, left: 1, right: 4 },
    );
    expect(rowsOf(some, 5)).toEqual({
      ranges: [
        [0, 1],
        [5, 10],
      ],
      count: 6,
    });
    expect(rowsOf(null, 5).count).toBe(0);
  });
});

describe("the bar of commands for rows", () => {
  it("tells how many are chosen and runs its commands by keyboard", async () => {
    const user = userEvent.setup();
    const commands = {
      set: vi.fn(),
      move: vi.fn(),
      tag: vi.fn(),
      invite: vi.fn(),
      merge: vi.fn(),
      remove: vi.fn(),
    };
    const onLeave = vi.fn();
    await renderPart(<BulkBar commands={commands} count={12} onLeave={onLeave} />);
    expect(screen.getByRole("toolbar")).toHaveTextContent("已选 12 人");
    await user.tab();
    await user.keyboard("{Enter}");
    await user.tab();
    await user.keyboard("{Enter}");
    await user.tab();
    await user.keyboard("{Enter}");
    await user.tab();
    await user.keyboard("{Enter}");
    expect(commands.set).toHaveBeenCalledOnce();
    expect(commands.move).toHaveBeenCalledOnce();
    await user.tab();
    await user.keyboard("{Enter}");
    expect(commands.tag).toHaveBeenCalledOnce();
    expect(commands.invite).toHaveBeenCalledOnce();
    expect(commands.remove).toHaveBeenCalledOnce();
    await user.keyboard("{Escape}");
    expect(onLeave).toHaveBeenCalledOnce();
  });
});
