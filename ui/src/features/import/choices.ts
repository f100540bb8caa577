import type { CorrectedCell, ImportColumn, ImportFile, ImportOptions, NewField } from "@/generated/types";
import { client } from "@/host";
import { NEW_FIELD } from "./targets";

/** A text typed over a cell. */
export interface Correction extends CorrectedCell {
  /** Which cell that is, for people. */
  where: string;
  /** What the file has there. */
  was: string;
}

/** All that a person decides about how a file is taken, before it is planned. */
export interface Choices {
  /** One for each column of the file. */
  targets: string[];
  newFields: NewField[];
  options: ImportOptions;
  /** Fill card numbers up to so many digits. */
  digits: number | null;
  corrections: Correction[];
}

/** The field that a column of that place would be made into. */
export const fieldOfColumn = (column: ImportColumn, place: number): NewField => ({
  column: place,
  name: column.field_name || column.letter,
  form: column.form,
  choices: column.choices,
  data_class: column.data_class,
});

/** A file as it is proposed to be taken: what only its package has is kept in fields of its own. */
export const proposed = (file: ImportFile | null, options: ImportOptions): Choices => {
  const columns = file?.columns ?? [];
  return {
    targets: columns.map((column) => column.target),
    newFields: columns.flatMap((column, place) =>
      column.target === NEW_FIELD ? [fieldOfColumn(column, place)] : [],
    ),
    options,
    digits: null,
    corrections: [],
  };
};

/** Looks at the file as it was decided; nothing is changed. */
export const planAs = (file: ImportFile, { targets, newFields, options, digits, corrections }: Choices) =>
  client.planImport({
    import: file.import,
    targets,
    options,
    new_fields: newFields,
    corrections: corrections.map(({ row, column, text }) => ({ row, column, text })),
    ...(digits === null ? {} : { card_number_digits: digits }),
  });

const isOf = (cell: CorrectedCell) => (one: CorrectedCell) =>
  one.row === cell.row && one.column === cell.column;

/** With one more, in place of one of the same cell: what the file has there is what it had at first. The same list where
 * nothing is new. */
export const corrected = (corrections: Correction[], added: Correction): Correction[] => {
  const before = corrections.find(isOf(added));
  if (added.text === (before?.text ?? added.was)) return corrections;
  const others = corrections.filter((one) => one !== before);
  const was = before?.was ?? added.was;
  return added.text === was ? others : [...others, { ...added, was }];
};
