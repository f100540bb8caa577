/**
 * Files in depth: who may be the same is asked, a change is left out, a mirrored file asks for the number that leaves, and
 * imports are listed and taken back; the desktop in a browser. Needs mingce-devhost, mingce and ui/dist.
 * Run: node --test tests/e2e/import.spec.mjs
 */

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { describe } from "node:test";
import { answerDialog, checkScreen, eventually, openFresh, shareDesk } from "./app-host.mjs";

const NAMES = ["赵一", "钱二", "孙三", "李四", "周五", "吴六"];
const whole = NAMES.map((name, index) => `100${index},${name},1380013800${index}`);
const table = (lines) => `学号,姓名,手机号\n${lines.join("\n")}\n`;

describe("files in depth", { timeout: 300_000 }, () => {
  let app;
  let page;

  const { office, step } = shareDesk("import", async (desk) => {
    ({ app, page } = await openFresh(desk));
    await open("全部.csv", table(whole));
    await button(/^预\s*览$/).click();
    await button(/^导入 6 人/).click();
    await button("查看名册").click();
    await page.getByRole("gridcell", { name: NAMES[0], exact: true }).waitFor();
  });

  const go = (path) => page.locator(`nav a[href='#/${path}']`).click();
  const button = (name, on = page) => on.getByRole("button", { name });
  const call = (name, args = {}) =>
    page.evaluate(
      async ([what, words]) => {
        const headers = { "content-type": "application/json" };
        const answer = await fetch(`/call/${what}`, { method: "POST", headers, body: JSON.stringify(words) });
        return answer.json();
      },
      [name, args],
    );
  const fieldNames = async () => (await call("custom_fields")).map((field) => field.name);
  const open = async (name, content) => {
    const file = office.file(name);
    writeFileSync(file, content);
    await go("roster");
    await go("import");
    await answerDialog(page, file);
    await button("选择文件").click();
    await button(/^预\s*览$/).waitFor();
  };

  const grid = () => page.getByRole("grid", { name: "导入预览" });
  const rows = (text) => grid().locator(".grid-row", { hasText: text });
  /** The cell of the row under the heading of that name. */
  const cellOf = async (text, heading) => {
    const head = grid().getByRole("columnheader", { name: heading, exact: false }).first();
    const column = await head.getAttribute("aria-colindex");
    return rows(text).first().locator(`[role=gridcell][aria-colindex="${column}"]`);
  };
  /** Waits until the active cell shows this. */
  const isAt = (text) =>
    page.waitForFunction(
      (wanted) => document.querySelector(".grid-cell.is-active")?.firstChild?.textContent === wanted,
      text,
    );
  const count = (text) => page.getByText(text, { exact: true });

  step("a column becomes a field of its own, a choice is taken in, and all is one batch", async () => {
    const forms = ["住校", "走读", "走读", "走读", "住校", "走读"];
    const content = whole.map((line, at) => `${line},${forms[at]},${at < 3 ? "校队、少先队" : ""}`);
    await open("住宿.csv", table(content).replace("手机号\n", "手机号,住宿情况,标签\n"));
    const target = page.getByRole("combobox", { name: "对应到: 住宿情况" });
    await target.click();
    await target.fill("新建自定义");
    await page.keyboard.press("Enter");
    const name = page.getByRole("textbox", { name: "名称: 住宿情况" });
    assert.equal(await name.inputValue(), "住宿情况");
    assert.equal(await page.getByRole("combobox", { name: "类型: 住宿情况" }).inputValue(), "choice");
    const choices = page.getByRole("textbox", { name: "选项: 住宿情况" });
    assert.equal(await choices.inputValue(), "走读、住校");
    await choices.fill("走读");
    await name.fill("住宿");
    await checkScreen(app, "import-new-field", { names: ["住宿.csv"] });
    await button(/^预\s*览$/).click();
    await page.getByText("将新建 2 个标签").waitFor();
    await page.getByText("有问题 2", { exact: true }).waitFor();
    await rows("赵一").first().waitFor();
    await button("把“住校”加为选项").click();
    await page.getByText("修改 6", { exact: true }).click();
    await rows("走读").first().waitFor();
    await checkScreen(app, "import-new-field-preview", { names: ["住宿.csv"] });
    await button(/^导入 6 人/).click();
    await page.getByText("修改 6 人", { exact: false }).waitFor();
    assert.deepEqual(await fieldNames(), ["住宿"]);
    await go("roster");
    await go("import");
    const row = page.getByRole("row", { name: /住宿\.csv/ });
    await button("撤销这次导入", row).click();
    await row.getByText("已撤销").waitFor();
    assert.deepEqual(await fieldNames(), [], "made by the batch, gone with it");
  });

  step("an unsure row is answered, and one change is left out", async () => {
    const moved = whole[0].replace("1000", "2000");
    const changed = whole[1].replace("13800138001", "13900139001");
    await open(
      "转班.csv",
      `${table([moved, changed]).replace("手机号\n", "手机号,备注\n")}`.replace(/(\d)\n/g, "$1,转班\n"),
    );
    await button(/^预\s*览$/).click();
    const who = page.getByRole("radiogroup", { name: "赵一 是谁？" });
    await who.waitFor();
    await checkScreen(app, "import-unsure", { names: ["转班.csv", "全部.csv"] });
    // The choice goes as soon as it is made, so nothing is there to be found checked.
    await page.getByRole("radio", { name: /同一个人/ }).click();
    await count("修改 2").waitFor();
    // By a slip: the answer is taken back and given again.
    await (await cellOf("赵一", "备注")).click();
    await page.keyboard.press("Control+z");
    await count("待确认 1").waitFor();
    await page.keyboard.press("Control+y");
    await count("修改 2").click();
    await (await cellOf("赵一", "备注")).click();
    await page.keyboard.press("Space");
    await grid().locator(".grid-cell.is-active.is-out").waitFor();
    await page.keyboard.press("Control+z");
    await grid().locator(".grid-cell.is-active:not(.is-out)").waitFor();
    await page.keyboard.press("Control+y");
    await grid().locator(".grid-cell.is-active.is-out").waitFor();
    await button(/^导入 2 人/).click();
    await page.getByText("新增 0 人，修改 2 人", { exact: false }).waitFor();
    const [found] = await call("find_members", { text: "赵一", limit: 1 });
    const detail = await call("member_detail", { id: found.id });
    assert.ok(!JSON.stringify(detail).includes("转班"), "what was taken out did not go in");
  });

  step("the rows that change one column are looked at by themselves", async () => {
    const lines = [
      whole[2].replace("13800138002", "13900139002"),
      whole[3].replace("李四", "李思"),
      whole[4].replace("13800138004", "13900139004"),
    ];
    await open("改动.csv", table(lines));
    await button(/^预\s*览$/).click();
    await page.getByText("修改 3", { exact: true }).click();
    const column = page.getByRole("combobox", { name: "只看改动了某一列的行" });
    await rows("周五").waitFor();
    await column.click();
    await page.locator(".ant-select-item-option", { hasText: "手机号 2" }).click();
    await rows("李思").waitFor({ state: "detached" });
    const others = grid().locator(".grid-row", { hasText: /孙三|周五/ });
    await eventually(() => others.count(), 2, "both of them");
    // The old value is struck through beside the new one, and told apart in words.
    const phone = await cellOf("孙三", "手机号");
    assert.equal(await phone.locator(".grid-before").innerText(), "138****8002");
    await phone.getByText("原为 138****8002", { exact: false }).waitFor({ state: "attached" });
    await checkScreen(app, "import-one-column", { names: ["改动.csv", "孙三", "周五"] });
    const search = page.getByRole("searchbox", { name: "姓名、拼音、号码或部门" });
    await search.fill("ss");
    await rows("周五").waitFor({ state: "detached" });
    await eventually(() => rows("孙三").count(), 1, "found by the initials");
    await search.fill("");
    await rows("周五").waitFor();
  });

  step("a guardian's phone is masked in the preview as the member's own", async () => {
    const people = ["学号,姓名,手机号,家长姓名,家长电话", "3001,郑七,13800138077,郑大,13900139077"];
    await open("家长.csv", `${people.join("\n")}\n`);
    await button(/^预\s*览$/).click();
    await rows("郑大").getByText("139****9077").waitFor();
    assert.equal(await page.getByText("13900139077").count(), 0);
    // A mask is typed over, never edited.
    await (await cellOf("郑大", "家长电话")).dblclick();
    assert.equal(await page.locator(".grid-sink").inputValue(), "");
    await page.keyboard.press("Escape");
  });

  step("faulty cells are typed over where they stand, by keyboard, and go in", async () => {
    const lines = [
      "4001,郑八,138001380",
      "4002,陈九,1390013900x",
      "4002,褚十,13700137010",
      "4004,,13700137011",
    ];
    await open("更正.csv", table(lines));
    await button(/^预\s*览$/).click();
    await count("有问题 4").waitFor();
    await rows("郑八").waitFor();
    await page.keyboard.press("F8");
    await isAt("138001380");
    await page.getByRole("region", { name: /郑八/ }).getByText("C2", { exact: false }).waitFor();
    await checkScreen(app, "import-correct", { names: ["更正.csv", "郑八", "陈九", "褚十"] });
    await page.keyboard.type("13800138001");
    await page.keyboard.press("Enter");
    await count("有问题 3").waitFor();
    await page.keyboard.press("F8");
    await isAt("1390013900x");
    // Still wrong: it stays, with what was typed.
    await page.keyboard.type("139");
    await page.keyboard.press("Enter");
    await page.getByText("已更正 2 处", { exact: false }).waitFor();
    await page.keyboard.press("F8");
    await isAt("4002");
    await page.keyboard.press("Shift+F8");
    await isAt("139");
    await page.keyboard.press("F2");
    await page.keyboard.type("00139002");
    await page.keyboard.press("Enter");
    await count("有问题 2").waitFor();
    await page.keyboard.press("F8");
    await isAt("4002");
    await page.keyboard.type("4003");
    await page.keyboard.press("Enter");
    await count("有问题 1").waitFor();
    // Undone and done again where one stands.
    await page.keyboard.press("Control+z");
    await count("有问题 2").waitFor();
    await page.keyboard.press("Control+y");
    await count("有问题 1").waitFor();
    await page.keyboard.press("F8");
    await isAt("");
    await page.keyboard.type("卫一");
    await page.keyboard.press("Enter");
    await count("有问题 0").waitFor();
    // Nothing is left to mend: the focus waits at going on.
    await page.waitForFunction(() => document.activeElement?.textContent?.startsWith("导入 4 人"));
    await page.getByText("已更正 4 处", { exact: false }).click();
    await button(/^还原 .*B5/).click();
    await page.getByText("有问题 1", { exact: true }).waitFor();
    await checkScreen(app, "import-corrected", { names: ["更正.csv", "郑八", "陈九", "褚十"] });
    await button(/^导入 3 人/).click();
    await page.getByText("新增 3 人", { exact: false }).waitFor();
    const [found] = await call("find_members", { text: "4003", limit: 1 });
    assert.equal(found.name, "褚十");
  });

  step("whoever sees that the headings stand in another row says so", async () => {
    const notes = "姓名,班级,手机号\n请勿改动,本行,及上行\n";
    await open("两行标题.csv", `${notes}${table(["1009,郑十,13800138019"])}`);
    const row = page.getByRole("spinbutton", { name: "标题所在行" });
    await row.fill("3");
    await page.keyboard.press("Enter");
    await page.getByRole("combobox", { name: "对应到: 学号" }).waitFor();
    assert.equal(await row.inputValue(), "3");
    await checkScreen(app, "import-heading-row", { names: ["两行标题.csv"] });
    await button(/^预\s*览$/).click();
    await page.getByText("新增 1", { exact: true }).waitFor();
    await rows("郑十").waitFor();
  });

  step("whoever sees garbled text says in which encoding it is written", async () => {
    // 姓名;手機 and 陳大文 in Big5.
    const content = "a96da657;a4e2bef70d0ab3afa46aa4e5;".split(";");
    const bytes = content.flatMap((part) => [...Buffer.from(part, "hex"), 0x3b]);
    await open("旧生.csv", Buffer.from([...bytes, ...Buffer.from("13800138099\r\n")]));
    const choose = async (name, label) => {
      await page.getByRole("combobox", { name }).click();
      await page.locator(".ant-select-item-option:visible", { hasText: label }).click();
    };
    const heading = page.getByRole("cell", { name: "手機", exact: true });
    await choose(/^编码/, "GB18030");
    await heading.waitFor({ state: "detached" });
    await choose(/^编码/, "Big5");
    await heading.waitFor();
    await checkScreen(app, "import-encoding", { names: ["旧生.csv", "Big5"] });
    await choose(/^分隔符/, "竖线");
    await heading.waitFor({ state: "detached" });
    await choose(/^分隔符/, "分号");
    await heading.waitFor();
  });

  step("whoever is said to stay stays when the file is looked at again", async () => {
    await open("少了.csv", table([...whole.slice(0, 5), whole[5].replace("13800138005", "138")]));
    await page.getByRole("combobox", { name: "导入方式" }).click();
    await page.getByTitle(/^以文件为准：全名册/).click();
    await button(/^预\s*览$/).click();
    await page.getByText("离开 3", { exact: true }).click();
    const going = async () => Number(/\d+/.exec(await button(/^导入 \d+ 人/).innerText())[0]);
    const all = await going();
    await rows("离开").first().waitFor();
    const boxes = grid().getByRole("checkbox", { name: "导入" });
    await boxes.first().click();
    await eventually(going, all - 1, "one of those who would leave stays");
    const ticked = () => boxes.evaluateAll((found) => found.filter((box) => box.ariaChecked === "true").length);
    await eventually(ticked, 2, "the tick is gone");
    await page.getByText("有问题 1", { exact: true }).click();
    await rows("吴六").waitFor();
    await page.keyboard.press("F8");
    await isAt("138");
    await page.keyboard.type("13800138005");
    await page.keyboard.press("Enter");
    await page.getByText("有问题 0", { exact: true }).waitFor();
    await eventually(going, all - 1, "one of those who would leave stays");
    await page.getByText("离开 3", { exact: true }).click();
    await eventually(() => boxes.count(), 3, "three would leave");
    assert.equal(await ticked(), 2);
    // All of them at once, by keyboard, and back.
    await grid().locator(".grid-row .grid-cell").first().click();
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Space");
    await eventually(ticked, 3, "the one who stayed leaves with the others again");
    await page.keyboard.press("Space");
    await eventually(ticked, 0, "nobody leaves");
  });

  step("a mirrored file asks for the number that leaves", async () => {
    await open("一个.csv", table([whole[5]]));
    await page.getByRole("combobox", { name: "导入方式" }).click();
    await page.getByTitle(/^以文件为准：全名册/).click();
    await button(/^预\s*览$/).click();
    await page.getByText("离开 8", { exact: true }).waitFor();
    const apply = button(/^导入 8 人/);
    assert.equal(await apply.isEnabled(), false);
    await page.getByRole("spinbutton", { name: "将离开的人数" }).fill("8");
    await page.keyboard.press("Tab");
    await checkScreen(app, "import-leaving", { names: ["一个.csv"] });
    await apply.click();
    await page.getByText("8 人设为离校", { exact: false }).waitFor();
  });

  step("the imports are listed and one is taken back", async () => {
    await go("roster");
    await go("import");
    const row = page.getByRole("row", { name: /一个\.csv/ });
    await row.getByText("新增 0，修改 0，离开 8").waitFor();
    await checkScreen(app, "import-history", { names: ["一个.csv", "更正.csv", "转班.csv", "全部.csv"] });
    await button("撤销这次导入", row).click();
    await row.getByText("已撤销").waitFor();
  });

  step("what was changed after an import is listed before the rest is taken back", async () => {
    const [found] = await call("find_members", { text: "4002", limit: 1 });
    await call("edit_cell", { member: found.id, column: "phone", text: "13700137002" });
    await go("roster");
    await go("import");
    const row = page.getByRole("row", { name: /更正\.csv/ });
    await button("撤销这次导入", row).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("陈九", { exact: false }).first().waitFor();
    await checkScreen(app, "import-undo", { names: ["更正.csv"] });
    await button("撤销这次导入", dialog).click();
    await row.getByText("已撤销").waitFor();
    await page.getByText("已撤销。之后改过的", { exact: false }).waitFor();
  });

  step("a class is found by the end of its path, a new one comes below the chosen", async () => {
    await open("学校.csv", "学号,姓名,部门\n5001,冯十,高中部/高一/3班\n5002,卫六,初中部\n");
    await button(/^预\s*览$/).click();
    await button(/^导入 2 人/).click();
    await page.getByText("新增 2 人", { exact: false }).waitFor();
    await open("新生.csv", "学号,姓名,部门\n5003,蒋七,3班\n5004,沈八,初一/1班\n");
    const under = page.getByRole("combobox", { name: "新部门放在" });
    await under.click();
    await under.fill("初中部");
    await page.locator(".ant-select-item-option", { hasText: "初中部" }).click();
    await checkScreen(app, "import-under", { names: ["新生.csv"] });
    await button(/^预\s*览$/).click();
    await page.getByText("1 个部门按路径的末尾对应到名册中已有的部门").click();
    await page.getByText("3班 → 高中部/高一/3班").waitFor();
    await page.getByText("将新建 2 个部门").click();
    await page.getByText("初中部/初一、初中部/初一/1班").waitFor();
    await checkScreen(app, "import-found-departments", { names: ["新生.csv"] });
    await button(/^导入 2 人/).click();
    await page.getByText("新增 2 人", { exact: false }).waitFor();
    const names = (await call("departments")).map((node) => node.name);
    assert.equal(names.filter((name) => name === "3班").length, 1);
  });

  step("every place of the rail is a shortcut away, from a cell and from a field alike", async () => {
    await go("roster");
    await page.getByRole("gridcell", { name: NAMES[1], exact: true }).click();
    await page.keyboard.press("Control+2");
    await button("选择文件").waitFor();
    assert.equal(await page.locator("nav a[href='#/roster']").getAttribute("title"), "名册  Ctrl 1");
    await page.keyboard.press("Control+1");
    await page.getByRole("gridcell", { name: NAMES[1], exact: true }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByPlaceholder("输入命令、姓名或拼音首字母").fill("导入");
    await page
      .locator("[cmdk-item]", { hasText: "前往导入" })
      .locator("kbd", { hasText: "Ctrl 2" })
      .waitFor();
    await page.keyboard.press("Control+2");
    await button("选择文件").waitFor();
  });

  step("thousands of rows scroll in English and in the dark, and are taken out by the menu", async () => {
    // The palette of the step before.
    await page.keyboard.press("Escape");
    const many = Array.from({ length: 5_000 }, (_, at) => `9${String(at).padStart(5, "0")},Pupil ${at},`);
    await go("settings");
    await page.getByText("深色", { exact: true }).click();
    await page.getByText("English", { exact: true }).click();
    await page.getByRole("heading", { name: "Settings", exact: true }).waitFor();
    const file = office.file("many.csv");
    const mixed = [whole[0].replace("赵一", "Anna Long-Name"), whole[2].replace("13800138002", "138")];
    writeFileSync(file, table([...mixed, ...many]));
    await go("import");
    await answerDialog(page, file);
    await button("Choose a file").click();
    await button("Preview").click();
    const preview = page.getByRole("grid", { name: "Preview of the import" });
    await page.getByText(/^All 500\d$/).click();
    const shown = (text) => preview.locator(".grid-row", { hasText: text });
    await shown("Anna Long-Name").waitFor();
    await shown("Anna Long-Name").getByRole("gridcell", { name: /Anna/ }).click({ button: "right" });
    await page.getByRole("menuitem", { name: "Leave this row out" }).click();
    await shown("Anna Long-Name").getByText("Left out").waitFor();
    await shown("孙三").getByRole("gridcell", { name: "孙三" }).click();
    await checkScreen(app, "import-preview-en-dark", { language: "en" });
    await page.keyboard.press("Control+End");
    await shown("Pupil 4999").waitFor();
    assert.ok((await preview.locator(".grid-row").count()) < 200, "only those in sight are drawn");
    await page.keyboard.press("Control+Home");
    await shown("Anna Long-Name").waitFor();
  });
});
