import { App } from "antd";
import { useTranslation } from "react-i18next";
import type { ViewQuery } from "@/generated/types";
import { client, host } from "@/host";
import { useAskMasking } from "@/kit/useAskMasking";
import { useAct } from "@/session/act";
import { runJob } from "@/session/jobs";
import { useSight } from "@/session/sight";
import { useAskReceiver } from "./useAskReceiver";

/** Writes what the grid shows into a file that the person names; `onDone` when it is over, one way or the other. */
export const useExport = (query: ViewQuery, onDone: () => void) => {
  const { t, i18n } = useTranslation();
  const { act } = useAct();
  const { message } = App.useApp();
  const askMasking = useAskMasking(useSight());
  const askReceiver = useAskReceiver();
  return async () => {
    const path = await host.pickSavePath(t("roster.export.title"), `${t("roster.export.file")}.xlsx`, [
      { name: t("roster.export.excel"), endings: ["xlsx"] },
      { name: t("roster.export.csv"), endings: ["csv"] },
      { name: t("roster.export.oneRoster", { version: "1.2" }), endings: ["zip"] },
      { name: t("roster.export.oneRoster", { version: "1.1" }), endings: ["1.1.zip"] },
    ]);
    if (path === null) return;
    const isPackage = path.toLowerCase().endsWith(".zip");
    const delivery = isPackage ? await askReceiver() : { to: "", extent: "whole" as const };
    if (delivery === null) return onDone();
    const masking = await askMasking();
    if (masking === null) return onDone();
    const language = i18n.language.startsWith("zh") ? "zh" : "en";
    // For somebody the whole roster goes out, whatever the grid shows.
    const done = await act(() =>
      runJob((job) =>
        delivery.to.trim() === ""
          ? client.exportMembers({ path, query, language, masking, job })
          : client.exportOneRoster({ path, ...delivery, language, masking, job }),
      ),
    );
    if (done) void message.success(t("roster.export.done", { count: done.rows, path: done.path }), 6);
    onDone();
  };
};
