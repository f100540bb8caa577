/** Whether numbers and phones are shown whole, asking for it, and whether the account may change anything. */

import { useQuery } from "@tanstack/react-query";
import { App } from "antd";
import { useTranslation } from "react-i18next";
import { client } from "@/host";
import { useAct } from "./act";
import { keys, seeAnew } from "./queries";

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
    /** Without the right to it nothing is shown whole, whatever is asked. */
    mayReveal: data?.may_reveal ?? true,
    /** The account changes nothing of the roster itself: it looks only, or prints only. */
    onlyReads: (data?.only_reads || data?.only_prints) ?? false,
    /** Names, departments and invitations are all there is, and invitations all that can be changed. */
    onlyPrints: data?.only_prints ?? false,
    /** The account's own departments are all there is, and all that can be changed. */
    onlyDepartments: data?.only_departments ?? false,
    showAll,
    maskAgain: async () => {
      if (await act(() => client.maskAgain())) seeAnew();
    },
    showOne: async (id: string) => {
      if (await act(() => client.reveal({ id }))) seeAnew();
    },
  };
};
