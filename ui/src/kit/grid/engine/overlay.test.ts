// @vitest-environment node

import { describe, expect, it } from "vitest";
import { Overlay } from "./overlay";

const range = { top: 2, left: 1, bottom: 4, right: 2 };

describe("a change under way", () => {
  it("is shown at once and until pages hold it", () => {
    const overlay = new Overlay();
    const token = overlay.add(range, () => "new");
    expect(overlay.textAt(3, 1, 7)).toBe("new");
    expect(overlay.textAt(5, 1, 7)).toBeUndefined();
    overlay.settle(token, 8);
    expect(overlay.textAt(3, 1, 7)).toBe("new");
    expect(overlay.textAt(3, 1, 8)).toBeUndefined();
    overlay.prune(7);
    expect(overlay.isInUse).toBe(true);
    overlay.prune(8);
    expect(overlay.isInUse).toBe(false);
  });

  it("is taken back when it was refused", () => {
    const overlay = new Overlay();
    const first = overlay.add(range, () => "first");
    const second = overlay.add(range, () => "second");
    expect(overlay.textAt(2, 1, 1)).toBe("second");
    overlay.drop(second);
    expect(overlay.textAt(2, 1, 1)).toBe("first");
    overlay.drop(first);
    expect(overlay.textAt(2, 1, 1)).toBeUndefined();
  });

  it("lets the one below show through where it has no text", () => {
    const overlay = new Overlay();
    overlay.add(range, () => "below");
    overlay.add(range, (row) => (row === 2 ? "above" : undefined));
    expect(overlay.textAt(2, 1, 1)).toBe("above");
    expect(overlay.textAt(3, 1, 1)).toBe("below");
  });
});

describe("a refused text", () => {
  it("stays with its record until it is dropped or written over", () => {
    const overlay = new Overlay();
    overlay.keepDraft("m1", "phone", { row: 3, text: "12", reason: "too short" });
    overlay.keepDraft("m9", "phone", { row: 9, text: "13", reason: "too short" });
    overlay.forgetPatches();
    expect(overlay.draft("m1", "phone")?.text).toBe("12");
    overlay.dropDraftsIn({ top: 0, left: 0, bottom: 5, right: 5 }, ["name", "phone"]);
    expect(overlay.draft("m1", "phone")).toBeUndefined();
    expect(overlay.dropDraft("m9", "phone")).toBe(true);
    expect(overlay.isInUse).toBe(false);
  });

  it("is not kept without end", () => {
    const overlay = new Overlay();
    for (let i = 0; i < 500; i += 1) overlay.keepDraft(`m${i}`, "c", { row: i, text: "", reason: "" });
    expect(overlay.draft("m0", "c")).toBeUndefined();
    expect(overlay.draft("m499", "c")).toBeDefined();
  });
});
