import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Route, Routes, useLocation } from "react-router";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type {
  DraftLayout,
  KeepLayout,
  LayoutContent,
  LayoutDrawing,
  LayoutRow,
  LayoutWhole,
} from "@/generated/types";
import { keys, queryClient } from "@/session/queries";
import { renderPart } from "@/test/render";
import { useDrafts } from "./drafts";
import Layouts from "./index";

const answers = vi.hoisted(() => ({
  appState: vi.fn(async () => ({ profile: { id: "school" } })),
  sight: vi.fn(async () => ({ only_reads: false, only_prints: false })),
  layouts: vi.fn(),
  layout: vi.fn(),
  layoutPeople: vi.fn(async () => [
    { why: "longest", member: "m1", name: "欧阳娜娜" },
    { why: "rarest", member: "", name: "𬱖㛃䶮" },
    { why: "ordinary", member: "m2", name: "王一" },
  ]),
  draftLayout: vi.fn(),
  keepLayout: vi.fn(),
  dropLayout: vi.fn(),
  undo: vi.fn(async () => ({ operation: "layout", kept: 0 })),
  readPicture: vi.fn(async () => ({ base64: "AAAA", width: 200, height: 100 })),
}));
const pickFile = vi.hoisted(() => vi.fn(async () => "/校徽.png"));
vi.mock("@/host", () => ({ client: answers, host: { pickFile, listen: () => () => undefined } }));

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
    front: [{ kind: "code", box: { x_mm: 2, y_mm: 4, width_mm: 28, height_mm: 28 }, ink: "#000000" }],
    back: [],
  },
  pictures: {},
};

const row = (id: string, name: string, is_own: boolean): LayoutRow => ({
  id,
  name_zh: name,
  name_en: name,
  source: "x",
  places: 21,
  width_mm: 210,
  height_mm: 297,
  has_back: false,
  is_own,
  continues_at: null,
  fault: null,
});

/** What is kept, by id; a rule of its own: the code is off the label beyond 31 mm. */
const kept = new Map<string, LayoutWhole>();

beforeEach(() => {
  vi.clearAllMocks();
  useDrafts.setState({ open: {} });
  kept.clear();
  kept.set("labels", { row: row("labels", "自带的标签", false), content, state: "" });
  globalThis.ResizeObserver = class {
    observe = () => undefined;
    disconnect = () => undefined;
    unobserve = () => undefined;
  };
  answers.layouts.mockImplementation(async () => [...kept.values()].map((whole) => whole.row));
  answers.layout.mockImplementation(async ({ id }: { id: string }) => {
    const whole = kept.get(id);
    if (!whole) throw { code: "not_found" };
    return whole;
  });
  answers.draftLayout.mockImplementation(async (wanted: DraftLayout): Promise<LayoutDrawing> => {
    const isOff = wanted.content.design.front.some((one) => one.box.x_mm > 31);
    return {
      svg: "<svg/>",
      left_mm: 0,
      top_mm: 0,
      width_mm: 60,
      height_mm: 38,
      faults: isOff ? [{ place: "design.front[0].box", problem: "off_the_label", detail: null }] : [],
      advice: [],
    };
  });
  answers.keepLayout.mockImplementation(async (wanted: KeepLayout) => {
    const id = wanted.id ?? "own";
    if (wanted.name === "labels") throw { code: "invalid", params: { field: "name", rule: "name_taken" } };
    if (wanted.state !== undefined && wanted.state !== kept.get(id)?.state) throw { code: "stale" };
    const whole = {
      row: row(id, wanted.name, true),
      content: wanted.content,
      state: `${wanted.name} ${Math.random()}`,
    };
    kept.set(id, whole);
    return whole.row;
  });
});

const Elsewhere = () => <p>elsewhere {JSON.stringify(useLocation().state)}</p>;

const open = async (at: string | { pathname: string; state: object }) => {
  await renderPart(
    <Routes>
      <Route path="/layouts/*" element={<Layouts />} />
      <Route path="*" element={<Elsewhere />} />
    </Routes>,
    "zh",
    at,
  );
  return userEvent.setup();
};
const code = () => screen.findByRole("group", { name: /^二维码/ });
const left = () => screen.getByRole<HTMLInputElement>("spinbutton", { name: "左" });

