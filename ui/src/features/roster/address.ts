/** Places as spreadsheets write them: columns by letters, rows by numbers from 1. Pure. */

import type { CellRange } from "@/kit/grid";

export interface Place {
  row: number;
  column: number;
}

const LETTERS = 26;

/** A, B … Z, AA, AB … */
export const lettersOf = (column: number): string => {
  let letters = "";
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / LETTERS)) {
    letters = String.fromCharCode(65 + ((rest - 1) % LETTERS)) + letters;
  }
  return letters;
};

export const addressOf = ({ row, column }: Place): string => `${lettersOf(column)}${row + 1}`;

/** `A1:C5`, in any order of its corners; nothing when it is none or a corner lies outside. */
export const rangeOf = (text: string, rows: number, columns: number): CellRange | null => {
  const [one, other, more] = text.split(/[:：]/).map((part) => placeOf(part, rows, columns));
  if (!one?.isCell || !other?.isCell || more !== undefined) return null;
  return {
    top: Math.min(one.row, other.row),
    bottom: Math.max(one.row, other.row),
    left: Math.min(one.column, other.column),
    right: Math.max(one.column, other.column),
  };
};

/** `C120` is a cell, `120` a row; nothing when it is neither or lies outside. */
export const placeOf = (
  text: string,
  rows: number,
  columns: number,
): (Place & { isCell: boolean }) | null => {
  const parts = /^([A-Z]{0,2})(\d{1,8})$/.exec(text.trim().normalize("NFKC").toUpperCase());
  if (!parts) return null;
  const letters = parts[1] ?? "";
  let column = 0;
  for (const letter of letters) column = column * LETTERS + letter.charCodeAt(0) - 64;
  const row = Number(parts[2]) - 1;
  const isInside = row >= 0 && row < rows && column <= columns;
  return isInside ? { row, column: Math.max(0, column - 1), isCell: letters !== "" } : null;
};
