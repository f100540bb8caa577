import { InputNumber } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

/** Rows from the top that can be pointed at. */
const LAST = 200;

/** Which row holds the headings: found, and corrected by whoever sees that it is another. */
export const HeadingRow = ({ row, onRow }: { row: number; onRow: (row: number) => void }) => {
  const { t } = useTranslation();
  /** While it is typed. */
  const [draft, setDraft] = useState<number | null>(null);
  const take = (chosen: number | null) => {
    setDraft(null);
    if (chosen !== null && chosen !== row) onRow(chosen);
  };
  return (
    <span className="import-heading-row">
      <span className="quiet">{t("importing.headingRow")}</span>
      <InputNumber
        size="small"
        aria-label={t("importing.headingRow")}
        min={0}
        max={LAST}
        precision={0}
        value={draft ?? row}
        onChange={setDraft}
        onStep={take}
        onPressEnter={() => take(draft)}
        onBlur={() => take(draft)}
      />
    </span>
  );
};
