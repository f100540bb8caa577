import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Tabs } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { client } from "@/host";
import { useDefinitions } from "@/session/defined";
import { keys } from "@/session/queries";
import "./attention.css";
import { Conflicts } from "./Conflicts";
import { PAGE } from "./Pager";
import { Refusals } from "./Refusals";

/** What needs a person: conflicts to settle, refused edits to mend or give up. */
const Attention = () => {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  useDefinitions();
  const [conflictsFrom, showConflicts] = useState(0);
  const [refusalsFrom, showRefusals] = useState(0);
  const { data: conflicts } = useQuery({
    queryKey: [...keys.conflicts, conflictsFrom],
    queryFn: () => client.conflicts({ start: conflictsFrom, count: PAGE }),
    placeholderData: keepPreviousData,
  });
  const { data: refusals } = useQuery({
    queryKey: [...keys.refusals, refusalsFrom],
    queryFn: () => client.refusals({ start: refusalsFrom, count: PAGE }),
    placeholderData: keepPreviousData,
  });

  return (
    <div className="page">
      <header className="page-head">
        <h1>{t("attention.title")}</h1>
      </header>
      <Tabs
        className="attention-tabs"
        activeKey={params.get("tab") ?? "conflicts"}
        onChange={(tab) => setParams({ tab })}
        items={[
          {
            key: "conflicts",
            label: t("attention.conflictsTab", { count: conflicts?.total ?? 0 }),
            children: conflicts && <Conflicts page={conflicts} onMove={showConflicts} />,
          },
          {
            key: "refusals",
            label: t("attention.refusalsTab", { count: refusals?.total ?? 0 }),
            children: refusals && <Refusals page={refusals} onMove={showRefusals} />,
          },
        ]}
      />
    </div>
  );
};

export default Attention;
