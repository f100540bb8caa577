import { App, Button } from "antd";
import { useTranslation } from "react-i18next";
import type { MemberPair } from "@/generated/types";
import { client } from "@/host";
import { UNDO_OFFER, useAct } from "../act";

/** Says of two members that they are not one person, and offers to take that back. Answers whether it was new. */
export const useSayApart = () => {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { act, undo } = useAct();

  return async (pair: MemberPair, names: { a: string; b: string }) => {
    const outcome = await act(() => client.tellApart(pair));
    if (!outcome) return { isSaid: false, isNew: false };
    // Said before, by a colleague perhaps: undo would take back something else.
    const isNew = outcome.changed_cells === 1;
    void message.success({
      key: UNDO_OFFER,
      duration: 6,
      content: (
        <>
          {t("duplicates.apart.said", names)}{" "}
          {isNew && (
            <Button type="link" size="small" onClick={() => void undo()}>
              {t("shell.common.undo")}
            </Button>
          )}
        </>
      ),
    });
    return { isSaid: true, isNew };
  };
};
