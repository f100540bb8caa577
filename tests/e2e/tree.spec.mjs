/**
 * The department tree in a browser, on the real use cases: made, named, dragged, moved by keys, led, merged, archived,
 * removed with a new home, and all of it undone. Needs mingce-devhost, mingce and ui/dist.
 * Run: node --test tests/e2e/tree.spec.mjs
 */

import assert from "node:assert/strict";
import { describe } from "node:test";
import { callApp, checkScreen, eventually, openFresh, shareDesk } from "./app-host.mjs";
import { picture } from "./grid-page.mjs";

const CLASSES = ["1班", "2班", "10班"];

describe("the department tree", { timeout: 300_000 }, () => {
  let app;
  let page;

  const { step } = shareDesk("tree", async (desk) => {
    ({ app, page } = await openFresh(desk));
  });

  const tree = () => page.getByRole("tree", { name: "部门", exact: true }).first();
  const item = (name) => tree().getByRole("treeitem", { name });
  const dialog = () => page.getByRole("dialog");

  const call = (name, args) => callApp(page, name, args);

  /** Names as they stand in the tree, indented by their level. */
  const shown = () =>
    tree()
      .getByRole("treeitem")
      .evaluateAll((rows) =>
        rows.map((row) => "  ".repeat(Number(row.ariaLevel) - 1) + row.getAttribute("aria-label")),
      );

  const shows = (wanted, what) => eventually(shown, wanted, what);

  /** Opens the menu of a department by the keyboard and runs the command. */
  async function run(name, command) {
    await item(name).click();
    await page.keyboard.press("Shift+F10");
    await page.getByRole("menuitem", { name: command }).click();
  }

  async function drag(from, to, part) {
    const [start, end] = [await item(from).boundingBox(), await item(to).boundingBox()];
    await page.mouse.move(start.x + 60, start.y + start.height / 2);
    await page.mouse.down();
    await page.mouse.move(end.x + 70, end.y + end.height / 2, { steps: 6 });
    await page.mouse.move(end.x + 70, end.y + end.height * part, { steps: 3 });
    await page.screenshot({ path: picture("tree-drag") });
    await page.mouse.up();
  }

  /** One after the other: what one leaves, the next goes on with. */
  step("departments are made and named in place, and a wrong name is told at once", async () => {
    await page.getByRole("button", { name: "新建部门" }).first().click();
    const field = page.getByRole("textbox", { name: "部门名称" });
    await field.fill("高一");
    await field.press("Enter");
    await shows(["全部成员 0", "高一 0"]);
    for (const name of CLASSES) {
      await run(/^高一/, "新建下级部门");
      await field.fill(name);
      await field.press("Enter");
      await item(new RegExp(`^${name}`)).waitFor();
    }
    await shows(["全部成员 0", "高一 0", "  1班 0", "  2班 0", "  10班 0"], "in the order of numbers");
    await run(/^高一/, "新建下级部门");
    await field.fill("１班");
    await page.getByText("同级已有同名部门，请换一个名称。").waitFor();
    await field.press("Enter");
    await checkScreen(app, "tree-name");
    await field.press("Escape");
    await field.waitFor({ state: "detached" });
  });

  step("people are counted in each department, its own and with those below", async () => {
    const add = (name, department) =>
      call("add_member", {
        cells: [
          { column: "name", text: name },
          { column: "department", text: department },
        ],
      });
    for (const [name, department] of [
      ["张三", "高一/1班"],
      ["李四", "高一/1班"],
      ["王五", "高一/2班"],
      ["单老师", "高一"],
    ]) {
      const answer = await add(name, department);
      assert.ok(answer.id, JSON.stringify(answer));
    }
    await shows(["全部成员 4", "高一 4", "  1班 2", "  2班 1", "  10班 0"]);
    await item(/^高一/).click();
    await page.getByText("本部门 1 人，含下级 4 人").waitFor();
  });

  step("a drag changes the order, and keys put it back", async () => {
    await drag(/^10班/, /^1班/, 0.1);
    await shows(["全部成员 4", "高一 4", "  10班 0", "  1班 2", "  2班 1"]);
    await item(/^10班/).click();
    await page.keyboard.press("Alt+ArrowDown");
    await shows(["全部成员 4", "高一 4", "  1班 2", "  10班 0", "  2班 1"]);
    await page.keyboard.press("Control+z");
    await page.keyboard.press("Control+z");
    await shows(["全部成员 4", "高一 4", "  1班 2", "  2班 1", "  10班 0"], "undone");
  });

  step("a branch is moved with everything below it, by keys and by the menu", async () => {
    await item(/^10班/).click();
    await page.keyboard.press("Alt+ArrowLeft");
    await shows(["全部成员 4", "高一 4", "  1班 2", "  2班 1", "10班 0"]);
    await run(/^高一/, "移到…");
    await dialog().getByRole("treeitem", { name: /^10班/ }).click();
    await dialog().getByRole("button", { name: "好" }).click();
    await shows(["全部成员 4", "10班 4", "  高一 4", "    1班 2", "    2班 1"]);
    await page.keyboard.press("Control+z");
    await page.keyboard.press("Control+z");
    await shows(["全部成员 4", "高一 4", "  1班 2", "  2班 1", "  10班 0"]);
  });

  step("a class gets a head, found by initials", async () => {
    await item(/^1班/).click();
    await page.keyboard.press("Alt+Enter");
    const finder = dialog().getByRole("combobox", { name: "添加负责人" });
    await finder.fill("sls");
    await dialog()
      .getByRole("option", { name: /单老师/ })
      .waitFor();
    await checkScreen(app, "tree-details", { names: ["sls"] });
    await finder.press("Enter");
    await dialog().getByRole("combobox", { name: "单老师的职责" }).waitFor();
    await checkScreen(app, "tree-leader");
    await dialog().getByRole("button", { name: "完成" }).click();
    await page.getByText("班主任 单老师").waitFor();
    await shows(["全部成员 4", "高一 4", "  1班 3", "  2班 1", "  10班 0"], "nobody is counted twice");
  });

  step("two classes become one, and two again", async () => {
    await run(/^1班/, "并入其他部门…");
    await dialog().getByRole("searchbox").fill("2班");
    await dialog().getByText("2 人转走，1 处兼属或职责随之转走").waitFor();
    await checkScreen(app, "tree-merge");
    await dialog().getByRole("searchbox").press("Enter");
    await shows(["全部成员 4", "高一 4", "  2班 4", "  10班 0"]);
    await item(/^2班/).click();
    await page.getByText("班主任 单老师").waitFor();
    await page.keyboard.press("Control+z");
    await shows(["全部成员 4", "高一 4", "  1班 3", "  2班 1", "  10班 0"]);
  });

  step(
    "what is archived is out of the tree, its people are found and marked, and it comes back",
    async () => {
      await run(/^1班/, "归档");
      await shows(["全部成员 4", "高一 4", "  2班 1", "  10班 0"]);
      await item(/^全部成员/).click();
      await page.getByRole("gridcell", { name: /张三/ }).waitFor();
      await page.getByRole("button", { name: "显示已归档（1）" }).click();
      await shows(["全部成员 4", "高一 4", "  1班 已归档 3", "  2班 1", "  10班 0"]);
      await checkScreen(app, "tree-archived");
      await drag(/^2班/, /^1班/, 0.5);
      await shows(["全部成员 4", "高一 4", "  1班 已归档 3", "  2班 1", "  10班 0"], "nothing goes into it");
      await run(/^1班/, "恢复");
      await shows(["全部成员 4", "高一 4", "  1班 3", "  2班 1", "  10班 0"]);
    },
  );

  step("a department with people in it goes when they have a new home", async () => {
    await item(/^10班/).click();
    await page.keyboard.press("Delete");
    await shows(["全部成员 4", "高一 4", "  1班 3", "  2班 1"], "an empty one goes at once");
    await item(/^高一/).click();
    await page.keyboard.press("Delete");
    await dialog().getByText("这个部门里有 4 人、2 个下级部门。").waitFor();
    await dialog()
      .getByRole("treeitem", { name: /^不属于任何部门/ })
      .click();
    await dialog().getByText("1 人转走，2 个下级部门移走").waitFor();
    await checkScreen(app, "tree-remove");
    await dialog().getByRole("button", { name: "转走并移除" }).click();
    await shows(["全部成员 4", "1班 3", "2班 1"]);
    await page.keyboard.press("Control+z");
    await page.keyboard.press("Control+z");
    await shows(["全部成员 4", "高一 4", "  1班 3", "  2班 1", "  10班 0"]);
  });

  step("deep departments can be read: by their path, by more room, and that stays", async () => {
    const names = ["集团", "华东", "上海", "浦东", "一部", "二处", "三科", "四组", "五队", "六班组"];
    let parent = null;
    for (const name of names) parent = (await call("create_department", { parent, name })).id;
    await item(/^集团/).click();
    for (const name of names.slice(1)) {
      await page.keyboard.press("ArrowRight");
      await item(new RegExp(`^${name}`)).waitFor();
      await page.keyboard.press("ArrowDown");
    }
    const name = item(/^六班组/).locator(".tree-name");
    assert.match(await name.getAttribute("title"), new RegExp(`^${names.join("/")}\n`));
    const room = () => name.evaluate((element) => element.clientWidth - element.scrollWidth);
    assert.ok((await room()) >= 0, "the name is whole at the width that a new window has");
    const divider = page.getByRole("separator", { name: "部门栏宽度" });
    const width = async () => Number(await divider.getAttribute("aria-valuenow"));
    const before = await width();
    await divider.focus();
    for (let times = 0; times < 3; times += 1) await page.keyboard.press("ArrowRight");
    assert.equal(await width(), before + 48);
    await page.reload();
    await divider.waitFor();
    assert.equal(await width(), before + 48);
    await checkScreen(app, "tree-deep");
  });

  step("the same in the dark and in English", async () => {
    const preferences = await call("preferences", {});
    await call("set_preferences", { ...preferences, language: "en", theme: "dark" });
    await page.reload();
    await page.getByRole("treeitem", { name: /^1班/ }).click();
    await page.getByText("Class head 单老师").waitFor();
    await checkScreen(app, "tree-en-dark", { language: "en" });
    await page.keyboard.press("Shift+F10");
    await page.getByRole("menuitem", { name: "Merge into another…" }).waitFor();
    await checkScreen(app, "tree-menu-en-dark", { language: "en" });
    await page.getByRole("menuitem", { name: "Department details…" }).click();
    await page.getByRole("combobox", { name: "Kind" }).waitFor();
    await checkScreen(app, "tree-details-en-dark", { language: "en" });
    await page.keyboard.press("Escape");
    for (const link of await page.locator(".shell-rail a").all()) {
      await link.click();
      await page.locator(".shell-rail a.active").waitFor();
      const over = await link.evaluate((box) => box.scrollWidth - box.clientWidth);
      assert.ok(over <= 0, `${await link.textContent()} stands ${over} px over its box in the rail`);
    }
  });
});
