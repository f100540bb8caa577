import { Alert, Button, Result } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { ImportApplied, ImportUndone } from "@/generated/types";
import { client } from "@/host";
import { useJob } from "@/session/useJob";
import { KeptChanges } from "./KeptChanges";

export interface Applied {
  result: ImportApplied;
  /** Rows that did not go in. */
  leftOut: number;
  /** People who went in without the cells that were wrong. */
  incomplete: number;
}

/** What came of it, and the way back. */
export const DoneStep = ({
  result,
  leftOut,
  incomplete,
  onAnother,
}: Applied & {
  onAnother: () => void;
}) => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const run = useJob();
  const [undone, setUndone] = useState<ImportUndone | null>(null);
  const isUndone = undone !== null;

  const undo = async () => {
    const answer = await run((job) => client.undoImport({ batch: result.batch, job }));
    if (answer) setUndone(answer);
  };

  const warnings = [
    leftOut > 0 && t("importing.leftOut", { count: leftOut }),
    incomplete > 0 && t("importing.incomplete", { count: incomplete }),
  ].filter((text) => text !== false);
  // Without a remark the result draws no box under its buttons.
  const remark = isUndone
    ? undone.kept_count > 0 && <KeptChanges undone={undone} />
    : warnings.length > 0 &&
      warnings.map((text) => (
        <Alert key={text} type="warning" showIcon title={text} className="import-warning" />
      ));

  return (
    <Result
      status={isUndone ? "info" : "success"}
      title={isUndone ? t("importing.undone") : t("importing.applied")}
      subTitle={
        isUndone
          ? undefined
          : t("importing.appliedCounts", {
              added: result.added,
              changed: result.changed,
              departments: result.departments,
            }) + (result.left > 0 ? t("importing.appliedLeft", { count: result.left }) : "")
      }
      extra={[
        <Button key="roster" type="primary" autoFocus onClick={() => void navigate("/roster")}>
          {t("importing.toRoster")}
        </Button>,
        !isUndone && (
          <Button key="undo" onClick={() => void undo()}>
            {t("importing.undoBatch")}
          </Button>
        ),
        <Button key="another" onClick={onAnother}>
          {t("importing.another")}
        </Button>,
      ]}
    >
      {remark}
    </Result>
  );
};
