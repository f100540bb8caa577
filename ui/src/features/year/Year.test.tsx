import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { YearClass, YearPlan } from "@/generated/types";
import { renderPart } from "@/test/render";
import Year from "./index";

const answers = vi.hoisted(() => ({
  yearPlan: vi.fn(),
  changeYearPlan: vi.fn(),
  yearPupils: vi.fn(),
  applyYearPlan: vi.fn(),
  dropYearPlan: vi.fn(),
  undoBatch: vi.fn(),
  findMembers: vi.fn(async () => []),
}));
vi.mock("@/host", () => ({ client: answers, host: {} }));

const classOf = (id: string, before: string, after: string, fate: YearClass["fate"]): YearClass => ({
  id,
  grade: "node:1",
  fate,
  path_before: before && `高一/${before}`,
  path_after: `高二/${after}`,
  name_before: before,
  name_after: after,
  is_name_unsure: false,
  head: null,
  before: 40,
  after: 41,
  girls: 20,
  boys: 21,
  come: 1,
  go: 0,
  is_added: false,
});

const plan = (more: Partial<YearPlan> = {}): YearPlan => ({
  year: 2026,
  graduation: "alumni",
  only_grade: null,
  grades: [
    {
      key: "node:1",
      name: "高一",
      stage: "高中部",
      action: "up",
      into: null,
      is_default: true,
      takes_part: true,
      name_after: "高二",
      classes: 2,
      pupils: 80,
      first: "高一",
      new_classes: 2,
      pattern: "",
      pattern_offered: "高二({n})班",
    },
  ],
  classes: [classOf("a", "高一(1)班", "高二(1)班", "moves"), classOf("b", "高一(2)班", "高二(2)班", "moves")],
  counts: [{ fate: "with_class", count: 80 }],
  findings: [],
  finding_count: 0,
  can_apply: true,
  made: [],
  regroups: [],
  is_changed: false,
  version: 7,
  applied: null,
  ...more,
});

describe("the new school year", () => {
  beforeEach(() => {
    for (const answer of Object.values(answers)) answer.mockReset();
    answers.findMembers.mockResolvedValue([]);
    answers.yearPlan.mockResolvedValue(plan());
    answers.changeYearPlan.mockResolvedValue(plan({ is_changed: true }));
    answers.yearPupils.mockResolvedValue({ total: 0, rows: [] });
  });

  it("is planned, looked at, carried out and taken back", async () => {
    const user = userEvent.setup();
    answers.applyYearPlan.mockResolvedValue({ batch: "b1", year: 2026, classes: 4, pupils: 3, version: 8 });
    answers.undoBatch.mockResolvedValue({ operation: "year", changed: 4, kept: 2, version: 9 });
    await renderPart(<Year />);
    await user.click(await screen.findByRole("button", { name: "核对" }));
    const classes = screen.getByRole("region", { name: "班级" });
    expect(within(classes).getByText("高一/高一(1)班").tagName).toBe("DEL");
    expect(within(classes).getByText("高二/高二(1)班").tagName).toBe("INS");
    await user.click(screen.getByRole("button", { name: "执行新学年安排" }));
    expect(answers.applyYearPlan).toHaveBeenCalledWith({ version: 7, job: "year" });
    expect(await screen.findByText("2026–2027 学年已经就绪")).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "撤销整批" }));
    expect(answers.undoBatch).toHaveBeenCalledWith({ batch: "b1", job: expect.any(String) });
    expect(await screen.findByText("2 处后来改过，已保留。")).toBeInTheDocument();
  });

  it("takes a class's new name, and leaves it when it is refused", async () => {
    const user = userEvent.setup();
    await renderPart(<Year />);
    const field = await screen.findByRole("textbox", { name: "高一(1)班的新班名" });
    await user.clear(field);
    await user.type(field, "高二实验班{Enter}");
    expect(answers.changeYearPlan).toHaveBeenCalledWith({ what: "name", class: "a", name: "高二实验班" });
    answers.changeYearPlan.mockRejectedValue({ code: "invalid" });
    await user.clear(field);
    await user.type(field, "a/b{Enter}");
    await waitFor(() =>
      expect(screen.getByRole("textbox", { name: "高一(1)班的新班名" })).toHaveValue("高二(1)班"),
    );
  });

  it("is not to be carried out while something stands against it", async () => {
    const finding = {
      code: "year_no_place",
      is_stop: true,
      class: "a",
      pupil: "p",
      pupil_name: "王小明",
      other_name: "",
      affiliation: null,
      name: "",
    };
    answers.yearPlan.mockResolvedValue(plan({ findings: [finding], finding_count: 1, can_apply: false }));
    await renderPart(<Year />);
    expect(await screen.findByText("王小明没有去处，请安排班级")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "核对" })).toBeDisabled();
  });

  it("splits the chosen classes and makes new ones on the way", async () => {
    const user = userEvent.setup();
    const third = classOf("c", "", "高二(3)班", "made");
    answers.changeYearPlan.mockImplementation(async (wanted: { what: string }) =>
      wanted.what === "add_class"
        ? plan({ classes: [...plan().classes, third] })
        : plan({ is_changed: true }),
    );
    await renderPart(<Year />);
    await user.click(await screen.findByRole("checkbox", { name: "选择高一(1)班" }));
    await user.click(screen.getByRole("button", { name: "1 个班：分班、并班" }));
    await user.type(screen.getByRole("textbox", { name: "再新建班级" }), "高二(3)班");
    await user.click(screen.getByRole("radio", { name: "按姓名拼音顺序" }));
    await user.click(screen.getByRole("button", { name: "分到 2 个班" }));
    await waitFor(() =>
      expect(answers.changeYearPlan).toHaveBeenLastCalledWith({
        what: "regroup",
        from: ["a"],
        into: ["a", "c"],
        rule: "alphabetical",
      }),
    );
  });
});
