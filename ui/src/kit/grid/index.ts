/** The grid's public face: import from here only. */

export { filterChoices } from "./engine/choice-filter";
export { Grid, type GridProps } from "./Grid";
export type {
  Cell,
  CellAt,
  CellRange,
  Choice,
  ColumnEditor,
  FillPlan,
  GridActions,
  GridColumn,
  GridDrafts,
  GridHandle,
  GridNotice,
  GridOptions,
  GridPage,
  GridRow,
  GridSource,
  GridWords,
  Meant,
  MenuTarget,
  Outcome,
  RowMark,
  RowTint,
  SelectionReport,
  SortKey,
  Suggestion,
  Suggestions,
  ViewStamp,
} from "./types";
