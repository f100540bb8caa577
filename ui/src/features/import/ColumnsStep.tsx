import { Alert, Button, Select, Spin, Tag } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ImportFile, ImportOptions, ImportPlan } from "@/generated/types";
import { client } from "@/host";
import { useAct } from "@/session/act";
import { ImportChoices } from "./ImportChoices";
import { targetLabel } from "./targets";

const SURE = 85;
const LIKELY = 50;

/** Which column is what: guessed, shown with samples, changeable. */
export const ColumnsStep = ({
  file,
  targets,
  options: choices,
  onTargets,
  onOptions,
  onSheet,
  onPlan,
  onBack,
}: {
  file: ImportFile;
  targets: string[];
  options: ImportOptions;
  onTargets: (targets: string[]) => void;
  onOptions: (options: ImportOptions) => void;
  onSheet: (file: ImportFile) => void;
  onPlan: (plan: ImportPlan) => void;
  onBack: () => void;
}) => {
  const { t } = useTranslation();
  const { act } = useAct();
  const [isPlanning, setPlanning] = useState(false);
  const options = useMemo(
    () => file.targets.map((word) => ({ value: word, label: targetLabel(t, word) })),
    [file.targets, t],
  );

  const choose = (index: number, word: string) =>
    onTargets(
      targets.map((target, at) => {
        if (at === index) return word;
        // One column for one field: the last choice wins.
        return target === word && word !== "ignore" ? "ignore" : target;
      }),
    );

  const plan = async () => {
    setPlanning(true);
    const planned = await act(() => client.planImport({ import: file.import, targets, options: choices }));
    setPlanning(false);
    if (planned) onPlan(planned);
  };

  const changeSheet = async (sheet: string, path: string) => {
    const opened = await act(() => client.openImport({ path, sheet }));
    if (opened) onSheet(opened);
  };

  const sureness = (confidence: number) => {
    if (confidence >= SURE) return <Tag color="success">{t("importing.confidence.sure")}</Tag>;
    if (confidence >= LIKELY) return <Tag color="processing">{t("importing.confidence.likely")}</Tag>;
    return <Tag color="warning">{t("importing.confidence.guess")}</Tag>;
  };

  return (
    <>
      <div className="import-facts">
        <strong>{file.file_name}</strong>
        <span className="quiet">{file.format}</span>
        {file.sheets.length > 1 && (
          <Select
            size="small"
            aria-label={t("importing.sheet")}
            value={file.sheet}
            options={file.sheets.map((sheet) => ({ value: sheet, label: sheet }))}
            onChange={(sheet) => void changeSheet(sheet, file.path)}
          />
        )}
        <span className="quiet">
          {file.header_row > 0
            ? t("importing.rows", { count: file.row_count, row: file.header_row })
            : t("importing.noHeader", { count: file.row_count })}
        </span>
      </div>
      {file.is_remembered && <Alert type="info" showIcon title={t("importing.remembered")} />}
      <ImportChoices file={file} options={choices} onOptions={onOptions} />
      <div className="import-scroll">
        <table className="plain-table">
          <thead>
            <tr>
              <th>{t("importing.column")}</th>
              <th>{t("importing.heading")}</th>
              <th>{t("importing.samples")}</th>
              <th>{t("importing.target")}</th>
              <th aria-label={t("importing.steps.columns")} />
            </tr>
          </thead>
          <tbody>
            {file.columns.map((column, index) => (
              <tr key={column.letter} data-muted={targets[index] === "ignore" || undefined}>
                <td className="quiet">{column.letter}</td>
                <td>{column.heading}</td>
                <td className="import-samples" title={column.samples.join(" · ")}>
                  {column.samples.slice(0, 3).join(" · ")}
                </td>
                <td>
                  <Select
                    showSearch={{ optionFilterProp: "label" }}
                    aria-label={`${t("importing.target")}: ${column.heading || column.letter}`}
                    value={targets[index] ?? "ignore"}
                    options={options}
                    onChange={(word) => choose(index, word)}
                    className="import-target"
                  />
                </td>
                <td>
                  {targets[index] === column.target &&
                    targets[index] !== "ignore" &&
                    sureness(column.confidence)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <footer className="page-foot">
        <Button onClick={onBack}>{t("shell.common.back")}</Button>
        {isPlanning && (
          <span role="status">
            <Spin size="small" /> {t("importing.planning", { count: file.row_count })}
          </span>
        )}
        <Button type="primary" autoFocus onClick={() => void plan()} disabled={isPlanning}>
          {t("importing.preview")}
        </Button>
      </footer>
    </>
  );
};
