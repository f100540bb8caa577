import { Alert, Button, Select, Spin, Tag } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ImportFile, ImportPlan, OpenImport } from "@/generated/types";
import { client } from "@/host";
import { useAct } from "@/session/act";
import { useDefinitions } from "@/session/defined";
import { type Choices, fieldOfColumn, planAs } from "./choices";
import { HeadingRow } from "./HeadingRow";
import { ImportChoices } from "./ImportChoices";
import { NewFieldForm } from "./NewFieldForm";
import { TextFormChoice } from "./TextFormChoice";
import { NEW_FIELD, targetOptions } from "./targets";

const SURE = 85;
const LIKELY = 50;

/** Which column is what: guessed, shown with samples, changeable. */
export const ColumnsStep = ({
  file,
  choices,
  onChoose,
  onSheet,
  onPlan,
  onBack,
}: {
  file: ImportFile;
  choices: Choices;
  onChoose: (next: Partial<Choices>) => void;
  onSheet: (file: ImportFile) => void;
  onPlan: (plan: ImportPlan) => void;
  onBack: () => void;
}) => {
  const { t } = useTranslation();
  const { act } = useAct();
  const { targets, newFields } = choices;
  const [isPlanning, setPlanning] = useState(false);
  const { fields } = useDefinitions();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the names of fields stand in the options
  const options = useMemo(() => targetOptions(t, file.targets), [file.targets, fields, t]);

  const choose = (index: number, word: string) => {
    const chosen = targets.map((target, at) => {
      if (at === index) return word;
      // One column for one field: the last choice wins. Of new fields there can be several.
      return target === word && word !== "ignore" && word !== NEW_FIELD ? "ignore" : target;
    });
    const column = file.columns[index];
    const others = newFields.filter((field) => field.column !== index);
    if (word !== NEW_FIELD || !column) return onChoose({ targets: chosen, newFields: others });
    onChoose({ targets: chosen, newFields: [...others, fieldOfColumn(column, index)] });
  };

  const plan = async () => {
    setPlanning(true);
    const planned = await act(() => planAs(file, choices));
    setPlanning(false);
    if (planned) onPlan(planned);
  };

  const openAgain = async (how: Omit<OpenImport, "path">) => {
    const opened = await act(() => client.openImport({ path: file.path, ...how }));
    if (opened) onSheet(opened);
  };

  const sureness = (confidence: number) => {
    if (confidence >= SURE) return <Tag color="success">{t("importing.confidence.sure")}</Tag>;
    if (confidence >= LIKELY) return <Tag color="processing">{t("importing.confidence.likely")}</Tag>;
    return <Tag color="warning">{t("importing.confidence.guess")}</Tag>;
  };

  return (
    <>
      <div className="plan-facts">
        <strong>{file.file_name}</strong>
        {file.text === null ? (
          <span className="quiet">{file.format}</span>
        ) : (
          <TextFormChoice form={file.text} onForm={openAgain} />
        )}
        {file.sheets.length > 1 && (
          <Select
            size="small"
            aria-label={t("importing.sheet")}
            value={file.sheet}
            options={file.sheets.map((sheet) => ({ value: sheet, label: sheet }))}
            onChange={(sheet) => void openAgain({ sheet })}
          />
        )}
        <span className="quiet">
          {file.header_row > 0
            ? t("importing.rows", { count: file.row_count, row: file.header_row })
            : t("importing.noHeader", { count: file.row_count })}
        </span>
        <HeadingRow
          row={file.header_row}
          onRow={(header_row) => void openAgain({ ...file.text, sheet: file.sheet, header_row })}
        />
      </div>
      {file.header_row === 0 && <Alert type="warning" showIcon title={t("importing.noHeaderNote")} />}
      {file.is_remembered && <Alert type="info" showIcon title={t("importing.remembered")} />}
      <ImportChoices
        file={file}
        options={choices.options}
        onOptions={(options) =>
          // Which sheets are taken decides how their rows are counted.
          onChoose(
            options.takes_all_sheets === choices.options.takes_all_sheets
              ? { options }
              : { options, corrections: [] },
          )
        }
      />
      <div className="plan-scroll">
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
            {file.columns.map((column, index) => {
              const heading = column.heading || column.letter;
              const fresh = newFields.find((field) => field.column === index);
              return (
                <tr key={column.letter} data-muted={targets[index] === "ignore" || undefined}>
                  <td className="quiet">{column.letter}</td>
                  <td>{column.heading}</td>
                  <td className="import-samples" title={column.samples.join(" · ")}>
                    {column.samples.slice(0, 3).join(" · ")}
                  </td>
                  <td>
                    <Select
                      showSearch={{ optionFilterProp: "label" }}
                      aria-label={`${t("importing.target")}: ${heading}`}
                      value={targets[index] ?? "ignore"}
                      options={options}
                      onChange={(word) => choose(index, word)}
                      className="import-target"
                    />
                    {fresh && (
                      <NewFieldForm
                        field={fresh}
                        heading={heading}
                        onChange={(field) =>
                          onChoose({
                            newFields: newFields.map((one) => (one.column === index ? field : one)),
                          })
                        }
                      />
                    )}
                  </td>
                  <td>
                    {targets[index] === column.target &&
                      targets[index] !== "ignore" &&
                      targets[index] !== NEW_FIELD &&
                      sureness(column.confidence)}
                  </td>
                </tr>
              );
            })}
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
