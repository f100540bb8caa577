/**
 * A new school year on the real use cases: planned, exceptions made, classes split, looked at, carried out, taken back.
 * Needs mingce-devhost, mingce and ui/dist. Run: node --test tests/e2e/year.spec.mjs
 */

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { describe } from "node:test";
import { answerDialog, checkScreen, openFresh, shareDesk } from "./app-host.mjs";

const SURNAMES = ["王", "李", "张", "陈", "周", "吴"];
const GIVEN = ["安然", "博文", "楚涵", "德明", "恩慈", "凡星"];

/** 高一 to 高三 with two classes of six. */
const roster = ["高一", "高二", "高三"].flatMap((grade, year) =>
  [1, 2].flatMap((number) =>
    GIVEN.map((given, seat) => ({
      name: `${SURNAMES[year * 2 + number - 1]}${given}`,
      number: `2026${year}${number}${seat}`,
      sex: seat % 2 === 0 ? "女" : "男",
      path: `高中部/${grade}/${grade}(${number})班`,
    })),
  ),
);
const csv = `姓名,学号,性别,身份,部门\r\n${roster
  .map((one) => [one.name, one.number, one.sex, "学生", one.path].join(","))
  .join("\r\n")}\r\n`;

describe("the new school year", { timeout: 300_000 }, () => {
  let app;
  let page;
  const button = (name, on = page) => on.getByRole("button", { name });
  const go = (path) => page.locator(`nav a[href='#/${path}']`).click();
  const row = (name) =>
    page.getByRole("row").filter({ has: page.getByRole("checkbox", { name: `选择${name}` }) });
  const option = (name) => page.locator(".ant-select-item-option", { hasText: name }).last();

  const { office, step } = shareDesk("year", async (desk) => {
    ({ app, page } = await openFresh(desk, { organisation: "第一中学" }));
    const file = office.file("在校生.csv");
    writeFileSync(file, csv);
    await go("import");
    await answerDialog(page, file);
    await button("选择文件").click();
    await button(/^预\s*览$/).click();
    await button(/^导入 36 人/).click();
    await button("查看名册").waitFor();
  });

  step("the tree makes the plan", async () => {
    await go("year");
    const first = page.getByRole("textbox", { name: "高一(1)班的新班名" }).first();
    await first.waitFor();
    assert.equal(await first.inputValue(), "高二(1)班");
    assert.equal(await row("高三(2)班").locator(".year-fate").innerText(), "毕业");
    await page.getByText(/8 处提醒|6 处提醒/).waitFor();
    await checkScreen(app, "year-plan");
  });

  step("a pupil repeats the year and another leaves", async () => {
    await button("高一(1)班的学生").first().click();
    const drawer = page.getByRole("dialog", { name: "高一(1)班的学生" });
    await drawer.getByRole("checkbox", { name: "选择王安然" }).click();
    await checkScreen(app, "year-pupils");
    await button("安排 1 人", drawer).click();
    await drawer.getByText("高中部/高一/高一(1)班").last().waitFor();
    await drawer.getByRole("checkbox", { name: "选择王博文" }).click();
    await drawer.getByRole("combobox", { name: "个别安排" }).click();
    await option("离校").click();
    await button("安排 1 人", drawer).click();
    await drawer.locator(".year-fate[data-fate=leaves]").waitFor();
    await page.keyboard.press("Escape");
    await row("高一(1)班").first().getByText("6 → 4").waitFor();
  });

  step("two classes become three by lot", async () => {
    await row("高二(1)班").first().getByRole("checkbox").click();
    await row("高二(2)班").first().getByRole("checkbox").click();
    await button("2 个班：分班、并班").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "再新建班级" }).fill("高三(3)班");
    await checkScreen(app, "year-regroup");
    await button("分到 3 个班", dialog).click();
    await page.getByText("均衡分班").waitFor();
    await row("高三(3)班").getByText("0 → 4").waitFor();
  });

  step("the whole is looked at, carried out and taken back", async () => {
    await button("核对").click();
    await page.getByRole("region", { name: "班级" }).getByText("高中部/高二/高二(1)班").first().waitFor();
    await checkScreen(app, "year-preview");
    await page.getByText("毕业 12", { exact: true }).click();
    await page
      .getByText(/高中部\/校友\/\d+届\/高三\(1\)班/)
      .first()
      .waitFor();
    await page.getByText("留级 1", { exact: true }).click();
    await page.getByText("王安然").waitFor();
    await button("执行新学年安排").click();
    await button("撤销整批").waitFor();
    await checkScreen(app, "year-done");
    await go("roster");
    await page.getByRole("treeitem", { name: /校友/ }).waitFor();
    await go("year");
    await button(/查看上次/).click();
    await button("撤销整批").click();
    await page.getByText(/学年的安排已撤销/).waitFor();
    await go("roster");
    await page.getByRole("treeitem", { name: /校友/ }).waitFor({ state: "detached" });
  });
});
