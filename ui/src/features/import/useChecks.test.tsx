import { renderHook, act as settle } from "@testing-library/react";
import { App } from "antd";
import type { PropsWithChildren } from "react";
import { beforeAll, beforeEach, expect, it, vi } from "vitest";
import type { ImportFile, ImportPlan, PlanImport } from "@/generated/types";
import { startWords } from "@/words";
import { type Choices, type Correction, proposed } from "./choices";
import { useChecks } from "./useChecks";

const box = vi.hoisted(() => ({ planImport: vi.fn() }));
vi.mock("@/host", () => ({ client: box, host: {} }));

const file = { import: "import-1", columns: [] } as unknown as ImportFile;
const usual = proposed(file, { takes_all_sheets: false, mode: "merge", answers: [] });
const typed = (text: string): Correction => ({ row: 2, column: 0, text, where: "A2", was: "" });
const typing = (text: string) => (now: Choices) => ({ corrections: [...now.corrections, typed(text)] });

/** What the plan on the screen is made of. */
let shown: string[] = [];
let rounds = 0;
const texts = (asked: PlanImport) => asked.corrections?.map((one) => one.text);
const answer = (asked: PlanImport) => Promise.resolve({ texts: texts(asked) });
const checks = () => {
  const onPlan = (plan: ImportPlan) => {
    shown = (plan as unknown as { texts: string[] }).texts;
    rounds += 1;
    return rounds;
  };
  const wrapper = ({ children }: PropsWithChildren) => <App>{children}</App>;
  const made = renderHook(() => useChecks({ file, choices: usual, onChoose: () => undefined, onPlan }), {
    wrapper,
  });
  return () => made.result.current;
};

beforeAll(() => startWords("zh"));
beforeEach(() => {
  box.planImport.mockReset().mockImplementation(answer);
  shown = [];
});

it("goes back to what was before, and on again", async () => {
  const now = checks();
  await settle(async () => void (await now().decide(typing("a"))));
  await settle(async () => void (await now().decide(typing("b"))));
  expect(shown).toEqual(["a", "b"]);
  await settle(async () => void (await now().undo()));
  expect(shown).toEqual(["a"]);
  await settle(async () => void (await now().redo()));
  expect(shown).toEqual(["a", "b"]);
});

it("has nothing to undo of a check that failed or was stopped", async () => {
  const now = checks();
  await settle(async () => void (await now().decide(typing("a"))));
  box.planImport.mockImplementationOnce(() => Promise.reject({ code: "cancelled", params: {} }));
  await settle(async () => expect(await now().decide(typing("b"))).toBeUndefined());
  await settle(async () => void (await now().undo()));
  expect(shown).toEqual([]);
  box.planImport.mockImplementationOnce(() => Promise.reject({ code: "cancelled", params: {} }));
  await settle(async () => expect(await now().redo()).toBeNull());
  await settle(async () => void (await now().redo()));
  expect(shown).toEqual(["a"]);
});

it("shows the last plan that there is when the next could not be made", async () => {
  const now = checks();
  const gates: (() => void)[] = [];
  box.planImport.mockImplementationOnce(
    (asked: PlanImport) => new Promise((resolve) => gates.push(() => resolve({ texts: texts(asked) }))),
  );
  await settle(async () => {
    const first = now().decide(typing("a"));
    const second = now().decide(typing("b"));
    box.planImport.mockImplementationOnce(() => Promise.reject({ code: "cancelled", params: {} }));
    for (const open of gates) open();
    expect([await first, await second].map((made) => made !== undefined)).toEqual([true, false]);
  });
  expect(shown).toEqual(["a"]);
  await settle(async () => void (await now().undo()));
  expect(shown).toEqual([]);
});

it("undoes what is under way first, and nothing where nothing was done", async () => {
  const now = checks();
  const again = vi.fn(() => Promise.resolve(7));
  await settle(async () => {
    await now().perform(() => Promise.resolve(null));
    const done = now().perform(() => Promise.resolve({ undo: again, redo: again }));
    expect(await now().undo()).toBe(7);
    await done;
    expect(await now().undo()).toBeNull();
  });
  expect(again).toHaveBeenCalledTimes(1);
});
