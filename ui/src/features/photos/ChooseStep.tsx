import { FolderOpenOutlined } from "@ant-design/icons";
import { Button, Spin } from "antd";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { isFailure } from "@/failure";
import type { PhotoPlan } from "@/generated/types";
import { client, host } from "@/host";
import { useAct } from "@/session/act";
import { useSession } from "@/session/store";
import { newJob } from "./job";

/** Picks the folder, by dialog or by a drop on the window. */
export const ChooseStep = ({ onPlan }: { onPlan: (plan: PhotoPlan) => void }) => {
  const { t } = useTranslation();
  const { tell } = useAct();
  const dropped = useSession((now) => now.droppedPictures);
  const [job, setJob] = useState<string | null>(null);
  const progress = useSession((now) => (job === null ? undefined : now.progress[job]));

  const open = useCallback(
    async (paths: string[]) => {
      const name = newJob();
      setJob(name);
      try {
        onPlan(await client.planPhotos({ paths, job: name }));
      } catch (thrown) {
        if (!isFailure(thrown) || thrown.code !== "cancelled") tell(thrown);
      } finally {
        setJob(null);
      }
    },
    [onPlan, tell],
  );

  useEffect(() => {
    if (dropped === null) return;
    useSession.setState({ droppedPictures: null });
    void open(dropped);
  }, [dropped, open]);

  const pick = async () => {
    const path = await host.pickFolder(t("photos.pickTitle"));
    if (path !== null) await open([path]);
  };

  return (
    <section className="photos-drop">
      <FolderOpenOutlined />
      <p>{t("photos.lead")}</p>
      <p className="quiet">{t("photos.names")}</p>
      {job !== null ? (
        <p role="status">
          <Spin size="small" />{" "}
          {progress && progress.total > 0 ? t("photos.reading", progress) : t("photos.looking")}{" "}
          <Button size="small" onClick={() => void client.cancelJob({ job })}>
            {t("shell.common.cancel")}
          </Button>
        </p>
      ) : (
        <p>
          {t("photos.drop")}{" "}
          <Button type="primary" onClick={() => void pick()} autoFocus>
            {t("photos.pick")}
          </Button>
        </p>
      )}
    </section>
  );
};
