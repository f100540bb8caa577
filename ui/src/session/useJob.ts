import { useAct } from "./act";
import { runJob } from "./jobs";

/** Runs work that can be watched and stopped. The answer, or undefined after it was told why there is none. */
export const useJob = () => {
  const { act } = useAct();
  return <Answer>(work: (job: string) => Promise<Answer>): Promise<Answer | undefined> =>
    act(() => runJob(work));
};
