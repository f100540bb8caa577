/**
 * Types Chinese into the grid with a real input method, as a person would: `nihao`, Space, Enter. The cell must then
 * hold 你好 and the active cell must have moved down by one. Leaves with 1 if it does not, with 2 if a part is missing.
 *
 * Needs Debian's xvfb, dbus-x11, openbox, ibus, ibus-gtk3, ibus-libpinyin, xdotool and chromium. Run: node tests/e2e/ime.mjs
 */

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { browserFlags, openBrowser, picture, servePage } from "./grid-page.mjs";

const NEEDED = ["Xvfb", "dbus-run-session", "openbox", "ibus-daemon", "ibus", "xdotool"];
const isInside = process.argv[2] === "inside";

// What the display, the bus and the server leave behind must not keep the test from ending.
process.exit(isInside ? await inside() : await outside());

/** A display and a session bus of its own: nothing of the user's desktop is touched. */
async function outside() {
  const lacking = NEEDED.filter((name) => spawnSync("which", [name]).status !== 0);
  if (lacking.length > 0) {
    console.error(`missing: ${lacking.join(", ")}`);
    return 2;
  }
  const home = mkdtempSync(join(tmpdir(), "grid-ime-"));
  mkdirSync(join(home, "run"), { mode: 0o700 });
  const display = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "1280x900x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  try {
    const number = await firstLine(display.stdio[3]);
    const env = {
      ...process.env,
      DISPLAY: `:${number}`,
      HOME: home,
      XDG_CONFIG_HOME: join(home, "config"),
      XDG_CACHE_HOME: join(home, "cache"),
      XDG_DATA_HOME: join(home, "data"),
      XDG_RUNTIME_DIR: join(home, "run"),
      XDG_SESSION_TYPE: "x11",
      LANG: "C.UTF-8",
      LC_ALL: "C.UTF-8",
      GTK_IM_MODULE: "ibus",
      QT_IM_MODULE: "ibus",
      XMODIFIERS: "@im=ibus",
      GSETTINGS_BACKEND: "memory",
    };
    delete env.WAYLAND_DISPLAY;
    delete env.DBUS_SESSION_BUS_ADDRESS;
    const session = spawn(
      "dbus-run-session",
      ["--", process.execPath, fileURLToPath(import.meta.url), "inside"],
      {
        env,
        // The bus is talkative on standard error; what this test has to say goes to standard output.
        stdio: ["ignore", "inherit", "ignore"],
      },
    );
    return await new Promise((resolve) => session.on("exit", (code) => resolve(code ?? 1)));
  } finally {
    display.kill();
    await removeFolder(home);
  }
}

/** The input method still writes what it learnt while it ends. */
async function removeFolder(folder) {
  for (let tries = 0; tries < 10; tries += 1) {
    try {
      rmSync(folder, { recursive: true, force: true });
      return;
    } catch {
      await sleep(300);
    }
  }
}

async function inside() {
  const started = [];
  const start = (name, args) => started.push(spawn(name, args, { stdio: "ignore" }));
  let server;
  let browser;
  try {
    start("openbox", []);
    start("ibus-daemon", ["-r", "--panel", "disable", "--xim"]);
    await inputMethodReady();
    server = await servePage();
    browser = await openBrowser({
      headless: false,
      args: [...browserFlags, "--ozone-platform=x11", "--window-size=1200,800", "--window-position=0,0"],
      ignoreDefaultArgs: ["--enable-automation"],
    });
    const context = await browser.newContext({ viewport: null });
    const page = await context.newPage();
    await page.goto(server.address);
    await page.locator(".grid-row:not(.is-loading) .grid-cell").first().waitFor();
    await typesChinese(page, "typed at once into a selected cell", { row: 3, column: 1 });
    await typesChinese(page, "in a cell far down", { row: 500_000, column: 6 });
    await givesUp(page);
    await page.screenshot({ path: picture("grid-ime") });
    console.log("ok: the input method writes into the grid");
    return 0;
  } catch (error) {
    console.log(error);
    return 1;
  } finally {
    const closed = Promise.allSettled([browser?.close(), server?.stop()]);
    await Promise.race([closed, sleep(3_000)]);
    spawnSync("ibus", ["exit"]);
    for (const child of started.reverse()) child.kill();
  }
}

