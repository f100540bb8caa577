import { renderHook, act as settle } from "@testing-library/react";
import { App } from "antd";
import type { PropsWithChildren } from "react";
import { beforeAll, beforeEach, expect, it, vi } from "vitest";
import type { FindPlanned, ImportFile, ImportPlan, PlanPageRequest, WalkPlan } from "@/generated/types";
import type { GridHandle } from "@/kit/grid";
import { startWords } from "@/words";
import { usePlanGrid } from "./usePlanGrid";

/** The app: whatever it is asked, it answers of the plan that it has. */
const app = vi.hoisted(() => ({ round: 1, keys: [] as number[], asked: [] as unknown[] }));
const refuseOthers = ({ round }: { round?: number }) => {
  if (round !== undefined && round !== app.round) throw { code: "plan_changed" };
};
const client = vi.hoisted(() => ({ planPage: vi.fn(), walkPlan: vi.fn(), findPlanned: vi.fn() }));
vi.mock("@/host", () => ({ client, host: {} }));

const file = { columns: [{ heading: "手机号" }] } as unknown as ImportFile;
const planOf = (round: number) =>
  ({
    import: "import-1",
    round,
    columns: [{ place: 0, target: "phone" }],
    new_fields: [],
  }) as unknown as ImportPlan;
const row = (key: number) => ({
  key,
  row: key,
  sheet: "",
  kind: "problem",
  cells: [],
  texts: [{ text: "138", is_masked: false, place: 0 }],
  problems: [],
  candidates: [],
});

beforeAll(() => startWords("zh"));
beforeEach(() => {
  Object.assign(app, { round: 1, keys: [2, 5, 9], asked: [] });
  client.planPage.mockReset().mockImplementation(async ({ start, count }: PlanPageRequest) => ({
    round: app.round,
    total: app.keys.length,
    rows: app.keys.slice(start, start + count).map(row),
  }));
  client.findPlanned.mockReset().mockImplementation(async (asked: FindPlanned) => {
    refuseOthers(asked);
    const at = app.keys.indexOf(asked.key);
    const above = app.keys.filter((key) => key < asked.key).length;
    return at < 0 ? { above } : { row: at, above };
  });
  // Every row has one thing to look at, in the only column.
  client.walkPlan.mockReset().mockImplementation(async (asked: WalkPlan) => {
    app.asked.push(asked);
    refuseOthers(asked);
    const next = (asked.column === undefined ? asked.row : asked.row + 1) % app.keys.length;
    return { row: next, column: 0 };
  });
});

const shown = (round: number) => {
  const select = vi.fn();
  /** Where somebody is, as the grid has it. */
  const active = { row: 0, column: 3, id: "2" };
  const grid = {
    current: {
      report: () => ({ active: { row: active.row, column: active.column }, activeRowId: active.id }),
      select,
      focus: () => undefined,
    } as unknown as GridHandle,
  };
  const made = renderHook(
    ({ plan }) =>
      usePlanGrid({
        file,
        plan,
        wanted: { kind: "problem" },
        namesSheet: false,
        going: { mode: "merge", takesSound: false },
        version: plan.round,
        grid,
        events: { correct: async () => null, undo: async () => null, redo: async () => null },
      }),
    {
      initialProps: { plan: planOf(round) },
      wrapper: ({ children }: PropsWithChildren) => <App>{children}</App>,
    },
  );
  return { made, select, active };
};
const rest = () => settle(async () => void (await new Promise((done) => setTimeout(done, 0))));

it("asks for a page again where the app has another plan by now, and waits until that is shown", async () => {
  const { made } = shown(1);
  const { source } = made.result.current;
  app.round = 2;
  app.keys = [9];
  let page: Awaited<ReturnType<typeof source.page>> | undefined;
  void source.page("", 1, 0, 100).then((answer) => {
    page = answer;
  });
  await rest();
  expect(page).toBeUndefined();
  made.rerender({ plan: planOf(2) });
  await rest();
  expect(page).toMatchObject({ version: 2, total: 1, rows: [{ id: "9" }] });
});

it("walks by the rows of the plan that comes of a check", async () => {
  const { made, select, active } = shown(1);
  made.result.current.walk(1);
  await rest();
  made.result.current.walk(1);
  await rest();
  expect(select).toHaveBeenCalledTimes(2);
  expect(select).toHaveBeenLastCalledWith(expect.objectContaining({ top: 1 }));
  Object.assign(active, { row: 1, id: "5" });
  // The row and the one above it were mended; the app has looked at the file again, the window not yet.
  app.round = 2;
  app.keys = [9];
  made.result.current.walk(1);
  await rest();
  expect(select).toHaveBeenCalledTimes(2);
  made.rerender({ plan: planOf(2) });
  await rest();
  expect(select).toHaveBeenCalledTimes(3);
  expect(select).toHaveBeenLastCalledWith(expect.objectContaining({ top: 0, bottom: 0 }));
  expect(app.asked.at(-1)).toMatchObject({ round: 2 });
});

it("goes on from where somebody went, by the row and not by its place", async () => {
  const { made, select, active } = shown(1);
  Object.assign(active, { row: 3, id: "9" });
  // Two rows above it are gone from these.
  app.keys = [7, 9, 12, 15];
  made.result.current.walk(1);
  await rest();
  expect(select).toHaveBeenLastCalledWith(expect.objectContaining({ top: 1 }));
});
