import { Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { Route, Routes, useSearchParams } from "react-router";
import { useDefinitions } from "@/session/defined";
import { useSight } from "@/session/sight";
import { Acts } from "./Acts";
import { Looks } from "./Looks";
import { Operations } from "./Operations";
import { Past } from "./Past";
import { RecordPage } from "./RecordPage";
import "./history.css";

/** Everything that happened: operations, the roster as it was, who looked at what. */
const Overview = () => {
  const { t } = useTranslation();
  const { onlyPrints, onlyDepartments } = useSight();
  const [params, setParams] = useSearchParams();
  return (
    <div className="page past-page">
      <header className="page-head">
        <h1>{t("history.title")}</h1>
      </header>
      <Tabs
        className="past-tabs"
        activeKey={params.get("tab") ?? "operations"}
        onChange={(tab) => setParams({ tab })}
        destroyOnHidden
        items={[
          { key: "operations", label: t("history.tabs.operations"), children: <Operations /> },
          { key: "past", label: t("history.tabs.past"), children: <Past /> },
          { key: "looks", label: t("history.tabs.looks"), children: <Looks /> },
          // Whoever only prints, or sees some departments only, is told nothing of it.
          ...(onlyPrints || onlyDepartments
            ? []
            : [{ key: "acts", label: t("history.tabs.acts"), children: <Acts /> }]),
        ]}
      />
    </div>
  );
};

const History = () => {
  // What happened to custom fields is told by their names.
  useDefinitions();
  return (
    <Routes>
      <Route index element={<Overview />} />
      <Route path=":kind/:id" element={<RecordPage />} />
    </Routes>
  );
};

export default History;
