import { Progress } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { client } from "@/host";
import { ToolButton } from "@/kit/ToolButton";
import { useAct } from "@/session/act";
import { useJobs } from "@/session/jobs";
import { useSession } from "@/session/store";

/** What is done quickly needs no bar. */
const SHOWN_AFTER_MS = 500;

/** How far the work under way is, and how to stop it: all that was done so far is taken back. */
export const JobBar = () => {
  const [job] = useJobs((now) => now.running);
  const isHeld = useJobs((now) => now.isHeld);
  return job === undefined || isHeld ? null : <Bar key={job} job={job} />;
};

const Bar = ({ job }: { job: string }) => {
  const { t } = useTranslation();
  const { act } = useAct();
  const progress = useSession((now) => now.progress[job]);
  const [isShown, setShown] = useState(false);
  const [isStopping, setStopping] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setShown(true), SHOWN_AFTER_MS);
    return () => window.clearTimeout(timer);
  }, []);
  if (!isShown) return null;
  const { done, total } = progress ?? { done: 0, total: 0 };
  const percent = total === 0 ? 0 : Math.floor((done / total) * 100);
  return (
    <div className="job-bar">
      <span role="status">
        {isStopping ? t("shell.job.stopping") : t("shell.job.working", { done, total })}
      </span>
      <Progress percent={percent} size="small" aria-label={t("shell.job.progress")} />
      <ToolButton
        label={t("shell.job.stop")}
        shows="label"
        look="outlined"
        disabled={isStopping}
        onClick={() => {
          setStopping(true);
          void act(() => client.cancelJob({ job }));
        }}
      />
    </div>
  );
};
