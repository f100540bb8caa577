import { fireEvent, screen } from "@testing-library/react";
import { useState } from "react";
import { beforeEach, expect, it, vi } from "vitest";
import { renderPart } from "@/test/render";
import { PlanList } from "./PlanList";

interface Row {
  key: number;
  cells: string[];
}

const BEFORE: Row[] = [
  { key: 1, cells: ["a", "b"] },
  { key: 2, cells: [] },
  { key: 3, cells: ["c"] },
];
const AFTER: Row[] = [
  { key: 1, cells: ["b"] },
  { key: 3, cells: ["c"] },
];

const List = () => {
  const [rows, setRows] = useState(BEFORE);
  return (
    <>
      <button type="button" onClick={() => setRows(AFTER)}>
        again
      </button>
      <PlanList<Row>
        of={{ list: ["test"], state: rows.length }}
        load={async () => ({ total: rows.length, rows })}
        keyOf={(row) => row.key}
        label="行"
        nothing="没有"
        height={40}
        className="row"
      >
        {(row) => row.cells.map((cell) => <input key={cell} aria-label={cell} defaultValue="" />)}
      </PlanList>
    </>
  );
};

// Nothing is laid out here: the list is as high as it says.
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(400);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(800);
});

it("keeps the focus and what is half typed while the plan is made again", async () => {
  await renderPart(<List />);
  const cell = await screen.findByRole<HTMLInputElement>("textbox", { name: "c" });
  cell.focus();
  cell.value = "half";
  fireEvent.click(screen.getByRole("button", { name: "again" }));
  await vi.waitFor(() => expect(screen.queryByRole("textbox", { name: "a" })).toBeNull());
  expect(screen.getByRole("textbox", { name: "c" })).toHaveFocus();
  expect(cell.value).toBe("half");
});
