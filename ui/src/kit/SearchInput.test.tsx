import { act, fireEvent, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { renderPart } from "@/test/render";
import { SearchInput } from "./SearchInput";

const onText = vi.fn();
const Searched = () => {
  const [text, setText] = useState("");
  return (
    <>
      <SearchInput
        label="查找"
        text={text}
        onText={(wanted) => {
          onText(wanted);
          setText(wanted);
        }}
      />
      <button type="button" onClick={() => setText("")}>
        清除
      </button>
    </>
  );
};
const field = () => screen.getByRole("searchbox", { name: "查找" });
const type = (value: string) => fireEvent.change(field(), { target: { value } });
const settle = () => act(() => vi.advanceTimersByTime(1_000));

beforeEach(async () => {
  onText.mockReset();
  await renderPart(<Searched />);
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

it("searches once nobody types any more, and not for what was there already", () => {
  type("王");
  type("王小");
  settle();
  type("王");
  type("王小");
  settle();
  expect(onText.mock.calls).toEqual([["王小"]]);
});

it("searches for nothing that an input method still composes", () => {
  fireEvent.compositionStart(field());
  type("wang");
  settle();
  expect(onText).not.toHaveBeenCalled();
  type("王");
  fireEvent.compositionEnd(field());
  settle();
  expect(onText.mock.calls).toEqual([["王"]]);
});

it("is emptied by Escape, and from elsewhere", () => {
  type("王");
  settle();
  expect(fireEvent.keyDown(field(), { key: "Escape" })).toBe(false);
  settle();
  type("李");
  settle();
  fireEvent.click(screen.getByRole("button", { name: "清除" }));
  expect(field()).toHaveValue("");
  settle();
  expect(onText.mock.calls).toEqual([["王"], [""], ["李"]]);
});

it("searches at once when it is left, so that what comes next is of what was typed", () => {
  type("王");
  fireEvent.blur(field());
  settle();
  expect(onText.mock.calls).toEqual([["王"]]);
});
