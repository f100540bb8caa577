import { Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { YearApplied, YearClassFate, YearPlan, YearPupilFate } from "@/generated/types";
import { client } from "@/host";
import { PlanFoot } from "@/kit/plan/PlanFoot";
import { useAct } from "@/session/act";
import { useSession } from "@/session/store";
import { PupilList } from "./PupilList";

const JOB = "year";
const FATES: YearClassFate[] = ["moves", "graduates", "made", "dissolved", "stays"];
type Kind = YearPupilFate | "classes";

/** The whole as it will be, by class and by pupil, before anything is changed. */
export const PreviewStep = ({
  plan,
  onBack,
  onApplied,
}: {
  plan: YearPlan;
  onBack: () => void;
  onApplied: (applied: YearApplied) => void;
}) => {
  const { t } = useTranslation();
  const { act } = useAct();
  const [kind, setKind] = useState<Kind>("classes");
  const [isApplying, setApplying] = useState(false);
  const progress = useSession((now) => now.progress[JOB]);
  const changed = plan.classes.filter((one) => one.fate !== "stays");
  const classes = FATES.flatMap((fate) => plan.classes.filter((one) => one.fate === fate));

  const apply = async () => {
    setApplying(true);
    const applied = await act(() => client.applyYearPlan({ version: plan.version, job: JOB }));
    setApplying(false);
    if (applied) onApplied(applied);
  };

  return (
    <>
      <Segmented<Kind>
        aria-label={t("year.filter")}
        value={kind}
        onChange={setKind}
        options={[
          { value: "classes", label: `${t("year.classes")} ${changed.length}` },
          ...plan.counts.map((count) => ({
            value: count.fate,
            label: `${t(`year.fate.${count.fate}`)} ${count.count}`,
          })),
        ]}
      />
      {plan.made.length > 0 && (
        <details className="year-made">
          <summary>{t("year.made", { count: plan.made.length })}</summary>
          <p className="quiet">{plan.made.join("、")}</p>
        </details>
      )}
      {kind === "classes" ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section className="plan-scroll year-scroll" tabIndex={0} aria-label={t("year.classes")}>
          <ul className="year-diff">
            {classes.map((one) => (
              <li key={one.id}>
                <span className="year-fate" data-fate={one.fate}>
                  {t(`year.classFate.${one.fate}`)}
                </span>
                <span className="year-pupil-place">
                  {one.path_before !== "" && one.path_before !== one.path_after && (
                    <del>{one.path_before}</del>
                  )}
                  {one.path_after !== "" && <ins>{one.path_after}</ins>}
                </span>
                <span className="is-number">
                  {t("year.countOf", { count: one.after })}
                  {(one.come > 0 || one.go > 0) && (
                    <small className="quiet"> {t("year.comeAndGo", { come: one.come, go: one.go })}</small>
                  )}
                </span>
              </li>
            ))}
          </ul>
        </section>
      ) : (
        <PupilList plan={plan} classId={null} fate={kind} text="" label={t(`year.fate.${kind}`)} />
      )}
      <PlanFoot
        label={t("year.apply")}
        isApplying={isApplying}
        canApply={plan.can_apply && (changed.length > 0 || plan.counts.some((c) => c.fate !== "with_class"))}
        progress={progress}
        applying={t("year.applying")}
        stop={t("shell.common.cancel")}
        onStop={() => void client.cancelJob({ job: JOB })}
        onBack={onBack}
        onApply={() => void apply()}
      />
    </>
  );
};
