/**
 * Every screen of the desktop in a browser, on the real use cases and the real service inside them: first run, import,
 * the grid, invitations, joining, two desktops that disagree, settings. Needs mingce-devhost, mingce and ui/dist.
 * Run: node --test tests/e2e/app.spec.mjs
 */

import assert from "node:assert/strict";
import { closeSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe } from "node:test";
import {
  answerDialog,
  callApp,
  checkScreen,
  createOrganisation,
  eventually,
  openApp,
  password,
  readCode,
  shareDesk,
} from "./app-host.mjs";
import { picture } from "./grid-page.mjs";
import { csv, people } from "./made-up.mjs";

const PEOPLE = 30;
const roster = people(PEOPLE);

describe("the desktop", { timeout: 420_000 }, () => {
  let browser;
  let mine;
  let hers;
  let app;
  let page;

  const { office, step } = shareDesk("app", async (desk) => {
    browser = desk.browser;
    mine = office.desktop("mine");
    hers = office.desktop("hers");
    const host = await office.serve(mine);
    app = await openApp(browser, host.address);
    desk.app = app;
    page = app.page;
  });

  const go = (path) => page.locator(`nav a[href='#/${path}']`).click();
  const cell = (text) => page.getByRole("gridcell", { name: text, exact: true });
  const button = (name, on = page) => on.getByRole("button", { name });

  step("the first run makes an organisation on this computer", async () => {
    await button(/新建组织/).waitFor();
    await checkScreen(app, "welcome");
    await button(/登录已有组织/).click();
    await page.locator("#url").waitFor();
    await checkScreen(app, "sign-in");
    await button("返回").click();
    await createOrganisation(page, {
      create: /新建组织/,
      organisation: "第一小学",
      admin: "李老师",
      look: () => checkScreen(app, "create"),
    });
    await page.getByRole("heading", { name: "名册还是空的" }).waitFor();
    await checkScreen(app, "roster-empty");
  });

  step("a file is looked at before it is brought in", async () => {
    await go("import");
    await button("选择文件").waitFor();
    await checkScreen(app, "import-file");
    const file = office.file("2026级新生.csv");
    writeFileSync(file, csv(roster));
    await answerDialog(page, file);
    await button("选择文件").click();
    await page.getByText("2026级新生.csv").waitFor();
    await checkScreen(app, "import-columns");
    await button(/^预\s*览$/).click();
    const problem = page.locator(".plan-problem").first();
    await problem.waitFor();
    const told = await problem.innerText();
    // Row as the spreadsheet counts: one heading, then everyone, then the spoiled one in the sixth column.
    for (const part of [`F${PEOPLE + 2}`, "身份证号", "请把该列设为文本"]) {
      assert.ok(told.includes(part), `${part} in: ${told}`);
    }
    await page.keyboard.press("F8");
    const spoiled = page.locator(".grid-cell.is-active.has-problem");
    await spoiled.waitFor();
    assert.match(await spoiled.innerText(), /^1\.10101E\+17/, "what the file has, to be typed over");
    await checkScreen(app, "import-problem");
    await page.getByText(`新增 ${PEOPLE}`, { exact: true }).click();
    await page.getByRole("grid", { name: "导入预览" }).getByText(roster[0].name).first().waitFor();
    await checkScreen(app, "import-preview");
    await button(`导入 ${PEOPLE} 人`).click();
    await page.getByText(`新增 ${PEOPLE} 人`).waitFor();
    await page.getByText("1 行有问题").waitFor();
    await checkScreen(app, "import-done");
    await button("查看名册").click();
    await cell(roster[0].name).waitFor();
    await page.getByText(`共 ${PEOPLE} 人`).waitFor();
    await checkScreen(app, "roster");
  });

  step("a cell is edited, taken back, and done again", async () => {
    await cell(roster[2].name).click();
    await page.keyboard.type("司马相如");
    await page.keyboard.press("Enter");
    await cell("司马相如").waitFor();
    await page.keyboard.press("Control+z");
    await cell(roster[2].name).waitFor();
    await page.keyboard.press("Control+y");
    await cell("司马相如").waitFor();
    await page.getByText(/已同步/).waitFor();
  });

  step("a person is found by the initials of the name", async () => {
    await page.keyboard.press("Control+k");
    await page.getByPlaceholder("输入命令、姓名或拼音首字母").fill("smxr");
    const hit = page.getByRole("option", { name: /司马相如/ });
    await hit.waitFor();
    await checkScreen(app, "palette", { names: ["smxr"] });
    await page.keyboard.press("Enter");
    const panel = page.getByRole("complementary", { name: "成员详情" });
    await panel.getByText("司马相如").first().waitFor();
    await checkScreen(app, "member");
    assert.equal(await panel.getByLabel("学号 / 工号").inputValue(), roster[2].number);
  });

  step("a class is invited, its sheet looked at and saved", async () => {
    await go("invitations");
    await button(roster[0].department).click();
    await button("生成邀请").click();
    await page.getByText(/已生成 6 张邀请/).waitFor();
    await page.locator(".ant-table-tbody").getByText("等待加入").first().waitFor();
    await checkScreen(app, "invitations");
    await button("打印邀请单").click();
    const sheet = page.getByRole("img", { name: "第 1 页" });
    await eventually(() => sheet.evaluate((shown) => shown.naturalWidth > 100), true, "a page is drawn");
    await page.getByText("6 人，1 组，1 页").waitFor();
    await checkScreen(app, "sheets", { names: [office.folder, "Avery"] });
    await page
      .getByRole("button", { name: /^不印 / })
      .first()
      .click();
    await page.getByText("5 人，1 组，1 页").waitFor();
    await page.getByRole("button", { name: /^恢复 / }).click();
    await page.getByText("6 人，1 组，1 页").waitFor();
    await page.getByText("从这里开始", { exact: true }).click();
    await button("从第 20 个标签开始").click();
    await page.getByText("6 人，1 组，2 页").waitFor();
    await button("从第 1 个标签开始").click();
    await page.getByText("6 人，1 组，1 页").waitFor();
    await button("打印机校准…").click();
    await page.getByRole("dialog", { name: "打印机校准" }).getByLabel("位置偏移：向右").fill("0.5");
    await checkScreen(app, "printer", { names: [office.folder, "Avery", "dpi"] });
    await button("保存", page.getByRole("dialog")).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await eventually(
      () => sheet.evaluate((shown) => shown.naturalWidth > 100),
      true,
      "the page is drawn again",
    );
    await page.getByText("每班前面加一页签收表").click();
    await page.getByText("6 人，1 组，2 页").waitFor();
    await eventually(() => sheet.evaluate((shown) => shown.naturalWidth > 100), true, "the list is drawn");
    await checkScreen(app, "sheets-list", { names: [office.folder, "Avery"] });
    await page.getByText("每班前面加一页签收表").click();
    await page.getByText("6 人，1 组，1 页").waitFor();
    const zip = office.file("二维码.zip");
    await answerDialog(page, zip);
    await button("保存图片").click();
    await page.getByRole("menuitem", { name: "PNG 图片（ZIP）" }).click();
    await page.getByText("二维码.zip").waitFor();
    assert.equal(readFileSync(zip).subarray(0, 2).toString("latin1"), "PK");
    const pdf = office.file("邀请单.pdf");
    await answerDialog(page, pdf);
    await button("保存 PDF").click();
    await page.getByText(/已保存.*已校验 6 \/ 6 张二维码/).waitFor();
    const bytes = readFileSync(pdf);
    assert.equal(bytes.subarray(0, 5).toString("latin1"), "%PDF-");
    assert.match(bytes.subarray(-32).toString("latin1"), /%%EOF/);
  });

  step("only what came out well is printed; it is handed out, and one label is printed anew", async () => {
    const check = page.getByRole("dialog", { name: "印出来的都好吗？" });
    await check.getByText("除了这些人，都印好了").click();
    await check.getByRole("combobox", { name: "输入姓名或编号" }).fill(roster[5].number);
    await page.locator(".ant-select-item-option", { hasText: roster[5].number }).click();
    await check.getByText("看一看印出来的纸", { exact: false }).click();
    await checkScreen(app, "check-run", { names: [office.folder, "Avery"] });
    await button("确定", check).click();
    await page.getByText("已记为打印 5 张 · 1 张还没印好").waitFor();
    await check.waitFor({ state: "detached" });
    // What is not printed yet, is printed alone.
    await page.getByText("只印还没有印好的").click();
    await page.getByText("1 人，1 组，1 页").waitFor();
    const foot = page.locator(".sheets-foot").getByRole("button", { name: "打印…" });
    const { y, height } = await foot.boundingBox();
    assert.ok(y + height <= 800, "the button stands on a low screen");
    await button("返回").click();

    const counts = page.locator(".invitations-progress tbody tr").first();
    await counts.getByRole("cell", { name: "5", exact: true }).waitFor();
    await button("记为已发放", counts).click();
    await page.getByText("已记为发放 5 张").waitFor();
    await button("记为已发放", counts).waitFor({ state: "detached" });
    const row = page.locator(".ant-table-row", { hasText: roster[10].number });
    await row.getByText(/已发放 \d{4}-/).waitFor();

    await button("补打…", row).click();
    const why = page.getByRole("dialog", { name: "补打 1 张" });
    await why.getByText("遗失").click();
    await checkScreen(app, "reprint", { names: [office.folder] });
    await button("作废旧码并打印新码", why).click();
    await page.getByRole("heading", { name: "补打 1 张" }).waitFor();
    await page.getByText("1 人，1 组，1 页").waitFor();
    await answerDialog(page, office.file("补打.pdf"));
    await button("保存 PDF").click();
    await button("以后再说", check).click();
    await check.waitFor({ state: "detached" });
    await button("返回").click();
    await row.getByText("已作废：遗失").waitFor();
    await checkScreen(app, "printed", { names: [office.folder] });

    await button("打印记录").click();
    await page.getByText("作废旧码：遗失").waitFor();
    await checkScreen(app, "runs", { names: [office.folder, "Avery"] });
    await button("明细").nth(2).click();
    const labels = page.getByRole("dialog", { name: /6 张/ });
    await labels.getByText("已撤回").waitFor();
    await labels.getByRole("checkbox", { name: roster[5].name }).check();
    await labels.getByText("已选 1 张").waitFor();
    await checkScreen(app, "run-labels", { names: [office.folder, "Avery"] });
    await button("关闭", labels).first().click();
    await labels.waitFor({ state: "detached" });
    await button("核对").first().click();
    await button("确定", check).click();
    await page.getByRole("cell", { name: "1 / 1", exact: true }).waitFor();
    await button("返回").click();
  });

  step("whoever scans the code joins, and the desktop knows", async () => {
    const row = page.locator(".ant-table-row", { hasText: roster[0].number });
    await button("二维码", row).click();
    const dialog = page.getByRole("dialog");
    const code = dialog.getByRole("img", { name: "二维码" });
    await code.waitFor();
    await checkScreen(app, "code", { names: [office.folder] });
    const link = await readCode(page, code);
    assert.match(link ?? "", /^http:\/\/127\.0\.0\.1:\d+\/J\/[0-9A-Z]{26}$/i);
    await button("关闭", dialog).first().click();

    const phone = await browser.newContext({ viewport: { width: 360, height: 740 }, locale: "zh-CN" });
    const joining = await phone.newPage();
    await joining.goto(link);
    await joining.getByRole("link", { name: "加入", exact: true }).click();
    await joining.getByLabel("手机号").fill(roster[0].phone);
    await joining.getByLabel("证件号码").fill(roster[0].document);
    await joining.getByRole("button", { name: "下一步" }).click();
    await joining.getByRole("heading", { name: /请看说明并决定/ }).waitFor();
    for (const purpose of [/开通个人账号/, /证件号码/]) {
      await joining.getByRole("checkbox", { name: purpose }).check();
    }
    // Below 18 on the day of the test, a guardian signs.
    if (await joining.getByLabel(/监护人签名/).count()) {
      await joining.getByLabel("监护人手机号").fill(roster[0].guardianPhone);
      await joining.getByLabel(/监护人签名/).fill(roster[0].guardian);
    }
    await joining.getByLabel("设置新密码").fill("三个字不够长一句话才行");
    await joining.getByLabel("再输入一次").fill("三个字不够长一句话才行");
    await joining.getByRole("button", { name: "同意并加入" }).click();
    await joining.getByRole("article").waitFor();
    assert.match(await joining.getByRole("article").innerText(), new RegExp(roster[0].name));
    await joining.screenshot({ path: picture("app-card") });
    await phone.close();

    await page.locator(".status-bar button").first().click();
    await row.getByText("已加入").waitFor();
    await checkScreen(app, "joined", { names: [office.folder] });
  });

  step("what two people did to the same cell waits for a person", async () => {
    const service = office.serviceOf(mine);
    hers.run(
      ["sign-in", "--service", service, "--phone", "13800138000", "--password-stdin"],
      `${password}\n`,
    );
    assert.equal(hers.run(["members"]).total, PEOPLE);
    // Without a word to the service: one cell that is changed here too, and a number that is given here too.
    hers.run(["edit", roster[1].number, "phone=13700137001"]);
    hers.run(["add", "name=小乔", "card_number=20268888"]);

    await go("roster");
    mine.call = (name, args) => callApp(page, name, args);
    await page.getByRole("searchbox").fill(roster[1].number);
    await eventually(
      () => page.locator(".grid-row").filter({ hasText: roster[1].number }).count(),
      1,
      "found by number",
    );
    const member = await mine.call("find_members", { text: roster[1].number, limit: 1 });
    await mine.call("edit_cell", { member: member[0].id, column: "phone", text: "13700137002" });
    await mine.call("add_member", {
      cells: [
        { column: "name", text: "大乔" },
        { column: "card_number", text: "20268888" },
      ],
    });
    await page.getByText("137****7002").first().waitFor();
    await eventually(async () => (await mine.call("sync_status", {})).waiting, 0, "sent");

    const herHost = await office.serve(hers);
    const herApp = await openApp(browser, herHost.address);
    const her = herApp.page;
    await button(/第一小学/, her).waitFor();
    await checkScreen(herApp, "welcome-back", { names: [service] });
    await button(/第一小学/, her).click();
    await button(/冲突 1/, her).click();
    await her.getByText("137****7001").waitFor();
    await her.getByText("137****7002").waitFor();
    await checkScreen(herApp, "conflict");
    await button(/用后到的修改/, her).click();
    await her.getByText("没有冲突").waitFor();
    await button(/被拒 1/, her).click();
    await her.getByText("学号 / 工号与另一位成员相同").waitFor();
    await checkScreen(herApp, "refusal");
    await button("放弃这次修改", her).click();
    await her.getByText("没有被拒的修改").waitFor();
    assert.deepEqual(herApp.faults, []);
    await herApp.context.close();
    await herHost.stop();

    await mine.call("sync_now", {});
    await page.getByText("137****7001").first().waitFor();
    await go("attention");
    await page.getByText("没有冲突", { exact: true }).waitFor();
    await checkScreen(app, "attention-empty");
  });

  step("a damaged roster is kept aside and comes again from the service", async () => {
    const parts = readdirSync(hers.home, { recursive: true }).filter((part) => part.endsWith(".db"));
    assert.equal(parts.length, 1, "her roster");
    const database = openSync(join(hers.home, parts[0]), "r+");
    writeSync(database, Buffer.alloc(64 * 1024, 0x5a), 0, 64 * 1024, 0);
    closeSync(database);

    const herHost = await office.serve(hers);
    const herApp = await openApp(browser, herHost.address);
    const her = herApp.page;
    await button(/第一小学/, her).click();
    await button("移到一旁，重新下载", her).waitFor();
    const service = office.serviceOf(mine);
    await checkScreen(herApp, "damaged", { names: [service] });
    await button("移到一旁，重新下载", her).click();
    await her.locator("#url").fill(service);
    await her.locator("#phone").fill("13800138000");
    await her.locator("#password").fill(password);
    await her.locator("button[type=submit]").click();
    await her.getByRole("gridcell", { name: roster[0].name, exact: true }).first().waitFor();
    assert.deepEqual(herApp.faults, []);
    await herApp.context.close();
    await herHost.stop();
    assert.equal(hers.run(["members"]).total, PEOPLE + 1);
    assert.ok(
      readdirSync(hers.home, { recursive: true }).some((part) => /aside-\d+/.test(part)),
      "the old file is kept",
    );
  });

  step("language, theme and row height change at once and stay", async () => {
    await go("settings");
    await page.getByRole("heading", { name: "设置" }).waitFor();
    await button("检查这台电脑").click();
    await page.getByText("名册数据库").waitFor();
    await checkScreen(app, "settings", { names: [office.folder] });
    await page.getByText("深色", { exact: true }).click();
    await eventually(() => page.evaluate(() => document.documentElement.dataset.theme), "dark", "dark");
    await checkScreen(app, "settings-dark", { names: [office.folder] });
    await page.getByText("English", { exact: true }).click();
    await page.getByRole("heading", { name: "Settings", exact: true }).waitFor();
    await checkScreen(app, "settings-en-dark", { language: "en" });
    await page.reload();
    await page.getByRole("heading", { name: "Settings", exact: true }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
    for (const path of ["roster", "import", "attention", "invitations"]) {
      await go(path);
      await page
        .locator(path === "roster" ? "[role=gridcell]" : "h1")
        .first()
        .waitFor();
      await checkScreen(app, `${path}-en-dark`, { language: "en" });
    }
    await button("Print log").click();
    await page.getByText("Old codes voided: Lost").waitFor();
    await checkScreen(app, "runs-en-dark", { language: "en" });
    await button("Check", page.locator(".plain-table")).first().click();
    await page.getByRole("dialog").getByText("Everything but these people").click();
    await checkScreen(app, "check-run-en-dark", { language: "en" });
    await button("Later", page.getByRole("dialog")).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await button("Back").click();
    await button("Print sheets").click();
    await page.getByRole("img", { name: "Page 1" }).waitFor();
    await checkScreen(app, "sheets-en-dark", { language: "en" });
  });
});
