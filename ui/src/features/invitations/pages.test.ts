import { expect, test } from "vitest";
import { readPages } from "./pages";

test("pages are read as people write them", () => {
  expect(readPages("1-3, 5", 9)).toEqual([1, 2, 3, 5]);
  expect(readPages("5，2–3、3 9", 9)).toEqual([2, 3, 5, 9]);
  expect(readPages("7", 7)).toEqual([7]);
});

test("what is no list of pages of the run is none", () => {
  for (const wrong of ["", " ", "0", "3-1", "1-10", "a", "1-", "-2", "1.5", "1-2-3", "99999999"])
    expect(readPages(wrong, 9), wrong).toBeNull();
});
