/**
 * The input sink's states. One text area always has the focus; it is empty while the cell is only selected, and what is
 * typed or composed into it turns it into the editor. Decides which keys belong to the input method. Never reads the DOM.
 */

export type EditMode =
  /** Begun by typing: the text replaces the cell's, arrows commit and move on. */
  | "replace"
  /** Begun by F2 or a double click: arrows move the caret. */
  | "caret";

export interface SinkState {
  mode: EditMode | null;
  isComposing: boolean;
  /** The edit was begun by a composition that has put nothing into the cell yet. */
  isOpenedByComposition: boolean;
}

export type SinkEvent =
  | { kind: "begin"; mode: EditMode }
  | { kind: "composition-start" }
  | { kind: "composition-end"; value: string }
  | { kind: "input"; value: string }
  | { kind: "finish" };

export const IDLE: SinkState = { mode: null, isComposing: false, isOpenedByComposition: false };

export function nextSinkState(state: SinkState, event: SinkEvent): SinkState {
  switch (event.kind) {
    case "begin":
      return { ...state, mode: event.mode, isOpenedByComposition: false };
    case "composition-start":
      return state.mode
        ? { ...state, isComposing: true }
        : { mode: "replace", isComposing: true, isOpenedByComposition: true };
    case "composition-end":
      // A composition given up with nothing typed leaves the cell as it was.
      if (state.isOpenedByComposition && event.value === "") return IDLE;
      return { ...state, isComposing: false, isOpenedByComposition: false };
    case "input":
      if (state.mode || event.value === "") return state;
      return { ...state, mode: "replace" };
    case "finish":
      return IDLE;
  }
}

/**
 * True if a key belongs to the input method and the grid must not act on it. WebKit sends the Enter that confirms a
 * word after `compositionend` with `isComposing` false: only its key code, 229, tells.
 */
export function isForInputMethod(
  state: SinkState,
  key: { isComposing: boolean; keyCode: number; key: string },
): boolean {
  return state.isComposing || key.isComposing || key.keyCode === 229 || key.key === "Process";
}
