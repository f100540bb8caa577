import { useQuery } from "@tanstack/react-query";
import { Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { client } from "@/host";
import { useDefinitions } from "@/session/defined";
import { keys } from "@/session/queries";
import "./attention.css";
import { Conflicts } from "./Conflicts";
import { Refusals } from "./Refusals";

/** What needs a person: conflicts to settle, refused edits to mend or give up. */
const Attention = () => {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  useDefinitions();
  const { data: conflicts } = useQuery({ queryKey: keys.conflicts, queryFn: () => client.conflicts() });
  const { data: refusals } = useQuery({ queryKey: keys.refusals, queryFn: () => client.refusals() });

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
            label: t("attention.conflictsTab", { count: conflicts?.length ?? 0 }),
            children: conflicts && <Conflicts rows={conflicts} />,
          },
          {
            key: "refusals",
            label: t("attention.refusalsTab", { count: refusals?.length ?? 0 }),
            children: refusals && <Refusals rows={refusals} />,
          },
        ]}
      />
    </div>
  );
};

export default Attention;
