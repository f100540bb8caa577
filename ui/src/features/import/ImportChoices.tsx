import { Alert, Checkbox, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { ImportFile, ImportMode, ImportOptions } from "@/generated/types";

const MODES: ImportMode[] = ["merge", "only_new", "only_known", "mirror_departments", "mirror_roster"];

/** How the file is taken: all sheets or one, and what becomes of people who are new, known or missing. */
export const ImportChoices = ({
  file,
  options,
  onOptions,
}: {
  file: ImportFile;
  options: ImportOptions;
  onOptions: (options: ImportOptions) => void;
}) => {
  const { t } = useTranslation();
  const modes = MODES.filter((mode) => !file.is_delta || !mode.startsWith("mirror"));
  const remarks = t("importing.remarks", { returnObjects: true }) as Record<string, string>;
  return (
    <>
      {file.remarks.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t("importing.remarksTitle")}
          description={
            <ul className="import-kept">
              {file.remarks.map((remark) => (
                <li key={`${remark.code}${remark.file}`}>
                  {remark.file !== "" && <code>{remark.file}</code>} {remarks[remark.code] ?? remark.code}
                  {remark.count > 0 && ` (${remark.count})`}
                  {remark.columns.length > 0 && `: ${remark.columns.join(", ")}`}
                </li>
              ))}
            </ul>
          }
        />
      )}
      <div className="import-choices">
        <div className="import-choice">
          <span>{t("importing.mode.title")}</span>
          <Select<ImportMode>
            aria-label={t("importing.mode.title")}
            value={options.mode}
            options={modes.map((mode) => ({ value: mode, label: t(`importing.mode.${mode}`) }))}
            onChange={(mode) => onOptions({ ...options, mode, answers: [] })}
            className="import-mode"
          />
        </div>
        {file.sheets.length > 1 && (
          <Checkbox
            checked={options.takes_all_sheets}
            onChange={(event) =>
              onOptions({ ...options, takes_all_sheets: event.target.checked, answers: [] })
            }
          >
            {t("importing.allSheets")}
          </Checkbox>
        )}
      </div>
    </>
  );
};
