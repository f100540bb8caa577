import { FormOutlined, LayoutOutlined } from "@ant-design/icons";
import { Button, Select, type SelectProps } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { LayoutRow } from "@/generated/types";
import type { FromRun } from "@/session/left-run";

/** Which paper, and what stands on it: the shipped layouts and one's own. */
export const LayoutSelect = ({
  layouts,
  value,
  onChange,
  onLeave,
}: {
  layouts: LayoutRow[];
  value: string;
  onChange: (id: string) => void;
  /** The run is left for a while; answers its number. */
  onLeave: () => number;
}) => {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const name = (row: LayoutRow) => (i18n.language.startsWith("zh") ? row.name_zh : row.name_en);
  const option = (row: LayoutRow) => ({ value: row.id, label: name(row), disabled: row.fault !== null });
  const own = layouts.filter((row) => row.is_own);
  const shipped = layouts.filter((row) => !row.is_own).map(option);
  const options: SelectProps["options"] =
    own.length === 0
      ? shipped
      : [
          { label: t("layouts.own"), options: own.map(option) },
          { label: t("layouts.shipped"), options: shipped },
        ];
  const leave = (to: string, back?: string) => {
    const state: FromRun & { back?: string } = { run: onLeave(), ...(back === undefined ? {} : { back }) };
    void navigate(to, { state });
  };

  return (
    <>
      <span className="quiet">{t("invitations.sheet.layout")}</span>
      <Select
        aria-label={t("invitations.sheet.layout")}
        value={value}
        onChange={onChange}
        popupMatchSelectWidth={420}
        options={options}
      />
      <div className="sheets-layout-acts">
        <Button
          size="small"
          icon={<FormOutlined />}
          onClick={() => leave(`/layouts/${value}`, "/invitations")}
        >
          {t("invitations.layout.design")}
        </Button>
        <Button size="small" icon={<LayoutOutlined />} onClick={() => leave("/layouts")}>
          {t("invitations.layout.all")}
        </Button>
      </div>
    </>
  );
};
