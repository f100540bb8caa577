import { Alert, Button, Result } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { ImportApplied, ImportUndone } from "@/generated/types";
import { client } from "@/host";
import { useAct } from "@/session/act";
import { KeptChanges } from "./KeptChanges";

/** What came of it, and the way back. */
export const DoneStep = ({
  result,
  leftOut,
  onAnother,
}: {
  result: ImportApplied;
  leftOut: number;
  onAnother: () => void;
}) => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { act } = useAct();
  const [undone, setUndone] = useState<ImportUndone | null>(null);
  const isUndone = undone !== null;

  const undo = async () => {
    const answer = await act(() => client.undoImport({ batch: result.batch }));
    if (answer) setUndone(answer);
  };

  // Without a remark the result draws no box under its buttons.
  const remark = isUndone
    ? undone.kept_count > 0 && <KeptChanges undone={undone} />
    : leftOut > 0 && <Alert type="warning" showIcon title={t("importing.leftOut", { count: leftOut })} />;

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
