import { fireEvent, screen } from "@testing-library/react";
import { type RefObject, useRef, useState } from "react";
import { beforeEach, expect, it, vi } from "vitest";
import { renderPart } from "@/test/render";
import { PlanList, STOP, type Walker } from "./PlanList";

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

let walker: RefObject<Walker | null>;

const List = () => {
  const [rows, setRows] = useState(BEFORE);
  walker = useRef<Walker>(null);
  return (
    <>
      <button type="button" onClick={() => setRows(AFTER)}>
        again
      </button>
      <PlanList<Row>
        ref={walker}
        of={{ list: ["test"], state: rows.length }}
        load={async () => ({ total: rows.length, rows })}
        keyOf={(row) => row.key}
        stopsOf={(row) => row.cells}
        label="行"
        nothing="没有"
        height={40}
        className="row"
      >
        {(row) =>
          row.cells.map((cell) => (
            <input key={cell} aria-label={cell} defaultValue="" {...{ [STOP]: cell }} />
          ))
        }
      </PlanList>
    </>
  );
};

// Nothing is laid out here: the list is as high as it says.
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(400);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(800);
});

it("walks from cell to cell and stops at a row that has none, round at both ends", async () => {
  await renderPart(<List />);
  await screen.findByRole("textbox", { name: "c" });
  const at = () => document.activeElement?.getAttribute(STOP);
  for (const name of ["a", "b", "2", "c", "a"]) {
    walker.current?.walk(1);
    await vi.waitFor(() => expect(at()).toBe(name));
  }
  walker.current?.walk(-1);
  await vi.waitFor(() => expect(at()).toBe("c"));
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
