import type { GridOptions } from "../types";

/** What of the options is on screen: an owner that draws itself anew passes new objects that say the same. */
export function drawnKey(options: GridOptions): string {
  const columns = options.columns.map((column) => [
    column.id,
    column.title,
    column.width_px,
    column.align,
    column.isSortable,
    Boolean(column.editor),
    column.picture?.drawn,
    column.check?.label,
  ]);
  const { label, frozen, density_px, sort, filtered, widths_px, words } = options;
  const told = [label, words, words.before("")];
  return JSON.stringify([
    columns,
    frozen,
    density_px,
    sort,
    filtered,
    widths_px,
    told,
    Boolean(options.actions),
  ]);
}
