import { Alert, Button, Result } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { PhotosApplied } from "@/generated/types";
import { client } from "@/host";
import { useAct } from "@/session/act";

/** What came of it, and the way back. */
export const DoneStep = ({ applied, onAnother }: { applied: PhotosApplied; onAnother: () => void }) => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { act } = useAct();
  const [isUndone, setUndone] = useState(false);
  const reasons: Record<string, string> = t("photos.reasons", { returnObjects: true });

  const undo = async () => {
    if (await act(() => client.undoBatch({ batch: applied.batch }))) setUndone(true);
  };
  return (
    <Result
      status={isUndone ? "info" : "success"}
      title={isUndone ? t("photos.undone") : t("photos.applied", { count: applied.set })}
      subTitle={
        !isUndone && applied.unchanged > 0 ? t("photos.unchanged", { count: applied.unchanged }) : undefined
      }
      extra={[
        <Button key="roster" type="primary" autoFocus onClick={() => void navigate("/roster")}>
          {t("importing.toRoster")}
        </Button>,
        !isUndone && applied.batch !== "" && (
          <Button key="undo" onClick={() => void undo()}>
            {t("photos.undo")}
          </Button>
        ),
        <Button key="another" onClick={onAnother}>
          {t("photos.another")}
        </Button>,
      ]}
    >
      {applied.failed_count > 0 && (
        <>
          <Alert type="warning" showIcon title={t("photos.failed", { count: applied.failed_count })} />
          <ul className="photos-failed">
            {applied.failed.map((failed) => (
              <li key={failed.file}>
                {failed.file} — {reasons[failed.reason] ?? reasons.unreadable}
              </li>
            ))}
          </ul>
        </>
      )}
    </Result>
  );
};
