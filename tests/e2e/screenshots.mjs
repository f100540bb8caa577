/**
 * Photographs every screen of the desktop in both languages, with a roster of people who do not exist, into
 * docs/screenshots. Run: cargo xtask screenshots
 */

import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { answerDialog, createOrganisation, Office, openApp, password, readCode } from "./app-host.mjs";
import { openBrowser } from "./grid-page.mjs";
import { csv, people } from "./made-up.mjs";
import { portrait } from "./portrait.mjs";

const folder = fileURLToPath(new URL("../../docs/screenshots/", import.meta.url));
const roster = people(60);

/** Words by which the screens are found. */
const WORDS = {
  zh: {
    locale: "zh-CN",
    create: /新建组织/,
    signIn: /登录已有组织/,
    problems: /^有问题的格/,
    replace: "查找和替换",
    look: "开始查找",
    details: "部门信息…",
    savePdf: "保存 PDF",
    later: "以后再说",
    back: "返回",
    log: "打印记录",
    code: "二维码",
    close: "关闭",
    join: "加入",
    phone: "手机号",
    document: "证件号码",
    next: "下一步",
    agreed: [/开通个人账号/, /证件号码/],
    guardianPhone: "监护人手机号",
    signature: /监护人签名/,
    passwords: ["设置新密码", "再输入一次"],
    agree: "同意并加入",
    compare: /^比较/,
    asOfThen: "当时的名册",
    organisation: "第一中学",
    admin: "李老师",
    pick: "选择文件",
    preview: /^预\s*览$/,
    apply: /^导入 \d+ 人$/,
    toRoster: "查看名册",
    folder: "选择文件夹",
    make: "生成邀请",
    print: "打印邀请单",
    layouts: "管理和设计版式",
    begin: /^以标签 21 张/,
    badge: "添加图片",
    name: "名称",
    keep: "保存为自己的版式",
    own: "一年级标签",
    code: /^二维码/,
    conflicts: /冲突 1/,
    refused: /被拒 1/,
    palette: "输入命令、姓名或拼音首字母",
  },
  en: {
    locale: "en-GB",
    create: /New organisation/,
    signIn: /Sign in to an organisation/,
    problems: /^Cells with problems/,
    replace: "Find and replace",
    look: /^Look$/,
    details: "Department details…",
    savePdf: "Save PDF",
    later: "Later",
    back: "Back",
    log: "Print log",
    code: "QR code",
    close: "Close",
    join: "Join",
    phone: "Phone",
    document: "Document number",
    next: "Next",
    agreed: [/agree to an account/, /document number/],
    guardianPhone: "Guardian's phone",
    signature: /Guardian's signature/,
    passwords: ["New password", "Password again"],
    agree: "Agree and join",
    compare: /^Compare/,
    asOfThen: "Roster after it",
    organisation: "第一中学",
    admin: "李老师",
    pick: "Choose a file",
    preview: "Preview",
    apply: /^Import \d+ people$/,
    toRoster: "Look at the roster",
    folder: "Choose a folder",
    make: "Make invitations",
    print: "Print sheets",
    layouts: "See and design layouts",
    begin: /^Begin with 21 labels/,
    badge: "Add: Picture",
    name: "Name",
    keep: "Save as your own",
    own: "First-year labels",
    code: /^QR code/,
    conflicts: /Conflicts 1/,
    refused: /Refused 1/,
    palette: "A command, a name or pinyin initials",
  },
};

