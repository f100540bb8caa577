import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { DepartmentDetail, DepartmentNode } from "@/generated/types";
import { queryClient } from "@/session/queries";
import { renderPart } from "@/test/render";
import { DepartmentPane } from "./DepartmentPane";
import { useRoster } from "./state";
import { nameProblem, useArchived } from "./useDepartments";

const node = (
  id: string,
  parent: string | null,
  name: string,
  more: Partial<DepartmentNode> = {},
): DepartmentNode => ({
  id,
  parent,
  name,
  pinyin: "",
  initials: "",
  kind: "class",
  count: 0,
  own: 0,
  is_archived: false,
  is_hidden: false,
  leaders: [],
  ...more,
});

const roster = vi.hoisted(() => ({ departments: [] as DepartmentNode[] }));
const answers = vi.hoisted(() => ({
  createDepartment: vi.fn(async () => ({ id: "new" })),
  renameDepartment: vi.fn(async () => ({})),
  moveDepartment: vi.fn(async () => ({})),
  removeDepartment: vi.fn(async () => ({})),
  archiveDepartment: vi.fn(async () => ({})),
  restoreDepartment: vi.fn(async () => ({})),
  setDepartmentKind: vi.fn(async () => ({})),
  setLeader: vi.fn(async () => ({})),
  planMerge: vi.fn(async () => ({ members: 3, places: 2, departments: 1, namesakes: 0, version: 0 })),
  mergeDepartment: vi.fn(async () => ({ members: 3, places: 2, departments: 1, namesakes: 0, version: 9 })),
  departmentDetail: vi.fn(),
  findMembers: vi.fn(async () => [{ id: "m1", name: "李老师", card_number: "T01", department: "语文组" }]),
}));
vi.mock("@/host", () => ({
  client: {
    ...answers,
    departments: async () => roster.departments,
    openView: async () => ({ view: "v", version: 1, total: 12 }),
  },
  host: {},
}));

const first = () => [
  node("g1", null, "高一", { kind: "grade", count: 5, own: 2, leaders: ["王老师"] }),
  node("c1", "g1", "1班", { count: 3, own: 3 }),
  node("c2", "g1", "2班"),
  node("g2", null, "高二", { kind: "grade" }),
  node("old", null, "高三", { is_archived: true, is_hidden: true }),
  node("old1", "old", "1班", { count: 7, own: 7, is_hidden: true }),
];

beforeEach(() => {
  vi.clearAllMocks();
  roster.departments = first();
  useRoster.setState({ department: null, expanded: new Set(), everyone: 12 });
  useArchived.setState({ isShown: false });
});

/** Puts the keyboard on a department and opens its menu. */
const menuOf = async (user: ReturnType<typeof userEvent.setup>, name: RegExp) => {
  await user.click(await screen.findByRole("treeitem", { name }));
  await user.keyboard("{Shift>}{F10}{/Shift}");
  return screen.findByRole("menu");
};

