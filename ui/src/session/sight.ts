/** Whether numbers and phones are shown whole, and asking for it. */

import { useQuery } from "@tanstack/react-query";
import { App } from "antd";
import { useTranslation } from "react-i18next";
import { client } from "@/host";
import { useAct } from "./act";
import { keys, queryClient } from "./queries";
import { useSession } from "./store";

/** What is on the screen was read under another sight. */
const seeAnew = () => {
  useSession.setState((now) => ({ sight: now.sight + 1 }));
  for (const queryKey of [keys.sight, ["member"], keys.conflicts, keys.refusals, keys.history])
    void queryClient.invalidateQueries({ queryKey });
};

export const useSight = () => {
  const { t } = useTranslation();
  const { act } = useAct();
  const { modal } = App.useApp();
  const { data } = useQuery({ queryKey: keys.sight, queryFn: () => client.sight() });

  const showAll = () =>
    modal.confirm({
      title: t("masking.showTitle"),
      content: t("masking.showNote"),
      okText: t("masking.showConfirm"),
      cancelText: t("shell.common.cancel"),
      onOk: async () => {
        if (await act(() => client.revealAll())) seeAnew();
      },
    });

  return {
    isFull: data?.is_full ?? false,
    showAll,
    maskAgain: async () => {
      if (await act(() => client.maskAgain())) seeAnew();
    },
    showOne: async (id: string) => {
      if (await act(() => client.reveal({ id }))) seeAnew();
    },
  };
};
