import { useQuery } from "@tanstack/react-query";
import { App, Button } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import type { InvitationRow } from "@/generated/types";
import { client, host } from "@/host";
import { useAct } from "@/session/act";
import { queryClient } from "@/session/queries";
import { INVITATION_DAYS } from "../useRowCommands";

const TONES: Record<string, string> = {
  waiting: "accent",
  open: "accent",
  expired: "warning",
  claimed: "success",
  refused: "danger",
  revoked: "plain",
};

const isLive = (invitation: InvitationRow) => invitation.state === "open" || invitation.state === "waiting";

/** How the member's invitation stands, its code, and what can be done about it. */
export const Invitation = ({
  member,
  join,
  invitation,
}: {
  member: string;
  join: string;
  invitation: InvitationRow | null;
}) => {
  const { t } = useTranslation();
  const { act } = useAct();
  const { message } = App.useApp();
  const isShown = invitation?.is_printable === true && isLive(invitation);
  const { data: code } = useQuery({
    queryKey: ["code", invitation?.id],
    queryFn: () => client.codeSvg({ id: invitation?.id ?? "" }),
    enabled: isShown,
  });

  const forget = () => queryClient.invalidateQueries({ queryKey: ["member", member] });
  const invite = async () => {
    await act(() =>
      client.invite({
        members: { by: "ids", ids: [member] },
        days: INVITATION_DAYS,
        replaces_open: true,
      }),
    );
    await forget();
  };
  const revoke = async (id: string) => {
    await act(() => client.revokeInvitations({ ids: [id] }));
    await forget();
  };
  const save = async (one: InvitationRow) => {
    const path = await host.pickSavePath(t("roster.invitation.save"), `${one.member_name}.png`, [
      { name: "PNG", endings: ["png"] },
      { name: "SVG", endings: ["svg"] },
    ]);
    if (path === null) return;
    const saved = await act(() => client.saveCode({ invitation: one.id, path }));
    if (saved) void message.success(t("roster.invitation.saved", { path: saved.path }), 5);
  };

  const date = (at: number) => dayjs(at).format("YYYY-MM-DD");
  const title = t("roster.invitation.title");
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {invitation === null ? (
        <p className="quiet">{t("roster.invitation.none")}</p>
      ) : (
        <>
          <p className="panel-invitation">
            <span className="tag" data-tone={TONES[invitation.state]}>
              {t(`roster.invitation.states.${invitation.state as "open"}`)}
            </span>
            <span className="quiet">
              {invitation.answered_at === null
                ? t("roster.invitation.until", { date: date(invitation.expires_at) })
                : t("roster.invitation.answered", { date: date(invitation.answered_at) })}
            </span>
          </p>
          {isShown && code && (
            <img
              className="panel-code"
              alt={t("roster.invitation.code", { name: invitation.member_name })}
              src={`data:image/svg+xml;utf8,${encodeURIComponent(code.svg)}`}
            />
          )}
          {isLive(invitation) && !invitation.is_printable && (
            <p className="quiet">{t("roster.invitation.elsewhere")}</p>
          )}
        </>
      )}
      {join !== "joined" && (
        <p className="panel-actions">
          <Button size="small" onClick={() => void invite()}>
            {invitation === null ? t("roster.invitation.make") : t("roster.invitation.makeNew")}
          </Button>
          {invitation !== null && isShown && (
            <Button size="small" onClick={() => void save(invitation)}>
              {t("roster.invitation.save")}
            </Button>
          )}
          {invitation !== null && isLive(invitation) && (
            <Button size="small" danger onClick={() => void revoke(invitation.id)}>
              {t("roster.invitation.revoke")}
            </Button>
          )}
        </p>
      )}
    </section>
  );
};
