// @vitest-environment node

import { expect, it } from "vitest";
import { isoDate } from "./typed-date";

it.each([
  ["2013-8-4", "2013-08-04"],
  ["2013/08/04", "2013-08-04"],
  ["2013.8.4", "2013-08-04"],
  ["20130804", "2013-08-04"],
  ["2013年8月4日", "2013-08-04"],
  [" ２０１３－８－４ ", "2013-08-04"],
  ["2012-2-29", "2012-02-29"],
])("%s is understood", (typed, iso) => {
  expect(isoDate(typed)).toBe(iso);
});

it.each(["2013-2-29", "2013-13-1", "20130832", "8/4/2013", "昨天", "", "1900-02-29"])(
  "%s is left as it was typed",
  (typed) => {
    expect(isoDate(typed)).toBe(typed);
  },
);
