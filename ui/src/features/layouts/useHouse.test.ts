import { expect, test } from "vitest";
import type { LayoutContent, LayoutWhole } from "@/generated/types";
import { houseOf } from "./useHouse";

/** A PNG's signature and head, of this size. */
const png = (width: number, height: number): string => {
  const number = (value: number) => String.fromCharCode(0, 0, value >> 8, value & 255);
  return btoa(`\x89PNG\r\n\x1a\n\0\0\0\rIHDR${number(width)}${number(height)}\x08\x06\0\0\0`);
};

const layout = (inks: string[], pictures: Record<string, string>): LayoutWhole => {
  const box = { x_mm: 0, y_mm: 0, width_mm: 1, height_mm: 1 };
  const front = inks.map((ink) => ({ kind: "bar" as const, box, ink }));
  const content = { design: { page: [], front, back: [] }, pictures } as unknown as LayoutContent;
  return { row: {} as LayoutWhole["row"], content, state: "" };
};

test("colours of most layouts come first, and each picture is offered once with its size", () => {
  const house = houseOf([
    layout(["#00AA00", "#123456"], { logo: png(300, 120) }),
    layout(["#123456"], { crest: png(300, 120), other: png(64, 64) }),
    layout([], { broken: "no picture" }),
  ]);
  expect(house.colours).toEqual(["#123456", "#00AA00"]);
  expect(house.pictures.map(({ width, height }) => [width, height])).toEqual([
    [300, 120],
    [64, 64],
  ]);
});

test("an organisation without layouts of its own has none", () => {
  expect(houseOf([])).toEqual({ colours: [], pictures: [] });
});
