/** Sizes that are the same everywhere in the grid. */

export const DENSITY_PX = 28;

/** The heading is a little taller than a row. */
export const HEAD_EXTRA_PX = 6;

/** Room for the mark and for as many digits as the last row number has. */
export function gutterWidth_px(rows: number): number {
  return Math.max(56, 40 + String(Math.max(1, rows)).length * 8);
}
