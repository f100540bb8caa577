import { Button, Result } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { Undone, YearApplied } from "@/generated/types";
import { client } from "@/host";
import { useJob } from "@/session/useJob";

/** What came of it, and the way back. */
export const DoneStep = ({ applied, onBack }: { applied: YearApplied; onBack: () => void }) => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const run = useJob();
  const [undone, setUndone] = useState<Undone | null>(null);

  const undo = async () => {
    const answer = await run((job) => client.undoBatch({ batch: applied.batch, job }));
    if (answer) setUndone(answer);
  };
  const counts = t("year.doneCounts", { classes: applied.classes, pupils: applied.pupils });
  const kept = undone && undone.kept > 0 ? t("year.undoneKept", { count: undone.kept }) : undefined;

  return (
    <Result
      status={undone ? "info" : "success"}
      title={t(undone ? "year.undone" : "year.done", { year: applied.year, next: applied.year + 1 })}
      subTitle={undone ? kept : counts}
      extra={[
        <Button key="roster" type="primary" autoFocus onClick={() => void navigate("/roster")}>
          {t("year.toRoster")}
        </Button>,
        !undone && (
          <Button key="undo" onClick={() => void undo()}>
            {t("year.undo")}
          </Button>
        ),
        <Button key="plan" onClick={onBack}>
          {t("year.toPlan")}
        </Button>,
      ]}
    />
  );
};
