import { useQuery } from "@tanstack/react-query";
import { Alert, Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ServicePlace } from "@/generated/types";
import { client } from "@/host";
import { Popup } from "@/kit/Popup";
import { useAct } from "@/session/act";
import { keys, queryClient } from "@/session/queries";

/** The service behind the roster; the one on this computer can be opened to the local network. */
export const Service = ({ place }: { place: ServicePlace }) => {
  const { t } = useTranslation();
  const { act } = useAct();
  const [isBusy, setBusy] = useState(false);
  const { data: service } = useQuery({ queryKey: keys.service, queryFn: () => client.embeddedService() });

  const share = async (isOnNetwork: boolean) => {
    setBusy(true);
    const changed = await act(() => client.shareOnNetwork({ is_on_network: isOnNetwork }));
    setBusy(false);
    if (changed) queryClient.setQueryData(keys.service, changed);
  };
  const port = service?.public_url?.split(":").pop() ?? "";

  return (
    <section>
      <h2>{t("settings.service")}</h2>
      {place.where === "remote" ? (
        <p>{place.url}</p>
      ) : (
        <>
          <p>{t("settings.onThisComputer")}</p>
          {service?.is_on_network ? (
            <>
              <Alert
                type="warning"
                showIcon
                title={t("settings.shareAddresses")}
                description={service.addresses.map((address) => (
                  <div key={address}>
                    <code>{address}</code>
                  </div>
                ))}
              />
              <Button loading={isBusy} onClick={() => void share(false)}>
                {t("settings.stopSharing")}
              </Button>
            </>
          ) : (
            <Popup label={`${t("settings.share")}…`} look="outlined" shows="label" width_px={400}>
              {() => (
                <div className="settings-share">
                  <p>{t("settings.shareWarning", { port })}</p>
                  <Button type="primary" loading={isBusy} onClick={() => void share(true)}>
                    {t("settings.shareConfirm")}
                  </Button>
                </div>
              )}
            </Popup>
          )}
        </>
      )}
    </section>
  );
};
