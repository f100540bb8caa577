/**
 * Files in depth: who may be the same is asked, a change is left out, a mirrored file asks for the number that leaves, and
 * imports are listed and taken back; the desktop in a browser. Needs mingce-devhost, mingce and ui/dist.
 * Run: node --test tests/e2e/import.spec.mjs
 */

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { describe } from "node:test";
import { answerDialog, checkScreen, openFresh, shareDesk } from "./app-host.mjs";

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
  const fieldNames = () =>
    page.evaluate(async () => {
      const headers = { "content-type": "application/json" };
      const answer = await fetch("/call/custom_fields", { method: "POST", headers, body: "{}" });
      return (await answer.json()).map((field) => field.name);
    });
  const open = async (name, content) => {
    const file = office.file(name);
    writeFileSync(file, content);
    await go("roster");
    await go("import");
    await answerDialog(page, file);
    await button("选择文件").click();
    await button(/^预\s*览$/).waitFor();
  };

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
    await button("把“住校”加为选项").first().click();
    await page.getByText("修改 6", { exact: true }).click();
    await page.getByText("走读", { exact: true }).first().waitFor();
    await checkScreen(app, "import-new-field-preview", { names: ["住宿.csv"] });
    await button(/^导入 6 人/).click();
    await page.getByText("修改 6 人", { exact: false }).waitFor();
    assert.deepEqual(await fieldNames(), ["住宿"]);
    await go("roster");
    await go("import");
    const row = page.getByRole("row", { name: /住宿\.csv/ });
    await button("撤销这次导入", row).click();
    await page.getByRole("tooltip").getByRole("button", { name: "撤销这次导入" }).click();
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
    await page.getByRole("radiogroup", { name: "赵一 是谁？" }).waitFor();
    await checkScreen(app, "import-unsure", { names: ["转班.csv", "全部.csv"] });
    await page.getByRole("radio", { name: /同一个人/ }).check();
    await button("按 1 个回答重新核对").click();
    await page.getByText("修改 2", { exact: true }).click();
    await button("不导入备注").first().click();
    await button(/^导入 2 人/).click();
    await page.getByText("新增 0 人，修改 2 人", { exact: false }).waitFor();
  });

  step("a guardian's phone is masked in the preview as the member's own", async () => {
    const people = ["学号,姓名,手机号,家长姓名,家长电话", "3001,郑七,13800138077,郑大,13900139077"];
    await open("家长.csv", `${people.join("\n")}\n`);
    await button(/^预\s*览$/).click();
    await page.getByText("郑大 139****9077").waitFor();
    assert.equal(await page.getByText("13900139077").count(), 0);
  });

  step("a mirrored file asks for the number that leaves", async () => {
    await open("一个.csv", table([whole[5]]));
    await page.getByRole("combobox", { name: "导入方式" }).click();
    await page.getByTitle(/^以文件为准：全名册/).click();
    await button(/^预\s*览$/).click();
    await page.getByText("离开 5", { exact: true }).waitFor();
    const apply = button(/^导入 5 人/);
    assert.equal(await apply.isEnabled(), false);
    await page.getByRole("spinbutton", { name: "将离开的人数" }).fill("5");
    await page.keyboard.press("Tab");
    await checkScreen(app, "import-leaving", { names: ["一个.csv"] });
    await apply.click();
    await page.getByText("5 人设为离校", { exact: false }).waitFor();
  });

  step("the imports are listed and one is taken back", async () => {
    await go("roster");
    await go("import");
    const row = page.getByRole("row", { name: /一个\.csv/ });
    await row.getByText("新增 0，修改 0，离开 5").waitFor();
    await checkScreen(app, "import-history", { names: ["一个.csv", "转班.csv", "全部.csv"] });
    await button("撤销这次导入", row).click();
    await page.getByRole("tooltip").getByRole("button", { name: "撤销这次导入" }).click();
    await row.getByText("已撤销").waitFor();
  });
});
