import { Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Delimiter, TextForm } from "@/generated/types";

const ENCODINGS = ["utf-8", "gb18030", "big5", "utf-16le", "utf-16be"] as const;
const DELIMITERS: Delimiter[] = ["comma", "semicolon", "tab", "bar"];

/** In which encoding a text table is written and what parts its cells: found, and corrected by whoever sees garbled text. */
export const TextFormChoice = ({
  form,
  onForm,
}: {
  form: TextForm;
  /** What is not said is found anew. */
  onForm: (form: { encoding: string; delimiter?: Delimiter }) => void;
}) => {
  const { t } = useTranslation();
  const known: readonly string[] = ENCODINGS;
  const encodings = known.includes(form.encoding) ? known : [...known, form.encoding];
  const labelOf = (encoding: string) =>
    known.includes(encoding) ? t(`importing.text.encodings.${encoding as "big5"}`) : encoding.toUpperCase();
  return (
    <>
      <Select
        size="small"
        aria-label={t("importing.text.encoding")}
        title={t("importing.text.encoding")}
        popupMatchSelectWidth={false}
        value={form.encoding}
        options={encodings.map((encoding) => ({ value: encoding, label: labelOf(encoding) }))}
        onChange={(encoding) => onForm({ encoding })}
      />
      <Select
        size="small"
        aria-label={t("importing.text.delimiter")}
        title={t("importing.text.delimiter")}
        popupMatchSelectWidth={false}
        value={form.delimiter}
        options={DELIMITERS.map((word) => ({ value: word, label: t(`importing.text.delimiters.${word}`) }))}
        onChange={(delimiter) => onForm({ encoding: form.encoding, delimiter })}
      />
    </>
  );
};
