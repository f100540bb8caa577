/**
 * Serves the grid's own page from the UI's sources and opens it in a browser, for the tests beside this file.
 * The browser is CHROMIUM or Debian's; pictures go to out/e2e.
 */

import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

export const uiFolder = fileURLToPath(new URL("../../ui/", import.meta.url));
const pictures = fileURLToPath(new URL("../../out/e2e/", import.meta.url));
const require = createRequire(new URL("../../ui/package.json", import.meta.url));

export const browserPath = process.env.CHROMIUM ?? "/usr/bin/chromium";

export const browserFlags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Start the development server on a free port. Answers the page's address and how to stop. */
export async function servePage() {
  const { createServer } = await import(pathToFileURL(require.resolve("vite")).href);
  const server = await createServer({
    root: uiFolder,
    configFile: `${uiFolder}vite.config.ts`,
    logLevel: "error",
    server: { host: "127.0.0.1", port: 0, strictPort: false, hmr: false, watch: null },
  });
  await server.listen();
  const { port } = server.httpServer.address();
  return { address: `http://127.0.0.1:${port}/dev/grid.html`, stop: () => server.close() };
}

export async function openBrowser(options = {}) {
  const { chromium } = require("playwright-core");
  return chromium.launch({
    executablePath: browserPath,
    args: ["--headless=new", ...browserFlags],
    ...options,
  });
}

export function axeSource() {
  return require.resolve("axe-core/axe.min.js");
}

export function picture(name) {
  mkdirSync(pictures, { recursive: true });
  return `${pictures}${name}.png`;
}
