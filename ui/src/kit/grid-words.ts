/** The grid's own words in the language of the page. */

import type { TFunction } from "i18next";
import type { GridWords } from "./grid";

export const gridWords = (t: TFunction, label: string): GridWords => ({
  input: label,
  help: t("roster.grid.help"),
  rowNumber: t("roster.grid.rowNumber"),
  selectAll: t("roster.grid.selectAll"),
  loading: t("shell.common.loading"),
  noChoice: t("roster.grid.noChoice"),
  ticked: (option, isTicked) => t(isTicked ? "roster.grid.ticked" : "roster.grid.unticked", { option }),
  readOnly: t("roster.grid.readOnly"),
  sourceFailed: t("roster.grid.sourceFailed"),
  actionFailed: t("roster.grid.actionFailed"),
  notSaved: (reason) => t("roster.grid.notSaved", { reason }),
  takenBack: t("roster.grid.takenBack"),
  copyAgain: t("roster.grid.copyAgain"),
  marks: t("roster.grid.marks", { returnObjects: true }),
  before: (text) => t("roster.grid.before", { text: text === "" ? t("roster.grid.empty") : text }),
  out: t("roster.grid.out"),
  cell: ({ column, row, text, mark, problem }) =>
    [t("roster.grid.row", { row }), column, text === "" ? t("roster.grid.empty") : text, mark, problem]
      .filter(Boolean)
      .join(t("roster.grid.comma")),
  selected: (rows, columns) => t("roster.grid.selected", { rows, columns }),
  copied: (rows, columns) => t("roster.grid.copied", { rows, columns }),
  notOneBlock: t("roster.grid.notOneBlock"),
  tooBig: (rows) => t("roster.grid.tooBig", { rows }),
  didNotFit: (rows, columns) => t("roster.grid.didNotFit", { rows, columns }),
  width: (column, px) => t("roster.grid.width", { column, px }),
  moved: (column, place) => t("roster.grid.moved", { column, place }),
  filtered: t("roster.grid.filtered"),
  columnMenu: t("roster.grid.columnMenu"),
  menu: t("roster.grid.menu", { returnObjects: true }),
});