describe("the tree of departments", () => {
  it("tells own members and those below, and who leads, for the one that is chosen", async () => {
    const user = userEvent.setup();
    await renderPart(<DepartmentPane />);
    await user.click(await screen.findByRole("treeitem", { name: "高一 5" }));
    expect(screen.getByText("本部门 2 人，含下级 5 人")).toBeVisible();
    expect(screen.getByText("年级主任 王老师")).toBeVisible();
  });

  it("keeps archived departments out of sight until they are asked for", async () => {
    const user = userEvent.setup();
    await renderPart(<DepartmentPane />);
    await screen.findByRole("treeitem", { name: "高二 0" });
    expect(screen.queryByRole("treeitem", { name: /高三/ })).toBeNull();
    await user.click(screen.getByRole("button", { name: "显示已归档（2）" }));
    const menu = await menuOf(user, /高三 已归档/);
    expect(within(menu).getByRole("menuitem", { name: /新建下级部门/ })).toHaveAttribute(
      "aria-disabled",
      "true",
    );
    await user.click(within(menu).getByRole("menuitem", { name: /恢复/ }));
    expect(answers.restoreDepartment).toHaveBeenCalledExactlyOnceWith({ id: "old" });
    await user.click(screen.getByRole("button", { name: "隐藏已归档" }));
    await waitFor(() => expect(useRoster.getState().department).toBeNull());
  });

  it("removes an empty department at once and asks where people go otherwise", async () => {
    const user = userEvent.setup();
    await renderPart(<DepartmentPane />);
    await user.click(await screen.findByRole("treeitem", { name: "2班 0" }));
    await user.keyboard("{Delete}");
    expect(answers.removeDepartment).toHaveBeenCalledExactlyOnceWith({ id: "c2" });
    await user.click(screen.getByRole("treeitem", { name: "高一 5" }));
    await user.keyboard("{Delete}");
    const dialog = await screen.findByRole("dialog");
    expect(dialog).toHaveTextContent("这个部门里有 5 人、2 个下级部门。");
    // Nothing is chosen for anybody.
    expect(within(dialog).getByRole("button", { name: "转走并移除" })).toBeDisabled();
    // Neither itself nor what is below it, nor what is archived.
    expect(within(dialog).queryByRole("treeitem", { name: /高一|1班|高三/ })).toBeNull();
    await user.click(within(dialog).getByRole("treeitem", { name: "高二 0" }));
    await within(dialog).findByText("3 人转走，2 处兼属或职责随之转走，1 个下级部门移走");
    await user.click(within(dialog).getByRole("button", { name: "转走并移除" }));
    await waitFor(() =>
      expect(answers.mergeDepartment).toHaveBeenCalledExactlyOnceWith({
        from: "g1",
        into: "g2",
        leaders: "end",
        job: expect.any(String),
      }),
    );
  });

  it("merges into the department that is found by typing, by keyboard alone", async () => {
    const user = userEvent.setup();
    await renderPart(<DepartmentPane />);
    const menu = await menuOf(user, /^1班/);
    within(menu)
      .getByRole("menuitem", { name: /并入其他部门/ })
      .focus();
    await user.keyboard("{Enter}");
    const dialog = await screen.findByRole("dialog");
    const ok = within(dialog).getByRole("button", { name: "并入" });
    expect(ok).toBeDisabled();
    await user.type(within(dialog).getByRole("searchbox"), "2班");
    await waitFor(() => expect(ok).toBeEnabled());
    await user.keyboard("{Enter}");
    await waitFor(() =>
      expect(answers.mergeDepartment).toHaveBeenCalledExactlyOnceWith({
        from: "c1",
        into: "c2",
        leaders: "go_over",
        job: expect.any(String),
      }),
    );
  });

  it("does not let a merge be confirmed that cannot be done", async () => {
    answers.planMerge.mockRejectedValue({ code: "department_too_deep" });
    const user = userEvent.setup();
    await renderPart(<DepartmentPane />);
    const menu = await menuOf(user, /^1班/);
    await user.click(within(menu).getByRole("menuitem", { name: /并入其他部门/ }));
    const dialog = await screen.findByRole("dialog");
    await user.click(within(dialog).getByRole("treeitem", { name: "高二 0" }));
    expect(await within(dialog).findByRole("alert")).toHaveTextContent("部门最多 12 级");
    await waitFor(() => expect(within(dialog).getByRole("button", { name: "并入" })).toBeDisabled());
  });

  it("keeps a name that was not taken in the field", async () => {
    answers.renameDepartment.mockRejectedValueOnce({ code: "department_exists" });
    const user = userEvent.setup();
    await renderPart(<DepartmentPane />);
    await user.click(await screen.findByRole("treeitem", { name: "2班 0" }));
    await user.keyboard("{F2}3班{Enter}");
    await waitFor(() => expect(answers.renameDepartment).toHaveBeenCalledOnce());
    await waitFor(() => expect(screen.getByRole("textbox", { name: "部门名称" })).toHaveValue("3班"));
  });

  it("names a class head who is found by typing", async () => {
    const detail: DepartmentDetail = {
      id: "c1",
      name: "1班",
      path: "高一/1班",
      kind: "class",
      kinds: ["grade", "class", "group"],
      own: 3,
      count: 3,
      below: 0,
      is_archived: false,
      is_hidden: false,
      leaders: [{ member: "m2", name: "王老师", role: "deputy" }],
    };
    answers.departmentDetail.mockResolvedValue(detail);
    const user = userEvent.setup();
    await renderPart(<DepartmentPane />);
    await user.click(await screen.findByRole("treeitem", { name: /^1班/ }));
    await user.keyboard("{Alt>}{Enter}{/Alt}");
    const dialog = await screen.findByRole("dialog", { name: "高一/1班" });
    await user.selectOptions(within(dialog).getByRole("combobox", { name: "类型" }), "小组");
    expect(answers.setDepartmentKind).toHaveBeenCalledExactlyOnceWith({ id: "c1", kind: "group" });
    const finder = within(dialog).getByRole("combobox", { name: "添加负责人" });
    await user.type(finder, "lls");
    await within(dialog).findByRole("option", { name: /李老师/ });
    await user.keyboard("{Enter}");
    expect(answers.setLeader).toHaveBeenLastCalledWith({ department: "c1", member: "m1", role: "head" });
    await user.selectOptions(within(dialog).getByRole("combobox", { name: "王老师的职责" }), "班主任");
    expect(answers.setLeader).toHaveBeenLastCalledWith({ department: "c1", member: "m2", role: "head" });
    await user.click(within(dialog).getByRole("button", { name: "不再由王老师负责" }));
    expect(answers.setLeader).toHaveBeenLastCalledWith({ department: "c1", member: "m2", role: null });
  });
});

describe("the rules of names", () => {
  it("are told while one types", () => {
    const t = ((key: string) => key) as never;
    const problem = (name: string, parent: string | null = null) =>
      nameProblem(t, first(), parent, "g2", name);
    expect(problem("𠮷".repeat(64))).toBeNull();
    expect(problem("长".repeat(65))).toBe("departments.nameTooLong");
    expect(problem("高一/3班")).toBe("departments.nameSeparator");
    expect(problem("高 一")).toBe("departments.nameTaken");
    expect(problem("高三")).toBe("departments.nameArchived");
    expect(problem("２班", "g1")).toBe("departments.nameTaken");
    expect(problem("高二")).toBeNull();
  });
});

// The cache outlives a test otherwise.
beforeEach(() => queryClient.clear());
