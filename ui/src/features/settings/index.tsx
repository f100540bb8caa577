import { useQuery } from "@tanstack/react-query";
import { Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { client } from "@/host";
import { Changes } from "@/session/Changes";
import { usePreferences } from "@/session/preferences";
import { keys } from "@/session/queries";
import { useSight } from "@/session/sight";
import { Account } from "./Account";
import { Administrators } from "./Administrators";
import { CustomFields } from "./CustomFields";
import { Doctor } from "./Doctor";
import { Layouts } from "./Layouts";
import { Licences } from "./Licences";
import { Service } from "./Service";
import { Tags } from "./Tags";
import "./settings.css";

/** How the program looks on this computer, where its service runs, who is signed in. */
const Settings = () => {
  const { t } = useTranslation();
  const { preferences, change } = usePreferences();
  const { onlyPrints } = useSight();
  const { data: state } = useQuery({ queryKey: keys.state, queryFn: () => client.appState() });
  if (!preferences || !state?.profile) return null;
  return (
    <div className="page settings">
      <header className="page-head">
        <h1>{t("settings.title")}</h1>
      </header>
      <div className="settings-body">
        <section>
          <h2>{t("settings.appearance")}</h2>
          <div className="settings-row">
            <span>{t("settings.language")}</span>
            <Segmented
              aria-label={t("settings.language")}
              value={preferences.language}
              onChange={(language) => void change({ language })}
              options={(["system", "zh", "en"] as const).map((word) => ({
                value: word,
                label: t(`settings.languages.${word}`),
              }))}
            />
          </div>
          <div className="settings-row">
            <span>{t("settings.theme")}</span>
            <Segmented
              aria-label={t("settings.theme")}
              value={preferences.theme}
              onChange={(theme) => void change({ theme })}
              options={(["system", "light", "dark"] as const).map((word) => ({
                value: word,
                label: t(`settings.themes.${word}`),
              }))}
            />
          </div>
          <div className="settings-row">
            <span>{t("settings.density")}</span>
            <Segmented
              aria-label={t("settings.density")}
              value={preferences.density}
              onChange={(density) => void change({ density })}
              options={(["compact", "standard", "roomy"] as const).map((word) => ({
                value: word,
                label: t(`settings.densities.${word}`),
              }))}
            />
          </div>
        </section>
        <Changes>
          <CustomFields />
          <Tags />
        </Changes>
        <Layouts />
        <Service place={state.profile.service} />
        {!onlyPrints && <Administrators />}
        <Account />
        <Doctor />
        <section>
          <h2>{t("settings.about")}</h2>
          <p className="quiet">
            {t("shell.product")} · {t("settings.version", { version: state.version })}
          </p>
          <Licences />
        </section>
      </div>
    </div>
  );
};

export default Settings;
