import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Empty, Spin, Steps } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { YearApplied, YearChange } from "@/generated/types";
import { client } from "@/host";
import { useAct } from "@/session/act";
import { queryClient } from "@/session/queries";
import { useSession } from "@/session/store";
import { DoneStep } from "./DoneStep";
import { PlanStep } from "./PlanStep";
import { PreviewStep } from "./PreviewStep";
import "./year.css";

/** A new school year: what becomes of classes and pupils is planned, looked at, carried out. */
const Year = () => {
  const { t } = useTranslation();
  const { act } = useAct();
  const version = useSession((now) => now.version);
  const key = ["year", version];
  const { data: plan } = useQuery({
    queryKey: key,
    queryFn: () => client.yearPlan(),
    placeholderData: keepPreviousData,
  });
  const [isPreview, setPreview] = useState(false);
  const [applied, setApplied] = useState<YearApplied | null>(null);

  const put = async (work: () => ReturnType<typeof client.yearPlan>) => {
    const planned = await act(work);
    if (planned) queryClient.setQueryData(key, planned);
    return planned !== undefined;
  };
  const change = (wanted: YearChange) => put(() => client.changeYearPlan(wanted));
  const step = applied ? 2 : isPreview ? 1 : 0;

  return (
    <div className="page year-page">
      <header className="page-head">
        <h1>{t("year.title")}</h1>
        <Steps
          size="small"
          current={step}
          items={(["plan", "preview", "done"] as const).map((word) => ({ title: t(`year.steps.${word}`) }))}
        />
      </header>
      {!plan && <Spin className="year-none" />}
      {plan && plan.grades.length === 0 && !applied && (
        <Empty className="year-none" description={t("year.noGrades")} />
      )}
      {plan && plan.grades.length > 0 && step === 0 && (
        <PlanStep
          plan={plan}
          onChange={change}
          onForget={() => put(() => client.dropYearPlan())}
          onNext={() => setPreview(true)}
          onLast={setApplied}
        />
      )}
      {plan && step === 1 && (
        <PreviewStep
          plan={plan}
          onBack={() => setPreview(false)}
          onApplied={(done) => {
            setPreview(false);
            setApplied(done);
          }}
        />
      )}
      {applied && <DoneStep applied={applied} onBack={() => setApplied(null)} />}
    </div>
  );
};

export default Year;