async function walk(browser, language, words) {
  const office = new Office();
  try {
    const mine = office.desktop("mine", { language });
    const { address } = await office.serve(mine);
    const { page, context } = await openApp(browser, address, { locale: words.locale });
    const photograph = (name, shown = page) => take(shown, `${name}-${language}`);
    const go = (path) => page.locator(`nav a[href='#/${path}']`).click();
    const press = (name, shown = page) => shown.getByRole("button", { name }).click();

    await page.getByRole("button", { name: words.create }).waitFor();
    await photograph("welcome");
    await press(words.signIn);
    await page.locator("form").waitFor();
    await photograph("sign-in");
    await page.reload();
    await page.getByRole("button", { name: words.create }).waitFor();
    await createOrganisation(page, { ...words, look: () => photograph("create") });
    await page.locator(".roster-empty").waitFor();
    await photograph("empty");
    await go("import");
    const file = office.file("2026级新生.csv");
    writeFileSync(file, csv(roster));
    await answerDialog(page, file);
    await page.getByRole("button", { name: words.pick }).waitFor();
    await photograph("import-file");
    await press(words.pick);
    await page.locator(".import-target").first().waitFor();
    await photograph("import-columns");
    await press(words.preview);
    await page.locator(".plan-problem").first().waitFor();
    await photograph("import-preview");
    await press(words.apply);
    await page.getByRole("button", { name: words.toRoster }).waitFor();
    await photograph("import-done");
    await press(words.toRoster);
    await page.getByRole("gridcell", { name: roster[0].name, exact: true }).click();
    await photograph("roster");
    for (const [name, button] of [
      ["problems", words.problems],
      ["replace", words.replace],
    ]) {
      await press(button);
      await photograph(name);
      await page.keyboard.press("Escape");
    }
    await photographPaste({ page, context, photograph });
    await page.getByRole("treeitem").nth(2).click({ button: "right" });
    await page.getByRole("menuitem", { name: words.details }).click();
    await page.getByRole("dialog").getByRole("combobox").first().waitFor();
    await photograph("department");
    await page.keyboard.press("Escape");
    await page.getByRole("gridcell", { name: roster[0].name, exact: true }).click();
    await page.keyboard.press("Alt+Enter");
    await page.getByRole("complementary").getByText(roster[0].department).first().waitFor();
    await photograph("member");
    await page.keyboard.press("Control+k");
    await page.getByPlaceholder(words.palette).fill(language === "zh" ? "zzx" : "zhao");
    await page.locator("[cmdk-item]", { hasText: roster[0].number }).waitFor();
    await photograph("palette");
    await page.keyboard.press("Escape");
    await go("invitations");
    await press(words.make);
    await page.locator(".ant-table-row").first().waitFor();
    await page.locator(".ant-message-notice").waitFor({ state: "hidden" });
    await photograph("invitations");
    await press(words.print);
    await page.locator("img.sheets-page").first().waitFor();
    await photograph("sheets");
    await photographPaper({ office, page, words, photograph, press });
    await photographJoining({ browser, page, language, words, photograph, press });
    await go("settings");
    await page.locator(".settings-body").waitFor();
    await photograph("settings");
    await page.locator("#settings-administrators").scrollIntoViewIfNeeded();
    await page.getByText("138****8000").waitFor();
    await photograph("administrators");
    await design({ office, page, words, photograph, press });
    for (const phone of [roster[2].phone, roster[2].phone]) {
      const cells = [
        { column: "name", text: roster[2].name },
        { column: "phone", text: phone },
      ];
      await call(page, "add_member", { cells });
    }
    await go("duplicates");
    await press(words.look);
    await page.getByRole("button", { name: words.compare }).first().waitFor();
    await photograph("duplicates");
    await page.getByRole("button", { name: words.compare }).first().click();
    await page.getByRole("dialog").getByRole("row").nth(2).waitFor();
    await photograph("merge");
    await page.keyboard.press("Escape");
    await go("history");
    await page.getByRole("main").getByRole("heading").first().waitFor();
    await photograph("history");
    await page.getByRole("button", { name: words.asOfThen }).nth(1).click();
    await page.getByRole("main").getByRole("searchbox").first().waitFor();
    await photograph("past");
    await go("year");
    await page.getByRole("main").getByRole("heading").first().waitFor();
    await photograph("year");
    await photographPhotos({ office, page, words, photograph, go, press });
    await disagree(browser, office, mine, page, { language, words, photograph, press });
    await go("roster");
    await call(page, "set_preferences", { language, theme: "dark", density: "compact", columns: [] });
    await page.reload();
    await page.getByRole("gridcell", { name: roster[1].name, exact: true }).click();
    await photograph("roster-dark");
  } finally {
    office.close();
  }
}

/** A block from a spreadsheet of which not everything can be kept. */
async function photographPaste({ page, context, photograph }) {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const rows = [
    [roster[0].name, "男", roster[0].phone],
    [roster[1].name, "女", "1380013"],
    ["", "女", roster[2].phone],
  ];
  await page.evaluate(
    (text) => navigator.clipboard.writeText(text),
    rows.map((row) => row.join("\t")).join("\r\n"),
  );
  await page.getByRole("gridcell", { name: roster[0].name, exact: true }).click();
  await page.keyboard.press("Control+V");
  await page.getByRole("dialog").getByRole("button").first().waitFor();
  await photograph("paste");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

/** A run that was saved, and the log that tells of it. */
async function photographPaper({ office, page, words, photograph, press }) {
  await answerDialog(page, office.file("sheets.pdf"));
  await press(words.savePdf);
  await page.getByRole("dialog").getByRole("button", { name: words.later }).waitFor();
  // It names the folder of this very walk.
  await page.locator(".ant-message-notice").waitFor();
  await page.locator(".ant-message-notice").waitFor({ state: "hidden" });
  await photograph("check");
  await press(words.later, page.getByRole("dialog"));
  await press(words.back);
  await press(words.log);
  await page.getByRole("cell", { name: /PDF/ }).first().waitFor();
  await photograph("runs");
  await press(words.back);
}

/** One pupil's code, and what the pupil sees who scans it. */
async function photographJoining({ browser, page, language, words, photograph, press }) {
  const [pupil] = roster;
  await call(page, "sync_now", {});
  await press(words.code, page.locator(".ant-table-row", { hasText: pupil.number }));
  const dialog = page.getByRole("dialog");
  const code = dialog.getByRole("img", { name: words.code });
  await code.waitFor();
  await photograph("code");
  const link = await readCode(page, code);
  await press(words.close, dialog);
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, locale: words.locale });
  const phone = await context.newPage();
  const snap = (name) => take(phone, `${name}-${language}`, { fullPage: true });
  await phone.goto(link);
  await snap("phone-invitation");
  await phone.getByRole("link", { name: words.join, exact: true }).click();
  await phone.getByLabel(words.phone).fill(pupil.phone);
  await phone.getByLabel(words.document).fill(pupil.document);
  await snap("phone-who");
  await press(words.next, phone);
  for (const purpose of words.agreed) await phone.getByRole("checkbox", { name: purpose }).check();
  if (await phone.getByLabel(words.signature).count()) {
    await phone.getByLabel(words.guardianPhone).fill(pupil.guardianPhone);
    await phone.getByLabel(words.signature).fill(pupil.guardian);
  }
  for (const label of words.passwords) await phone.getByLabel(label).fill(password);
  await snap("phone-agree");
  await press(words.agree, phone);
  await phone.getByRole("article").waitFor();
  await snap("phone-card");
  await context.close();
}

