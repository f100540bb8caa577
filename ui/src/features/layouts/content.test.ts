import { describe, expect, it } from "vitest";
import type { LayoutContent } from "@/generated/types";
import {
  addElement,
  addPicture,
  colours,
  duplicateElement,
  itemOf,
  placeOf,
  removeElement,
  replacePicture,
  setBox,
} from "./content";
import { begin, change, redo, settle, undo } from "./past";

const empty: LayoutContent = {
  stock: {
    source: "x",
    tolerance_mm: 0.5,
    sheet: { width_mm: 210, height_mm: 297 },
    grid: { columns: 1, rows: 1, left_mm: 0, top_mm: 0, pitch_x_mm: 60, pitch_y_mm: 40 },
    label: { width_mm: 60, height_mm: 40, safe_mm: 1, bleed_mm: 0 },
    cut: "none",
  },
  design: { page: [], front: [], back: [] },
  pictures: {},
};

describe("a layout's content", () => {
  it("takes new elements within the label", () => {
    const [content, at] = addElement(empty, "front", "code", "");
    expect(at).toEqual({ part: "front", index: 0 });
    expect(content.design.front[0]?.box).toEqual({ x_mm: 17.5, y_mm: 7.5, width_mm: 25, height_mm: 25 });
    // A label has one code.
    expect(duplicateElement(content, at)).toBeNull();
    expect(empty.design.front).toEqual([]);
  });

  it("forgets a picture that nothing shows any more", () => {
    const picture = { base64: "AAAA", width: 200, height: 100 };
    const [content, at] = addPicture(empty, "back", picture);
    expect(content.design.back[0]?.box.width_mm).toBe(18);
    const replaced = replacePicture(content, at, { ...picture, base64: "BBBB" });
    expect(Object.values(replaced.pictures)).toEqual(["BBBB"]);
    expect(removeElement(replaced, at).pictures).toEqual({});
  });

  it("knows what a finding is about", () => {
    expect(placeOf("design.front[12].items[3].text")).toEqual({ part: "front", index: 12 });
    expect(itemOf("design.front[12].items[3].text")).toBe(3);
    expect(placeOf("stock.grid.left_mm")).toBeNull();
  });

  it("lists each colour once", () => {
    const [one] = addElement(empty, "front", "texts", "a");
    const [two] = addElement(one, "front", "bar", "");
    expect(colours(two)).toEqual(["#000000", "#464646"]);
  });
});

describe("the past of a layout", () => {
  const at = { part: "front", index: 0 } as const;
  const [first] = addElement(empty, "front", "texts", "a");
  const moved = (x_mm: number) => setBox(first, at, { x_mm, y_mm: 1, width_mm: 10, height_mm: 4 });

  it("undoes and redoes step by step, and one about the same at once", () => {
    let past = begin(first);
    past = change(past, moved(1), "nudge");
    past = change(past, moved(2), "nudge");
    past = change(settle(past), moved(3), "nudge");
    past = undo(past);
    expect(past.now.design.front[0]?.box.x_mm).toBe(2);
    past = undo(past);
    expect(past.now).toBe(first);
    expect(undo(past)).toBe(past);
    past = redo(redo(past));
    expect(past.now.design.front[0]?.box.x_mm).toBe(3);
  });

  it("forgets what was undone when something else is done", () => {
    const past = change(undo(change(begin(first), moved(1))), moved(9));
    expect(redo(past)).toBe(past);
  });
});
