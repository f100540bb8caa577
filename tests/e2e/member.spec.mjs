/**
 * The member pages in a real browser at phone size, on the real service with a made-up organisation.
 * Needs target/debug/mingce-service and target/debug/examples/seed, which `cargo test -p mingce-service` builds.
 * Run: node --test tests/e2e/member.spec.mjs
 */

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { axeSource, openBrowser, picture } from "./grid-page.mjs";

const target = process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL("../../target", import.meta.url));
const suffix = process.platform === "win32" ? ".exe" : "";
const serviceProgram = join(target, "debug", `mingce-service${suffix}`);
const seedProgram = join(target, "debug", "examples", `seed${suffix}`);
const password = "一句只有我知道的话";

/** Start the service on a free port over the folder. Answers its address, its log so far and how to stop. */
async function startService(folder) {
  const service = spawn(serviceProgram, ["serve", "--listen", "127.0.0.1:0", "--data", folder]);
  let log = "";
  service.stderr.on("data", (part) => {
    log += part;
  });
  const address = await new Promise((resolve, reject) => {
    let said = "";
    service.stdout.on("data", (part) => {
      said += part;
      const found = /as (http:\S+)\n/.exec(said);
      if (found) resolve(found[1]);
    });
    service.once("exit", () => reject(new Error(`the service ended: ${log}`)));
  });
  const stop = () =>
    new Promise((resolve) => {
      service.removeAllListeners("exit");
      service.once("exit", resolve);
      service.kill("SIGTERM");
    });
  return { address, log: () => log, stop };
}

