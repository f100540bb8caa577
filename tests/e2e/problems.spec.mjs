/**
 * The list of everything wrong in the roster, walked through; and guardians whom siblings share.
 * Needs mingce-devhost, mingce and ui/dist. Run: node --test tests/e2e/problems.spec.mjs
 */

import assert from "node:assert/strict";
import { describe } from "node:test";
import { callApp, checkScreen, eventually, openFresh, shareDesk } from "./app-host.mjs";

describe("what is wrong in the roster", { timeout: 300_000 }, () => {
  let app;
  let page;

  const { step } = shareDesk("problems", async (desk) => {
    ({ app, page } = await openFresh(desk));
  });

  const list = () => page.getByRole("region", { name: "问题" });
  const lines = () => list().getByRole("listitem");
  const button = (name, on = page) => on.getByRole("button", { name });
  /** `C3`, as the box of places tells it. */
  const place = () => page.getByRole("combobox", { name: "转到" }).inputValue();
  const addMember = (cells) =>
    callApp(page, "add_member", {
      cells: Object.entries(cells).map(([column, text]) => ({ column, text })),
    });

  const NUMBER = "11010519491231002X";

  step("a roster in order has no problems, and says so", async () => {
    await addMember({ name: "王小明", birth_date: "2015-01-01" });
    await page.locator("[role=gridcell]", { hasText: "王小明" }).first().waitFor();
    await button("有问题的格").click();
    await list().getByText("没有问题").waitFor();
    await checkScreen(app, "problems-none");
    await page.keyboard.press("Escape");
    await list().waitFor({ state: "detached" });
  });

  step(
    "every cell that needs a person is counted and listed with what to do, hidden columns too",
    async () => {
      await addMember({ name: "李雷", sex: "男", document_kind: "resident_id", document_number: NUMBER });
      await addMember({ name: "韩梅梅" });
      await addMember({
        name: "赵强",
        sex: "男",
        birth_date: "1949-12-30",
        document_kind: "resident_id",
        document_number: NUMBER,
      });
      // Further than the rows that are drawn.
      const rows = Array.from({ length: 300 }, (_, at) => [`学生${at}`]);
      const view = await callApp(page, "open_view", { filters: [], sort: [] });
      await callApp(page, "paste_block", { view: view.view, start: 4, end: 304, columns: ["name"], rows });
      await addMember({ name: "孙末", document_kind: "passport" });
      const preferences = await callApp(page, "preferences", {});
      await callApp(page, "set_preferences", {
        ...preferences,
        columns: [
          { column: "name", width_px: 104, is_hidden: false },
          { column: "sex", width_px: 72, is_hidden: false },
          { column: "birth_date", width_px: 108, is_hidden: true },
          { column: "document_number", width_px: 176, is_hidden: false },
        ],
      });
      await page.reload();
      await button("有问题的格 4").click();
      await list().getByText("4 处，涉及 3 人").waitFor();
      await eventually(() => lines().count(), 4);
      const told = await lines().allInnerTexts();
      assert.match(told[0], /第 2 行\s+李雷\s+性别\s+男\s+性别与身份证号不一致/);
      assert.match(told[2], /第 4 行\s+赵强\s+出生日期\s+1949-12-30\s+出生日期与身份证号不一致/);
      assert.match(told[3], /第 305 行\s+孙末\s+证件号码\s+空\s+选了证件类型，没有填证件号码/);
      await checkScreen(app, "problems");
    },
  );

  step("F8 walks from cell to cell and round again, and offers a hidden column", async () => {
    await page.locator("[role=gridcell]", { hasText: "王小明" }).first().click();
    await page.keyboard.press("F8");
    await eventually(place, "B2");
    await list().getByText("第 1 处，共 4 处").waitFor();
    await page.keyboard.press("F8");
    await eventually(place, "B4");
    await page.keyboard.press("F8");
    await eventually(place, "A4");
    await list().getByText("“出生日期”这一列没有显示").waitFor();
    await checkScreen(app, "problems-hidden");
    await page.keyboard.press("F8");
    await eventually(place, "C305");
    await page.locator(".grid-cell.is-active").waitFor();
    await page.keyboard.press("F8");
    await eventually(place, "B2", "round again");
    await page.keyboard.press("Shift+F8");
    await eventually(place, "C305");
    await page.keyboard.press("Shift+F8");
    await eventually(place, "A4");
    await button("显示“出生日期”", list()).click();
    await eventually(place, "C4", "the column is there, and the cell is gone to");
  });

  step("a line of the list leads to its cell; mended cells leave the list", async () => {
    await lines().nth(0).getByRole("button").click();
    await eventually(place, "B2");
    await page.keyboard.type("女");
    await page.keyboard.press("Enter");
    await eventually(() => lines().count(), 3);
    await button("有问题的格 3").waitFor();
    // Enter went a row down; the walk goes on behind what was mended.
    await page.keyboard.press("F8");
    await eventually(place, "B4");
    await page.keyboard.type("女");
    await page.keyboard.press("Enter");
    await eventually(() => lines().count(), 2);
    await page.keyboard.press("F8");
    await eventually(place, "C4");
    await page.keyboard.press("Control+Z");
    await eventually(() => lines().count(), 3, "undo brings it back");
  });

  step("a filter has a count of its own", async () => {
    await page.locator("#search, .roster-search input").first().fill("孙末");
    await list().getByText("1 处，涉及 1 人").waitFor();
    await page.locator("#search, .roster-search input").first().fill("");
    await list().getByText("3 处，涉及 2 人").waitFor();
    await page.keyboard.press("Escape");
    await button("关闭", list()).click();
  });

  step(
    "a sibling's guardian is offered by phone, linked, shared, and let go for one child alone",
    async () => {
      await addMember({
        name: "陈大",
        guardian_name: "陈父",
        guardian_phone: "13800138000",
        guardian_relation: "father",
      });
      await addMember({ name: "陈小", birth_date: "2016-02-02" });
      await page.locator(".roster-search input").fill("陈");
      await page.locator("[role=gridcell]", { hasText: "陈小" }).first().click();
      await page.keyboard.press("Alt+Enter");
      const panel = page.getByRole("complementary", { name: "成员详情" });
      await button("添加监护人", panel).click();
      const form = panel.getByRole("group", { name: "添加监护人" });
      await form.getByLabel("监护人电话").fill("138 0013 8000");
      await form.getByText("这个号码已是别人的监护人：").waitFor();
      assert.match(await form.getByRole("listitem").innerText(), /陈父\s+138\*\*\*\*8000\s+陈大的监护人/);
      await form.getByLabel("关系").selectOption({ label: "父亲" });
      await checkScreen(app, "guardian-offered");
      await button("选用陈父", form).click();
      await panel.getByText(/2 名成员共有的监护人（还有陈大）/).waitFor();
      await checkScreen(app, "guardian-shared");

      await button("移除监护人陈父", panel).click();
      await panel.getByRole("group", { name: "监护人 1" }).waitFor({ state: "detached" });
      await button("添加监护人", panel).click();
      await form.getByRole("searchbox", { name: "查找已有的监护人" }).fill("陈大");
      await button("选用陈父", form).waitFor();
      await page.keyboard.press("Escape");
    },
  );

  step("the same in English", async () => {
    const preferences = await callApp(page, "preferences", {});
    await callApp(page, "set_preferences", { ...preferences, language: "en", theme: "dark" });
    await page.reload();
    await button(/^Cells with problems/).click();
    await page.getByRole("region", { name: "Problems" }).getByText("3 in 2 members").waitFor();
    await checkScreen(app, "problems-english", { language: "en" });
  });
});
