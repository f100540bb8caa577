/** AG Grid Community on its infinite row model, which is its way of asking for rows as they come into sight. */

import {
  CellStyleModule,
  ColumnApiModule,
  createGrid,
  InfiniteRowModelModule,
  ModuleRegistry,
  RowApiModule,
  ScrollApiModule,
  TextEditorModule,
  themeQuartz,
  UndoRedoEditModule,
} from "ag-grid-community";
import { parseTsv } from "../../../ui/src/kit/grid/engine/clipboard";
import { BLOCK, box, columns, FROZEN, HEAD_PX, page, ROW_PX, ROWS, save, tell } from "./work";

ModuleRegistry.registerModules([
  CellStyleModule,
  ColumnApiModule,
  InfiniteRowModelModule,
  RowApiModule,
  ScrollApiModule,
  TextEditorModule,
  UndoRedoEditModule,
]);

const api = createGrid(box(), {
  theme: themeQuartz.withParams({ spacing: 4, fontSize: 13 }),
  rowModelType: "infinite",
  rowHeight: ROW_PX,
  headerHeight: HEAD_PX,
  cacheBlockSize: BLOCK,
  infiniteInitialRowCount: ROWS,
  maxConcurrentDatasourceRequests: 3,
  undoRedoCellEditing: true,
  getRowId: ({ data }) => data.id,
  columnDefs: columns.map((column, i) => ({
    colId: String(i),
    headerName: column.title,
    width: column.width_px,
    pinned: i < FROZEN ? "left" : null,
    editable: column.editor !== undefined,
    valueGetter: ({ data }) => data?.cells[i] ?? "",
    valueSetter: ({ data, newValue }) => {
      data.cells[i] = newValue;
      return true;
    },
  })),
  datasource: {
    rowCount: ROWS,
    getRows: ({ startRow, endRow, successCallback }) =>
      void page(startRow, endRow).then((rows) => successCallback(rows, ROWS)),
  },
});

// Pasting a block is sold separately: what a page can do by itself is to save the block and set the rows that are
// loaded through their row nodes. The infinite model has no transactions.
document.addEventListener("paste", (event) => {
  const focused = api.getFocusedCell();
  const block = parseTsv(event.clipboardData?.getData("text/plain") ?? "");
  if (!focused || !block) return;
  event.preventDefault();
  const [top, left] = [focused.rowIndex, Number(focused.column.getColId())];
  void save(top, left, block).then(() =>
    api.forEachNode((node) => {
      const line = block[(node.rowIndex ?? 0) - top];
      if (line && node.data) node.setData({ ...node.data, cells: node.data.cells.toSpliced(left, line.length, ...line) });
    }),
  );
});

tell({
  name: "ag-grid",
  inset_px: 0,
  shown: (row, column) => {
    const text = box().querySelector(`[row-index="${row}"] [col-id="${column}"]`)?.textContent;
    return text || null;
  },
});
