import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { client } from "@/host";
import { ContextMenu } from "@/kit/ContextMenu";
import type { SelectionReport } from "@/kit/grid";
import { renderPart } from "@/test/render";
import { BulkBar } from "./BulkBar";
import type { RosterSource } from "./roster-source";
import { rowsOf, useRowCommands } from "./useRowCommands";

const report = (...ranges: [top: number, bottom: number][]): SelectionReport => ({
  view: "v",
  version: 1,
  active: { row: 0, column: 0 },
  ranges: ranges.map(([top, bottom]) => ({ top, bottom, left: 0, right: 3 })),
  cells: 0,
  rows: 0,
  columns: 0,
  activeRowId: null,
});
const source = { viewAt: () => "filtered" } as unknown as RosterSource;
const refresh = vi.fn(async () => undefined);

const Part = ({ selected }: { selected: SelectionReport }) => {
  const act = () => undefined;
  const rows = rowsOf(selected, 4);
  const commands = useRowCommands({ source, report: selected, rows, refresh, focusGrid: act, collapse: act });
  return (
    <>
      <BulkBar commands={commands} count={rows.count} onLeave={act} />
      <ContextMenu at={{ x_px: 0, y_px: 0 }} label="menu" items={commands.menuFor(null)} onClose={act} />
      {commands.dialogs}
    </>
  );
};

const nothing = { places: [], guardians: [], tags: [], invitations: 0 };
/** People of the filtered rows, by place. */
const PEOPLE: Record<number, string> = { 2: "张伟", 7: "张玮", 8: "李娜" };

beforeEach(() => {
  vi.restoreAllMocks();
  vi.spyOn(client, "sight").mockResolvedValue({ is_full: false, may_reveal: true } as never);
  vi.spyOn(client, "page").mockImplementation(async ({ view, start, count }) => {
    expect(view).toBe("filtered");
    const rows = Array.from({ length: count }, (_, i) => ({
      id: PEOPLE[start + i] === undefined ? "" : `m${start + i}`,
      cells: [PEOPLE[start + i] ?? ""],
    }));
    return { version: 1, total: 9, start, rows } as never;
  });
  vi.spyOn(client, "compareMembers").mockResolvedValue({
    lines: [],
    is_masked: false,
    kept: nothing,
    gone: nothing,
    merged: nothing,
  });
});

describe("two people chosen in the grid", () => {
  it("are laid side by side though their rows are apart, and made one", async () => {
    const merge = vi.spyOn(client, "mergeMembers").mockResolvedValue({} as never);
    const user = userEvent.setup();
    await renderPart(<Part selected={report([7, 7], [2, 2])} />);
    await user.click(screen.getByRole("menuitem", { name: /合并两人/ }));
    await screen.findByRole("dialog");
    await user.click(await screen.findByRole("button", { name: /^合\s*并$/ }));
    await waitFor(() => expect(merge).toHaveBeenCalled());
    expect(merge.mock.calls[0]?.[0]).toMatchObject({ kept: "m2", gone: "m7" });
    expect(await screen.findByText(/已合并/)).toBeInTheDocument();
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    expect(refresh).toHaveBeenCalled();
  });

  it("may be said not to be one person there", async () => {
    const apart = vi.spyOn(client, "tellApart").mockResolvedValue({ changed_cells: 1 } as never);
    const user = userEvent.setup();
    await renderPart(<Part selected={report([7, 8])} />);
    await user.click(screen.getByRole("button", { name: /合并两人/ }));
    await user.click(await screen.findByRole("button", { name: "不是同一人" }));
    await waitFor(() => expect(apart).toHaveBeenCalledWith({ a: "m7", b: "m8" }));
    expect(await screen.findByText(/已记住张玮和李娜不是同一人/)).toBeInTheDocument();
  });

  it("are two: with one chosen the menu says why it is not offered", async () => {
    const user = userEvent.setup();
    await renderPart(<Part selected={report([2, 2])} />);
    const item = screen.getByRole("menuitem", { name: /合并两人…\s*请正好选中两人，现在选了 1 人/ });
    expect(item).toHaveAttribute("aria-disabled", "true");
    await user.click(item);
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  });

  it("are two still when it is opened: of a row that is gone it is told", async () => {
    const user = userEvent.setup();
    await renderPart(<Part selected={report([2, 3])} />);
    await user.click(screen.getByRole("menuitem", { name: /合并两人/ }));
    expect(await screen.findByText("请正好选中两人，现在选了 1 人")).toBeInTheDocument();
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  });
});
