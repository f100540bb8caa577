/** Where a box comes to lie that is moved or stretched: on the grid, or on a line that others lie on. */

import type { LayoutBox } from "@/generated/types";

/** Which edges of the box move: all of them, or those of a handle. */
export type Handle = "move" | "n" | "s" | "w" | "e" | "nw" | "ne" | "sw" | "se";

export interface Room {
  width_mm: number;
  height_mm: number;
}

/** Lines to snap to, in millimetres. */
export interface Lines {
  x: readonly number[];
  y: readonly number[];
}

/** Boxes are not made smaller. */
export const LEAST_MM = 0.1;

const clamp = (value: number, least: number, most: number) =>
  Math.min(Math.max(value, least), Math.max(most, least));

/** Edges and middles of the other boxes, of the room and of its safe area. */
export const linesOf = (others: readonly LayoutBox[], room: Room, safe_mm: number): Lines => {
  const x = [0, room.width_mm, room.width_mm / 2, safe_mm, room.width_mm - safe_mm];
  const y = [0, room.height_mm, room.height_mm / 2, safe_mm, room.height_mm - safe_mm];
  for (const box of others) {
    x.push(box.x_mm, box.x_mm + box.width_mm / 2, box.x_mm + box.width_mm);
    y.push(box.y_mm, box.y_mm + box.height_mm / 2, box.y_mm + box.height_mm);
  }
  return { x, y };
};

interface Snapped {
  by: number;
  line: number | null;
}

/** How far one of the edges is from a line within reach; else from the grid. */
const snap = (edges: readonly number[], lines: readonly number[], reach: number, grid: number): Snapped => {
  let best: Snapped = { by: 0, line: null };
  let least = reach;
  for (const edge of edges) {
    for (const line of lines) {
      const by = line - edge;
      if (Math.abs(by) < least) {
        least = Math.abs(by);
        best = { by, line };
      }
    }
  }
  const first = edges[0];
  if (best.line !== null || grid <= 0 || first === undefined) return best;
  return { by: Math.round(first / grid) * grid - first, line: null };
};

export interface Placed {
  box: LayoutBox;
  /** Lines that the box now lies on, to be shown. */
  guides: { x: number | null; y: number | null };
}

/** The box after its handle was moved by so much, inside the room. */
export const place = (
  from: LayoutBox,
  handle: Handle,
  by: { x: number; y: number },
  room: Room,
  snapping: { lines: Lines; reach: number; grid: number } | null,
): Placed => {
  const lines = snapping?.lines ?? { x: [], y: [] };
  const reach = snapping?.reach ?? 0;
  const grid = snapping?.grid ?? 0;
  if (handle === "move") {
    const x = from.x_mm + by.x;
    const y = from.y_mm + by.y;
    const across = snap([x, x + from.width_mm / 2, x + from.width_mm], lines.x, reach, grid);
    const down = snap([y, y + from.height_mm / 2, y + from.height_mm], lines.y, reach, grid);
    const box = {
      ...from,
      x_mm: clamp(x + across.by, 0, room.width_mm - from.width_mm),
      y_mm: clamp(y + down.by, 0, room.height_mm - from.height_mm),
    };
    return { box, guides: { x: across.line, y: down.line } };
  }
  let left = from.x_mm;
  let right = from.x_mm + from.width_mm;
  let top = from.y_mm;
  let bottom = from.y_mm + from.height_mm;
  const guides: Placed["guides"] = { x: null, y: null };
  const edge = (value: number, along: "x" | "y") => {
    const snapped = snap([value], lines[along], reach, grid);
    guides[along] = snapped.line;
    return value + snapped.by;
  };
  if (handle.includes("w")) left = clamp(edge(left + by.x, "x"), 0, right - LEAST_MM);
  if (handle.includes("e"))
    right = clamp(edge(right + by.x, "x"), left + LEAST_MM, Math.max(room.width_mm, right));
  if (handle.includes("n")) top = clamp(edge(top + by.y, "y"), 0, bottom - LEAST_MM);
  if (handle.includes("s"))
    bottom = clamp(edge(bottom + by.y, "y"), top + LEAST_MM, Math.max(room.height_mm, bottom));
  return { box: { x_mm: left, y_mm: top, width_mm: right - left, height_mm: bottom - top }, guides };
};

/** What an arrow key does: by a millimetre, or a tenth of one with Alt; with Shift to the size. */
export const byKey = (
  box: LayoutBox,
  key: { key: string; altKey: boolean; shiftKey: boolean },
): LayoutBox | null => {
  const step = key.altKey ? 0.1 : 1;
  const x = key.key === "ArrowLeft" ? -step : key.key === "ArrowRight" ? step : 0;
  const y = key.key === "ArrowUp" ? -step : key.key === "ArrowDown" ? step : 0;
  if (x === 0 && y === 0) return null;
  if (key.shiftKey) {
    const width_mm = Math.max(box.width_mm + x, LEAST_MM);
    const height_mm = Math.max(box.height_mm + y, LEAST_MM);
    return { ...box, width_mm, height_mm };
  }
  return { ...box, x_mm: Math.max(box.x_mm + x, 0), y_mm: Math.max(box.y_mm + y, 0) };
};
