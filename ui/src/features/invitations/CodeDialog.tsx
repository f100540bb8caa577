import { useQuery } from "@tanstack/react-query";
import { App, Button, Spin } from "antd";
import { useTranslation } from "react-i18next";
import type { InvitationRow } from "@/generated/types";
import { client, host } from "@/host";
import { Dialog } from "@/kit/Dialog";
import { useAct } from "@/session/act";

/** One person's code, to show on the screen or save as a picture. */
export const CodeDialog = ({ invitation, onClose }: { invitation: InvitationRow; onClose: () => void }) => {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { act } = useAct();
  const { data } = useQuery({
    queryKey: ["code", invitation.id],
    queryFn: () => client.codeSvg({ id: invitation.id }),
  });

  const save = async (ending: "png" | "svg") => {
    const name = `${invitation.card_number || invitation.member_name}.${ending}`;
    const path = await host.pickSavePath(t("invitations.code"), name, [
      { name: t("invitations.picture"), endings: [ending] },
    ]);
    if (path === null) return;
    const saved = await act(() => client.saveCode({ invitation: invitation.id, path }));
    if (saved) void message.success(t("invitations.sheet.saved", { path: saved.path }), 3);
  };

  return (
    <Dialog
      open
      onCancel={onClose}
      title={invitation.member_name}
      width={360}
      footer={
        <>
          <Button onClick={() => void save("png")}>{t("invitations.savePng")}</Button>
          <Button onClick={() => void save("svg")}>{t("invitations.saveSvg")}</Button>
        </>
      }
    >
      {data ? (
        <img
          className="invitations-code"
          alt={t("invitations.code")}
          src={`data:image/svg+xml;utf8,${encodeURIComponent(data.svg)}`}
        />
      ) : (
        <Spin />
      )}
    </Dialog>
  );
};
