import { describe, expect, test } from "vitest";
import { heightOf, inside, moved, resized, widest } from "./crop";

const picture = { width: 3000, height: 4000, ratio: 358 / 441 };

describe("the part of a picture", () => {
  test("never leaves the picture", () => {
    for (const x of [-1, 0, 0.5, 2])
      for (const y of [-1, 0, 0.9, 2])
        for (const width of [-1, 0, 0.3, 1, 9]) {
          const part = inside({ x, y, width }, picture);
          expect(part.x).toBeGreaterThanOrEqual(0);
          expect(part.y).toBeGreaterThanOrEqual(0);
          expect(part.x + part.width).toBeLessThanOrEqual(1.000001);
          expect(part.y + heightOf(part, picture)).toBeLessThanOrEqual(1.000001);
        }
  });

  test("keeps its middle when it is made smaller", () => {
    const before = { x: 0.2, y: 0.2, width: 0.6 };
    const after = resized(before, 0.3, picture);
    expect(after.x + after.width / 2).toBeCloseTo(0.5);
    expect(after.y + heightOf(after, picture) / 2).toBeCloseTo(0.2 + heightOf(before, picture) / 2);
  });

  test("moves as far as the edge", () => {
    expect(moved({ x: 0.2, y: 0, width: 0.5 }, 5, 0, picture).x).toBe(0.5);
    expect(widest({ width: 4000, height: 3000, ratio: 358 / 441 })).toBeCloseTo(0.609, 2);
  });
});
