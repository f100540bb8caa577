import { Steps } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ImportFile, ImportOptions, ImportPlan } from "@/generated/types";
import { client } from "@/host";
import { useSession } from "@/session/store";
import { ColumnsStep } from "./ColumnsStep";
import { type Choices, proposed } from "./choices";
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
  const [choices, setChoices] = useState(() => proposed(null, USUAL));
  /** The plan, and how many there were before it: two can look the same and be about other cells. */
  const [planned, setPlanned] = useState<{ plan: ImportPlan; round: number } | null>(null);
  const [applied, setApplied] = useState<Applied | null>(null);

  // The file is let go when the page is left or another is opened.
  const open = file?.import;
  useEffect(() => {
    if (open === undefined) return;
    return () => void client.closeImport({ import: open }).catch(() => undefined);
  }, [open]);

  const begin = (opened: ImportFile | null) => {
    setFile(opened);
    // Answers and corrections are about rows of a certain sheet; the other choices hold for the file.
    const isSameFile = opened !== null && opened.path === file?.path;
    setChoices(proposed(opened, isSameFile ? { ...choices.options, answers: [] } : usualFor(opened)));
    setPlanned(null);
    setApplied(null);
  };
  const choose = (next: Partial<Choices>) => setChoices((now) => ({ ...now, ...next }));
  const rounds = useRef(0);
  const take = (plan: ImportPlan) => {
    rounds.current += 1;
    setPlanned({ plan, round: rounds.current });
    return rounds.current;
  };
  /** Changes what is said of the plan, unless another has taken its place meanwhile. */
  const amend = (of: number, change: (plan: ImportPlan) => ImportPlan) => {
    rounds.current += 1;
    const round = rounds.current;
    setPlanned((now) => now && { plan: now.plan.round === of ? change(now.plan) : now.plan, round });
    return round;
  };
  const step = applied ? 3 : planned ? 2 : file ? 1 : 0;

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
          choices={choices}
          onChoose={choose}
          onSheet={begin}
          onPlan={take}
          onBack={() => begin(null)}
        />
      )}
      {file && planned && step === 2 && (
        <PreviewStep
          file={file}
          choices={choices}
          onChoose={choose}
          plan={planned.plan}
          round={planned.round}
          onPlan={take}
          onAmend={amend}
          onBack={() => setPlanned(null)}
          onApplied={setApplied}
        />
      )}
      {applied && <DoneStep {...applied} onAnother={() => begin(null)} />}
    </div>
  );
};

export default Import;
