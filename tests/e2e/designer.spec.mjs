/**
 * Designing a layout in a browser, on the real use cases: a box moved by pointer and by keys and put back, a warning that
 * comes and goes, a logo, keeping it, printing with it, and files of layouts, whole and broken. Needs mingce-devhost,
 * mingce and ui/dist. Run: node --test tests/e2e/designer.spec.mjs
 */

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { describe } from "node:test";
import { answerDialog, callApp, checkScreen, eventually, openFresh, shareDesk } from "./app-host.mjs";
import { portrait } from "./portrait.mjs";

/** People of the roster, and English that stands in names of papers. */
const NAMES = [
  "王小明",
  "Avery",
  "Letter",
  "ISO",
  "the maker's published figures; two public programs agree",
  "dpi",
  "Delete",
];

describe("the designer of layouts", { timeout: 300_000 }, () => {
  let app;
  let page;

  const { office, step } = shareDesk("designer", async (desk) => {
    ({ app, page } = await openFresh(desk));
    for (const [name, number] of [
      ["王小明", "S1"],
      ["欧阳娜娜·阿依古丽", "S2"],
      ["李䶮", "S3"],
    ]) {
      const cells = [
        { column: "name", text: name },
        { column: "card_number", text: number },
      ];
      await call("add_member", { cells });
    }
    await call("invite", { days: 14, replaces_open: false });
  });

  const call = (name, args) => callApp(page, name, args);
  const goTo = (name) => page.getByRole("navigation").getByRole("link", { name }).click();
  const box = (name) => page.getByRole("region", { name: "版面" }).getByRole("group", { name });
  const field = (name) => page.getByRole("spinbutton", { name, exact: true });
  const findings = () => page.getByRole("region", { name: "检查" });
  const press = (name, options = {}) => page.getByRole("button", { name, ...options }).click();
  const fine = () => findings().getByText("没有问题").waitFor();
  const check = (name) => checkScreen(app, `designer-${name}`, { names: [...NAMES, office.folder] });

  step("the layouts are reached from the settings, and there is none of one's own yet", async () => {
    await goTo("设置");
    await press("管理和设计版式");
    await page.getByText("还没有自己的版式").waitFor();
    await check("list-empty");
  });

  step("a shipped one is the start, drawn with the longest name of the roster", async () => {
    await press(/^以标签 21 张.*为基础新建$/);
    await page.getByRole("img", { name: "印出来的样子" }).waitFor();
    await fine();
    const who = page.getByRole("combobox", { name: "试印的人" });
    assert.match(await who.locator("option").first().innerText(), /名字最长 · 欧阳娜娜/);
    await who.selectOption({ index: 1 });
    await check("fresh");
  });

  step("the pointer moves a box, which snaps to the grid; undo puts it back", async () => {
    const code = box(/^二维码/);
    await code.click();
    const before = [await field("左").inputValue(), await field("上").inputValue()];
    const at = await code.boundingBox();
    const paper = await page.locator(".board-room").boundingBox();
    const px = paper.width / 63.5;
    const middle = [at.x + at.width / 2, at.y + at.height / 2];
    await page.mouse.move(...middle);
    await page.mouse.down();
    await page.mouse.move(middle[0] + 2, middle[1]);
    await page.mouse.move(middle[0] + 12 * px, middle[1] - 1.2 * px, { steps: 6 });
    await page.mouse.up();
    const moved = Number(await field("左").inputValue());
    assert.ok(Math.abs(moved - (Number(before[0]) + 12)) < 1.5, `moved from ${before[0]} to ${moved}`);
    // It lies on the texts now: said at once.
    await findings()
      .getByText(/压在二维码/)
      .waitFor();
    assert.ok(await page.getByRole("button", { name: "保存为自己的版式" }).isEnabled());
    await check("covered");
    await code.press("Control+z");
    const place = async () => [await field("左").inputValue(), await field("上").inputValue()];
    await eventually(place, before, "it is back");
    await fine();
    await code.press("Control+y");
    await eventually(async () => Number(await field("左").inputValue()), moved, "it is moved again");
    await page.keyboard.press("Control+z");
    await fine();
  });

  step("a handle makes a box larger, and Escape lets go of the drag", async () => {
    const code = box(/^二维码/);
    await code.click();
    const width = await field("宽").inputValue();
    const handle = code.locator('[data-handle="se"]');
    const grip = async (x, y) => {
      const at = await handle.boundingBox();
      await page.mouse.move(at.x + 5, at.y + 5);
      await page.mouse.down();
      await page.mouse.move(at.x + 5 + x, at.y + 5 + y, { steps: 4 });
    };
    await grip(-60, -60);
    await eventually(
      async () => Number(await field("宽").inputValue()) < Number(width),
      true,
      "it is smaller",
    );
    await page.keyboard.press("Escape");
    await page.mouse.up();
    await eventually(() => field("宽").inputValue(), width, "the number");
  });

  step(
    "keys move by a millimetre and a tenth, size with Shift, and Tab goes on to the next box",
    async () => {
      const code = box(/^二维码/);
      await code.focus();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Alt+ArrowUp");
      await eventually(() => field("上").inputValue(), "6.663", "the number");
      await page.keyboard.press("Shift+ArrowLeft");
      await eventually(() => field("宽").inputValue(), "27.575", "the number");
      await page.keyboard.press("Tab");
      await eventually(
        () => page.evaluate(() => document.activeElement?.dataset.kind),
        "texts",
        "the next box",
      );
      for (let times = 0; times < 3; times += 1) await page.keyboard.press("Control+z");
      await code.focus();
      await eventually(() => field("上").inputValue(), "4.763", "the number");
      await fine();
    },
  );

  step("a number makes a box too small: the warning comes, with a way there, and goes", async () => {
    await box(/^文字/).first().focus();
    const height = field("高");
    await height.fill("9");
    await findings()
      .getByText(/看不清/)
      .waitFor();
    await box(/^二维码/).focus();
    await findings().getByRole("button", { name: /^去看/ }).first().click();
    await height.fill("31.7");
    await fine();
    await height.blur();
  });

  step("texts, a line and the school's badge are put on it", async () => {
    await press("添加文字");
    await page.getByRole("textbox", { name: "文字" }).fill("校服领取 {name}");
    await field("上").fill("34.5");
    await field("左").fill("2");
    await field("高").fill("2.5");
    await field("宽").fill("28");
    await field("左").blur();
    await findings()
      .getByText(/压在二维码|没有问题|放不下/)
      .first()
      .waitFor();
    await page.getByRole("textbox", { name: "文字" }).fill("{nmae}");
    await findings()
      .getByText(/花括号里的词不认识/)
      .waitFor();
    await page.getByRole("textbox", { name: "文字" }).fill("");
    await page.getByRole("combobox", { name: "插入" }).selectOption({ label: "部门 / 班级" });
    await findings()
      .getByText(/花括号里的词不认识/)
      .waitFor({ state: "detached" });
    const badge = office.file("校徽.png");
    writeFileSync(badge, portrait([30, 90, 160]));
    await answerDialog(page, badge);
    await press("添加图片");
    await box(/^图片/).waitFor();
    await check("texts");
    await page.keyboard.press("Escape");
    for (const kind of [/^图片/, /^文字 ‹部门/]) {
      await box(kind).last().focus();
      await page.keyboard.press("Delete");
    }
    await fine();
  });

  step("it is kept under a name, and shown among one's own", async () => {
    const name = page.getByRole("textbox", { name: "名称" });
    await name.fill("labels");
    await press("保存为自己的版式");
    await page.getByRole("dialog").getByText("已有同名的").waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await name.fill("一年级标签");
    await page.keyboard.press("Control+s");
    await page.getByText("已保存一年级标签").waitFor();
    const rows = (await call("layouts", {})).filter((row) => row.is_own);
    assert.deepEqual(
      rows.map((row) => row.name_zh),
      ["一年级标签"],
    );
  });

  step("what is not kept stays while one looks elsewhere", async () => {
    await box(/^二维码/).focus();
    await page.keyboard.press("ArrowDown");
    await press("返回");
    await page.getByText("有未保存的修改").waitFor();
    await check("list");
    await press("设计一年级标签");
    await page.getByText("有未保存的修改").waitFor();
    await press(/保存$/);
    await page.getByText("有未保存的修改").waitFor({ state: "detached" });
  });

  step("a colleague's change met in the designer is told, and neither is lost", async () => {
    const [row] = (await call("layouts", {})).filter((one) => one.is_own);
    const whole = await call("layout", { id: row.id });
    await box(/^二维码/).focus();
    await page.keyboard.press("ArrowUp");
    whole.content.stock.tolerance_mm = 0.6;
    await call("keep_layout", { id: row.id, name: row.name_zh, content: whole.content });
    await page.getByText("同事刚刚改过这个版式").waitFor();
    await check("stale");
    await press("用我的覆盖");
    await page.getByText("同事刚刚改过这个版式").waitFor({ state: "detached" });
    const kept = await call("layout", { id: row.id });
    assert.equal(kept.content.stock.tolerance_mm, 0.5);
  });

  step("the print run prints with it", async () => {
    await press("用它打印");
    await page.getByRole("img", { name: "第 1 页" }).waitFor();
    await page.locator(".sheets-options").getByText("一年级标签").first().waitFor();
    const file = office.file("自己的版式.pdf");
    await answerDialog(page, file);
    await press("保存 PDF");
    await page.getByRole("dialog").waitFor();
    assert.ok(readFileSync(file).subarray(0, 5).equals(Buffer.from("%PDF-")));
    await page.keyboard.press("Escape");
    await press("设计版式…");
    await box(/^二维码/).waitFor();
    await press("返回");
    await page.getByRole("heading", { name: "打印预览" }).waitFor();
  });

  step("the paper changes by numbers, and what leaves it is told", async () => {
    await press("设计版式…");
    await page.getByText("纸张", { exact: true }).first().click();
    await field("行数").fill("9");
    await findings()
      .getByText(/标签超出纸张/)
      .waitFor();
    await press(/^去看：纸张/);
    await field("行数").fill("7");
    await fine();
    await page.getByText("整页", { exact: true }).click();
    await page.locator(".board-label").nth(20).waitFor();
    await check("sheet");
    await page.keyboard.press("Escape");
  });

  step("a file takes it elsewhere and back; a broken one says where", async () => {
    await goTo("设置");
    await press("管理和设计版式");
    const file = office.file("一年级标签.json");
    await answerDialog(page, file);
    await press("导出一年级标签");
    await page.getByText(/^已导出/).waitFor();
    await answerDialog(page, file);
    await press("读入版式文件…");
    await page.getByText("已读入一年级标签 2").waitFor();
    const [first, second] = (await call("layouts", {})).filter((row) => row.is_own);
    const [one, other] = [await call("layout", { id: first.id }), await call("layout", { id: second.id })];
    assert.deepEqual(one.content, other.content);
    writeFileSync(file, readFileSync(file, "utf8").replace('"rows": 7', '"rows": 70'));
    await answerDialog(page, file);
    await press("读入版式文件…");
    await page.getByRole("dialog").getByText("stock.grid.top_mm").waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await press("给一年级标签 2改名");
    await page.getByRole("dialog").getByRole("textbox").fill("二年级标签");
    await page.keyboard.press("Enter");
    await page.getByText("二年级标签").first().waitFor();
    await press("删除二年级标签");
    await page.getByText("已删除二年级标签").waitFor();
    await eventually(
      async () => (await call("layouts", {})).filter((row) => row.is_own).length,
      1,
      "one is left",
    );
    await page.getByRole("button", { name: "撤销" }).click();
    await eventually(
      async () => (await call("layouts", {})).filter((row) => row.is_own).length,
      2,
      "it came back",
    );
  });
});
