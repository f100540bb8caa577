import { App, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client } from "@/host";
import { Dialog } from "@/kit/Dialog";
import { useAct } from "@/session/act";
import { keys, queryClient } from "@/session/queries";

const REASONS = ["damaged", "lost", "misprint", "other"] as const;

/** Labels to print once more, with names for the question. */
export interface Again {
  invitations: string[];
  names: string[];
}

/** Why a label is printed once more; its old code becomes void. */
export const ReprintDialog = ({
  again,
  onClose,
  onMade,
}: {
  again: Again;
  onClose: () => void;
  /** The new invitations, to be printed. */
  onMade: (invitations: string[]) => void;
}) => {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { act } = useAct();
  const [reason, setReason] = useState<(typeof REASONS)[number]>("damaged");
  const [isBusy, setBusy] = useState(false);

  const reprint = async () => {
    setBusy(true);
    const made = await act(() => client.reprint({ invitations: again.invitations, reason }));
    setBusy(false);
    if (!made) return;
    if (made.left_alone > 0) {
      void message.info(t("invitations.reprint.leftAlone", { count: made.left_alone }), 5);
    }
    for (const queryKey of [keys.runs, keys.invitations]) void queryClient.invalidateQueries({ queryKey });
    onMade(made.invitations);
  };

  return (
    <Dialog
      open
      title={t("invitations.reprint.title", { count: again.invitations.length })}
      okText={t("invitations.reprint.confirm")}
      cancelText={t("shell.common.cancel")}
      okButtonProps={{ loading: isBusy }}
      onOk={() => void reprint()}
      onCancel={onClose}
      width={460}
    >
      <p className="reprint-names">{again.names.join("、")}</p>
      <div className="reprint-why">
        <span className="quiet">{t("invitations.reprint.why")}</span>
        <Radio.Group
          aria-label={t("invitations.reprint.why")}
          value={reason}
          onChange={(event) => setReason(event.target.value as typeof reason)}
          options={REASONS.map((word) => ({ value: word, label: t(`invitations.reasons.${word}`) }))}
        />
      </div>
      <p>{t("invitations.reprint.voids")}</p>
    </Dialog>
  );
};
