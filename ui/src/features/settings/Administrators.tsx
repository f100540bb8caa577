import { UserAddOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { App, Button, Checkbox, Select } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AdministratorRow, MadeLink } from "@/generated/types";
import { client } from "@/host";
import { Dialog } from "@/kit/Dialog";
import { useAct } from "@/session/act";
import { keys, queryClient } from "@/session/queries";
import { InviteDialog } from "./InviteDialog";
import { LinkDialog } from "./LinkDialog";
import { RoleHint, useRoleWord } from "./roles";

const forget = () => queryClient.invalidateQueries({ queryKey: keys.administrators });
const shownTime = (at: number) => dayjs(at).format("YYYY-MM-DD HH:mm");

/** Who may sign in to the organisation: invited, changed, reset and removed here. */
export const Administrators = () => {
  const { t } = useTranslation();
  const { act } = useAct();
  const { message, modal } = App.useApp();
  const roleWord = useRoleWord();
  const [isInviting, setInviting] = useState(false);
  const [changing, setChanging] = useState<AdministratorRow | null>(null);
  const [looking, setLooking] = useState<AdministratorRow | null>(null);
  const [made, setMade] = useState<{ link: MadeLink; name: string; purpose: "invite" | "reset" } | null>(
    null,
  );
  const { data, isError } = useQuery({
    queryKey: keys.administrators,
    queryFn: () => client.administrators(),
    // Others change it, too, and nobody tells.
    staleTime: 0,
  });

  const reset = (row: AdministratorRow) =>
    modal.confirm({
      title: t("administrators.reset", { name: row.name }),
      content: t("administrators.resetSure"),
      okText: t("administrators.makeLink"),
      cancelText: t("shell.common.cancel"),
      onOk: async () => {
        const link = await act(() => client.resetAdministrator({ id: row.id }));
        if (link) setMade({ link, name: row.name, purpose: "reset" });
        await forget();
      },
    });
  const remove = (row: AdministratorRow) =>
    modal.confirm({
      title: row.is_self ? t("administrators.leave") : t("administrators.remove", { name: row.name }),
      content: row.is_self
        ? t("administrators.leaveSure")
        : t("administrators.removeSure", { name: row.name }),
      okText: t(row.is_self ? "administrators.leaveConfirm" : "administrators.removeConfirm"),
      okButtonProps: { danger: true },
      cancelText: t("shell.common.cancel"),
      onOk: async () => {
        if (!(await act(() => client.removeAdministrator({ id: row.id })))) return;
        void message.success(t("administrators.removed", { name: row.name }), 3);
        await forget();
      },
    });
  const withdraw = async (id: string) => {
    if (await act(() => client.withdrawLink({ id }))) void message.success(t("administrators.withdrawn"), 3);
    await forget();
  };

  return (
    <section aria-labelledby="settings-administrators">
      <h2 id="settings-administrators">{t("administrators.title")}</h2>
      <p className="quiet">{t("administrators.hint")}</p>
      {isError && <p className="quiet">{t("administrators.offline")}</p>}
      <ul className="settings-devices">
        {data?.administrators.map((row) => (
          <li key={row.id}>
            <span>
              {row.name} {row.is_self && <strong>· {t("administrators.you")}</strong>}
              <small className="quiet">
                {[
                  roleWord(row.role),
                  row.phone,
                  t("administrators.devices", { count: row.devices }),
                  row.last_used_at === null
                    ? t("administrators.never")
                    : t("administrators.lastUsed", { time: shownTime(row.last_used_at) }),
                  t(row.has_second_factor ? "administrators.secondFactor" : "administrators.noSecondFactor"),
                ].join(" · ")}
              </small>
            </span>
            <span className="settings-acts">
              {row.may_change && (
                <>
                  <Button
                    size="small"
                    aria-label={t("administrators.change", { name: row.name })}
                    onClick={() => setChanging(row)}
                  >
                    {t("administrators.role")}
                  </Button>
                  <Button
                    size="small"
                    aria-label={t("administrators.sessions", { name: row.name })}
                    onClick={() => setLooking(row)}
                  >
                    {t("settings.devices")}
                  </Button>
                </>
              )}
              {row.may_change && !row.is_self && (
                <Button
                  size="small"
                  aria-label={t("administrators.reset", { name: row.name })}
                  onClick={() => reset(row)}
                >
                  {t("settings.password")}
                </Button>
              )}
              {(row.may_change || row.is_self) && (
                <Button
                  size="small"
                  danger
                  aria-label={
                    row.is_self ? t("administrators.leave") : t("administrators.remove", { name: row.name })
                  }
                  onClick={() => remove(row)}
                >
                  {t(row.is_self ? "administrators.leaveConfirm" : "administrators.removeConfirm")}
                </Button>
              )}
            </span>
          </li>
        ))}
      </ul>
      {data && data.links.length > 0 && (
        <>
          <h3>{t("administrators.waiting")}</h3>
          <ul className="settings-devices">
            {data.links.map((link) => (
              <li key={link.id}>
                <span>
                  {link.name}
                  <small className="quiet">
                    {t(link.purpose === "reset" ? "administrators.resetting" : "administrators.invited", {
                      role: roleWord(link.role),
                      time: shownTime(link.ends_at),
                    })}
                  </small>
                </span>
                {data.may_give.includes(link.role) && (
                  <Button
                    size="small"
                    aria-label={t("administrators.withdraw", { name: link.name })}
                    onClick={() => void withdraw(link.id)}
                  >
                    {t("settings.revoke")}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
      {data && data.may_give.length > 0 && (
        <Button icon={<UserAddOutlined />} onClick={() => setInviting(true)}>
          {t("administrators.invite")}
        </Button>
      )}
      {isInviting && data && (
        <InviteDialog
          mayGive={data.may_give}
          onClose={() => setInviting(false)}
          onMade={(link, name) => {
            setInviting(false);
            setMade({ link, name, purpose: "invite" });
            void forget();
          }}
        />
      )}
      {changing && data && (
        <ChangeRole row={changing} mayGive={data.may_give} onClose={() => setChanging(null)} />
      )}
      {looking && <Sessions row={looking} onClose={() => setLooking(null)} />}
      {made && (
        <LinkDialog made={made.link} name={made.name} purpose={made.purpose} onClose={() => setMade(null)} />
      )}
    </section>
  );
};

const ChangeRole = ({
  row,
  mayGive,
  onClose,
}: {
  row: AdministratorRow;
  mayGive: string[];
  onClose: () => void;
}) => {
  const { t } = useTranslation();
  const { act } = useAct();
  const { message } = App.useApp();
  const roleWord = useRoleWord();
  const [role, setRole] = useState(row.role);
  const [reveals, setReveals] = useState(row.reveals_numbers);
  const save = async () => {
    const reveals_numbers = role !== "printing" && reveals;
    if (!(await act(() => client.changeAdministrator({ id: row.id, role, reveals_numbers })))) return;
    void message.success(t("administrators.changed"), 3);
    onClose();
    await forget();
  };
  return (
    <Dialog
      open
      title={t("administrators.change", { name: row.name })}
      okText={t("administrators.save")}
      cancelText={t("shell.common.cancel")}
      onOk={() => void save()}
      onCancel={onClose}
    >
      <div className="settings-choices">
        <Select
          aria-label={t("administrators.role")}
          value={role}
          onChange={setRole}
          options={mayGive.map((word) => ({ value: word, label: roleWord(word) }))}
        />
        <p className="quiet">
          <RoleHint role={role} />
        </p>
        {role !== "owner" && role !== "printing" && (
          <Checkbox checked={reveals} onChange={(event) => setReveals(event.target.checked)}>
            {t("administrators.revealsNumbers")}
          </Checkbox>
        )}
      </div>
    </Dialog>
  );
};

const Sessions = ({ row, onClose }: { row: AdministratorRow; onClose: () => void }) => {
  const { t } = useTranslation();
  const { act } = useAct();
  const { message } = App.useApp();
  const queryKey = [...keys.administrators, row.id, "devices"];
  const { data: devices } = useQuery({
    queryKey,
    queryFn: () => client.administratorDevices({ id: row.id }),
    staleTime: 0,
  });
  const end = async (device?: string) => {
    const wanted = device === undefined ? { id: row.id } : { id: row.id, device };
    if (await act(() => client.revokeSessions(wanted))) void message.success(t("administrators.ended"), 3);
    await forget();
  };
  return (
    <Dialog
      open
      title={t("administrators.sessions", { name: row.name })}
      onCancel={onClose}
      footer={
        <>
          <Button disabled={!devices?.some((device) => !device.is_current)} onClick={() => void end()}>
            {t("administrators.endAll")}
          </Button>
          <Button type="primary" onClick={onClose}>
            {t("administrators.link.done")}
          </Button>
        </>
      }
    >
      {devices?.length === 0 && <p className="quiet">{t("administrators.noSessions")}</p>}
      <ul className="settings-devices">
        {devices?.map((device) => (
          <li key={device.id}>
            <span>
              {device.name} {device.is_current && <strong>· {t("settings.thisDevice")}</strong>}
              <small className="quiet">
                {t("settings.lastUsed", { time: shownTime(device.last_used_at) })}
              </small>
            </span>
            {!device.is_current && (
              <Button size="small" onClick={() => void end(device.id)}>
                {t("settings.revoke")}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Dialog>
  );
};
