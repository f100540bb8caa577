import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { Correction } from "./choices";

/** What was typed over cells of the file, each with a way back to what the file has. */
export const CorrectionsList = ({
  corrections,
  onTakeBack,
}: {
  corrections: readonly Correction[];
  onTakeBack: (correction: Correction) => void;
}) => {
  const { t } = useTranslation();
  if (corrections.length === 0) return null;
  return (
    <div className="import-made">
      <details>
        <summary>{t("importing.corrected", { count: corrections.length })}</summary>
        <ul className="import-kept">
          {corrections.map((one) => (
            <li key={`${one.row}:${one.column}`}>
              <b>{one.where}</b> <del>{one.was || t("importing.emptyCell")}</del>{" "}
              <ins>{one.text.trim() || t("importing.emptyCell")}</ins>{" "}
              <Button
                type="link"
                size="small"
                aria-label={t("importing.takeBackAt", { where: one.where })}
                onClick={() => onTakeBack(one)}
              >
                {t("importing.takeBack")}
              </Button>
            </li>
          ))}
        </ul>
      </details>
    </div>
  );
};
