import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Route, Routes, useLocation, useNavigate } from "react-router";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { LayoutRow, PrepareSheets } from "@/generated/types";
import { leaveRun } from "@/session/left-run";
import { renderPart } from "@/test/render";
import Invitations from "./index";

const row = (id: string, places: number): LayoutRow => ({
  id,
  name_zh: id,
  name_en: id,
  source: "x",
  places,
  width_mm: 100,
  height_mm: 100,
  has_back: false,
  is_own: id === "own",
  continues_at: null,
  fault: null,
});

const answers = vi.hoisted(() => ({
  appState: vi.fn(async () => ({ profile: { id: "school" } })),
  sight: vi.fn(async () => ({ only_reads: false, only_prints: false })),
  invitations: vi.fn(async () => ({ total: 0, rows: [], progress: [] })),
  departments: vi.fn(async () => ({ departments: [] })),
  runs: vi.fn(async () => []),
  layouts: vi.fn(),
  printers: vi.fn(async () => ({ all: [], last: "1" })),
  customFields: vi.fn(async () => []),
  prepareSheets: vi.fn(async (_: PrepareSheets) => Promise.reject({ code: "nothing_to_print" })),
}));
vi.mock("@/host", () => ({ client: answers, host: { listen: () => () => undefined } }));

/** What the designer does: it tells the run's number on, with the layout that was made. */
const Designer = () => {
  const navigate = useNavigate();
  const { pathname, state } = useLocation();
  return (
    <button
      type="button"
      onClick={() => void navigate("/invitations", { state: { run: state.run, layout: "own" } })}
    >
      {pathname}
    </button>
  );
};

const left = () =>
  leaveRun({
    department: undefined,
    invitations: ["i1", "i2"],
    choices: {
      layout: "avery-l7159",
      language: "en",
      order: "name",
      usedPlaces: 5,
      leftOut: [{ member: "m3", name: "王一" }],
      isOnlyUnprinted: true,
      hasList: false,
    },
  });

const open = async (state: object) => {
  await renderPart(
    <Routes>
      <Route path="/invitations" element={<Invitations />} />
      <Route path="*" element={<Designer />} />
    </Routes>,
    "zh",
    { pathname: "/invitations", state },
  );
  return userEvent.setup();
};

const few: Partial<PrepareSheets> = {
  invitations: ["i1", "i2"],
  language: "en",
  order: "name",
  used_places: 5,
  left_out: ["m3"],
  is_only_unprinted: true,
};

describe("leaving a print run to design its layout", () => {
  beforeEach(() => {
    answers.prepareSheets.mockClear();
    answers.layouts.mockResolvedValue([row("avery-l7159", 24), row("own", 24)]);
  });

  it("comes back as the run that was left, with the layout that was made", async () => {
    const user = await open({ run: left(), layout: "avery-l7159" });
    await screen.findByText("王一");
    await user.click(screen.getByRole("button", { name: /设计版式…$/ }));
    await user.click(await screen.findByRole("button", { name: "/layouts/avery-l7159" }));
    await waitFor(() =>
      expect(answers.prepareSheets.mock.lastCall?.[0]).toMatchObject({ ...few, layout: "own" }),
    );
    await screen.findByText("王一");
  });

  it("begins within a layout that has fewer labels than were used", async () => {
    answers.layouts.mockResolvedValue([row("own", 4)]);
    await open({ run: left(), layout: "own" });
    await waitFor(() =>
      expect(answers.prepareSheets.mock.lastCall?.[0]).toMatchObject({ ...few, used_places: 3 }),
    );
  });

  it("is everybody's run where no run was left, or another since", async () => {
    const before = left();
    left();
    await open({ run: before, layout: "own" });
    await waitFor(() => expect(answers.prepareSheets).toHaveBeenCalled());
    expect(answers.prepareSheets.mock.lastCall?.[0]).toMatchObject({ layout: "own", left_out: [] });
    expect(answers.prepareSheets.mock.lastCall?.[0]).not.toHaveProperty("invitations");
  });
});
