import { expect, it } from "vitest";
import { arrange, withChanged, withMoved } from "./columns";
import { sortedBy } from "./SortButton";

const shown = (columns: ReturnType<typeof arrange>) =>
  columns.filter((one) => !one.is_hidden).map((one) => one.column);

it("moves a column among those that are shown", () => {
  const hidden = withChanged(arrange([]), "sex", { is_hidden: true });
  expect(shown(hidden).slice(0, 4)).toEqual(["card_number", "name", "department", "phone"]);
  expect(shown(withMoved(hidden, "phone", 0)).slice(0, 3)).toEqual(["phone", "card_number", "name"]);
  expect(shown(withMoved(hidden, "card_number", 2)).slice(0, 3)).toEqual([
    "name",
    "department",
    "card_number",
  ]);
  const last = withMoved(hidden, "name", 99);
  expect(shown(last).at(-1)).toBe("name");
  expect(last).toHaveLength(hidden.length);
});

it("sorts by one key or by several, each three ways", () => {
  const name = { column: "name", direction: "ascending" } as const;
  expect(sortedBy([], "name", null, "only")).toEqual([name]);
  expect(sortedBy([name], "name", null, "only")).toEqual([{ ...name, direction: "descending" }]);
  expect(sortedBy([{ ...name, direction: "descending" }], "name", null, "only")).toEqual([]);
  expect(sortedBy([name], "sex", null, "also")).toEqual([name, { column: "sex", direction: "ascending" }]);
  expect(sortedBy([name], "sex", "descending", "only")).toEqual([{ column: "sex", direction: "descending" }]);
  expect(sortedBy([name, { column: "sex", direction: "descending" }], "sex", null, "also")).toEqual([name]);
});
