/**
 * RevoGrid, which holds an array of all rows: here of empty ones, filled as they come into sight. Pasting a block of
 * cells is its own.
 */

import { defineCustomElements } from "@revolist/revogrid/loader";
import { Blocks, box, columns, FROZEN, ROW_PX, ROWS, save, tell } from "./work";

defineCustomElements();
const grid = document.createElement("revo-grid");
const rows = Array.from({ length: ROWS }, () => ({}));

const fill = (cells, row) => cells.forEach((text, column) => (row[column] = text));
let asked = 0;
const blocks = new Blocks((first, loaded) => {
  loaded.forEach((row, i) => fill(row.cells, rows[first + i]));
  // All that came since the last frame is drawn at once.
  asked ||= requestAnimationFrame(() => {
    asked = 0;
    void grid.refresh("rgRow");
  });
});

Object.assign(grid, {
  theme: "compact",
  range: true,
  useClipboard: true,
  rowSize: ROW_PX,
  columns: columns.map((column, i) => ({
    prop: String(i),
    name: column.title,
    size: column.width_px,
    readonly: column.editor === undefined,
    ...(i < FROZEN ? { pin: "colPinStart" } : {}),
  })),
  source: rows,
});
grid.addEventListener("viewportscroll", ({ detail }) => {
  if (detail.dimension !== "rgRow") return;
  const first = Math.max(0, Math.floor(detail.coordinate / ROW_PX) - 10);
  blocks.want(first, first + Math.ceil(window.innerHeight / ROW_PX) + 20);
});
grid.addEventListener("afteredit", ({ detail }) => {
  if (!detail.data || !detail.newRange) return;
  // Columns are counted without those that stay in place; the edited cells are named by their own columns.
  const { y, y1 } = detail.newRange;
  const edited = Object.keys(detail.data[y] ?? {}).map(Number);
  const block = Array.from({ length: y1 - y + 1 }, (_, i) => Object.values(detail.data[y + i] ?? {}));
  void save(y, Math.min(...edited), block);
});
box().append(grid);
blocks.want(0, 60);

tell({
  name: "revogrid",
  inset_px: 0,
  shown: (row, column) => {
    const [part, at] = column < FROZEN ? ["colPinStart", column] : ["rgCol", column - FROZEN];
    const where = `revogr-viewport-scroll.${part} revogr-data[type="rgRow"] .rgCell[data-rgrow="${row}"][data-rgcol="${at}"]`;
    return grid.querySelector(where)?.textContent || null;
  },
});