describe("the designer", () => {
  it("begins with a shipped layout, tries it with the roster's people, and keeps it as one's own", async () => {
    const user = await open("/layouts");
    await user.click(await screen.findByRole("button", { name: "以自带的标签为基础新建" }));
    await screen.findByText("没有问题：放得下，扫得出。");
    expect(answers.draftLayout.mock.lastCall?.[0].people.map((one: { why: string }) => one.why)).toEqual([
      "longest",
      "rarest",
      "ordinary",
    ]);
    const name = screen.getByRole("textbox", { name: "名称" });
    await user.clear(name);
    await user.type(name, "labels");
    await user.click(screen.getByRole("button", { name: /保存为自己的版式$/ }));
    await screen.findByText(/已有同名的/);
    await user.click(within(screen.getByRole("dialog")).getByRole("button"));
    await user.clear(name);
    await user.type(name, "一年级");
    await user.click(screen.getByRole("button", { name: /保存为自己的版式$/ }));
    await waitFor(() => expect(kept.get("own")?.row.name_zh).toBe("一年级"));
    await screen.findByRole("button", { name: /保存$/ });
    expect(screen.queryByText("有未保存的修改")).toBeNull();
  });

  it("says at once what is wrong, leads there, and undoes by keys", async () => {
    const user = await open("/layouts/labels");
    await user.click(await code());
    await user.clear(left());
    await user.type(left(), "32");
    await screen.findByText(/超出标签或安全边/);
    (await code()).focus();
    await user.click(await screen.findByRole("button", { name: /^去看：正面/ }));
    expect(left().value).toBe("32");
    (await code()).focus();
    await user.keyboard("{Control>}z{/Control}");
    await screen.findByText("没有问题：放得下，扫得出。");
    await waitFor(() => expect(left().value).toBe("2"));
    await user.keyboard("{Control>}y{/Control}");
    await screen.findByText(/超出标签或安全边/);
  });

  it("puts a picture and a text on the label and takes them off again", async () => {
    const user = await open("/layouts/labels");
    await code();
    await user.click(screen.getByRole("button", { name: "添加图片" }));
    const picture = await screen.findByRole("group", { name: /^图片/ });
    await user.click(screen.getByRole("button", { name: "添加文字" }));
    const text = await screen.findByRole("group", { name: /^文字 ‹姓名›/ });
    await user.selectOptions(screen.getByRole("combobox", { name: "插入" }), "部门 / 班级");
    await screen.findByRole("group", { name: /^文字 ‹姓名›‹部门 \/ 班级›/ });
    expect(text).toBeInTheDocument();
    picture.focus();
    await user.keyboard("{Delete}");
    await waitFor(() => expect(screen.queryByRole("group", { name: /^图片/ })).toBeNull());
    await waitFor(() => expect(answers.draftLayout.mock.lastCall?.[0].content.pictures).toEqual({}));
  });

  it("tells a colleague's change and loses neither", async () => {
    kept.set("own", { row: row("own", "一年级", true), content, state: "first" });
    const user = await open("/layouts/own");
    (await code()).focus();
    await user.keyboard("{ArrowRight}");
    kept.set("own", { row: row("own", "一年级", true), content, state: "second" });
    await user.click(screen.getByRole("button", { name: /保存$/ }));
    await screen.findByText("同事刚刚改过这个版式");
    await user.click(screen.getByRole("button", { name: /用我的覆盖$/ }));
    await waitFor(() => expect(screen.queryByText("同事刚刚改过这个版式")).toBeNull());
    expect(kept.get("own")?.content.design.front[0]?.box.x_mm).toBe(3);
  });

  it("keeps the way back after saving, and takes nothing of its own for a colleague's", async () => {
    kept.set("own", { row: row("own", "一年级", true), content, state: "first" });
    const keep = answers.keepLayout.getMockImplementation();
    answers.keepLayout.mockImplementation(async (wanted: KeepLayout) => {
      const made = await keep?.(wanted);
      // The program tells of the change before the call is answered.
      await queryClient.invalidateQueries({ queryKey: keys.layouts });
      return made;
    });
    const seen: string[] = [];
    const watch = new MutationObserver(() => {
      if (screen.queryByText("同事刚刚改过这个版式")) seen.push("trouble");
    });
    const user = await open("/layouts/own");
    (await code()).focus();
    await user.keyboard("{ArrowRight}");
    watch.observe(document.body, { childList: true, subtree: true });
    await user.click(screen.getByRole("button", { name: /保存$/ }));
    await waitFor(() => expect(screen.queryByText("有未保存的修改")).toBeNull());
    watch.disconnect();
    expect(seen).toEqual([]);
    (await code()).focus();
    await user.keyboard("{Control>}z{/Control}");
    await screen.findByText("有未保存的修改");
    await user.click(await code());
    expect(left().value).toBe("2");
  });

  it("goes back to the print run that was left for it, also with a new layout", async () => {
    const user = await open({ pathname: "/layouts/labels", state: { back: "/invitations", run: 7 } });
    await user.click(await screen.findByRole("button", { name: /保存为自己的版式$/ }));
    await waitFor(() => expect(kept.has("own")).toBe(true));
    await screen.findByRole("button", { name: /保存$/ });
    await user.click(screen.getByRole("button", { name: /返回$/ }));
    await screen.findByText('elsewhere {"run":7,"layout":"own"}');
  });

  it("finds another layout for the print run by way of the list", async () => {
    const user = await open({ pathname: "/layouts", state: { run: 7 } });
    await user.click(await screen.findByRole("button", { name: "以自带的标签为基础新建" }));
    await code();
    await user.click(screen.getByRole("button", { name: /返回$/ }));
    await user.click(await screen.findByRole("button", { name: "以自带的标签为基础新建" }));
    await code();
    await user.click(screen.getByRole("button", { name: /用它打印$/ }));
    await screen.findByText('elsewhere {"run":7,"layout":"labels"}');
  });

  it("has what was begun with a layout when that is deleted and comes back", async () => {
    const whole = { row: row("own", "一年级", true), content, state: "first" };
    kept.set("own", whole);
    answers.dropLayout.mockImplementation(async () => kept.delete("own"));
    answers.undo.mockImplementation(async () => {
      kept.set("own", whole);
      return { operation: "layout", kept: 0 };
    });
    const user = await open("/layouts/own");
    (await code()).focus();
    await user.keyboard("{ArrowRight}");
    await user.click(screen.getByRole("button", { name: /返回$/ }));
    await user.click(await screen.findByRole("button", { name: "删除一年级" }));
    await waitFor(() => expect(screen.queryByText("有未保存的修改")).toBeNull());
    // The offer still moves in.
    fireEvent.click(await screen.findByRole("button", { name: "撤销" }));
    await screen.findByText("有未保存的修改");
  });

  it("keeps what was begun while one looks elsewhere", async () => {
    kept.set("own", { row: row("own", "一年级", true), content, state: "first" });
    const user = await open("/layouts/own");
    (await code()).focus();
    await user.keyboard("{ArrowRight}");
    await user.click(screen.getByRole("button", { name: /返回$/ }));
    await screen.findByText("有未保存的修改");
    await user.click(screen.getByRole("button", { name: "设计一年级" }));
    await user.click(await code());
    expect(left().value).toBe("3");
  });

  it("offers the pictures of the organisation's other layouts", async () => {
    const head = `\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\x2c\0\0\0\x78\x08\x06\0\0\0`;
    const logo = btoa(head);
    kept.set("other", {
      row: row("other", "信封", true),
      content: { ...content, pictures: { logo } },
      state: "1",
    });
    const user = await open("/layouts/labels");
    await user.click(await screen.findByRole("button", { name: "放上组织的图片 1" }));
    const front = useDrafts.getState().open;
    expect(JSON.stringify(front)).toContain(logo);
  });

  it("lets an account look that may not change anything", async () => {
    answers.sight.mockResolvedValue({ only_reads: true, only_prints: false });
    await open("/layouts/labels");
    await code();
    await waitFor(() => expect(screen.queryByRole("button", { name: /保存/ })).toBeNull());
    expect(screen.getByRole("textbox", { name: "名称" })).toBeDisabled();
    // The keys still move what is too long for the window.
    expect(await code()).toBeEnabled();
    expect(document.querySelector(".layouts-side")).toHaveAttribute("tabindex", "0");
    answers.sight.mockResolvedValue({ only_reads: false, only_prints: false });
  });
});
