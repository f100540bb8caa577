/** The grid's columns: which there are, how wide they begin, and the order that the user gave them. */

import type { TFunction } from "i18next";
import type { Column, ColumnPreference, CustomColumn } from "@/generated/types";
import type { Choice, ColumnEditor, GridColumn } from "@/kit/grid";
import { fieldOf, isCustom, useDefined } from "@/session/defined";
import { smallPhoto, usePhotos } from "@/session/photos";
import { choiceLabels, dividerOf, isListed, isSeveral, tagsOf } from "./choices";
import { type FindSuggestions, isGuardian } from "./guardian-suggestions";

type BuiltIn = Exclude<Column, CustomColumn>;

const WIDTHS_PX: Record<BuiltIn, number> = {
  card_number: 124,
  name: 104,
  sex: 72,
  department: 200,
  phone: 120,
  identity: 84,
  tags: 140,
  status: 76,
  status_since: 108,
  join_state: 92,
  invited_on: 108,
  joined_on: 108,
  birth_date: 108,
  document_kind: 132,
  document_number: 176,
  guardian_name: 92,
  guardian_phone: 120,
  guardian_relation: 72,
  title: 100,
  entry_year: 124,
  email: 180,
  address: 200,
  valid_from: 108,
  valid_until: 108,
  chip_numbers: 140,
  note: 200,
  photo: 64,
};

const BUILT_IN = Object.keys(WIDTHS_PX) as BuiltIn[];
const CUSTOM_PX = 120;

/** Every column, in the order they begin with: those of every roster, then the fields that the organisation defined. */
export const allColumns = (): Column[] => [
  ...BUILT_IN,
  ...useDefined.getState().fields.map((field) => field.column),
];

/** What the column is called. */
export const columnTitle = (t: TFunction, column: Column): string =>
  isCustom(column) ? (fieldOf(column)?.name ?? "") : t(`choices.columns.${column}`);

const widthOf = (column: Column): number => (isCustom(column) ? CUSTOM_PX : WIDTHS_PX[column]);

const isColumn = (word: string): word is Column => word in WIDTHS_PX || fieldOf(word) !== undefined;

/** Dates, which a column of the organisation's own may hold too. */
export const isDate = (column: Column) =>
  ["birth_date", "valid_from", "valid_until", "status_since", "invited_on", "joined_on"].includes(column) ||
  fieldOf(column)?.form === "date";

/** What invitations, the service and photos tell is not typed. */
const READ_ONLY: readonly Column[] = ["join_state", "invited_on", "joined_on", "photo"];

export const canEdit = (column: Column) => !READ_ONLY.includes(column);

/** Preferences as they lie in the file, made whole: unknown columns dropped, new ones at the end. */
export const arrange = (kept: readonly ColumnPreference[]): (ColumnPreference & { column: Column })[] => {
  const known = kept.flatMap((one) => (isColumn(one.column) ? [{ ...one, column: one.column }] : []));
  const missing = allColumns().filter((column) => !known.some((one) => one.column === column));
  return [
    ...known,
    ...missing.map((column) => ({ column, width_px: widthOf(column), is_hidden: false })),
  ].map((one) => ({ ...one, width_px: one.width_px > 0 ? one.width_px : widthOf(one.column) }));
};

type Arranged = ColumnPreference & { column: Column };

/** The column stands at `index` among those that are shown; hidden ones stay behind whom they stood behind. */
export const withMoved = (columns: readonly Arranged[], column: string, index: number): Arranged[] => {
  const one = columns.find((candidate) => candidate.column === column);
  if (!one) return [...columns];
  const rest = columns.filter((candidate) => candidate !== one);
  const shown = rest.filter((candidate) => !candidate.is_hidden);
  const next = shown[index];
  const place = next ? rest.indexOf(next) : rest.length;
  return [...rest.slice(0, place), one, ...rest.slice(place)];
};

/** A copy in which the column is changed. */
export const withChanged = (
  columns: readonly Arranged[],
  column: string,
  part: Partial<ColumnPreference>,
): Arranged[] =>
  columns.map((one) => (one.column === column ? { ...one, ...part, column: one.column } : one));

const MASKED: readonly Column[] = ["phone", "document_number", "guardian_phone"];
/** Whether cells of the column are shown masked. */
export const isMasked = (column: Column) =>
  MASKED.includes(column) || (fieldOf(column)?.data_class ?? "ordinary") !== "ordinary";

/** How many columns stay in place as long as nobody chose otherwise: number and name. */
export const FROZEN = 2;

/** The column without which nobody knows who a row is. */
export const ALWAYS_SHOWN: Column = "name";

/** What cells look up while they are edited. */
export interface Lookups {
  departments: (query: string) => Promise<readonly Choice[]>;
  guardians: FindSuggestions;
}

export const editorOf = (t: TFunction, column: Column, find: Lookups): ColumnEditor | null => {
  if (!canEdit(column)) return null;
  if (column === "department") return { kind: "choice", options: find.departments };
  if (isGuardian(column)) return { kind: "suggest", find: find.guardians };
  if (isDate(column)) return { kind: "date" };
  if (!isListed(column)) return { kind: "text" };
  const options = () =>
    Object.entries(choiceLabels(t, column)).map(([word, label]) => ({
      value: label,
      keys: [word, word.replaceAll("_", " ")],
    }));
  if (isSeveral(column)) return { kind: "several", options, divider: dividerOf(t, column) };
  return { kind: "choice", options: options() };
};

/** The colour of the tag of that name. */
export const tagColour = (name: string): string =>
  useDefined.getState().tags.find((tag) => tag.name === name)?.colour || "grey";

const tagChips = (text: string) => tagsOf(text).map((name) => ({ text: name, tone: tagColour(name) }));

export const gridColumns = (
  t: TFunction,
  shown: readonly ColumnPreference[],
  find: Lookups,
  onlyReads: boolean,
  mayReveal: boolean,
): GridColumn[] =>
  arrange(shown)
    .filter((one) => !one.is_hidden)
    .map(({ column, width_px }) => ({
      id: column,
      title: columnTitle(t, column),
      width_px,
      editor: onlyReads ? null : editorOf(t, column, find),
      ...(mayReveal || !isMasked(column) ? {} : { isSortable: false }),
      ...(fieldOf(column)?.form === "number" ? { align: "end" as const } : {}),
      ...(column === "tags" ? { chips: tagChips } : {}),
      ...(column === "photo"
        ? {
            picture: {
              address: (hash: string) => smallPhoto(hash) ?? null,
              label: t("photo.has"),
              drawn: usePhotos.getState().count,
            },
          }
        : {}),
      isAlwaysShown: column === ALWAYS_SHOWN,
    }));
