import { Alert, Button, Result } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { ImportApplied } from "@/generated/types";
import { client } from "@/host";
import { useAct } from "@/session/act";

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
  const [isUndone, setUndone] = useState(false);

  const undo = async () => {
    if (await act(() => client.undoBatch({ batch: result.batch }))) setUndone(true);
  };

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
            })
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
      {leftOut > 0 && !isUndone && (
        <Alert type="warning" showIcon title={t("importing.leftOut", { count: leftOut })} />
      )}
    </Result>
  );
};
