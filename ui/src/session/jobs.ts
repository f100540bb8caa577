/** Work under way that can be watched and stopped, by names made here. */

import { create } from "zustand";
import { useSession } from "./store";

interface Jobs {
  /** Work under way, by its job. */
  running: ReadonlySet<string>;
  /** The work waits for a person's answer: nothing is under way meanwhile. */
  isHeld: boolean;
}

export const useJobs = create<Jobs>(() => ({ running: new Set(), isHeld: false }));

let made = 0;

/** A job that nobody waits for: it is on no list, and whoever began it tells how far it is. */
export const beginQuietJob = () => {
  made += 1;
  const job = `work-${Date.now()}-${made}`;
  const end = () =>
    useSession.setState(({ progress }) => {
      const { [job]: _, ...rest } = progress;
      return { progress: rest };
    });
  return { job, end };
};

/** Puts a job on the list; answers its name and how to take it off. */
export const beginJob = () => {
  const quiet = beginQuietJob();
  const { job } = quiet;
  useJobs.setState(({ running }) => ({ running: new Set([...running, job]) }));
  const end = () => {
    useJobs.setState(({ running }) => ({ running: new Set([...running].filter((one) => one !== job)) }));
    quiet.end();
  };
  return { job, end };
};

/** Runs the work with a job of its own. */
export const runJob = async <Answer>(work: (job: string) => Promise<Answer>): Promise<Answer> => {
  const { job, end } = beginJob();
  try {
    return await work(job);
  } finally {
    end();
  }
};
