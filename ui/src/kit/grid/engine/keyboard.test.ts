// @vitest-environment node

import { describe, expect, it } from "vitest";
import type { EditMode } from "./composition";
import { commandFor, type KeyPress, type Platform } from "./keyboard";

function press(keys: string, mode: EditMode | null = null, platform: Platform = "other") {
  const parts = keys.split("+");
  const has = (name: string) => parts.includes(name);
  const event: KeyPress = {
    key: parts[parts.length - 1] ?? "",
    ctrlKey: has("Ctrl"),
    metaKey: has("Cmd"),
    shiftKey: has("Shift"),
    altKey: has("Alt"),
  };
  return commandFor(event, mode, platform);
}

describe("moving", () => {
  it.each([
    ["ArrowDown", { do: "step", step: "down", extend: false }],
    ["Shift+ArrowLeft", { do: "step", step: "left", extend: true }],
    ["Ctrl+ArrowUp", { do: "edge", step: "up", extend: false }],
    ["Ctrl+Shift+ArrowRight", { do: "edge", step: "right", extend: true }],
    ["Home", { do: "home", extend: false }],
    ["Shift+End", { do: "end", extend: true }],
    ["Ctrl+Home", { do: "corner", to: "first", extend: false }],
    ["Ctrl+Shift+End", { do: "corner", to: "last", extend: true }],
    ["PageDown", { do: "page", step: "down", extend: false }],
    ["Enter", { do: "commit", step: "down" }],
    ["Shift+Enter", { do: "commit", step: "up" }],
    ["Tab", { do: "commit", step: "right" }],
    ["Shift+Tab", { do: "commit", step: "left" }],
    ["F2", { do: "edit" }],
    ["F6", { do: "leave", direction: "forward" }],
    ["Delete", { do: "clear" }],
    ["Backspace", { do: "empty-edit" }],
    ["Ctrl+a", { do: "select-all" }],
    ["Ctrl+d", { do: "fill-down" }],
    ["Ctrl+D", { do: "fill-down" }],
    ["Ctrl+r", { do: "fill-right" }],
    ["Ctrl+z", { do: "undo" }],
    ["Ctrl+Shift+Z", { do: "redo" }],
    ["Ctrl+y", { do: "redo" }],
    ["Shift+F10", { do: "menu" }],
    ["Shift+ ", { do: "select-rows" }],
    ["Alt+ArrowDown", { do: "choices" }],
    ["Alt+Shift+ArrowDown", { do: "column-menu" }],
    ["Alt+Shift+ArrowLeft", { do: "resize", by_px: -16 }],
    ["Alt+Enter", { do: "open-row" }],
  ])("%s", (keys, command) => {
    expect(press(keys)).toEqual(command);
  });

  it("leaves letters, the clipboard's keys and the shell's shortcuts to others", () => {
    for (const keys of ["a", "Ctrl+c", "Ctrl+x", "Ctrl+v", "Ctrl+k", "Ctrl+p", "F5", "Process"])
      expect(press(keys), keys).toBeNull();
  });

  it("follows the Mac's habits on a Mac", () => {
    expect(press("Cmd+z", null, "mac")).toEqual({ do: "undo" });
    expect(press("Ctrl+z", null, "mac")).toBeNull();
    expect(press("Backspace", null, "mac")).toEqual({ do: "clear" });
  });
});

describe("editing", () => {
  it("moves on by arrows only if the edit was begun by typing", () => {
    expect(press("ArrowRight", "replace")).toEqual({ do: "commit", step: "right" });
    expect(press("ArrowRight", "caret")).toBeNull();
    expect(press("Shift+ArrowRight", "replace")).toBeNull();
  });

  it("leaves undo, select all and deleting to the text", () => {
    for (const keys of ["Ctrl+z", "Ctrl+a", "Delete", "Backspace", "Home", "End"])
      expect(press(keys, "caret"), keys).toBeNull();
  });

  it("commits, cancels, breaks lines and fills the selection", () => {
    expect(press("Enter", "caret")).toEqual({ do: "commit", step: "down" });
    expect(press("Shift+Tab", "replace")).toEqual({ do: "commit", step: "left" });
    expect(press("Escape", "caret")).toEqual({ do: "cancel" });
    expect(press("Alt+Enter", "replace")).toEqual({ do: "line-break" });
    expect(press("Ctrl+Enter", "replace")).toEqual({ do: "commit-to-all" });
  });
});
