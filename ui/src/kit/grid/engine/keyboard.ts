/** Which key means what. Pure: the same press in the same mode gives the same command; null leaves it to the text area. */

import type { EditMode } from "./composition";
import type { Step } from "./selection";

export type Command =
  | { do: "step"; step: Step; extend: boolean }
  | { do: "edge"; step: Step; extend: boolean }
  | { do: "home" | "end"; extend: boolean }
  | { do: "corner"; to: "first" | "last"; extend: boolean }
  | { do: "page"; step: "up" | "down"; extend: boolean }
  | { do: "commit"; step: Step | null }
  | { do: "commit-to-all" }
  | { do: "line-break" }
  | { do: "choices" }
  | { do: "resize"; by_px: number }
  | { do: "leave"; direction: "forward" | "backward" }
  | {
      do:
        | "cancel"
        | "edit"
        | "empty-edit"
        | "clear"
        | "fill-down"
        | "fill-right"
        | "undo"
        | "redo"
        | "select-all"
        | "select-rows"
        | "select-columns"
        | "menu"
        | "column-menu"
        | "open-row"
        | "toggle";
    };

export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}

export type Platform = "mac" | "other";

const ARROWS: Record<string, Step> = {
  ArrowUp: "up",
  ArrowDown: "down",
  ArrowLeft: "left",
  ArrowRight: "right",
};

export const RESIZE_STEP_PX = 16;

export function commandFor(press: KeyPress, mode: EditMode | null, platform: Platform): Command | null {
  const chord = platform === "mac" ? press.metaKey : press.ctrlKey;
  return mode ? editingCommand(press, mode, chord) : movingCommand(press, chord, platform);
}

function editingCommand(press: KeyPress, mode: EditMode, chord: boolean): Command | null {
  const { key, shiftKey, altKey } = press;
  if (key === "Escape") return { do: "cancel" };
  if (key === "Enter") {
    if (altKey) return { do: "line-break" };
    if (chord) return { do: "commit-to-all" };
    return { do: "commit", step: shiftKey ? "up" : "down" };
  }
  if (key === "Tab") return { do: "commit", step: shiftKey ? "left" : "right" };
  if (key === "F2") return { do: "edit" };
  const arrow = ARROWS[key];
  if (arrow === "down" && altKey) return { do: "choices" };
  if (arrow && mode === "replace" && !chord && !altKey && !shiftKey) return { do: "commit", step: arrow };
  return null;
}

function movingCommand(press: KeyPress, chord: boolean, platform: Platform): Command | null {
  const { key, shiftKey, altKey } = press;
  const extend = shiftKey;
  const arrow = ARROWS[key];
  if (arrow && altKey) {
    if (arrow === "down") return shiftKey ? { do: "column-menu" } : { do: "choices" };
    if (shiftKey && arrow === "left") return { do: "resize", by_px: -RESIZE_STEP_PX };
    if (shiftKey && arrow === "right") return { do: "resize", by_px: RESIZE_STEP_PX };
    return null;
  }
  if (arrow) return chord ? { do: "edge", step: arrow, extend } : { do: "step", step: arrow, extend };
  if (chord && !altKey) return chordCommand(press);
  switch (key) {
    case "Home":
      return { do: "home", extend };
    case "End":
      return { do: "end", extend };
    case "PageUp":
      return { do: "page", step: "up", extend };
    case "PageDown":
      return { do: "page", step: "down", extend };
    case "Enter":
      return altKey ? { do: "open-row" } : { do: "commit", step: shiftKey ? "up" : "down" };
    case "Tab":
      return { do: "commit", step: shiftKey ? "left" : "right" };
    case "F2":
      return { do: "edit" };
    case "F6":
      return { do: "leave", direction: shiftKey ? "backward" : "forward" };
    case "F10":
      return shiftKey ? { do: "menu" } : null;
    case "ContextMenu":
      return { do: "menu" };
    case "Escape":
      return { do: "cancel" };
    case "Delete":
      return { do: "clear" };
    case "Backspace":
      // The key that Mac keyboards label "delete".
      return platform === "mac" ? { do: "clear" } : { do: "empty-edit" };
    case " ":
      return shiftKey ? { do: "select-rows" } : altKey ? null : { do: "toggle" };
    default:
      return null;
  }
}

function chordCommand(press: KeyPress): Command | null {
  const extend = press.shiftKey;
  switch (press.key.length === 1 ? press.key.toLowerCase() : press.key) {
    case "Home":
      return { do: "corner", to: "first", extend };
    case "End":
      return { do: "corner", to: "last", extend };
    case "a":
      return { do: "select-all" };
    case "d":
      return { do: "fill-down" };
    case "r":
      return { do: "fill-right" };
    case "z":
      return { do: press.shiftKey ? "redo" : "undo" };
    case "y":
      return { do: "redo" };
    case " ":
      return { do: press.shiftKey ? "select-all" : "select-columns" };
    default:
      return null;
  }
}