async function inputMethodReady() {
  for (let tries = 0; tries < 60; tries += 1) {
    // Setting it says "failed" even when it worked: only asking tells.
    spawnSync("ibus", ["engine", "libpinyin"]);
    const now = spawnSync("ibus", ["engine"], { encoding: "utf8" });
    if (now.stdout.trim() === "libpinyin") return;
    await sleep(250);
  }
  throw new Error("the input method did not start");
}

async function typesChinese(page, what, cell) {
  await selectInWindow(page, cell);
  const before = await page.evaluate(({ row, column }) => window.roster.text(row, column), cell);
  assert.notEqual(before, "你好");
  xdotool("type", "--delay", "80", "nihao");
  await sleep(500);
  const composing = await page.evaluate(() => {
    const sink = document.querySelector(".grid-sink");
    return { isEditing: sink.classList.contains("is-editing"), text: sink.value };
  });
  assert.ok(composing.isEditing, `${what}: composing opens the editor in the cell`);
  assert.match(composing.text, /ni|你/, `${what}: what is being composed is seen in the cell`);
  xdotool("key", "space");
  await sleep(300);
  const { row } = await page.evaluate(() => window.grid.current.report().active);
  assert.equal(row, cell.row, `${what}: confirming the word does not commit the cell`);
  xdotool("key", "Return");
  await sleep(500);
  const after = await page.evaluate(({ row, column }) => window.roster.text(row, column), cell);
  assert.equal(after, "你好", `${what}: the cell holds the word`);
  const active = await page.evaluate(() => window.grid.current.report().active);
  assert.deepEqual(active, { row: cell.row + 1, column: cell.column }, `${what}: Enter moved down once`);
}

/** A composition confirmed by Enter writes the letters and keeps the editor open; Esc leaves the cell as it was. */
async function givesUp(page) {
  const cell = { row: 8, column: 1 };
  await selectInWindow(page, cell);
  const before = await page.evaluate(({ row, column }) => window.roster.text(row, column), cell);
  xdotool("type", "--delay", "80", "ni");
  await sleep(300);
  xdotool("key", "Return");
  await sleep(300);
  const state = await page.evaluate(() => ({
    active: window.grid.current.report().active,
    text: document.querySelector(".grid-sink").value,
  }));
  assert.deepEqual(state, { active: cell, text: "ni" }, "Enter ends the composition only");
  xdotool("key", "Escape");
  await sleep(300);
  assert.equal(await page.evaluate(({ row, column }) => window.roster.text(row, column), cell), before);
}

async function selectInWindow(page, cell) {
  const range = { top: cell.row, left: cell.column, bottom: cell.row, right: cell.column };
  await page.evaluate((wanted) => window.grid.current.select(wanted), range);
  const box = page.locator(
    `[role=row][aria-rowindex="${cell.row + 2}"] [aria-colindex="${cell.column + 2}"]`,
  );
  await box.click();
  const window = spawnSync("xdotool", ["search", "--onlyvisible", "--class", "chrom"], { encoding: "utf8" });
  const id = window.stdout.trim().split("\n").at(-1);
  assert.ok(id, "the browser has a window");
  xdotool("windowfocus", "--sync", id);
  await sleep(400);
}

function xdotool(...args) {
  const run = spawnSync("xdotool", args, { encoding: "utf8", timeout: 10_000 });
  assert.equal(run.status, 0, `xdotool ${args[0]}: ${run.stderr}`);
}

function firstLine(stream) {
  return new Promise((resolve, reject) => {
    let text = "";
    stream.on("data", (chunk) => {
      text += chunk;
      if (text.includes("\n")) resolve(text.trim());
    });
    stream.on("close", () => reject(new Error("the display did not start")));
  });
}
