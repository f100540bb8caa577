/** The grid in a real browser, on a million made-up rows that answer asynchronously. Run: node --test tests/e2e/grid.spec.mjs */

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { axeSource, openBrowser, picture, servePage } from "./grid-page.mjs";

const LAST = 999_999;

describe("the grid", { timeout: 600_000 }, () => {
  let server;
  let browser;
  let context;
  let page;
  let faults;

  before(async () => {
    server = await servePage();
    browser = await openBrowser();
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    page = await context.newPage();
    faults = [];
    page.on("pageerror", (error) => faults.push(String(error)));
  });

  afterEach(async () => {
    await context.close();
    assert.deepEqual(faults, [], "the page threw");
  });

  async function open(query = "") {
    await page.goto(server.address + query);
    await page.locator(".grid-row:not(.is-loading) .grid-cell").first().waitFor();
  }

  const cell = (row, column) =>
    page.locator(`[role=row][aria-rowindex="${row + 2}"] [role=gridcell][aria-colindex="${column + 2}"]`);
  const shown = (row, column) =>
    cell(row, column).evaluate((found) =>
      [...found.childNodes].map((node) => (node.nodeType === Node.TEXT_NODE ? node.data : "")).join(""),
    );
  const active = () => page.evaluate(() => window.grid.current.report().active);
  const select = (range) => page.evaluate((wanted) => window.grid.current.select(wanted), range);
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  const putOnClipboard = (text) => page.evaluate((wanted) => navigator.clipboard.writeText(wanted), text);
  const stored = (row, column) => page.evaluate(([r, c]) => window.roster.text(r, c), [row, column]);
  const scrollTop = (top) =>
    page.evaluate((to) => document.querySelector(".grid-scroller").scrollTo(0, to), top);

  async function eventually(read, wanted) {
    const until = Date.now() + 5_000;
    let seen = await read();
    while (Date.now() < until && !isSame(seen, wanted)) {
      await page.waitForTimeout(25);
      seen = await read().catch(() => undefined);
    }
    assert.deepEqual(seen, wanted);
  }

  const isSame = (a, b) => JSON.stringify(a) === JSON.stringify(b);

  test("the last of a million rows is reached by key, by scroll bar and by wheel", async () => {
    await open();
    await cell(0, 1).click();
    await page.keyboard.press("Control+End");
    await eventually(active, { row: LAST, column: 13 });
    await eventually(() => shown(LAST, 13), "M01000000");
    await page.keyboard.press("Control+Home");
    await eventually(() => shown(0, 0), "S20260000000");
    await scrollTop(15_000_000);
    await eventually(() => shown(LAST, 0), "S20260999999");
    await page.screenshot({ path: picture("grid-last-row") });
    await scrollTop(7_500_000);
    await eventually(async () => Math.abs((await firstRow()) - 500_000) < 200, true);
    const before = await firstRow();
    await page.mouse.move(600, 400);
    for (let i = 0; i < 5; i += 1) await page.mouse.wheel(0, 280);
    await page.waitForTimeout(400);
    assert.equal(await firstRow(), before + 50, "small movements are one to one");
    await scrollTop(3_000);
    await page.waitForTimeout(300);
    await page.mouse.wheel(0, -3_000);
    await eventually(firstRow, 0);
  });

  const firstRow = () =>
    page.evaluate(() => {
      const top =
        document.querySelector(".grid-rows").closest(".grid-scroller").getBoundingClientRect().top + 34;
      const rows = [...document.querySelectorAll(".grid-row")];
      const inSight = rows.filter((row) => row.getBoundingClientRect().bottom > top + 1);
      return Math.min(...inSight.map((row) => Number(row.getAttribute("aria-rowindex")) - 2));
    });

  test("typing replaces, F2 changes, Esc gives up, Enter and Tab move on", async () => {
    await open();
    await cell(4, 1).click();
    await page.keyboard.type("Ann");
    await page.keyboard.press("Enter");
    assert.equal(await shown(4, 1), "Ann", "shown before the answer has come");
    await eventually(() => stored(4, 1), "Ann");
    assert.deepEqual(await active(), { row: 5, column: 1 });
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("F2");
    await page.keyboard.type("a");
    await page.keyboard.press("Tab");
    await page.keyboard.type("x");
    await page.keyboard.press("Escape");
    await eventually(() => stored(4, 1), "Anna");
    assert.deepEqual(await active(), { row: 4, column: 2 });
    assert.match(await shown(4, 2), /^[男女]$/);
    await page.keyboard.press("Enter");
    assert.deepEqual(await active(), { row: 5, column: 1 }, "Enter goes back to where Tab began");
    await cell(6, 5).dblclick();
    await page.keyboard.press("Control+A");
    await page.keyboard.type("2013年8月4日");
    await page.keyboard.press("Shift+Enter");
    await eventually(() => stored(6, 5), "2013-08-04");
    assert.deepEqual(await active(), { row: 5, column: 5 });
  });

  test("a choice is filtered as it is typed and picked by key", async () => {
    await open();
    await cell(2, 3).click();
    await page.keyboard.type("高三/3");
    const options = page.locator("[role=listbox] [role=option]");
    await eventually(() => options.count(), 3);
    await page.keyboard.press("ArrowDown");
    const sink = page.locator(".grid-sink");
    const current = await page.locator("[role=option][aria-selected=true]").getAttribute("id");
    assert.equal(await sink.getAttribute("aria-activedescendant"), current);
    await page.screenshot({ path: picture("grid-choices") });
    await page.keyboard.press("Enter");
    await eventually(() => stored(2, 3), "实验中学/高三/3班");
    assert.equal(await page.locator("[role=listbox]").isVisible(), false);
  });

  test("a range is copied as a spreadsheet expects it, and pasted elsewhere", async () => {
    await open();
    await cell(3, 2).click();
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("Shift+ArrowRight");
    for (let i = 0; i < 4; i += 1) await page.keyboard.press("Shift+ArrowDown");
    await eventually(() => page.locator("#selection").textContent(), "已选 15 格（5 行 × 3 列）");
    await page.screenshot({ path: picture("grid-range") });
    await page.keyboard.press("Control+C");
    const copied = await clipboard();
    assert.equal(copied.split("\r\n").length, 6);
    assert.equal(copied.split("\r\n")[0].split("\t").length, 3);
    const html = await page.evaluate(async () => {
      const [item] = await navigator.clipboard.read();
      return (await item.getType("text/html")).text();
    });
    assert.match(html, /<td/);
    await cell(12, 2).click();
    await page.keyboard.press("Control+V");
    for (let row = 0; row < 5; row += 1) assert.equal(await shown(12 + row, 4), await shown(3 + row, 4));
    await eventually(async () => (await stored(16, 4)) === (await stored(7, 4)), true);
    await eventually(
      () => page.evaluate(() => window.grid.current.report().ranges),
      [{ top: 12, left: 2, bottom: 16, right: 4 }],
    );
  });

  test("what a spreadsheet put on the clipboard keeps its line breaks and quotes", async () => {
    await open();
    await putOnClipboard('"上午\n下午"\t"说 ""好"""\r\n一\t二\r\n');
    await cell(9, 0).click();
    await page.keyboard.press("Control+V");
    await eventually(() => stored(9, 0), "上午\n下午");
    await eventually(() => stored(9, 1), '说 "好"');
    await eventually(() => stored(10, 1), "二");
    assert.equal(await shown(9, 0), "上午 ⏎ 下午");
  });

  test("rows that are not loaded are read for a copy", async () => {
    await open();
    await select({ top: 100, left: 0, bottom: 12_099, right: 1 });
    await page.locator(".grid-sink").focus();
    await page.keyboard.press("Control+C");
    await eventually(() => page.locator("#notice").textContent(), "已复制 12000 行 × 2 列");
    const lines = (await clipboard()).split("\r\n");
    assert.equal(lines.length, 12_001);
    assert.match(lines[11_999], /^S20260012099\t/);
  });

  test("the handle fills down, undo and redo show where they were", async () => {
    await open();
    await cell(0, 6).click();
    const first = await shown(0, 6);
    const second = await stored(1, 6);
    const from = await page.locator(".grid-fill").boundingBox();
    const to = await cell(5, 6).boundingBox();
    await page.mouse.move(from.x + 5, from.y + 5);
    await page.mouse.down();
    await page.mouse.move(to.x + 30, to.y + 6, { steps: 5 });
    await page.screenshot({ path: picture("grid-filling") });
    await page.mouse.up();
    // Drawn with the next frame.
    await eventually(() => shown(5, 6), first);
    await eventually(() => stored(5, 6), first);
    await cell(15, 6).click();
    await page.keyboard.press("Control+Z");
    await eventually(() => shown(1, 6), second);
    await eventually(active, { row: 1, column: 6 });
    await page.keyboard.press("Control+Y");
    await eventually(() => shown(1, 6), first);
    await select({ top: 0, left: 1, bottom: 3, right: 1 });
    await page.keyboard.press("Control+D");
    await eventually(async () => (await stored(3, 1)) === (await stored(0, 1)), true);
  });

  test("several ranges are filled, written and undone as one", async () => {
    await open();
    const names = () => Promise.all([20, 21, 22, 23].map((row) => stored(row, 1)));
    const before = await names();
    const selectBoth = async () => {
      await cell(20, 1).click();
      await cell(21, 1).click({ modifiers: ["Shift"] });
      await cell(22, 1).click({ modifiers: ["Control"] });
      await cell(23, 1).click({ modifiers: ["Shift"] });
    };
    await selectBoth();
    await page.keyboard.press("Control+D");
    await eventually(names, [before[0], before[0], before[2], before[2]]);
    await page.keyboard.press("Control+Z");
    await eventually(names, before);
    await selectBoth();
    await page.keyboard.type("甲");
    await page.keyboard.press("Control+Enter");
    await eventually(names, ["甲", "甲", "甲", "甲"]);
    await page.keyboard.press("Control+Z");
    await eventually(names, before);
  });

  test("select all and delete is one command, and one undo", async () => {
    await open();
    await cell(0, 1).click();
    const name = await shown(0, 1);
    await page.keyboard.press("Control+A");
    await page.keyboard.press("Delete");
    await eventually(() => shown(0, 1), "");
    await eventually(() => stored(LAST, 1), "");
    const calls = await page.evaluate(() => window.roster.calls);
    assert.deepEqual(calls, [`write "" ${JSON.stringify([{ top: 0, left: 0, bottom: LAST, right: 13 }])}`]);
    await page.keyboard.press("Control+Z");
    await eventually(() => shown(0, 1), name);
  });

  test("what is refused stays in its cell with the reason until it is dropped", async () => {
    await open();
    await cell(2, 1).click();
    const name = await shown(2, 1);
    await page.keyboard.type("拒绝我");
    await page.keyboard.press("Enter");
    await eventually(() => cell(2, 1).getAttribute("aria-invalid"), "true");
    assert.equal(await shown(2, 1), "拒绝我");
    await page.keyboard.press("ArrowUp");
    await page.locator(".grid-note").waitFor();
    assert.equal(await page.locator(".grid-note").textContent(), "没有保存：服务不接受这个内容");
    await page.screenshot({ path: picture("grid-refused") });
    await page.keyboard.press("Escape");
    await eventually(() => shown(2, 1), name);
    assert.equal(await cell(2, 1).getAttribute("aria-invalid"), null);
  });

  test("rows, columns and parts apart are selected by pointer", async () => {
    await open();
    const ranges = () => page.evaluate(() => window.grid.current.report().ranges);
    const number = (row) => page.locator(`[role=row][aria-rowindex="${row + 2}"] [role=rowheader]`);
    await number(2).click();
    await number(5).click({ modifiers: ["Shift"] });
    assert.deepEqual(await ranges(), [{ top: 2, left: 0, bottom: 5, right: 13 }]);
    await page.locator("[role=columnheader]", { hasText: "手机号" }).click({ modifiers: ["Control"] });
    assert.equal((await ranges()).length, 2);
    await cell(3, 3).hover();
    await page.mouse.down();
    await cell(8, 5).hover();
    await page.mouse.up();
    assert.deepEqual(await ranges(), [{ top: 3, left: 3, bottom: 8, right: 5 }]);
    await cell(10, 3).click({ modifiers: ["Control"] });
    await eventually(() => page.locator("#selection").textContent(), "已选 19 格（1 行 × 1 列）");
    await page.locator("[role=columnheader]", { hasText: "姓名" }).click();
    await eventually(
      () => page.locator("[role=columnheader]", { hasText: "姓名" }).getAttribute("aria-sort"),
      "ascending",
    );
    await page.screenshot({ path: picture("grid-sorted") });
  });

  test("dragging past the edge scrolls along", async () => {
    await open();
    await cell(5, 4).hover();
    await page.mouse.down();
    await page.mouse.move(700, 795, { steps: 4 });
    await eventually(() => page.evaluate(() => window.grid.current.report().rows > 60), true);
    await page.mouse.up();
    const { rows } = await page.evaluate(() => window.grid.current.report());
    await page.waitForTimeout(200);
    const later = await page.evaluate(() => window.grid.current.report());
    assert.equal(later.rows, rows, "letting go ends it");
  });

  test("a column is resized by pointer, by key and from its menu", async () => {
    await open();
    const heading = page.locator("[role=columnheader]", { hasText: "组织" });
    const width = async () => Math.round((await heading.boundingBox()).width);
    assert.equal(await width(), 200);
    const edge = await heading.boundingBox();
    await page.mouse.move(edge.x + edge.width, edge.y + 10);
    await page.mouse.down();
    await page.mouse.move(edge.x + edge.width + 40, edge.y + 10, { steps: 3 });
    await page.mouse.up();
    await eventually(width, 240);
    await cell(0, 3).click();
    await page.keyboard.press("Alt+Shift+ArrowLeft");
    await eventually(width, 224);
    await page.keyboard.press("Alt+Shift+ArrowDown");
    await page.locator("[role=menu]").waitFor();
    await page.screenshot({ path: picture("grid-column-menu") });
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await eventually(width, 240);
    const wide = await heading.boundingBox();
    await page.mouse.dblclick(wide.x + wide.width, wide.y + 10);
    await eventually(async () => (await width()) < 200, true);
  });

  test("the focus is never shut in and never hidden under the frozen columns", async () => {
    await open();
    await cell(0, 1).click();
    for (let i = 0; i < 12; i += 1) await page.keyboard.press("ArrowRight");
    for (let i = 0; i < 8; i += 1) await page.keyboard.press("ArrowLeft");
    await eventually(active, { row: 0, column: 5 });
    await page.waitForTimeout(60);
    const frozen = await page.locator(".grid-row .grid-frozen").first().boundingBox();
    const box = await page.locator(".grid-cell.is-active").boundingBox();
    assert.ok(box.x >= frozen.x + frozen.width - 1, "the active cell is under the frozen columns");
    await page.keyboard.press("F6");
    assert.equal(await page.evaluate(() => document.activeElement.tagName), "BUTTON");
  });

  test("screen readers are told rows, columns, selection, problems and moves", async () => {
    await open();
    const grid = page.locator("[role=grid]");
    assert.equal(await grid.getAttribute("aria-rowcount"), "1000001");
    assert.equal(await grid.getAttribute("aria-colcount"), "15");
    await cell(7, 4).click();
    assert.equal(await cell(7, 4).getAttribute("aria-selected"), "true");
    assert.equal(await cell(7, 4).getAttribute("aria-invalid"), "true");
    const described = await cell(7, 4).getAttribute("aria-describedby");
    assert.equal(await page.locator(`#${described}`).textContent(), "这个手机号与第 12 行相同");
    const live = page.locator("[role=status][aria-live=polite]");
    await eventually(async () => (await live.textContent()).startsWith("第 8 行，手机号，"), true);
    await page.mouse.move(700, 500);
    await page.mouse.wheel(0, 900);
    await page.waitForTimeout(400);
    const order = await page.evaluate(() =>
      [...document.querySelectorAll(".grid-row")].map((row) => Number(row.getAttribute("aria-rowindex"))),
    );
    assert.deepEqual(
      order,
      [...order].sort((a, b) => a - b),
      "rows are read in their order",
    );
    const mark = page.locator(".grid-mark.mark-pending").first();
    assert.equal(await mark.getAttribute("aria-label"), "待上传");
  });

  for (const theme of ["light", "dark"]) {
    test(`nothing is inaccessible in the ${theme} theme`, async () => {
      await open(`?theme=${theme}`);
      await cell(7, 4).click();
      await page.keyboard.press("Shift+ArrowDown");
      await page.waitForTimeout(200);
      await page.screenshot({ path: picture(`grid-${theme}`) });
      await page.addScriptTag({ path: axeSource() });
      const found = await page.evaluate(async () => {
        const { violations } = await window.axe.run(document.querySelector(".grid-frame"), {
          runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
          rules: { region: { enabled: false } },
        });
        return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html} ${nodes[0].failureSummary}`);
      });
      assert.deepEqual(found, []);
    });
  }

  test("all densities and many columns are drawn", async () => {
    for (const density of [28, 32, 40]) {
      await open(`?density_px=${density}&columns=120&theme=${density === 32 ? "dark" : "light"}`);
      assert.equal((await cell(0, 3).boundingBox()).height, density);
      await page.screenshot({ path: picture(`grid-density-${density}`) });
    }
    await cell(0, 3).click();
    await page.keyboard.press("Control+ArrowRight");
    await eventually(active, { row: 0, column: 119 });
    await eventually(async () => (await cell(0, 119).boundingBox()) !== null, true);
    const cells = await page.locator(".grid-row").first().locator("[role=gridcell]").count();
    assert.ok(cells < 30, `${cells} cells are drawn in a row`);
  });

  test("an empty view says so and a read-only one cannot be changed", async () => {
    await page.goto(`${server.address}?rows=0`);
    await page.locator(".grid-empty").waitFor();
    await open("?readonly");
    await cell(1, 1).click();
    const name = await shown(1, 1);
    await page.keyboard.type("x");
    await page.keyboard.press("Delete");
    await page.keyboard.press("Enter");
    assert.equal(await shown(1, 1), name);
    await page.keyboard.press("Control+C");
    await eventually(() => page.locator("#notice").textContent(), "已复制 1 行 × 1 列");
  });
});
