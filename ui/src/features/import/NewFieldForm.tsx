import { useTranslation } from "react-i18next";
import type { NewField } from "@/generated/types";

const FORMS = ["text", "number", "date", "choice", "yes_no"] as const;
const CLASSES = ["ordinary", "personal", "sensitive"] as const;
const DIVIDERS = /[、,，;；\n]/;

/** The field that the import makes for a column: named after its heading, its form guessed from its values. */
export const NewFieldForm = ({
  field,
  heading,
  onChange,
}: {
  field: NewField;
  heading: string;
  onChange: (field: NewField) => void;
}) => {
  const { t } = useTranslation();
  const label = (what: string) => `${what}: ${heading}`;
  return (
    <div className="import-new-field">
      <input
        className="field"
        autoComplete="off"
        aria-label={label(t("settings.fields.name"))}
        value={field.name}
        onChange={(event) => onChange({ ...field, name: event.target.value })}
      />
      <select
        className="field"
        aria-label={label(t("settings.fields.form"))}
        value={field.form}
        onChange={(event) => onChange({ ...field, form: event.target.value })}
      >
        {FORMS.map((form) => (
          <option key={form} value={form}>
            {t(`settings.fields.forms.${form}`)}
          </option>
        ))}
      </select>
      <select
        className="field"
        aria-label={label(t("settings.fields.dataClass"))}
        value={field.data_class}
        onChange={(event) => onChange({ ...field, data_class: event.target.value })}
      >
        {CLASSES.map((one) => (
          <option key={one} value={one}>
            {t(`settings.fields.classes.${one}`)}
          </option>
        ))}
      </select>
      {field.form === "choice" && (
        <input
          className="field import-new-choices"
          autoComplete="off"
          aria-label={label(t("settings.fields.choices"))}
          placeholder={t("importing.choicesHint")}
          defaultValue={field.choices.join("、")}
          onBlur={(event) => {
            const names = event.target.value.split(DIVIDERS).map((name) => name.trim());
            onChange({ ...field, choices: [...new Set(names.filter((name) => name !== ""))] });
          }}
        />
      )}
    </div>
  );
};
