import { CheckCircleFilled, CloseCircleFilled } from "@ant-design/icons";
import { Button, Popconfirm } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { explain } from "@/failure";
import type { Code, DoctorLine } from "@/generated/types";
import { client } from "@/host";
import { useAct } from "@/session/act";

/** What happened and what to do; what support may ask for stands beside it. */
const Wrong = ({ code, detail }: { code: Code; detail: string }) => {
  const { i18n } = useTranslation();
  const { what, step } = explain({ code }, i18n.language);
  return (
    <span className="settings-doctor-why">
      {what} {step}
      <small className="quiet" lang="en">
        {detail}
      </small>
    </span>
  );
};

/** Looks at keyring, disk, database, service and fonts. */
export const Doctor = () => {
  const { t } = useTranslation();
  const { act } = useAct();
  const [isBusy, setBusy] = useState(false);
  const [lines, setLines] = useState<DoctorLine[]>([]);
  const checks: Record<string, string> = t("settings.checks", { returnObjects: true });

  const examine = async () => {
    setBusy(true);
    setLines((await act(() => client.doctor())) ?? []);
    setBusy(false);
  };

  /** A roster that opens can be damaged all the same. */
  const setAside = async () => {
    const isAside = await act(async () => {
      const { profile } = await client.appState();
      if (profile) await client.setAsideProfile({ id: profile.id });
      return profile !== null;
    });
    if (isAside) window.location.reload();
  };

  return (
    <section>
      <h2>{t("settings.doctor")}</h2>
      <Button loading={isBusy} onClick={() => void examine()}>
        {t("settings.runDoctor")}
      </Button>
      <ul className="settings-doctor" aria-live="polite">
        {lines.map((line) => (
          <li key={line.check} data-tone={line.is_ok ? "success" : "danger"}>
            {line.is_ok ? <CheckCircleFilled /> : <CloseCircleFilled />}
            <strong>{checks[line.check] ?? line.check}</strong>
            <span>{line.is_ok ? t("settings.ok") : t("settings.problem")}</span>
            {line.code && <Wrong code={line.code} detail={line.detail} />}
            {!line.is_ok && line.check === "database" && (
              <Popconfirm title={t("settings.setAsideSure")} onConfirm={() => void setAside()}>
                <Button size="small">{t("start.setAside")}</Button>
              </Popconfirm>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
};