describe("the member pages", { timeout: 240_000 }, () => {
  let folder;
  let people;
  let organisation;
  let service;
  let browser;
  let context;

  before(async () => {
    assert.ok(
      existsSync(serviceProgram) && existsSync(seedProgram),
      "build mingce-service and its example first",
    );
    folder = mkdtempSync(join(tmpdir(), "member-pages-"));
    const seed = JSON.parse(execFileSync(seedProgram, [folder], { encoding: "utf8" }));
    organisation = seed.organisation;
    people = Object.fromEntries(seed.people.map((person) => [person.for, person]));
    service = await startService(folder);
    browser = await openBrowser();
  });

  after(async () => {
    await browser?.close();
    await service?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  afterEach(async () => {
    await context?.close();
    context = undefined;
  });

  async function openPhone(options = {}) {
    context = await browser.newContext({
      viewport: { width: 360, height: 740 },
      locale: "zh-CN",
      ...options,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    return page;
  }

  /** Fits the phone, has targets for a thumb, and axe-core finds nothing. Needs a context that may run scripts. */
  async function checkPage(page, name) {
    await page.screenshot({ path: picture(`member-${name}`), fullPage: true });
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(sideways <= 0, `${name} scrolls sideways by ${sideways} px`);
    const small = await page.evaluate(() =>
      [...document.querySelectorAll("a.button, button, input:not([type=hidden]), .language")]
        .filter((element) => element.getBoundingClientRect().height < 44)
        .map((element) => element.outerHTML),
    );
    assert.deepEqual(small, [], `${name} has targets too small for a thumb`);
    // Evaluated, not added as a script: the page's policy lets none run.
    await page.evaluate(readFileSync(axeSource(), "utf8"));
    const { violations } = await page.evaluate(() =>
      globalThis.axe.run(document, {
        runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"],
      }),
    );
    const found = violations.map(
      ({ id, impact, nodes }) => `${id} (${impact}): ${nodes.map((n) => n.html).join(" ")}`,
    );
    assert.deepEqual(found, [], `${name} in axe-core's eyes`);
  }

  const opened = (page, path) => page.goto(service.address + path);

  /** The first form: who it is. */
  async function show(page, { phone, document }) {
    await page.getByLabel(/^(手机号|Phone)$/).fill(phone);
    await page.getByLabel(/^(证件号码|Document number)$/).fill(document);
    await page.getByRole("button", { name: /^(下一步|Next)$/ }).click();
  }

  /** The second form: what is agreed to. */
  async function agree(page, { photo = false, guardian = undefined } = {}) {
    await page.getByRole("checkbox", { name: /开通个人账号|agree to an account/ }).check();
    await page.getByRole("checkbox", { name: /证件号码|document number/ }).check();
    if (photo) await page.getByRole("checkbox", { name: /显示照片|show the photo/ }).check();
    if (guardian) {
      await page.getByLabel(/监护人手机号|Guardian's phone/).fill(guardian.phone);
      await page.getByLabel(/监护人签名|Guardian's signature/).fill(guardian.name);
    }
    await page.getByLabel(/设置新密码|New password/).fill(password);
    await page.getByLabel(/再输入一次|Password again/).fill(password);
    await page.getByRole("button", { name: /^(同意并加入|Agree and join)$/ }).click();
  }

  async function fill(page, person, options) {
    await show(page, person);
    await agree(page, options);
  }

  test("a printed code leads to joining and the card, in Chinese and without scripts", async () => {
    const page = await openPhone({ javaScriptEnabled: false });
    const answer = await opened(page, `/J/${people.join.token}`);
    assert.equal(answer.status(), 200);
    assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), `${organisation}\n邀请您加入`);
    assert.ok(!(await page.content()).includes(people.join.name), "an invitation names nobody");
    await page.getByRole("link", { name: "加入", exact: true }).click();
    await fill(page, people.join);
    await page.getByRole("article").waitFor();
    assert.match(page.url(), /\/card\?lang=zh$/);
    const card = await page.getByRole("article").innerText();
    for (const part of [organisation, people.join.name, "高一年级 / 3班", people.join.number, "有效"]) {
      assert.ok(card.includes(part), part);
    }
    const cookies = await context.cookies();
    const session = cookies.find((cookie) => cookie.name === "mingce_member");
    assert.deepEqual([session.httpOnly, session.sameSite], [true, "Strict"]);
    // The code is used up, the card stays.
    assert.equal((await opened(page, `/j/${people.join.token}`)).status(), 404);
    await opened(page, "/card");
    await page.getByRole("article").waitFor();
    await page.getByRole("button", { name: "在这部手机上退出" }).click();
    await page.getByRole("heading", { name: "这部手机上还没有卡" }).waitFor();
  });

  test("the same in English and in the dark", async () => {
    const page = await openPhone({ locale: "en-GB", colorScheme: "dark" });
    await opened(page, `/j/${people.plain.token.toLowerCase()}`);
    assert.match(await page.getByRole("heading", { level: 1 }).innerText(), /invites you to join$/);
    assert.equal(await page.getAttribute("html", "lang"), "en");
    await checkPage(page, "invitation-en-dark");
    await page.getByRole("link", { name: "中文" }).click();
    await page.getByRole("link", { name: "不加入" }).waitFor();
    await page.getByRole("link", { name: "English" }).click();
    await page.getByRole("link", { name: "Join", exact: true }).click();
    await checkPage(page, "join-en-dark");
    await show(page, people.plain);
    await checkPage(page, "agree-en-dark");
    await agree(page, { photo: true });
    await page.getByText("Sign out on this phone").waitFor();
    assert.match(await page.getByRole("article").innerText(), /Valid[^]*1 September 2026 – 15 July 2029/);
    await checkPage(page, "card-en-dark");
    await page.emulateMedia({ colorScheme: "light" });
    await opened(page, "/card?lang=zh");
    await checkPage(page, "card-zh");
    await page.getByRole("link", { name: "同意与数据" }).click();
    await page.getByRole("heading", { name: "同意与数据" }).waitFor();
    await checkPage(page, "consents-zh");
    assert.equal(await page.getByText("已同意").count(), 3);
    await page.getByRole("button", { name: "撤回", exact: true }).click();
    await page.getByText("已撤回").waitFor();
    await page.getByRole("link", { name: "返回我的卡" }).click();
    await page.getByRole("article").waitFor();
    assert.equal(await page.getByRole("img", { name: "照片" }).count(), 0);
    await page.getByRole("button", { name: "在这部手机上退出" }).click();
    await page.getByRole("heading", { name: "这部手机上还没有卡" }).waitFor();
    await checkPage(page, "no-card-zh");
  });

  test("a guardian decides for a child, and can close the account again", async () => {
    const page = await openPhone();
    await opened(page, `/j/${people.child.token}/join`);
    await show(page, people.child);
    await page.getByRole("heading", { name: `请监护人为 ${people.child.name} 决定` }).waitFor();
    await checkPage(page, "agree-guardian-zh");
    // Nothing is ticked for anybody, and without ticks nobody joins.
    assert.equal(await page.locator("input:checked").count(), 0);
    await page.getByRole("button", { name: "同意并加入" }).click();
    await page.getByRole("alert").waitFor();
    await checkPage(page, "agree-mistakes-zh");
    await agree(page);
    await page.getByRole("article").waitFor();
    await page.getByRole("link", { name: "同意与数据" }).click();
    assert.match(await page.locator("main").innerText(), /监护人 · .*children@/);
    await page.getByRole("link", { name: "撤回同意并注销账号" }).click();
    await checkPage(page, "close-zh");
    await page.getByRole("button", { name: "撤回同意并注销" }).click();
    await page.getByRole("heading", { name: "这部手机上还没有卡" }).waitFor();
  });

  test("somebody of 14 to 17 agrees, and a guardian signs", async () => {
    const page = await openPhone();
    await opened(page, `/j/${people.youth.token}/join`);
    await show(page, people.youth);
    await page.getByRole("group", { name: "监护人书面确认" }).waitFor();
    await checkPage(page, "agree-youth-zh");
    await agree(page, { guardian: { ...people.youth.guardian, name: "别人" } });
    await page.getByText("还可以试 4 次").waitFor();
    await agree(page, { guardian: people.youth.guardian });
    await page.getByRole("article").waitFor();
  });

  test("mistakes are told at their fields and the keyboard lands on the first", async () => {
    const page = await openPhone();
    await opened(page, `/j/${people.wrong.token}`);
    await checkPage(page, "invitation-zh");
    await page.getByRole("link", { name: "加入", exact: true }).click();
    await checkPage(page, "join-zh");
    await page.getByLabel("手机号").fill(people.wrong.phone);
    await page.getByRole("button", { name: "下一步" }).click();
    const document = page.getByLabel("证件号码");
    await page.getByRole("alert").waitFor();
    assert.equal(await document.getAttribute("aria-invalid"), "true");
    assert.ok(await document.evaluate((input) => input === globalThis.document.activeElement));
    const description = await document.evaluate((input) =>
      input
        .getAttribute("aria-describedby")
        .split(" ")
        .map((id) => globalThis.document.getElementById(id).textContent)
        .join(" "),
    );
    assert.match(description, /请填写证件号码/);
    assert.equal(await page.getByLabel("手机号").inputValue(), people.wrong.phone);
    await checkPage(page, "join-mistakes-zh");
    await show(page, people.wrong);
    await page.getByLabel("设置新密码").fill("12345678");
    await page.getByRole("button", { name: "同意并加入" }).click();
    await page.getByRole("alert").waitFor();
    assert.match(await page.getByRole("alert").innerText(), /太常见/);
    assert.equal(await page.getByLabel("设置新密码").inputValue(), "");
  });

  test("five wrong tries close the invitation, for the right person too", async () => {
    const page = await openPhone();
    await opened(page, `/j/${people.wrong.token}/join`);
    const stranger = { ...people.wrong, phone: "13900139999" };
    for (const left of [4, 3, 2, 1]) {
      await show(page, stranger);
      await page.getByText(`还可以试 ${left} 次`).waitFor();
    }
    await checkPage(page, "join-mismatch-zh");
    await show(page, stranger);
    await page.getByRole("heading", { name: "请稍后再试" }).waitFor();
    await page.getByText("30 分钟").waitFor();
    await checkPage(page, "join-closed-zh");
    const answer = await opened(page, `/j/${people.wrong.token}/join`);
    assert.equal(answer.status(), 429);
  });

  test("an invitation can be refused", async () => {
    const page = await openPhone({ locale: "en-GB" });
    await opened(page, `/j/${people.refuse.token}`);
    await page.getByRole("link", { name: "Do not join" }).click();
    await checkPage(page, "refuse-en");
    await page.getByRole("button", { name: "Do not join" }).click();
    await page.getByRole("heading", { name: "Your choice is noted" }).waitFor();
    assert.match(page.url(), /\/declined/);
    await checkPage(page, "declined-en");
    const answer = await opened(page, `/j/${people.refuse.token}/join`);
    assert.equal(answer.status(), 404);
  });

  test("what cannot be used looks the same, whatever the reason", async () => {
    const page = await openPhone();
    const texts = [];
    for (const path of [`/j/${people.expired.token}`, "/j/AAAAAAAAAAAAAAAAAAAAAAAAAA", "/J/cut"]) {
      assert.equal((await opened(page, path)).status(), 404);
      texts.push(await page.locator("main").innerText());
    }
    assert.equal(new Set(texts).size, 1);
    await checkPage(page, "unusable-zh");
  });

  test("the log names no token, person, phone or document", async () => {
    const log = service.log();
    assert.match(log, /"route":"\/j\/\{token\}\/join"/);
    for (const person of Object.values(people)) {
      for (const part of [
        person.token,
        person.token.toLowerCase(),
        person.name,
        person.phone,
        person.document,
      ]) {
        assert.ok(!log.includes(part));
      }
    }
  });
});
