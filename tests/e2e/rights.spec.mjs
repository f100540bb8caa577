/**
 * A second administrator whom the operator let in without the right to see whole numbers: the desktop in a browser beside a
 * service of its own. Needs mingce-devhost, mingce, mingce-service and ui/dist.
 * Run: node --test tests/e2e/rights.spec.mjs
 */

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { after, describe } from "node:test";
import { answerDialog, checkScreen, openApp, password, program, shareDesk } from "./app-host.mjs";

const COLLEAGUE = "13900139000";

describe("an administrator without the right to whole numbers", { timeout: 300_000 }, () => {
  let data;
  let service;
  let app;
  let page;
  let organisation;
  let url;
  let browser;

  const operate = (verb, ...words) =>
    execFileSync(program("mingce-service"), ["administrator", verb, "--data", data, ...words], {
      encoding: "utf8",
      input: `${password}\n`,
    });

  const open = async (desk) => {
    browser = desk.browser;
    data = office.file("service");
    service = spawn(program("mingce-service"), ["serve", "--listen", "127.0.0.1:0", "--data", data]);
    const said = await new Promise((resolve, reject) => {
      service.once("exit", () => reject(new Error("the service ended")));
      service.stdout.once("data", (part) => resolve(String(part)));
    });
    url = said.trim().split(" ").at(-1);
    const owner = office.desktop("owner");
    const founding = [
      "--name",
      "第一小学",
      "--admin",
      "王老师",
      "--phone",
      "13800138000",
      "--password-stdin",
    ];
    owner.run(["organisation", "create", "--service", url, ...founding], `${password}\n`);
    owner.run(["add", "name=张伟", "phone=13800000001", "card_number=S1"]);
    owner.run(["sync"]);
    organisation = operate("list").split("\t")[0];
    operate(
      "add",
      ...["--organisation", organisation, "--name", "李老师", "--phone", COLLEAGUE, "--password-stdin"],
    );
    const hers = office.desktop("hers");
    hers.run(["sign-in", "--service", url, "--phone", COLLEAGUE, "--password-stdin"], `${password}\n`);
    const host = await office.serve(hers);
    app = await openApp(desk.browser, host.address);
    desk.app = app;
    page = app.page;
    await page.getByRole("button", { name: /第一小学/ }).click();
    await page.getByRole("gridcell", { name: "张伟", exact: true }).waitFor();
  };
  const { office, step } = shareDesk("rights", open, { needs: ["mingce-service"] });

  after(() => {
    service?.removeAllListeners("exit");
    service?.kill();
  });

  const mayNot = "您没有查看完整号码的权限";

  step("numbers stay masked, and the page says why", async () => {
    await page.getByRole("gridcell", { name: "138****0001", exact: true }).waitFor();
    assert.ok(await page.getByRole("button", { name: mayNot }).isDisabled());
    await page.getByRole("gridcell", { name: "张伟", exact: true }).click();
    await page.keyboard.press("Alt+Enter");
    const panel = page.getByRole("complementary", { name: "成员详情" });
    await panel.getByText(mayNot).waitFor();
    assert.equal(await panel.getByRole("button", { name: "显示证件号和手机号" }).count(), 0);
    await checkScreen(app, "rights-none");
    await page.keyboard.press("Control+K");
    await page.getByPlaceholder("输入命令、姓名或拼音首字母").fill("号码");
    assert.equal(await page.getByText("显示完整号码").count(), 0);
    await page.keyboard.press("Escape");
  });

  step("an export leaves masked", async () => {
    const file = office.file("名单.csv");
    await answerDialog(page, file);
    // Beside the open panel the bar has no room for it.
    await page.getByRole("toolbar").getByRole("button", { name: "更多" }).click();
    await page.getByRole("menuitem", { name: "导出" }).click();
    const dialog = page.getByRole("dialog");
    assert.ok(await dialog.getByRole("radio", { name: "完整" }).isDisabled());
    await dialog.getByText(mayNot).waitFor();
    await checkScreen(app, "rights-export");
    await dialog.getByRole("button", { name: /导\s*出/ }).click();
    await page.locator(".ant-message").getByText("已导出 1 人").waitFor();
    assert.match(readFileSync(file, "utf8"), /138\*{4}0001/);
  });

  step("the right that the operator gives is there with the next sync", async () => {
    operate("rights", "--organisation", organisation, "--phone", COLLEAGUE, "--right", "reveal_numbers");
    await page.keyboard.press("Control+K");
    await page.getByPlaceholder("输入命令、姓名或拼音首字母").fill("立即同步");
    await page.getByText("立即同步", { exact: true }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "显示证件号和手机号" }).click();
    await page.getByRole("gridcell", { name: "13800000001", exact: true }).waitFor();
  });

  step("who becomes an auditor is told without asking, and changes nothing", async () => {
    operate("role", "--organisation", organisation, "--phone", COLLEAGUE, "--role", "auditor");
    // Nobody syncs: the stream says that the role is another one.
    await page.getByText("只能查看", { exact: true }).waitFor();
    assert.ok(await page.getByRole("button", { name: "新增成员" }).isDisabled());
    for (const name of ["导入", "照片", "查重"]) {
      assert.equal(await page.getByRole("navigation").getByRole("link", { name, exact: true }).count(), 0, name);
    }
    const name = page.getByRole("gridcell", { name: "张伟", exact: true });
    await name.click();
    await page.keyboard.type("李");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Delete");
    assert.equal(await name.count(), 1);
    const panel = page.getByRole("complementary", { name: "成员详情" });
    await panel.getByLabel("姓名").fill("李", { force: true, timeout: 1_000 }).catch(() => {});
    assert.equal(await panel.getByLabel("姓名").inputValue(), "张伟");
    // Words about what was done before name a file.
    await page.waitForFunction(() => !document.querySelector(".ant-message-notice"));
    await checkScreen(app, "rights-auditor");
    await page.getByRole("navigation").getByRole("link", { name: "设置" }).click();
    await page.getByText(/您的账号可以查看和导出名册/).waitFor();
    await checkScreen(app, "rights-auditor-settings");
  });

  step("who only prints sees names, makes invitations and is told so", async () => {
    const phone = "13700137000";
    const who = ["--name", "赵老师", "--phone", phone, "--role", "printing", "--password-stdin"];
    operate("add", "--organisation", organisation, ...who);
    const theirs = office.desktop("theirs");
    theirs.run(["sign-in", "--service", url, "--phone", phone, "--password-stdin"], `${password}\n`);
    const host = await office.serve(theirs);
    app = await openApp(browser, host.address);
    page = app.page;
    await page.getByRole("button", { name: /第一小学/ }).click();
    await page.getByRole("gridcell", { name: "张伟", exact: true }).waitFor();
    await page.getByText("只做邀请", { exact: true }).waitFor();
    assert.equal(await page.getByRole("gridcell", { name: "S1", exact: true }).count(), 0);
    assert.equal(await page.getByRole("gridcell", { name: /138/ }).count(), 0);
    assert.ok(await page.getByRole("button", { name: "新增成员" }).isDisabled());
    await page.getByRole("navigation").getByRole("link", { name: "邀请" }).click();
    await page.getByRole("button", { name: "生成邀请" }).click();
    await page.locator(".ant-message").getByText(/已生成 1/).waitFor();
    await page.waitForFunction(() => !document.querySelector(".ant-message-notice"));
    await checkScreen(app, "rights-printing");
    assert.deepEqual(app.faults, []);
  });
});
