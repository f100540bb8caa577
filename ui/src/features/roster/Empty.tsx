import { ImportOutlined, UserAddOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { ViewQuery } from "@/generated/types";
import { useSession } from "@/session/store";
import { isNarrowed, useRoster } from "./state";

/** In place of rows: what to do next. */
export const Empty = ({ query, onAdd }: { query: ViewQuery; onAdd: () => void }) => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  if (isNarrowed(query)) {
    return (
      <div className="roster-empty">
        <h2>{t("roster.empty.noHits")}</h2>
        <p>{t("roster.empty.noHitsHint")}</p>
        <Button
          onClick={() => {
            useRoster.setState({ text: "", filters: [] });
            useSession.setState({ mark: null });
          }}
        >
          {t("roster.empty.clear")}
        </Button>
      </div>
    );
  }
  const isDepartment = query.department !== undefined;
  return (
    <div className="roster-empty">
      <h2>{isDepartment ? t("roster.empty.department") : t("roster.empty.title")}</h2>
      <p>{isDepartment ? t("roster.empty.departmentHint") : t("roster.empty.hint")}</p>
      <div className="roster-ways">
        <button type="button" onClick={() => navigate("/import")}>
          <ImportOutlined />
          <strong>{t("roster.empty.import")}</strong>
          <small>{t("roster.empty.importHint")}</small>
        </button>
        <button type="button" onClick={onAdd}>
          <UserAddOutlined />
          <strong>{t("roster.empty.add")}</strong>
          <small>{t("roster.empty.addHint")}</small>
        </button>
      </div>
    </div>
  );
};
