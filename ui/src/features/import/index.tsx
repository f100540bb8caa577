import { Steps } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ImportFile, ImportOptions, ImportPlan, NewField } from "@/generated/types";
import { client } from "@/host";
import { useSession } from "@/session/store";
import { ColumnsStep } from "./ColumnsStep";
import { type Applied, DoneStep } from "./DoneStep";
import { FileStep } from "./FileStep";
import "./import.css";
import { PreviewStep } from "./PreviewStep";

const USUAL: ImportOptions = { takes_all_sheets: false, mode: "merge", answers: [] };

/** One class per sheet is how such files are kept: without a column of departments the sheets' names are the classes. */
const usualFor = (file: ImportFile | null): ImportOptions => {
  const saysWhere = file?.columns.some(({ target }) => target.startsWith("department")) ?? true;
  return { ...USUAL, takes_all_sheets: file !== null && file.sheets.length > 1 && !saysWhere };
};

/** From a file as it was handed over to members on the roster: file, columns, preview, done. */
const Import = () => {
  const { t } = useTranslation();
  const droppedPath = useSession((now) => now.droppedPath);
  const [file, setFile] = useState<ImportFile | null>(null);
  const [targets, setTargets] = useState<string[]>([]);
  const [newFields, setNewFields] = useState<NewField[]>([]);
  const [options, setOptions] = useState<ImportOptions>(USUAL);
  const [plan, setPlan] = useState<ImportPlan | null>(null);
  const [applied, setApplied] = useState<Applied | null>(null);

  // The file is let go when the page is left or another is opened.
  const open = file?.import;
  useEffect(() => {
    if (open === undefined) return;
    return () => void client.closeImport({ import: open }).catch(() => undefined);
  }, [open]);

  const begin = (opened: ImportFile | null) => {
    setFile(opened);
    setTargets(opened?.columns.map((column) => column.target) ?? []);
    // Answers are about rows of a certain sheet; the other choices hold for the file.
    setOptions(opened?.path === file?.path ? { ...options, answers: [] } : usualFor(opened));
    setNewFields([]);
    setPlan(null);
    setApplied(null);
  };
  const step = applied ? 3 : plan ? 2 : file ? 1 : 0;

  return (
    <div className="page import-page">
      <header className="page-head">
        <h1>{t("importing.title")}</h1>
        <Steps
          size="small"
          current={step}
          items={(["file", "columns", "preview", "done"] as const).map((key) => ({
            title: t(`importing.steps.${key}`),
          }))}
        />
      </header>
      {step === 0 && <FileStep droppedPath={droppedPath} onOpen={begin} />}
      {file && step === 1 && (
        <ColumnsStep
          file={file}
          targets={targets}
          newFields={newFields}
          options={options}
          onTargets={setTargets}
          onNewFields={setNewFields}
          onOptions={setOptions}
          onSheet={begin}
          onPlan={setPlan}
          onBack={() => begin(null)}
        />
      )}
      {file && plan && step === 2 && (
        <PreviewStep
          file={file}
          targets={targets}
          newFields={newFields}
          options={options}
          onOptions={setOptions}
          onNewFields={setNewFields}
          plan={plan}
          onPlan={setPlan}
          onBack={() => setPlan(null)}
          onApplied={setApplied}
        />
      )}
      {applied && <DoneStep {...applied} onAnother={() => begin(null)} />}
    </div>
  );
};

export default Import;
