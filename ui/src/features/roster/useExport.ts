import { App } from "antd";
import { useTranslation } from "react-i18next";
import type { ViewQuery } from "@/generated/types";
import { client, host } from "@/host";
import { useAskMasking } from "@/kit/useAskMasking";
import { useAct } from "@/session/act";
import { runJob } from "@/session/jobs";
import { useSight } from "@/session/sight";

/** Writes what the grid shows into a file that the person names; `onDone` when it is over, one way or the other. */
export const useExport = (query: ViewQuery, onDone: () => void) => {
  const { t, i18n } = useTranslation();
  const { act } = useAct();
  const { message } = App.useApp();
  const askMasking = useAskMasking(useSight());
  return async () => {
    const path = await host.pickSavePath(t("roster.export.title"), `${t("roster.export.file")}.xlsx`, [
      { name: t("roster.export.excel"), endings: ["xlsx"] },
      { name: t("roster.export.csv"), endings: ["csv"] },
      { name: t("roster.export.oneRoster", { version: "1.2" }), endings: ["zip"] },
      { name: t("roster.export.oneRoster", { version: "1.1" }), endings: ["1.1.zip"] },
    ]);
    if (path === null) return;
    const masking = await askMasking();
    if (masking === null) return onDone();
    const language = i18n.language.startsWith("zh") ? "zh" : "en";
    const done = await act(() =>
      runJob((job) => client.exportMembers({ path, query, language, masking, job })),
    );
    if (done) void message.success(t("roster.export.done", { count: done.rows, path: done.path }), 6);
    onDone();
  };
};
