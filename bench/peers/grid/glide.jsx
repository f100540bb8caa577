/** Glide Data Grid, drawn on a canvas: it asks for cells one by one and is told which came later. */

import "@glideapps/glide-data-grid/dist/index.css";
import { DataEditor, GridCellKind } from "@glideapps/glide-data-grid";
import { useCallback } from "react";
import { createRoot } from "react-dom/client";
import { Blocks, box, columns, FROZEN, HEAD_PX, ROW_PX, ROWS, save, tell } from "./work";

const titles = columns.map((column, i) => ({ id: String(i), title: column.title, width: column.width_px }));
let editor = null;
const blocks = new Blocks((first, rows) => {
  editor?.updateCells(rows.flatMap((_, i) => titles.map((_, column) => ({ cell: [column, first + i] }))));
});
/** What was last drawn, by row and column. */
const drawn = new Map();

function Page() {
  const cell = useCallback(([column, row]) => {
    const text = blocks.cells(row)?.[column];
    if (text === undefined) blocks.want(row, row);
    else if (row < 60) drawn.set(`${row}:${column}`, text);
    const editable = columns[column].editor !== undefined;
    return {
      kind: GridCellKind.Text,
      data: text ?? "",
      displayData: text ?? "…",
      allowOverlay: editable,
      readonly: !editable,
    };
  }, []);
  return (
    <DataEditor
      ref={(made) => {
        editor = made;
      }}
      width="100%"
      height="100%"
      columns={titles}
      rows={ROWS}
      rowHeight={ROW_PX}
      headerHeight={HEAD_PX}
      freezeColumns={FROZEN}
      getCellContent={cell}
      getCellsForSelection={true}
      onPaste={true}
      onCellsEdited={(edits) => {
        const rows = edits.map(({ location }) => location[1]);
        const top = Math.min(...rows);
        const left = Math.min(...edits.map(({ location }) => location[0]));
        const block = Array.from({ length: Math.max(...rows) - top + 1 }, () => []);
        for (const { location, value } of edits) block[location[1] - top][location[0] - left] = value.data;
        blocks.put(top, left, block);
        void save(top, left, block);
        return true;
      }}
    />
  );
}

createRoot(box()).render(<Page />);

tell({ name: "glide", inset_px: 0, shown: (row, column) => drawn.get(`${row}:${column}`) ?? null });
