/**
 * The roster page on the real use cases: columns, order, filters, pastes, places, replacing, views, whole rows, guardians.
 * Needs mingce-devhost, mingce and ui/dist. Run: node --test tests/e2e/roster.spec.mjs
 */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { checkScreen, eventually, openFresh, shareDesk } from "./app-host.mjs";

describe("the roster page", { timeout: 420_000 }, () => {
  let app;
  let page;

  shareDesk("roster", async (desk) => {
    ({ app, page } = await openFresh(desk, { permissions: ["clipboard-read", "clipboard-write"] }));
  });

  const button = (name, on = page) => on.getByRole("button", { name });
  const cell = (row, title) =>
    page.locator(
      `[role=row][aria-rowindex="${row + 2}"] [role=gridcell][aria-colindex="${titles.indexOf(title) + 2}"]`,
    );
  let titles = [];
  const learnTitles = async () => {
    titles = await headings();
  };
  const headings = () =>
    page.evaluate(() =>
      [...document.querySelectorAll(".grid-heading")]
        .sort((a, b) => Number(a.ariaColIndex) - Number(b.ariaColIndex))
        .map((heading) => heading.querySelector(".grid-title").textContent),
    );
  const heading = (title) =>
    page.locator(".grid-heading", {
      has: page.getByText(title, { exact: true }),
    });
  const shown = (row, title) => cell(row, title).innerText();
  const names = async () => {
    const column = titles.indexOf("姓名") + 2;
    return page.evaluate(
      (at) =>
        [...document.querySelectorAll(".grid-row")]
          .sort((a, b) => Number(a.ariaRowIndex) - Number(b.ariaRowIndex))
          .map((row) => row.querySelector(`[aria-colindex="${at}"]`)?.textContent ?? ""),
      column,
    );
  };
  const put = (rows) =>
    page.evaluate(
      (text) => navigator.clipboard.writeText(text),
      rows.map((row) => row.join("\t")).join("\r\n"),
    );
  const toast = (text) => page.locator(".ant-message").getByText(text).first();

  test("rows pasted below the last one become members, and those without a name are told first", async () => {
    await button("新增成员").first().click();
    await page.getByRole("dialog").getByLabel("姓名").fill("单于婷");
    await page.keyboard.press("Enter");
    await page.locator("[role=gridcell]", { hasText: "单于婷" }).first().waitFor();
    await learnTitles();
    await put([
      ["A001", "单于婷", "女"],
      ["A002", "王小明", "男"],
      ["A003", "", "男"],
      ["A004", "李雷", "男"],
      ["A005", "韩梅梅", "女"],
    ]);
    await cell(0, "学号 / 工号").click();
    await page.keyboard.press("Control+V");
    const sheet = page.getByRole("dialog", { name: "粘贴前看一看" });
    await sheet.getByText("必填项为空").waitFor();
    await sheet.getByText("第 3 行 姓名").waitFor();
    await checkScreen(app, "paste-preview");
    await sheet.getByRole("button", { name: /只粘贴能保存的/ }).click();
    await toast("已新增 3 人").waitFor();
    await sheet.waitFor({ state: "detached" });
    await eventually(names, ["单于婷", "王小明", "李雷", "韩梅梅"]);
    assert.equal(await shown(2, "学号 / 工号"), "A004");
  });

  test("a place, a row, a name and a number are gone to", async () => {
    const box = page.getByRole("combobox", { name: "转到" });
    const activeName = () => box.inputValue();
    const go = async (text) => {
      await page.keyboard.press("Control+G");
      await page.keyboard.type(text);
      await page.keyboard.press("Enter");
    };
    await cell(0, "姓名").click();
    await go("c3");
    await eventually(activeName, "C3");
    await go("c4:b3");
    await page.getByText("已选 4 格（2 行 × 2 列）").waitFor();
    await go("2");
    await eventually(activeName, "A2");
    await go("A005");
    await eventually(() => page.locator(".grid-cell.is-active").getAttribute("aria-colindex"), "2");
    await eventually(activeName, "A4");
    await page.keyboard.press("Control+G");
    await page.keyboard.type("lilei");
    await page.getByRole("option", { name: /李雷/ }).waitFor();
    await checkScreen(app, "go-to", { names: ["lilei"] });
    await page.keyboard.press("Enter");
    await eventually(activeName, "A3");
    await page.keyboard.press("Escape");
  });

  test("columns are dragged, moved by menu, hidden and frozen, and stay so", async () => {
    const before = await headings();
    assert.deepEqual(before.slice(0, 4), ["学号 / 工号", "姓名", "性别", "部门 / 班级"]);
    const from = await heading("部门 / 班级").boundingBox();
    const to = await heading("性别").boundingBox();
    await page.mouse.move(from.x + 30, from.y + 12);
    await page.mouse.down();
    await page.mouse.move(to.x + 60, to.y + 12, { steps: 4 });
    await page.mouse.move(to.x + 8, to.y + 12, { steps: 2 });
    assert.equal(await page.locator(".grid-heading.drops-before").count(), 1);
    await page.mouse.up();
    await eventually(
      async () => (await headings()).slice(0, 4),
      ["学号 / 工号", "姓名", "部门 / 班级", "性别"],
    );

    await learnTitles();
    await cell(1, "性别").click();
    await page.keyboard.press("Alt+Shift+ArrowDown");
    const menu = page.getByRole("menu", { name: "性别" });
    await menu.waitFor();
    await checkScreen(app, "column-menu");
    await menu.getByText("左移一列").click();
    await eventually(async () => (await headings())[2], "性别");
    await heading("手机号").click({ button: "right" });
    await page.getByRole("menu").getByText("隐藏这列").click();
    await eventually(async () => (await headings()).includes("手机号"), false);
    await heading("性别").hover();
    await heading("性别").locator(".grid-heading-menu").click();
    await page.getByRole("menu").getByText("冻结到这列").click();
    const frozen = () => page.locator(".grid-head .grid-frozen .grid-heading").count();
    await eventually(frozen, 3);
    const kept = await headings();
    await page.reload();
    await page.locator(".grid-cell").first().waitFor();
    await eventually(headings, kept);
    await eventually(frozen, 3);
    await learnTitles();
  });

  test("rows are sorted by several keys and filtered from a heading", async () => {
    await heading("性别").click();
    await eventually(() => heading("性别").getAttribute("aria-sort"), "ascending");
    await heading("姓名").click({ button: "right" });
    await page.getByRole("menu").getByText("再按这列降序").click();
    await eventually(() => heading("姓名").locator(".grid-sort").innerText(), "2");
    await eventually(async () => (await names()).slice(0, 2), ["王小明", "李雷"]);

    await heading("性别").click({ button: "right" });
    await page.getByRole("menu").getByText("筛选这列…").click();
    const filter = page.getByRole("dialog", { name: "筛选“性别”" });
    await filter.getByLabel("女", { exact: true }).check();
    await checkScreen(app, "column-filter");
    await filter.getByRole("button", { name: "确定" }).click();
    await eventually(
      names,
      ["单于婷", "韩梅梅"].sort((a, b) => b.localeCompare(a, "zh")),
    );
    await heading("性别").getByRole("img", { name: "已筛选" }).waitFor();
    await page.getByText("性别 是其中之一 女").waitFor();
  });

  test("rules hold all or any", async () => {
    await button(/^筛选/).click();
    const rules = page.getByRole("dialog", { name: "筛选" });
    await rules.getByRole("button", { name: "加一个条件" }).click();
    const second = rules.getByRole("group", { name: "条件 2" });
    await second.getByLabel("列", { exact: true }).selectOption("name");
    await second.getByLabel("条件", { exact: true }).selectOption("starts_with");
    await second.getByLabel("内容").fill("李");
    await eventually(names, []);
    await rules.getByText("任一条件").click();
    await eventually(async () => (await names()).length, 3);
    await checkScreen(app, "rules");
    await page.keyboard.press("Escape");
  });

  test("what is shown is kept as a view and shown again", async () => {
    await button("视图").click();
    const views = page.getByRole("dialog", { name: "视图" });
    await views.getByLabel("视图名称").fill("女生和姓李的");
    await page.keyboard.press("Enter");
    await button("女生和姓李的").click();
    await page.getByRole("dialog").getByText("全部成员（不筛选）").click();
    await eventually(async () => (await names()).length, 4);
    await page.reload();
    await page.locator(".grid-cell").first().waitFor();
    await button("视图").click();
    await checkScreen(app, "views");
    await page
      .getByRole("dialog", { name: "视图" })
      .getByRole("button", { name: "女生和姓李的", exact: true })
      .click();
    await eventually(async () => (await names()).length, 3);
    await eventually(() => heading("姓名").locator(".grid-sort").innerText(), "2");
    await button("女生和姓李的").click();
    await page.getByRole("dialog").getByText("全部成员（不筛选）").click();
    await eventually(async () => (await names()).length, 4);
  });

  test("what is found is shown before it is replaced, and comes back", async () => {
    await cell(0, "姓名").click();
    await page.keyboard.press("Control+H");
    const replace = page.getByRole("region", { name: "查找和替换" });
    await replace.getByRole("textbox", { name: "查找" }).fill("a00");
    await replace.getByLabel("替换为").fill("B10");
    await page.keyboard.press("Enter");
    await replace.getByText("找到 4 格").waitFor();
    await checkScreen(app, "replace", { names: ["a00"] });
    await replace.getByRole("button", { name: /全部替换/ }).click();
    await toast("已替换 4 格").waitFor();
    await eventually(() => shown(0, "学号 / 工号"), "B101");
    await page.locator(".ant-message").getByRole("button", { name: "撤销" }).click();
    await eventually(() => shown(0, "学号 / 工号"), "A001");
    await replace.getByRole("textbox", { name: "查找" }).focus();
    await page.keyboard.press("Escape");
    await eventually(() => replace.count(), 0);
  });

  test("a field of everyone is set as one", async () => {
    await cell(0, "姓名").click();
    await page.keyboard.press("Control+A");
    await page.getByText("已选 4 人").waitFor();
    await page.getByRole("toolbar").getByRole("button", { name: "批量修改…" }).click();
    const dialog = page.getByRole("dialog", { name: "批量修改 4 人" });
    await dialog.getByRole("combobox", { name: "列" }).selectOption("title");
    await dialog.getByLabel("内容").fill("值日生");
    await checkScreen(app, "set-field");
    await dialog.getByRole("button", { name: /修\s*改/ }).click();
    await toast("已修改 4 格").waitFor();
    await cell(0, "姓名").click();
    await page.keyboard.press("Control+Z");
    await toast("已撤销").waitFor();
  });

  test("whole rows are selected further by Shift and arrows, and odd ranges are not copied", async () => {
    await cell(0, "姓名").click();
    await page.keyboard.press("Shift+Space");
    await page.keyboard.press("Shift+ArrowDown");
    await page.getByText("已选 2 人").waitFor();
    assert.equal(await page.evaluate(() => document.querySelector(".grid-scroller").scrollLeft), 0);
    await cell(0, "姓名").click();
    await cell(2, "性别").click({ modifiers: ["Control"] });
    await page.getByText("已选 2 格（2 块）").waitFor();
    await page.keyboard.press("Control+C");
    await toast("这几块区域不能一起复制").waitFor();
  });

  test("one text goes into cells that lie apart, and one undo takes it back", async () => {
    const sexes = async () => [await shown(0, "性别"), await shown(2, "性别")];
    const before = await sexes();
    const other = before[0] === "女" ? "男" : "女";
    await cell(0, "性别").click();
    await cell(2, "性别").click({ modifiers: ["Control"] });
    await page.keyboard.type(other);
    await page.keyboard.press("Control+Enter");
    await eventually(sexes, [other, other]);
    await page.keyboard.press("Control+Z");
    await eventually(sexes, before);
    const second = async () => [await shown(2, "姓名"), await shown(2, "性别")];
    const own = await second();
    await cell(1, "姓名").click();
    await cell(2, "姓名").click({ modifiers: ["Shift"] });
    await cell(1, "性别").click({ modifiers: ["Control"] });
    await cell(2, "性别").click({ modifiers: ["Shift"] });
    await page.keyboard.press("Control+D");
    await eventually(second, [await shown(1, "姓名"), await shown(1, "性别")]);
    await page.keyboard.press("Control+Z");
    await eventually(second, own);
  });

  test("every guardian is edited in the side panel", async () => {
    await cell(1, "姓名").click();
    await page.keyboard.press("Alt+Enter");
    const panel = page.getByRole("complementary", { name: "成员详情" });
    const add = async (name) => {
      await panel.getByRole("button", { name: "添加监护人" }).click();
      const form = panel.getByRole("group", { name: "添加监护人" });
      await form.getByLabel("监护人", { exact: true }).fill(name);
      await form.getByLabel("关系").selectOption({ label: "父亲" });
      await form.getByRole("button", { name: "保存" }).click();
      await panel.getByRole("button", { name: `移除监护人${name}` }).waitFor();
    };
    await add("王大明");
    await add("李芳");
    const second = panel.getByRole("group", { name: "监护人 2" });
    await second.getByLabel("监护人电话").fill("13800138000");
    await page.keyboard.press("Enter");
    // Both may confirm until one is switched off; without any a minor is pointed out.
    const may = (number) =>
      panel.getByRole("group", { name: `监护人 ${number}` }).getByRole("checkbox", { name: "可以确认" });
    assert.ok((await may(1).isChecked()) && (await may(2).isChecked()));
    await may(2).click();
    await eventually(() => may(2).isChecked(), false);
    await may(1).click();
    await panel.getByText("未成年人没有可以确认的监护人").waitFor();
    await checkScreen(app, "guardians");
    await may(1).click();
    await eventually(() => panel.getByText("未成年人没有可以确认的监护人").count(), 0);
    await panel.getByRole("button", { name: "移除监护人王大明" }).click();
    await eventually(() => panel.getByRole("group", { name: /^监护人 / }).count(), 1);
    assert.equal(await panel.getByRole("textbox", { name: "监护人", exact: true }).inputValue(), "李芳");
  });

  test("the choice of a department is a tree that anybody can use", async () => {
    await page.locator("nav a[href='#/invitations']").click();
    await button(/^部门 \/ 班级：/).click();
    await page.getByRole("tree").waitFor();
    await checkScreen(app, "invitations-department");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+K");
    await page.getByPlaceholder("输入命令、姓名或拼音首字母").waitFor();
    const ring = await page
      .getByPlaceholder("输入命令、姓名或拼音首字母")
      .evaluate((input) => getComputedStyle(input).outlineStyle);
    assert.equal(ring, "none");
    await page.keyboard.press("Escape");
  });

  test("the bar does without words and buttons where it is narrow, and loses none", async () => {
    await page.locator("nav a[href='#/roster']").click();
    const bar = page.getByRole("toolbar", { name: "名册工具" });
    await bar.waitFor();
    const isOpen = () => page.getByRole("complementary", { name: "成员详情" }).isVisible();
    if (!(await isOpen())) await button("成员详情", bar).click();
    for (const width of [1280, 1100, 960]) {
      await page.setViewportSize({ width, height: 800 });
      await eventually(
        () => bar.evaluate((box) => box.scrollWidth <= box.clientWidth),
        true,
        `nothing of the bar is cut off at ${width} px`,
      );
    }
    await button("更多", bar).click();
    await checkScreen(app, "bar-more");
    await page.getByRole("menuitem", { name: /^查找和替换/ }).click();
    await page.getByRole("textbox", { name: "查找", exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  test("a refused text goes with Ctrl+Z before anything that was saved", async () => {
    const before = [await shown(0, "姓名"), await shown(0, "性别")];
    await cell(0, "性别").click();
    await page.keyboard.type("未知");
    await page.keyboard.press("Enter");
    await toast(/^没有保存：不是可选的内容/).waitFor();
    await page.locator("[role=row][aria-rowindex='2'] .mark-invalid").waitFor();
    await page.keyboard.press("Control+Z");
    await page.locator("[role=row][aria-rowindex='2'] .mark-invalid").waitFor({ state: "detached" });
    assert.deepEqual([await shown(0, "姓名"), await shown(0, "性别")], before);
  });

  test("the palette knows the roster's commands by pinyin initials", async () => {
    await page.locator("nav a[href='#/settings']").click();
    await page.keyboard.press("Control+K");
    await page.getByPlaceholder("输入命令、姓名或拼音首字母").fill("xzcy");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "新增成员" }).waitFor();
    await page.keyboard.press("Escape");
  });
});
