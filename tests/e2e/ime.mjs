/**
 * Types Chinese into the grid with a real input method, as a person would: `nihao`, Space, Enter. The cell must then
 * hold 你好 and the active cell must have moved down by one. Leaves with 1 if it does not, with 2 if a part is missing.
 *
 * Needs Debian's xvfb, dbus-x11, openbox, ibus, ibus-gtk3, ibus-libpinyin, xdotool and chromium. Run: node
 * tests/e2e/ime.mjs [chromium] [webkit]; without a name, Chromium and, where webkit2gtk-driver is installed, WebKitGTK.
 */

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { picture, servePage } from "./grid-page.mjs";
import { hasWebKit, openChromium, openWebKit } from "./ime-browsers.mjs";

const NEEDED = ["Xvfb", "dbus-run-session", "openbox", "ibus-daemon", "ibus", "xdotool"];
const OPENERS = { chromium: openChromium, webkit: openWebKit };

const [first, ...rest] = process.argv.slice(2);

// What the display, the bus and the server leave behind must not keep the test from ending.
process.exit(first === "inside" ? await inside(rest) : await outside(first ? [first, ...rest] : null));

/** A display and a session bus of its own: nothing of the user's desktop is touched. */
async function outside(asked) {
  const lacking = NEEDED.filter((name) => spawnSync("which", [name]).status !== 0);
  const names = asked ?? (hasWebKit ? ["chromium", "webkit"] : ["chromium"]);
  if (names.includes("webkit") && !hasWebKit) lacking.push("WebKitWebDriver");
  const unknown = names.filter((name) => !(name in OPENERS));
  if (lacking.length > 0 || unknown.length > 0) {
    console.error(`missing: ${[...lacking, ...unknown].join(", ")}`);
    return 2;
  }
  const home = mkdtempSync(join(tmpdir(), "grid-ime-"));
  mkdirSync(join(home, "run"), { mode: 0o700 });
  const display = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "1280x900x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  try {
    const number = await firstLine(display.stdio[3]);
    const command = [process.execPath, fileURLToPath(import.meta.url), "inside", ...names];
    const session = spawn("dbus-run-session", ["--", ...command], {
      env: environment(home, number),
      // The bus is talkative on standard error; what this test has to say goes to standard output.
      stdio: ["ignore", "inherit", "ignore"],
    });
    return await new Promise((resolve) => session.on("exit", (code) => resolve(code ?? 1)));
  } finally {
    display.kill();
    await removeFolder(home);
  }
}

function environment(home, display) {
  const env = {
    ...process.env,
    DISPLAY: `:${display}`,
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
    NO_AT_BRIDGE: "1",
    WEBKIT_DISABLE_DMABUF_RENDERER: "1",
  };
  delete env.WAYLAND_DISPLAY;
  delete env.DBUS_SESSION_BUS_ADDRESS;
  return env;
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

async function inside(names) {
  const started = [];
  const start = (name, args) => started.push(spawn(name, args, { stdio: "ignore" }));
  let server;
  try {
    start("openbox", []);
    start("ibus-daemon", ["-r", "--panel", "disable", "--xim"]);
    await inputMethodReady();
    server = await servePage();
    for (const name of names) {
      await tryBrowser(name, server.address);
      console.log(`ok: the input method writes into the grid in ${name}`);
    }
    return 0;
  } catch (error) {
    console.log(error);
    return 1;
  } finally {
    await Promise.race([server?.stop(), sleep(3_000)]);
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

async function tryBrowser(name, address) {
  const page = await OPENERS[name](address);
  try {
    await until(page, "rows are drawn", () =>
      Boolean(document.querySelector(".grid-row:not(.is-loading) .grid-cell")),
    );
    await typesChinese(page, { row: 3, column: 1 });
    await typesChinese(page, { row: 500_000, column: 6 });
    await confirmsLettersByEnter(page);
    await page.picture(picture(`grid-ime-${name}`));
  } finally {
    await Promise.race([page.close(), sleep(3_000)]);
  }
}

/** The very first key goes into the cell, the word is seen while it is spelled, and one Enter commits it. */
async function typesChinese(page, cell) {
  await selectInWindow(page, cell);
  assert.notEqual(await stored(page, cell), "你好");
  xdotool("type", "--delay", "80", "nihao");
  await until(page, "composing opens the editor and shows the word in the cell", () => {
    const sink = document.querySelector(".grid-sink");
    return sink.classList.contains("is-editing") && /ni.*hao|你好/.test(sink.value);
  });
  xdotool("key", "space");
  await until(page, "the word is confirmed", () => document.querySelector(".grid-sink").value === "你好");
  await sleep(300);
  assert.deepEqual(await active(page), cell, "confirming the word does not commit the cell");
  xdotool("key", "Return");
  await until(page, "Enter moves down", (row) => window.grid.current.report().active.row > row, cell.row);
  await sleep(300);
  assert.deepEqual(await active(page), { row: cell.row + 1, column: cell.column }, "Enter moved down once");
  assert.equal(await stored(page, cell), "你好", "the cell holds the word");
}

/** Enter within a composition puts its letters into the editor and nothing else; Esc then leaves the cell as it was. */
async function confirmsLettersByEnter(page) {
  const cell = { row: 8, column: 1 };
  await selectInWindow(page, cell);
  const before = await stored(page, cell);
  xdotool("type", "--delay", "80", "ni");
  await sleep(300);
  xdotool("key", "Return");
  await until(
    page,
    "the letters are in the editor",
    () => document.querySelector(".grid-sink").value === "ni",
  );
  await sleep(300);
  assert.deepEqual(await active(page), cell, "Enter ends the composition only");
  xdotool("key", "Escape");
  await until(page, "Esc closes the editor", () => !document.querySelector(".grid-sink.is-editing"));
  assert.equal(await stored(page, cell), before);
}

function active(page) {
  return page.run(() => window.grid.current.report().active);
}

function stored(page, cell) {
  return page.run(({ row, column }) => window.roster.text(row, column), cell);
}

async function selectInWindow(page, cell) {
  await page.run(({ row, column }) => {
    window.grid.current.select({ top: row, left: column, bottom: row, right: column });
  }, cell);
  await until(page, "the cell is in sight", () => Boolean(document.querySelector(".grid-cell.is-active")));
  await sleep(300);
  const place = await page.run(() => {
    const box = document.querySelector(".grid-cell.is-active").getBoundingClientRect();
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  });
  await page.click(place.x, place.y);
  const found = spawnSync("xdotool", ["search", "--onlyvisible", "--class", page.windowClass], {
    encoding: "utf8",
  });
  const id = found.stdout.trim().split("\n").at(-1);
  assert.ok(id, "the browser has a window");
  xdotool("windowfocus", "--sync", id);
  await sleep(400);
  assert.deepEqual(await active(page), cell);
}

async function until(page, what, work, argument) {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await page.run(work, argument)) return;
    await sleep(100);
  }
  assert.fail(`never came true: ${what}`);
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
