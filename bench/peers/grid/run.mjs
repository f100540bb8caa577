/**
 * Measures each grid's page in a browser without a window.
 * usage: node run.mjs PACKAGES PAGES ROWS ROUNDS [GRID…]
 * Prints one JSON line a grid: milliseconds, each the median of the rounds. The grids take turns within a round.
 */

import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join, normalize } from "node:path";

const [packages, pages, rows, rounds, ...only] = process.argv.slice(2);
const { chromium } = createRequire(join(packages, "package.json"))("playwright-core");

const KINDS = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };
/** What is pasted: so many rows and columns of texts that were not there before. */
const PASTED_ROWS = 5_000;
const PASTED_COLUMNS = 5;
/** Where it is pasted: behind the columns that stay in place, because RevoGrid pastes into one or the other. */
const PASTED_AT = { row: 10, column: 2 };
/** Turns of the wheel, and how far each goes. */
const TURNS = 120;
const SLOW_PX = 56;
const FAST_PX = 1_400;

const server = createServer((request, response) => {
  const path = normalize(new URL(request.url, "http://localhost").pathname);
  const file = join(pages, path.endsWith("/") ? `${path}index.html` : path);
  if (!file.startsWith(pages) || !existsSync(file)) return void response.writeHead(404).end();
  response.writeHead(200, { "content-type": KINDS[extname(file)] ?? "application/octet-stream" });
  createReadStream(file).pipe(response);
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const address = `http://127.0.0.1:${server.address().port}`;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
});

async function measure(grid) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    const faults = [];
    page.on("pageerror", (error) => faults.push(String(error)));
    await page.addInitScript(watchFirstPaint);
    await page.goto(`${address}/${grid}/?rows=${rows}`);
    const first_paint_ms = await page.evaluate(() => window.firstPaint);
    await page.waitForTimeout(500);
    const slow_p95_ms = await scroll(page, SLOW_PX);
    const fast_p95_ms = await scroll(page, FAST_PX);
    await page.reload();
    await page.evaluate(() => window.firstPaint);
    await page.waitForTimeout(500);
    const paste_ms = await paste(page);
    if (faults.length > 0) throw new Error(`the page threw: ${faults[0]}`);
    return { first_paint_ms, slow_p95_ms, fast_p95_ms, paste_ms };
  } finally {
    await context.close();
  }
}

/** From the start of the navigation to the frame that shows the first rows. */
function watchFirstPaint() {
  window.firstPaint = new Promise((painted) => {
    const look = () => {
      if (window.bench?.shown(0, 1) && window.bench.shown(15, 1))
        requestAnimationFrame((now) => painted(Math.max(now, performance.now())));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}

/** The 95th percentile of the time between two frames while the wheel turns. */
async function scroll(page, step_px) {
  const { x, y } = await page.evaluate(() => window.bench.point(10, 2));
  await page.mouse.move(x + 300, y);
  await page.evaluate(() => {
    const frames = [];
    window.frames_ms = frames;
    let before = performance.now();
    const frame = () => {
      const now = performance.now();
      frames.push(now - before);
      before = now;
      window.frame = requestAnimationFrame(frame);
    };
    window.frame = requestAnimationFrame(frame);
  });
  for (let turn = 0; turn < TURNS; turn += 1) {
    const pace = new Promise((over) => setTimeout(over, 16));
    await page.mouse.wheel(0, step_px);
    await pace;
  }
  const frames = await page.evaluate(() => {
    cancelAnimationFrame(window.frame);
    return window.frames_ms;
  });
  frames.sort((a, b) => a - b);
  return frames[Math.ceil(frames.length * 0.95) - 1];
}

/** From the paste event to the frame that shows the block, which the owner of the data has by then. */
async function paste(page) {
  const line = (row) => Array.from({ length: PASTED_COLUMNS }, (_, column) => `P${row}-${column}`);
  const block = Array.from({ length: PASTED_ROWS }, (_, row) => line(row).join("\t")).join("\r\n");
  await page.evaluate((text) => navigator.clipboard.writeText(text), block);
  const { x, y } = await page.evaluate(({ row, column }) => window.bench.point(row, column), PASTED_AT);
  await page.mouse.click(x, y);
  await page.waitForTimeout(200);
  await page.evaluate(
    ([{ row, column }, rows, columns]) => {
      window.pasted = new Promise((done) => {
        const begin = () => {
          const began = performance.now();
          const isThere = () =>
            window.bench.shown(row, column) === "P0-0" &&
            window.bench.shown(row + 5, column + columns - 1) === `P5-${columns - 1}` &&
            window.bench.stored(row + rows - 1, column + columns - 1) === `P${rows - 1}-${columns - 1}`;
          const look = () => {
            if (isThere()) requestAnimationFrame(() => done(performance.now() - began));
            else requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        };
        window.addEventListener("paste", begin, { capture: true, once: true });
      });
    },
    [PASTED_AT, PASTED_ROWS, PASTED_COLUMNS],
  );
  await page.keyboard.press("Control+V");
  const late = new Promise((_, fail) => setTimeout(() => fail(new Error("the block never came up")), 60_000));
  return Promise.race([page.evaluate(() => window.pasted), late]);
}

const median = (times) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)];

const grids = only.length > 0 ? only : ["ours", "ag-grid", "revogrid", "glide"];
const measured = new Map(grids.map((grid) => [grid, []]));
const left_out = new Map();
try {
  for (let round = 0; round < Number(rounds); round += 1)
    for (const grid of grids) {
      if (left_out.has(grid)) continue;
      try {
        const figures = await measure(grid);
        console.error(`${grid} ${JSON.stringify(figures)}`);
        measured.get(grid).push(figures);
      } catch (failure) {
        left_out.set(grid, String(failure.message ?? failure).split("\n")[0]);
      }
    }
  for (const [grid, figures] of measured) {
    if (left_out.has(grid)) console.log(JSON.stringify({ grid, left_out: left_out.get(grid) }));
    else {
      const names = Object.keys(figures[0] ?? {});
      const medians = Object.fromEntries(names.map((name) => [name, median(figures.map((one) => one[name]))]));
      console.log(JSON.stringify({ grid, ...medians }));
    }
  }
} finally {
  await browser.close();
  server.close();
}
