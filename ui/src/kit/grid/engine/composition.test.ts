// @vitest-environment node

import { describe, expect, it } from "vitest";
import { IDLE, isForInputMethod, nextSinkState, type SinkEvent, type SinkState } from "./composition";

function stateAfter(...events: SinkEvent[]): SinkState {
  return events.reduce(nextSinkState, IDLE);
}

describe("the sink", () => {
  it("becomes the editor by the first typed letter", () => {
    expect(stateAfter({ kind: "input", value: "a" }).mode).toBe("replace");
    expect(stateAfter({ kind: "input", value: "" }).mode).toBeNull();
  });

  it("becomes the editor when a word begins to be composed, before any text is there", () => {
    const state = stateAfter({ kind: "composition-start" });
    expect(state).toEqual({ mode: "replace", isComposing: true, isOpenedByComposition: true });
  });

  it("keeps the word when the composition ends", () => {
    const state = stateAfter({ kind: "composition-start" }, { kind: "composition-end", value: "你好" });
    expect(state).toEqual({ mode: "replace", isComposing: false, isOpenedByComposition: false });
  });

  it("leaves the cell alone when a composition is given up", () => {
    const state = stateAfter(
      { kind: "composition-start" },
      { kind: "input", value: "ni" },
      { kind: "composition-end", value: "" },
    );
    expect(state).toEqual(IDLE);
  });

  it("stays open when a second composition is given up", () => {
    const state = stateAfter(
      { kind: "composition-start" },
      { kind: "composition-end", value: "你" },
      { kind: "composition-start" },
      { kind: "composition-end", value: "你" },
    );
    expect(state.mode).toBe("replace");
  });

  it("keeps the caret's mode through a composition", () => {
    const state = stateAfter({ kind: "begin", mode: "caret" }, { kind: "composition-start" });
    expect(state.mode).toBe("caret");
    expect(nextSinkState(state, { kind: "composition-end", value: "" }).mode).toBe("caret");
    expect(nextSinkState(state, { kind: "finish" })).toEqual(IDLE);
  });
});

describe("keys", () => {
  const enter = { key: "Enter", keyCode: 13, isComposing: false };

  it("belong to the input method while it composes", () => {
    expect(isForInputMethod(stateAfter({ kind: "composition-start" }), enter)).toBe(true);
    expect(isForInputMethod(IDLE, { ...enter, isComposing: true })).toBe(true);
    expect(isForInputMethod(IDLE, { ...enter, key: "Process" })).toBe(true);
  });

  it("belong to it when WebKit sends the confirming Enter after the composition's end", () => {
    const ended = stateAfter({ kind: "composition-start" }, { kind: "composition-end", value: "你好" });
    expect(isForInputMethod(ended, { ...enter, keyCode: 229 })).toBe(true);
    expect(isForInputMethod(ended, enter)).toBe(false);
  });
});
