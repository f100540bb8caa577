/**
 * A page to try and to measure the grid by itself. Settings come by the address:
 * ?rows=1000000&delay_ms=4&theme=dark&density_px=32&frozen=2
 */

import { useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import { Grid, type GridHandle, type SelectionReport, type SortKey } from "../src/kit/grid";
import { columns, RosterSource } from "./roster-source";
import { words } from "./words";

const settings = new URLSearchParams(location.search);
const number = (name: string, otherwise: number) => Number(settings.get(name) ?? otherwise);

document.documentElement.dataset.theme = settings.get("theme") ?? "light";

const source = new RosterSource(number("rows", 1_000_000), number("delay_ms", 4));
const density = number("density_px", 28);

const wide = Array.from({ length: number("columns", columns.length) }, (_, i) => {
  const column = columns[i % columns.length];
  return i < columns.length || !column ? column : { ...column, id: `${column.id}-${i}` };
}).filter((column) => column !== undefined);

function Page() {
  const grid = useRef<GridHandle>(null);
  const [report, setReport] = useState<SelectionReport | null>(null);
  const [notice, setNotice] = useState("");
  const [sort, setSort] = useState<readonly SortKey[]>([]);
  const [total, setTotal] = useState<number | null>(null);
  window.grid = grid;
  return (
    <main>
      <header className="bar">
        <h1>名册</h1>
        <button type="button" onClick={() => grid.current?.undo()}>
          撤销
        </button>
        <button type="button" onClick={() => grid.current?.redo()}>
          重做
        </button>
        <button type="button" onClick={() => grid.current?.fillDown()}>
          向下填充
        </button>
        <output id="notice">{notice}</output>
      </header>
      <Grid
        ref={grid}
        label="成员"
        columns={wide}
        source={source}
        actions={settings.has("readonly") ? null : source}
        view={JSON.stringify(sort)}
        version={1}
        frozen={number("frozen", 2)}
        density_px={density === 40 ? 40 : density === 32 ? 32 : 28}
        sort={sort}
        words={words}
        empty="没有成员"
        onSelection={setReport}
        onTotal={setTotal}
        onNotice={(told) => setNotice(told.text)}
        onMenu={(target) => setNotice(`menu ${JSON.stringify(target)}`)}
        onRowOpen={(row) => setNotice(`open ${row.id}`)}
        onSort={(columnId, direction, keys) =>
          setSort((before) => {
            const now = before.find((key) => key.columnId === columnId)?.direction;
            const key = {
              columnId,
              direction: direction ?? (now === "ascending" ? "descending" : "ascending"),
            } as const;
            return keys === "only" ? [key] : [...before.filter((one) => one.columnId !== columnId), key];
          })
        }
      />
      <footer className="bar">
        <span id="selection">
          {report ? `已选 ${report.cells} 格（${report.rows} 行 × ${report.columns} 列）` : ""}
        </span>
        <output>{total === null ? "" : `共 ${total.toLocaleString("zh-CN")} 人`}</output>
      </footer>
    </main>
  );
}

declare global {
  interface Window {
    grid?: { current: GridHandle | null };
    roster?: RosterSource;
  }
}

window.roster = source;
const root = document.getElementById("root");
if (root) createRoot(root).render(<Page />);
