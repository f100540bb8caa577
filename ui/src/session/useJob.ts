import { App } from "antd";
import { useTranslation } from "react-i18next";
import { explain } from "@/failure";
import { useAct } from "./act";
import { runJob } from "./jobs";

/** Runs work that can be watched and stopped. The answer, or undefined after it was told why there is none. */
export const useJob = () => {
  const { tell } = useAct();
  const { message } = App.useApp();
  const { i18n } = useTranslation();
  return async <Answer>(work: (job: string) => Promise<Answer>): Promise<Answer | undefined> => {
    try {
      return await runJob(work);
    } catch (thrown) {
      const { what, code } = explain(thrown, i18n.language);
      if (code === "cancelled") void message.info(what, 3);
      else tell(thrown);
      return undefined;
    }
  };
};
