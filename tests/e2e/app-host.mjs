/**
 * The desktop's UI in a browser: its loopback host and the command line on folders of their own, with key files in
 * place of the system's keyring. Programs come from MINGCE_PROGRAMS or target/debug, the UI from ui/dist.
 */

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { axeSource, browserFlags, openBrowser, picture } from "./grid-page.mjs";

const top = fileURLToPath(new URL("../../", import.meta.url));
const programs = process.env.MINGCE_PROGRAMS ?? join(top, "target", "debug");
const require = createRequire(new URL("../../ui/package.json", import.meta.url));

export const program = (name) => join(programs, process.platform === "win32" ? `${name}.exe` : name);

export const password = "一句只有我知道的话";

/** A folder for everything, with desktops in it that know nothing of each other. */
export class Office {
  folder = mkdtempSync(join(tmpdir(), "mingce-office-"));
  #hosts = [];

  file(name) {
    return join(this.folder, name);
  }

  /** A desktop's home and key file, made now. */
  desktop(name, { language = "zh", theme = "light" } = {}) {
    const home = this.file(name);
    const keyFile = this.file(`${name}.key`);
    mkdirSync(home);
    const preferences = { language, theme, density: "compact", columns: [] };
    writeFileSync(join(home, "preferences.json"), JSON.stringify(preferences));
    const run = (args, input) =>
      JSON.parse(
        execFileSync(program("mingce"), ["--home", home, "--key-file", keyFile, "--json", ...args], {
          encoding: "utf8",
          input,
        }),
      );
    run(["key", "new", keyFile]);
    return { home, keyFile, run };
  }

  /** Serve a desktop's UI; the address, and how to stop. */
  async serve({ home, keyFile }) {
    const ui = process.env.MINGCE_UI ?? join(top, "ui", "dist");
    const host = spawn(program("mingce-devhost"), ["--home", home, "--key-file", keyFile, "--ui", ui]);
    this.#hosts.push(host);
    let log = "";
    host.stderr.on("data", (part) => {
      log += part;
    });
    const address = await new Promise((resolve, reject) => {
      host.once("error", reject);
      host.once("exit", () => reject(new Error(`the host ended: ${log}`)));
      host.stdout.once("data", (part) => resolve(String(part).trim()));
    });
    const stop = () =>
      new Promise((resolve) => {
        host.removeAllListeners("exit");
        host.once("exit", resolve);
        host.kill();
      });
    return { address, stop, log: () => log };
  }

  /** Where the service inside a desktop listens. */
  serviceOf({ home }) {
    const { port } = JSON.parse(readFileSync(join(home, "service", "listen.json"), "utf8"));
    return `http://127.0.0.1:${port}`;
  }

  close() {
    for (const host of this.#hosts) host.kill();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A page of the UI that remembers everything that went wrong in it. */
export async function openApp(browser, address, options = {}) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: "zh-CN",
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await slowDown(context, page);
  const faults = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    // A call that the app refuses is told to the person; the browser also writes it down.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      faults.push(message.text());
  });
  await page.goto(address);
  return { context, page, faults };
}

/** Makes the page's processor MINGCE_SLOWDOWN times slower: what a test only wins by being fast is lost then. */
async function slowDown(context, page) {
  const rate = Number(process.env.MINGCE_SLOWDOWN ?? 1);
  if (rate > 1) await (await context.newCDPSession(page)).send("Emulation.setCPUThrottlingRate", { rate });
}

/** Waits until `read` answers what is wanted; fails with what it answered last. */
export async function eventually(read, wanted, what) {
  const until = Date.now() + 15_000;
  let seen = await read().catch(() => undefined);
  while (Date.now() < until && !isDeepStrictEqual(seen, wanted)) {
    await new Promise((resolve) => setTimeout(resolve, 60));
    seen = await read().catch(() => undefined);
  }
  assert.deepEqual(seen, wanted, what);
}

/** What the next file dialog answers. */
export const answerDialog = (page, path) =>
  page.evaluate((wanted) => {
    window.mingcePaths = [wanted];
  }, path);

/** English words that a Chinese screen may show: names of formats, keys, languages and of the program itself. */
const ENGLISH_OF_ITS_OWN =
  /https?:\/\/\S+|UTF-8|\b(CSV|XLSX?|ODS|ZIP|OneRoster|PDF|PNG|JPEG|WebP|HEIC|iPhone|MB|KB|SVG|A4|Excel|WPS|English|HTTP|Ctrl|Alt|Shift|Enter|Esc|Tab|Mingce|Chromium|Linux)\b/gi;

