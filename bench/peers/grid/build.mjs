/**
 * Bundles each grid's page as it would be shipped.
 * usage: node build.mjs PACKAGES OUT        PACKAGES: the folder that holds the peers' node_modules
 * Prints one JSON line a page: its name, and why when it could not be built.
 */

import { copyFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const [packages, out] = process.argv.slice(2);
const here = fileURLToPath(new URL(".", import.meta.url));
const ui = fileURLToPath(new URL("../../../ui/node_modules", import.meta.url));
const { build } = createRequire(join(packages, "package.json"))("esbuild");

// Ours brings the program's React, Glide its own older one.
const pages = { ours: "ours.jsx", "ag-grid": "ag-grid.js", revogrid: "revogrid.js", glide: "glide.jsx" };

for (const [name, entry] of Object.entries(pages)) {
  const folder = join(out, name);
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(here, "page.html"), join(folder, "index.html"));
  try {
    await build({
      entryPoints: { page: join(here, entry) },
      outdir: folder,
      bundle: true,
      splitting: true,
      format: "esm",
      minify: true,
      target: "chrome109",
      jsx: "automatic",
      define: { "process.env.NODE_ENV": '"production"' },
      nodePaths: [name === "ours" ? ui : join(packages, "node_modules")],
      logLevel: "error",
    });
    console.log(JSON.stringify({ page: name }));
  } catch (failure) {
    console.log(JSON.stringify({ page: name, left_out: String(failure.message ?? failure).split("\n")[0] }));
  }
}
