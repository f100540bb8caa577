/**
 * What happened, the roster as it was, and numbers that are masked until somebody asks: the desktop in a browser, by the
 * keyboard where that matters, and in axe-core's eyes. Needs mingce-devhost, mingce and ui/dist.
 * Run: node --test tests/e2e/history.spec.mjs
 */

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { describe } from "node:test";
import { answerDialog, checkScreen, openFresh, shareDesk } from "./app-host.mjs";
import { csv, people } from "./made-up.mjs";

const roster = people(12);
const masked = (phone) => `${phone.slice(0, 3)}****${phone.slice(-4)}`;

describe("the history and the masks", { timeout: 300_000 }, () => {
  let app;
  let page;

  const { office, step } = shareDesk("history", async (desk) => {
    ({ app, page } = await openFresh(desk, { permissions: ["clipboard-read", "clipboard-write"] }));
    const file = office.file("新生.csv");
    writeFileSync(file, csv(roster));
    await go("import");
    await answerDialog(page, file);
    await button("选择文件").click();
    await button(/^预\s*览$/).click();
    await button(/^导入 12 人/).click();
    await button("查看名册").click();
    await cell(roster[0].name).waitFor();
  });

  const go = (path) => page.locator(`nav a[href='#/${path}']`).click();
  const cell = (text) => page.getByRole("gridcell", { name: text, exact: true });
  const button = (name, on = page) => on.getByRole("button", { name });
  const shown = (text) => page.getByText(text, { exact: false }).first().waitFor();

  step("numbers are masked, and a mask that is edited is never saved", async () => {
    const [person] = roster;
    await cell(masked(person.phone)).waitFor();
    assert.equal(await page.getByText(person.phone).count(), 0);
    await checkScreen(app, "masked");
    // The editor opens empty; nothing typed changes nothing.
    await cell(masked(person.phone)).dblclick();
    await page.keyboard.press("Enter");
    await cell(masked(person.phone)).waitFor();
    // What is copied is what is seen.
    await cell(masked(person.phone)).click();
    await page.keyboard.press("Control+c");
    await page.waitForFunction(
      async (text) => (await navigator.clipboard.readText()).includes(text),
      masked(person.phone),
    );
  });

  step("one person's numbers are shown when asked, and it is written down", async () => {
    const [person] = roster;
    await cell(person.name).click();
    await page.keyboard.press("Control+k");
    await page.getByPlaceholder("输入命令、姓名或拼音首字母").fill(person.number);
    await page.getByRole("option", { name: new RegExp(person.name) }).waitFor();
    await page.keyboard.press("Enter");
    const panel = page.getByRole("complementary", { name: "成员详情" });
    await button("显示证件号和手机号", panel).click();
    await cell(person.phone).waitFor();
    assert.equal(await panel.getByLabel("手机号", { exact: true }).first().inputValue(), person.phone);
    await cell(masked(roster[1].phone)).waitFor();
    await checkScreen(app, "revealed");
  });

  step("everybody's are shown for the session, and masked again", async () => {
    await button("显示完整号码").click();
    const dialog = page.getByRole("dialog");
    await button(/^显\s*示$/, dialog).click();
    await cell(roster[1].phone).waitFor();
    await button("重新遮盖号码").click();
    await cell(masked(roster[0].phone)).waitFor();
    await cell(masked(roster[1].phone)).waitFor();
  });

  step("an export asks whether numbers leave whole", async () => {
    const file = office.file("导出.csv");
    await answerDialog(page, file);
    // Beside the open panel the bar has no room for it.
    await page.getByRole("toolbar").getByRole("button", { name: "更多" }).click();
    await page.getByRole("menuitem", { name: "导出" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("遮盖（330***********1234）").waitFor();
    await checkScreen(app, "export-masking");
    await button(/^导\s*出$/, dialog).click();
    const told = page.getByText(/已导出 12 人/).first();
    await told.waitFor();
    await told.waitFor({ state: "detached" });
    const text = readFileSync(file, "utf8");
    assert.ok(text.includes(masked(roster[3].phone)) && !text.includes(roster[3].phone));
  });

  step("a field is brought back from the history of its person", async () => {
    const [person] = roster;
    await cell(person.name).click();
    await page.keyboard.type("司马相如");
    await page.keyboard.press("Enter");
    await cell("司马相如").waitFor();
    await go("history");
    await shown("李老师");
    await checkScreen(app, "history");
    await button("查看明细").first().press("Enter");
    const lines = page.getByRole("list", { name: /的明细$/ });
    await button(new RegExp(`恢复姓名为“${person.name}”`), lines).press("Enter");
    await page.getByText("已恢复").first().waitFor();
    await checkScreen(app, "history-entries");
    await go("roster");
    await cell(person.name).waitFor();
  });

  step("a removed person comes back from the roster as it was", async () => {
    const gone = roster[4];
    await cell(gone.name).click();
    await page.keyboard.press("Shift+Space");
    await page.getByRole("button", { name: "移除", exact: true }).click();
    await cell(gone.name).waitFor({ state: "detached" });
    await go("history");
    await button("当时的名册").nth(1).click();
    await page.getByText(/· 12 人 · 只读/).waitFor();
    await page.getByRole("searchbox", { name: "姓名或学号 / 工号" }).fill(gone.name);
    await shown("现已不在名册上");
    await checkScreen(app, "past");
    await button(`恢复${gone.name}`).press("Enter");
    await page.getByText("已恢复").first().waitFor();
    await page.getByText("现已不在名册上").waitFor({ state: "detached" });
    await go("roster");
    await cell(gone.name).waitFor();
    await cell(gone.name).click();
    const panel = page.getByRole("complementary", { name: "成员详情" });
    await panel.locator(`input[value="${gone.guardian}"]`).waitFor();
  });

  step("a person's history tells of their guardians, and brings back what they were called", async () => {
    const person = roster[5];
    await cell(person.name).click();
    const panel = page.getByRole("complementary", { name: "成员详情" });
    const guardian = panel.locator(`input[value="${person.guardian}"]`);
    await guardian.fill("司马谈");
    await page.keyboard.press("Enter");
    await panel.getByText("监护人 · 司马谈").first().waitFor();
    await panel.getByRole("link", { name: "全部历史" }).click();
    await page.getByRole("heading", { name: `${person.name}的历史` }).waitFor();
    await checkScreen(app, "person-history");
    // From the line that came with the file to the whole of it, and back.
    await shown("导入 新生.csv");
    await button("查看整次操作").last().press("Enter");
    await button("收起明细").waitFor();
    await button("回到最新的操作").press("Enter");
    await button("查看明细").first().waitFor();
    await page.goBack();
    await page.goBack();
    await page.getByRole("heading", { name: `${person.name}的历史` }).waitFor();
    await button(`恢复监护人为“${person.guardian}”`).first().press("Enter");
    await page.getByText("已恢复").first().waitFor();
    await go("roster");
    await cell(person.name).click();
    await panel.locator(`input[value="${person.guardian}"]`).waitFor();
  });

  step("somebody who is otherwise now is made what they were", async () => {
    const person = roster[2];
    await cell(person.name).click();
    await page.keyboard.type("卓文君");
    await page.keyboard.press("Enter");
    await cell("卓文君").waitFor();
    await go("history");
    await button("当时的名册").nth(1).click();
    await page.getByRole("columnheader", { name: "出生日期" }).waitFor();
    await shown("现在不同");
    await checkScreen(app, "past-changed");
    await button(`把${person.name}恢复到当时的内容`).press("Enter");
    await page.getByText("已恢复").first().waitFor();
    await page.getByText("现在不同").waitFor({ state: "detached" });
    await go("roster");
    await cell(person.name).waitFor();
  });

  step("a batch is taken back, and what stays is told first", async () => {
    await go("history");
    const row = page.getByRole("row", { name: /导入/ }).last();
    await button("撤销这次操作", row).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/将还原 \d+ 条记录/).waitFor();
    await checkScreen(app, "undo-batch");
    await button(/^撤\s*销$/, dialog).click();
    await page
      .getByText(/已还原 \d+ 条记录/)
      .first()
      .waitFor();
  });

  step("who looked and who exported is told, and no value", async () => {
    await page.getByRole("tab", { name: "查看与导出记录" }).click();
    await shown(`查看了${roster[0].name}的手机号、证件号码、监护人`);
    await shown("显示了全部");
    await shown("导出了 12 人（遮盖号码）");
    assert.equal(await page.getByText(roster[0].phone).count(), 0);
    await checkScreen(app, "looks");
  });

  step("a date and time that are typed choose operations and the past, without the calendar", async () => {
    const type = async (name, text) => {
      const field = page.getByLabel(name, { exact: true });
      await field.click();
      await field.fill(text);
      await field.press("Tab");
    };
    const now = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000);
    await go("history");
    await button("查看明细").first().waitFor();
    await type("只看此时之前", "2001-01-01 08:00");
    await page.getByText("还没有操作。").waitFor();
    await page.getByRole("tab", { name: "过去的名册" }).click();
    await type("查看这一时刻的名册", now.toISOString().slice(0, 16).replace("T", " "));
    await page.getByRole("button", { name: "查看", exact: true }).click();
    await page.getByText(/· \d+ 人 · 只读/).waitFor();
    await go("roster");
  });
});
