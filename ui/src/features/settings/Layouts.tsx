import { LayoutOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

/** The way to the layouts of printed sheets. */
export const Layouts = () => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <section aria-label={t("layouts.title")}>
      <h2>{t("layouts.title")}</h2>
      <p className="quiet">{t("layouts.lead")}</p>
      <Button icon={<LayoutOutlined />} onClick={() => void navigate("/layouts")}>
        {t("settings.layouts")}
      </Button>
    </section>
  );
};
