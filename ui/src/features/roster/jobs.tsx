import { App, Progress } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { create } from "zustand";
import { explain } from "@/failure";
import { client } from "@/host";
import { ToolButton } from "@/kit/ToolButton";
import { useAct } from "@/session/act";
import { useSession } from "@/session/store";

/** What is done quickly needs no bar. */
const SHOWN_AFTER_MS = 500;

interface Jobs {
  /** Work under way, by its job. */
  running: ReadonlySet<string>;
}

const useJobs = create<Jobs>(() => ({ running: new Set() }));

let made = 0;

/** Puts a job on the list; answers its name and how to take it off. */
export const beginJob = () => {
  made += 1;
  const job = `roster-${Date.now()}-${made}`;
  useJobs.setState(({ running }) => ({ running: new Set([...running, job]) }));
  const end = () => {
    useJobs.setState(({ running }) => ({ running: new Set([...running].filter((one) => one !== job)) }));
    useSession.setState(({ progress }) => {
      const { [job]: _, ...rest } = progress;
      return { progress: rest };
    });
  };
  return { job, end };
};

/** Runs work that can be watched and stopped. The answer, or undefined after it was told why there is none. */
export const useJob = () => {
  const { tell } = useAct();
  const { message } = App.useApp();
  const { i18n } = useTranslation();
  return async <Answer,>(work: (job: string) => Promise<Answer>): Promise<Answer | undefined> => {
    const { job, end } = beginJob();
    try {
      return await work(job);
    } catch (thrown) {
      const { what, code } = explain(thrown, i18n.language);
      if (code === "cancelled") void message.info(what, 3);
      else tell(thrown);
      return undefined;
    } finally {
      end();
    }
  };
};

/** How far the work under way is, and how to stop it: all that was done so far is taken back. */
export const JobBar = () => {
  const [job] = useJobs((now) => now.running);
  return job === undefined ? null : <Bar key={job} job={job} />;
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
        {isStopping ? t("roster.job.stopping") : t("roster.job.working", { done, total })}
      </span>
      <Progress percent={percent} size="small" aria-label={t("roster.job.progress")} />
      <ToolButton
        label={t("roster.job.stop")}
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