/** In axe-core's eyes, and in those of somebody who reads only Chinese. What is wrong is a fault of the page. */
export async function checkScreen({ page, faults }, name, { language = "zh", names = [] } = {}) {
  // A colour on its way to another is nobody's choice.
  await page.evaluate(() => {
    const onTheirWay = document.getAnimations().filter((one) => one instanceof CSSTransition);
    return Promise.allSettled(onTheirWay.map((one) => one.finished)).then(() => undefined);
  });
  await page.screenshot({ path: picture(`app-${name}`) });
  await page.evaluate(readFileSync(axeSource(), "utf8"));
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] }),
  );
  const found = violations
    .filter(({ impact }) => ["serious", "critical"].includes(impact))
    .flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.any[0]?.message ?? ""}`),
    );
  faults.push(...found.map((one) => `${name} in axe-core's eyes: ${one}`));
  const text = await page.evaluate(() => document.body.innerText);
  if (language === "zh") {
    let rest = text;
    for (const part of names) rest = rest.replaceAll(part, " ");
    rest = rest.replace(ENGLISH_OF_ITS_OWN, " ");
    faults.push(
      ...(rest.match(/[A-Za-z]{3,}/g) ?? []).map((word) => `English on the Chinese screen ${name}: ${word}`),
    );
  }
  const machine = text.match(/\b[a-z]+\.[a-z_]+\.[a-z_]+|\{\{|undefined|NaN|\[object/g) ?? [];
  faults.push(...machine.map((word) => `words of a machine on the screen ${name}: ${word}`));
}

/** What the code on the screen says to a phone's camera. */
export async function readCode(page, image) {
  await page.evaluate(readFileSync(require.resolve("jsqr/dist/jsQR.js"), "utf8"));
  return image.evaluate(async (shown) => {
    await shown.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [600, 600];
    const drawing = canvas.getContext("2d");
    drawing.fillStyle = "white";
    drawing.fillRect(0, 0, 600, 600);
    drawing.drawImage(shown, 20, 20, 560, 560);
    const { data } = drawing.getImageData(0, 0, 600, 600);
    return window.jsQR(data, 600, 600)?.data;
  });
}

/** First run in the window: an organisation whose service is this computer. */
export async function createOrganisation(page, words) {
  await page.getByRole("button", { name: words.create }).click();
  await page.locator("#name").fill(words.organisation);
  await page.locator("#adminName").fill(words.admin);
  await page.locator("#phone").fill("13800138000");
  await page.locator("#password").fill(password);
  await page.locator("#repeat").fill(password);
  await words.look?.();
  await page.locator("button[type=submit]").click();
  await page.locator(".shell-rail").waitFor();
}

/** Calls a use case as the page does, and answers what it answered. */
export const callApp = (page, name, args) =>
  page.evaluate(
    async ([called, given]) => {
      const answer = await fetch(`/call/${called}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(given),
      });
      if (!answer.ok) throw new Error(await answer.text());
      return answer.json();
    },
    [name, args],
  );

/**
 * What the tests of a spec share: an office with a desktop in a browser, opened by `open(desk)` before the first test and
 * closed after the last. Whatever is wrong with the screens is the fault of the test after which it is seen. Answers the
 * office, and `step`: a test that goes on with what the one before it left.
 */
export function shareDesk(name, open, { needs = [], flags = [] } = {}) {
  const desk = { office: new Office() };

  before(async () => {
    for (const needed of ["mingce-devhost", "mingce", ...needs])
      assert.ok(existsSync(program(needed)), `build ${needed} first`);
    desk.browser = await openBrowser({ args: ["--headless=new", ...browserFlags, ...flags] });
    await open(desk);
  });

  after(async () => {
    await desk.browser?.close();
    desk.office.close();
  });

  afterEach(async (context) => {
    if (!context.passed) await desk.app?.page.screenshot({ path: picture(`${name}-lost`) });
    assert.deepEqual(desk.app?.faults.splice(0), [], "what is wrong with the screens");
  });

  let isLost = false;
  const step = (title, walk) =>
    test(title, async (context) => {
      if (isLost) return context.skip("an earlier step was lost");
      isLost = true;
      await walk();
      isLost = false;
    });
  return { office: desk.office, step };
}

/** `open` for `shareDesk`: the window of an organisation that was made just now, whose service is this computer. */
export const openFresh = async (desk, { organisation = "第一小学", ...options } = {}) => {
  const host = await desk.office.serve(desk.office.desktop("mine"));
  desk.app = await openApp(desk.browser, host.address, options);
  const { page } = desk.app;
  await createOrganisation(page, { create: /新建组织/, organisation, admin: "李老师" });
  await page.getByRole("heading", { name: "名册还是空的" }).waitFor();
  return { app: desk.app, page };
};
