import { LockOutlined, LoginOutlined, PlusOutlined, RightOutlined } from "@ant-design/icons";
import { Alert, Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { explain } from "@/failure";
import type { ProfileSummary } from "@/generated/types";
import { client } from "@/host";

interface Trouble {
  profile: string;
  what: string;
  step: string;
  canSetAside: boolean;
}

/** Rosters that lie on this computer, and the two ways to get another. */
export const Welcome = ({
  profiles,
  onOpen,
  onChoose,
}: {
  profiles: ProfileSummary[];
  onOpen: () => void;
  onChoose: (step: "create" | "sign-in") => void;
}) => {
  const { t, i18n } = useTranslation();
  const [opening, setOpening] = useState<string | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);

  const open = async (id: string) => {
    setOpening(id);
    setTrouble(null);
    try {
      await client.openProfile({ id });
      onOpen();
    } catch (thrown) {
      const { what, step, code } = explain(thrown, i18n.language);
      setTrouble({
        profile: id,
        what,
        step,
        canSetAside: ["damaged", "not_a_roster", "key_missing"].includes(code),
      });
    } finally {
      setOpening(null);
    }
  };

  const setAside = async (id: string) => {
    try {
      await client.setAsideProfile({ id });
      onChoose("sign-in");
    } catch (thrown) {
      const { what, step } = explain(thrown, i18n.language);
      setTrouble({ profile: id, what, step, canSetAside: false });
    }
  };

  return (
    <section className="start-card">
      <h1>{t("start.welcome")}</h1>
      <p className="start-lead">{t("start.lead")}</p>
      {profiles.length > 0 && (
        <>
          <h2>{t("start.existing")}</h2>
          <ul className="start-list">
            {profiles.map((profile) => (
              <li key={profile.id}>
                <button type="button" onClick={() => void open(profile.id)} disabled={opening !== null}>
                  <span>
                    <strong>{profile.organisation_name}</strong>
                    <small>
                      {profile.service.where === "remote" ? profile.service.url : t("start.thisComputer")}
                    </small>
                  </span>
                  {opening === profile.id ? <small>{t("start.opening")}</small> : <RightOutlined />}
                </button>
                {trouble?.profile === profile.id && (
                  <Alert
                    type="error"
                    showIcon
                    title={trouble.what}
                    description={
                      <>
                        <p>{trouble.step}</p>
                        <Button size="small" onClick={() => void open(profile.id)}>
                          {t("start.tryAgain")}
                        </Button>{" "}
                        {trouble.canSetAside && (
                          <Button size="small" onClick={() => void setAside(profile.id)}>
                            {t("start.setAside")}
                          </Button>
                        )}
                      </>
                    }
                  />
                )}
              </li>
            ))}
          </ul>
        </>
      )}
      <div className="start-ways">
        <button type="button" onClick={() => onChoose("create")}>
          <PlusOutlined />
          <strong>{t("start.create")}</strong>
          <small>{t("start.createHint")}</small>
        </button>
        <button type="button" onClick={() => onChoose("sign-in")}>
          <LoginOutlined />
          <strong>{t("start.signIn")}</strong>
          <small>{t("start.signInHint")}</small>
        </button>
      </div>
      <p className="start-note">
        <LockOutlined /> {t("start.encrypted")}
      </p>
    </section>
  );
};
