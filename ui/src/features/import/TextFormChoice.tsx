import { type RefSelectProps, Select } from "antd";
import { useEffect, useRef, useState } from "react";
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
  onForm: (form: { encoding: string; delimiter?: Delimiter }) => Promise<unknown>;
}) => {
  const { t } = useTranslation();
  /** Said by a person, and not to be found anew. */
  const [delimiter, setDelimiter] = useState<Delimiter | null>(null);
  const [isAsking, setAsking] = useState(false);
  const asked = useRef<RefSelectProps>(null);
  const encodingField = useRef<RefSelectProps>(null);
  const delimiterField = useRef<RefSelectProps>(null);

  const ask = async (field: RefSelectProps | null, form: { encoding: string; delimiter?: Delimiter }) => {
    asked.current = field;
    setAsking(true);
    await onForm(form);
    setAsking(false);
  };
  // A field that could not be used for a moment has lost the keyboard.
  useEffect(() => {
    if (!isAsking && document.activeElement === document.body) asked.current?.focus();
  }, [isAsking]);

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
        ref={encodingField}
        disabled={isAsking}
        onChange={(encoding) =>
          void ask(encodingField.current, delimiter === null ? { encoding } : { encoding, delimiter })
        }
      />
      <Select
        size="small"
        aria-label={t("importing.text.delimiter")}
        title={t("importing.text.delimiter")}
        popupMatchSelectWidth={false}
        value={form.delimiter}
        options={DELIMITERS.map((word) => ({ value: word, label: t(`importing.text.delimiters.${word}`) }))}
        ref={delimiterField}
        disabled={isAsking}
        onChange={(delimiter) => {
          setDelimiter(delimiter);
          void ask(delimiterField.current, { encoding: form.encoding, delimiter });
        }}
      />
    </>
  );
};
