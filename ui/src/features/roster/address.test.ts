import { expect, it } from "vitest";
import { addressOf, lettersOf, placeOf, rangeOf } from "./address";

it("writes places as spreadsheets do", () => {
  expect([0, 25, 26, 27, 51, 52, 701].map(lettersOf)).toEqual(["A", "Z", "AA", "AB", "AZ", "BA", "ZZ"]);
  expect(addressOf({ row: 119, column: 2 })).toBe("C120");
});

it("reads what it writes, in any letters and widths", () => {
  for (let column = 0; column < 700; column += 13) {
    expect(placeOf(addressOf({ row: 4, column }), 10, 702)).toEqual({ row: 4, column, isCell: true });
  }
  expect(placeOf(" ｃ１２０ ", 200, 5)).toEqual({ row: 119, column: 2, isCell: true });
  expect(placeOf("7", 10, 5)).toEqual({ row: 6, column: 0, isCell: false });
});

it("leaves names and places outside alone", () => {
  for (const text of ["", "王小明", "C", "S00012", "C0", "C11", "F1"])
    expect(placeOf(text, 10, 5)).toBeNull();
});

it("reads a range by any two of its corners", () => {
  for (const text of ["B2:D5", "d5：b2", "B5:D2"])
    expect(rangeOf(text, 10, 5)).toEqual({ top: 1, bottom: 4, left: 1, right: 3 });
  for (const text of ["B2", "B2:", "B2:F3", "B2:7", "B2:C3:D4"]) expect(rangeOf(text, 10, 5)).toBeNull();
});
