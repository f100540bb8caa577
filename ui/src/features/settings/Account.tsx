import { useQuery } from "@tanstack/react-query";
import { App, Button, Input, Space } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client } from "@/host";
import { useAct } from "@/session/act";
import { keys, queryClient } from "@/session/queries";
import { useSight } from "@/session/sight";

/** What the account may do, the administrator's devices, and signing in again when the service asks for it. */
export const Account = () => {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { act } = useAct();
  const [password, setPassword] = useState("");
  const { onlyReads, onlyPrints, onlyDepartments, mayReveal } = useSight();
  const { data: status } = useQuery({ queryKey: keys.sync, queryFn: () => client.syncStatus() });
  const { data: devices, isError } = useQuery({ queryKey: keys.devices, queryFn: () => client.devices() });

  const signIn = async () => {
    if (!(await act(() => client.signInAgain({ password })))) return;
    setPassword("");
    void message.success(t("settings.signedIn"), 3);
    await queryClient.invalidateQueries({ queryKey: keys.devices });
  };
  const revoke = async (id: string) => {
    if (await act(() => client.revokeDevice({ id }))) void message.success(t("settings.revoked"), 3);
    await queryClient.invalidateQueries({ queryKey: keys.devices });
  };

  return (
    <section>
      <h2>{t("settings.account")}</h2>
      {status?.phase === "sign_in_needed" && (
        <Space.Compact>
          <Input.Password
            aria-label={t("settings.password")}
            placeholder={t("settings.password")}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            onPressEnter={() => void signIn()}
          />
          <Button type="primary" disabled={password === ""} onClick={() => void signIn()}>
            {t("settings.signInAgain")}
          </Button>
        </Space.Compact>
      )}
      <h3>{t("settings.role")}</h3>
      <ul className="settings-role">
        <li>
          {t(
            onlyPrints
              ? "masking.onlyPrintsNote"
              : onlyReads
                ? "masking.onlyReadsNote"
                : onlyDepartments
                  ? "masking.onlyDepartmentsNote"
                  : "settings.mayChange",
          )}
        </li>
        <li>{t(mayReveal ? "settings.mayReveal" : "masking.mayNot")}</li>
      </ul>
      <h3>{t("settings.devices")}</h3>
      {isError && <p className="quiet">{t("settings.offlineDevices")}</p>}
      <ul className="settings-devices">
        {devices?.map((device) => (
          <li key={device.id}>
            <span>
              {device.name} {device.is_current && <strong>· {t("settings.thisDevice")}</strong>}
              <small className="quiet">
                {t("settings.lastUsed", { time: dayjs(device.last_used_at).format("YYYY-MM-DD HH:mm") })}
              </small>
            </span>
            {!device.is_current && (
              <Button size="small" onClick={() => void revoke(device.id)}>
                {t("settings.revoke")}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
};
