import { useQuery } from "@tanstack/react-query";
import { App, Button } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import { client } from "@/host";
import { useAct } from "@/session/act";
import { keys, queryClient } from "@/session/queries";
import { useSight } from "@/session/sight";
import { SecondFactor } from "./SecondFactor";

/** What the account may do, its password and second factor, and the administrator's devices. */
export const Account = () => {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { act } = useAct();
  const { onlyReads, onlyPrints, onlyDepartments, mayReveal } = useSight();
  const { data: devices, isError } = useQuery({ queryKey: keys.devices, queryFn: () => client.devices() });

  const revoke = async (id: string) => {
    if (await act(() => client.revokeDevice({ id }))) void message.success(t("settings.revoked"), 3);
    await queryClient.invalidateQueries({ queryKey: keys.devices });
  };

  return (
    <section>
      <h2>{t("settings.account")}</h2>
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
      <SecondFactor />
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
