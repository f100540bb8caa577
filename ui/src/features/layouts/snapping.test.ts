import { describe, expect, it } from "vitest";
import { byKey, linesOf, place } from "./snapping";

const room = { width_mm: 63.5, height_mm: 38.1 };
const box = { x_mm: 10, y_mm: 10, width_mm: 20, height_mm: 5 };

describe("placing a box", () => {
  it("lies on the grid when no line is near", () => {
    const snapping = { lines: { x: [], y: [] }, reach: 1, grid: 1 };
    const { box: now, guides } = place(box, "move", { x: 3.4, y: -2.6 }, room, snapping);
    expect([now.x_mm, now.y_mm]).toEqual([13, 7]);
    expect(guides).toEqual({ x: null, y: null });
  });

  it("lies on a line that another box lies on, and says so", () => {
    const lines = linesOf([{ x_mm: 31.575, y_mm: 3.2, width_mm: 29.1, height_mm: 30 }], room, 1);
    const { box: now, guides } = place(box, "move", { x: 21.2, y: 0 }, room, { lines, reach: 0.8, grid: 1 });
    expect(now.x_mm).toBeCloseTo(31.575);
    expect(guides.x).toBeCloseTo(31.575);
  });

  it("goes where the pointer is when nothing snaps, and never off the room", () => {
    expect(place(box, "move", { x: 0.37, y: 0 }, room, null).box.x_mm).toBeCloseTo(10.37);
    const { box: now } = place(box, "move", { x: 500, y: -500 }, room, null);
    expect([now.x_mm, now.y_mm]).toEqual([43.5, 0]);
  });

  it("keeps the other edges where they are when one is moved", () => {
    const { box: now } = place(box, "nw", { x: -4, y: 2 }, room, null);
    expect(now).toEqual({ x_mm: 6, y_mm: 12, width_mm: 24, height_mm: 3 });
    const turned = place(box, "w", { x: 400, y: 0 }, room, null).box;
    expect(turned.width_mm).toBeCloseTo(0.1);
  });

  it("moves by keys, finely with Alt, and sizes with Shift", () => {
    const key = (name: string, altKey = false, shiftKey = false) =>
      byKey(box, { key: name, altKey, shiftKey });
    expect(key("ArrowRight")?.x_mm).toBe(11);
    expect(key("ArrowUp", true)?.y_mm).toBeCloseTo(9.9);
    expect(key("ArrowLeft", false, true)?.width_mm).toBe(19);
    expect(key("Enter")).toBeNull();
  });
});
