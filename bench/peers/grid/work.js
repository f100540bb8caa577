/**
 * What every grid of the comparison gets: the same million made-up rows that answer after the same delay, the same
 * columns in the same box, and the questions that the runner puts to a page by `window.bench`.
 */

import { columns, RosterSource } from "../../../ui/dev/roster-source";

export const ROWS = Number(new URLSearchParams(location.search).get("rows") ?? 1_000_000);
export const DELAY_MS = 4;
export const ROW_PX = 28;
export const HEAD_PX = 34;
/** Columns that stay in place. */
export const FROZEN = 2;
/** Rows of one question to the source. */
export const BLOCK = 100;

export { columns };
export const source = new RosterSource(ROWS, DELAY_MS);

/** Rows as they are asked for: each block once, then kept; `loaded` hears of every block that came. */
export class Blocks {
  #kept = new Map();
  #asked = new Set();

  constructor(loaded) {
    this.loaded = loaded;
  }

  cells(row) {
    return this.#kept.get(Math.floor(row / BLOCK))?.[row % BLOCK]?.cells;
  }

  want(first, last) {
    for (let block = Math.floor(first / BLOCK); block * BLOCK <= last; block += 1) {
      if (block * BLOCK >= ROWS || this.#kept.has(block) || this.#asked.has(block)) continue;
      this.#asked.add(block);
      void page(block * BLOCK, (block + 1) * BLOCK).then((rows) => {
        this.#asked.delete(block);
        this.#kept.set(block, rows);
        this.loaded(block * BLOCK, rows);
      });
    }
  }

  put(top, left, block) {
    block.forEach((line, i) => {
      const cells = this.cells(top + i);
      if (cells) cells.splice(left, line.length, ...line);
    });
  }
}

export async function page(first, last) {
  const answer = await source.page("", 1, first, last - first, new AbortController().signal);
  return answer.rows.map((row) => ({ id: row.id, cells: [...row.cells] }));
}

/** Hands a pasted block on to the owner of the data, as every grid has to; it answers after the delay. */
export function save(top, left, block) {
  const right = left + (block[0]?.length ?? 1) - 1;
  const range = { top, left, bottom: top + block.length - 1, right };
  return source.paste(range, block);
}

export function box() {
  return document.getElementById("grid");
}

/**
 * `shown(row, column)`: the text on screen or null; `point(row, column)`: where a cell of an early row is; `stored(row,
 * column)`: what the owner of the data has. The runner asks no grid for anything else.
 */
export function tell(answers) {
  window.bench = {
    point: (row, column) => {
      const { left, top } = box().getBoundingClientRect();
      const before_px = columns.slice(0, column).reduce((sum, { width_px }) => sum + width_px, 0);
      return { x: left + answers.inset_px + before_px + 30, y: top + HEAD_PX + row * ROW_PX + ROW_PX / 2 };
    },
    stored: (row, column) => source.text(row, column),
    ...answers,
  };
}