/** A layout designed from a shipped one: with the school's badge, then with something to mend. */
async function design({ office, page, words, photograph, press }) {
  await press(words.layouts);
  await press(words.begin);
  await page.locator(".board-drawing").waitFor();
  const badge = office.file("校徽.png");
  writeFileSync(badge, portrait([30, 90, 160]));
  await answerDialog(page, badge);
  await press(words.badge);
  const field = (place) => page.locator(".layouts-side input").nth(place);
  for (const [place, value] of ["52", "2.5", "8", "9"].entries()) await field(place).fill(value);
  await page.getByRole("textbox", { name: words.name }).first().fill(words.own);
  await press(words.keep);
  await page.locator(".ant-message-notice").waitFor();
  await page.locator(".ant-message-notice").waitFor({ state: "hidden" });
  await photograph("designer");
  await page.getByRole("group", { name: words.code }).first().focus();
  await field(0).fill("20");
  await page.locator('.layouts-findings li[data-tone="danger"]').first().waitFor();
  await photograph("designer-findings");
  await page.keyboard.press("Control+z");
  await page.locator(".designer-head button").first().click();
  await page.locator(".layouts-body table").first().waitFor();
  await photograph("layouts");}

/** A folder of pictures, most of them called by number, one by a name and one by nobody's. */
async function photographPhotos({ office, page, words, photograph, go, press }) {
  const folder = office.file("照片");
  mkdirSync(folder);
  const skins = [0, 1, 2, 3, 4, 5, 6].map((step) => [236 - step * 14, 196 - step * 16, 168 - step * 18]);
  const names = [...roster.slice(0, 6).map((person) => person.number), roster[7].name, "IMG_2041"];
  for (const [index, name] of names.entries()) {
    writeFileSync(`${folder}/${name}.png`, portrait(skins[index % skins.length]));
  }
  await go("photos");
  await answerDialog(page, folder);
  await press(words.folder);
  await page.locator(".photo-row img").nth(4).waitFor();
  await photograph("photos");
}

/** Two desktops change the same cell and give the same number. */
async function disagree(browser, office, mine, page, { language, words, photograph, press }) {
  const hers = office.desktop("hers", { language });
  const service = office.serviceOf(mine);
  hers.run(["sign-in", "--service", service, "--phone", "13800138000", "--password-stdin"], `${password}\n`);
  hers.run(["edit", roster[1].number, "phone=13700137001"]);
  hers.run(["add", "name=小乔", "card_number=20268888"]);
  const [found] = await call(page, "find_members", { text: roster[1].number, limit: 1 });
  await call(page, "edit_cell", { member: found.id, column: "phone", text: "13700137002" });
  const cells = [
    { column: "name", text: "大乔" },
    { column: "card_number", text: "20268888" },
  ];
  await call(page, "add_member", { cells });
  await call(page, "sync_now", {});
  const { address } = await office.serve(hers);
  const { page: her, context } = await openApp(browser, address, { locale: words.locale });
  await press(new RegExp(words.organisation), her);
  await press(words.conflicts, her);
  await her.locator(".conflict-value").first().waitFor();
  await photograph("conflict", her);
  await press(words.refused, her);
  await her.locator(".refusal-why").waitFor();
  await photograph("refusal", her);
  await context.close();
}

const call = (page, name, args) =>
  page.evaluate(
    async ([what, words]) => {
      const headers = { "content-type": "application/json" };
      const answer = await fetch(`/call/${what}`, { method: "POST", headers, body: JSON.stringify(words) });
      if (!answer.ok) throw new Error(await answer.text());
      return answer.json();
    },
    [name, args],
  );

/** Few colours are enough for a screen, and make a small file where ImageMagick is at hand. */
async function take(page, name, options = {}) {
  const file = `${folder}${name}.png`;
  await page.waitForTimeout(400);
  await page.screenshot({ path: file, ...options });
  try {
    execFileSync("convert", [file, "-strip", "-dither", "None", "-colors", "128", `PNG8:${file}`]);
  } catch (failure) {
    if (failure.code !== "ENOENT") throw failure;
  }
  process.stdout.write(`${name}.png\n`);
}

mkdirSync(folder, { recursive: true });
const browser = await openBrowser();
try {
  for (const [language, words] of Object.entries(WORDS)) await walk(browser, language, words);
} finally {
  await browser.close();
}
