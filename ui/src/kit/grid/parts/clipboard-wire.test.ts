// @vitest-environment node

import { expect, it } from "vitest";
import { copiedRanges } from "./clipboard-wire";

const at = (top: number, left: number, bottom = top, right = left) => ({ top, left, bottom, right });

it("ranges that share their columns or their rows are copied as one block, in their order", () => {
  expect(copiedRanges([at(5, 0, 6, 2), at(1, 0, 2, 2)])).toEqual({
    blocks: [at(1, 0, 2, 2), at(5, 0, 6, 2)],
    direction: "below",
  });
  expect(copiedRanges([at(1, 4, 3, 5), at(1, 0, 3, 1)])).toEqual({
    blocks: [at(1, 0, 3, 1), at(1, 4, 3, 5)],
    direction: "beside",
  });
});

it("ranges that make no rectangle are not copied", () => {
  expect(copiedRanges([at(1, 0), at(2, 1)])).toBeNull();
  expect(copiedRanges([at(1, 0, 3, 2), at(2, 0, 4, 2)])).toBeNull();
});
