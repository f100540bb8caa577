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
  ]);
  const { label, frozen, density_px, sort, widths_px } = options;
  return JSON.stringify([columns, label, frozen, density_px, sort, widths_px, Boolean(options.actions)]);
}
