/**
 * The two browsers in which the input method is tried, behind one small set of calls: Chromium (the engine of WebView2)
 * by its own protocol, and WebKitGTK (the engine of the Linux shell) by WebDriver.
 */

import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { browserFlags, openBrowser } from "./grid-page.mjs";

const MINI_BROWSER = [
  "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
  "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
].find((path) => existsSync(path));

/** Debian's package webkit2gtk-driver brings the driver; the small browser comes with the library. */
export const hasWebKit = MINI_BROWSER !== undefined && existsSync("/usr/bin/WebKitWebDriver");

export async function openChromium(address) {
  const browser = await openBrowser({
    headless: false,
    args: [...browserFlags, "--ozone-platform=x11", "--window-size=1200,800", "--window-position=0,0"],
    ignoreDefaultArgs: ["--enable-automation"],
  });
  const context = await browser.newContext({ viewport: null });
  const page = await context.newPage();
  await page.goto(address);
  return {
    windowClass: "chrom",
    run: (work, argument) => page.evaluate(work, argument),
    click: (x, y) => page.mouse.click(x, y),
    picture: (path) => page.screenshot({ path }),
    close: () => browser.close(),
  };
}

export async function openWebKit(address) {
  const port = await freePort();
  const driver = spawn("WebKitWebDriver", [`--port=${port}`], { stdio: "ignore" });
  const base = `http://127.0.0.1:${port}`;
  await answering(`${base}/status`);
  const call = async (method, path, body) => {
    const answer = await fetch(base + path, { method, body: body && JSON.stringify(body) });
    const { value } = await answer.json();
    if (value?.error) throw new Error(`${value.error}: ${value.message}`);
    return value;
  };
  const options = { binary: MINI_BROWSER, args: ["--automation", "--geometry=1200x800"] };
  const { sessionId } = await call("POST", "/session", {
    capabilities: { alwaysMatch: { "webkitgtk:browserOptions": options } },
  });
  const session = `/session/${sessionId}`;
  await call("POST", `${session}/url`, { url: address });
  return {
    windowClass: "MiniBrowser",
    run: (work, argument) =>
      call("POST", `${session}/execute/sync`, {
        script: `return (${work})(arguments[0])`,
        args: [argument ?? null],
      }),
    click: (x, y) =>
      call("POST", `${session}/actions`, {
        actions: [
          {
            type: "pointer",
            id: "mouse",
            parameters: { pointerType: "mouse" },
            actions: [
              { type: "pointerMove", x: Math.round(x), y: Math.round(y), duration: 0 },
              { type: "pointerDown", button: 0 },
              { type: "pointerUp", button: 0 },
            ],
          },
        ],
      }),
    picture: async (path) =>
      writeFileSync(path, Buffer.from(await call("GET", `${session}/screenshot`), "base64")),
    close: async () => {
      await call("DELETE", session).catch(() => undefined);
      driver.kill();
    },
  };
}

async function answering(address) {
  for (let tries = 0; tries < 100; tries += 1) {
    const answer = await fetch(address).catch(() => undefined);
    if (answer) return;
    await sleep(100);
  }
  throw new Error("the driver did not start");
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
