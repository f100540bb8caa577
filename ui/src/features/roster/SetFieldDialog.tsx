import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Column } from "@/generated/types";
import { fieldOf } from "@/session/defined";
import { BulkDialog } from "./BulkDialog";
import { choiceLabels, isChoice, isSeveral } from "./choices";
import { ALWAYS_SHOWN, allColumns, canEdit, columnTitle } from "./columns";
import { SeveralField } from "./SeveralField";

/** Columns that are one's own: the same text for many would be wrong for all but one. */
const OWN: readonly Column[] = [
  ALWAYS_SHOWN,
  "card_number",
  "chip_numbers",
  "document_number",
  "guardian_name",
  "guardian_phone",
];

const settable = () =>
  allColumns().filter(
    (column) =>
      canEdit(column) &&
      !OWN.includes(column) &&
      column !== "department" &&
      column !== "tags" &&
      fieldOf(column)?.is_unique !== true,
  );

/** One text for a column of many members; an empty one clears it. */
export const SetFieldDialog = ({
  isOpen,
  count,
  onClose,
  onClosed,
  onSet,
}: {
  isOpen: boolean;
  count: number;
  onClose: () => void;
  onClosed: () => void;
  onSet: (column: Column, text: string) => void;
}) => {
  const { t } = useTranslation();
  return (
    <BulkDialog
      isOpen={isOpen}
      title={t("roster.setField.title", { count })}
      okText={t("roster.setField.set")}
      onClose={onClose}
      onClosed={onClosed}
    >
      {(form) => (
        <Form
          id={form}
          onSet={(column, text) => {
            onClose();
            onSet(column, text);
          }}
        />
      )}
    </BulkDialog>
  );
};

const Form = ({ id, onSet }: { id: string; onSet: (column: Column, text: string) => void }) => {
  const { t } = useTranslation();
  const [column, setColumn] = useState<Column>("status");
  const [text, setText] = useState("active");
  const hasBoxes = isChoice(column) && isSeveral(column);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSet(column, text);
  };
  return (
    <form id={id} className="form" onSubmit={submit}>
      <label className="form-row">
        <span>{t("roster.setField.column")}</span>
        <select
          className="field"
          value={column}
          onChange={(event) => {
            const next = event.target.value as Column;
            setColumn(next);
            setText(isChoice(next) ? (Object.keys(choiceLabels(t, next))[0] ?? "") : "");
          }}
        >
          {settable().map((one) => (
            <option key={one} value={one}>
              {columnTitle(t, one)}
            </option>
          ))}
        </select>
      </label>
      <div className="form-row">
        {hasBoxes ? (
          <span id={`${id}-label`}>{t("roster.setField.text")}</span>
        ) : (
          <label htmlFor={`${id}-text`}>{t("roster.setField.text")}</label>
        )}
        {hasBoxes ? (
          <SeveralField column={column} labelledBy={`${id}-label`} text={text} onChange={setText} />
        ) : isChoice(column) ? (
          <select
            id={`${id}-text`}
            className="field"
            value={text}
            onChange={(event) => setText(event.target.value)}
          >
            {Object.entries(choiceLabels(t, column)).map(([word, label]) => (
              <option key={word} value={word}>
                {label}
              </option>
            ))}
            <option value="">{t("roster.setField.clear")}</option>
          </select>
        ) : (
          <input
            id={`${id}-text`}
            className="field"
            autoComplete="off"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </div>
      <p className="quiet">{t("roster.setField.hint")}</p>
    </form>
  );
};
