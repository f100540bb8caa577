import { useQuery } from "@tanstack/react-query";
import { Alert, Checkbox, Select } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { DepartmentNode, ImportFile, ImportMode, ImportOptions } from "@/generated/types";
import { client } from "@/host";
import { keys } from "@/session/queries";

const MODES: ImportMode[] = ["merge", "only_new", "only_known", "mirror_departments", "mirror_roster"];

const NONE: DepartmentNode[] = [];
/** New departments come to the top; no id is empty. */
const TOP = "";

/** Departments that others can come below, with their paths. */
const parentsAmong = (nodes: readonly DepartmentNode[]) => {
  const paths = new Map<string, string>();
  // Parents come before their children.
  for (const { id, parent, name } of nodes) {
    const above = parent === null ? undefined : paths.get(parent);
    paths.set(id, above === undefined ? name : `${above}/${name}`);
  }
  const inUse = nodes.filter((node) => !node.is_hidden);
  return inUse.map((node) => ({ value: node.id, label: paths.get(node.id) ?? node.name }));
};

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
  const { data: departments = NONE } = useQuery({
    queryKey: keys.departments,
    queryFn: () => client.departments(),
  });
  const { under, ...others } = options;
  const parents = useMemo(() => parentsAmong(departments), [departments]);
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
        {parents.length > 0 && (
          <div className="import-choice">
            <span>{t("importing.under")}</span>
            <Select<string>
              showSearch={{ optionFilterProp: "label" }}
              aria-label={t("importing.under")}
              value={under ?? TOP}
              options={[{ value: TOP, label: t("importing.atTop") }, ...parents]}
              onChange={(id) => onOptions({ ...others, answers: [], ...(id === TOP ? {} : { under: id }) })}
              popupMatchSelectWidth={false}
              className="import-mode"
            />
          </div>
        )}
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
