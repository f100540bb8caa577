import { App } from "antd";
import { useTranslation } from "react-i18next";
import type { LeftOutField, Restored } from "@/generated/types";
import { useAct } from "@/session/act";
import { useSight } from "@/session/sight";
import { fieldName } from "@/session/telling";

/** Brings something back and says what came of it; null for an account that changes nothing. */
export const useRestore = () => {
  const { t } = useTranslation();
  const { act } = useAct();
  const { onlyReads } = useSight();
  const { message } = App.useApp();

  const leftOut = ({ title, field, reason }: LeftOutField) => {
    const word = reason === "number_taken" || reason === "value_unfit" ? reason : "place_gone";
    return t(`history.restore.${word}`, { title, field: fieldName(t, "member", field) });
  };

  if (onlyReads) return null;
  return async (work: () => Promise<Restored>): Promise<boolean> => {
    const done = await act(work);
    if (!done) return false;
    if (done.left_out.length > 0) {
      const what = done.left_out.map(leftOut).join("；");
      void message.warning(t("history.restore.left", { count: done.left_out.length, what }), 8);
    } else if (done.changed === 0) void message.info(t("history.restore.nothing"), 3);
    else void message.success(t("history.restore.done"), 3);
    return done.changed > 0;
  };
};
