import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";
import type { YearFinding, YearPlan } from "@/generated/types";
import type { zh } from "@/words/zh";
import type { Change } from "./PlanStep";

const GONE = ["year_grade_gone", "year_class_gone", "year_pupil_gone", "year_head_gone"];

const keyOf = (finding: YearFinding, place: number) =>
  `${finding.code}${finding.class ?? ""}${finding.pupil ?? ""}${finding.affiliation ?? ""}${place}`;

/** The check list: what stops the plan is open, the rest is there to be looked at; each with what to do about it. */
export const Findings = ({
  plan,
  onChange,
  onShow,
}: {
  plan: YearPlan;
  onChange: Change;
  onShow: (classId: string) => void;
}) => {
  const { t } = useTranslation();
  const stops = plan.findings.filter((finding) => finding.is_stop);
  const hints = plan.findings.filter((finding) => !finding.is_stop);
  if (plan.finding_count === 0) {
    return <Alert type="success" showIcon title={t("year.noFindings")} />;
  }
  const isShown = (finding: YearFinding) =>
    finding.class !== null && plan.classes.some((one) => one.id === finding.class);
  const list = (findings: YearFinding[]) => (
    <ul className="year-findings">
      {findings.map((finding, place) => (
        <li key={keyOf(finding, place)}>
          <span>
            {t(`year.findings.${finding.code as keyof typeof zh.year.findings}`, {
              name: finding.name,
              pupil: finding.pupil_name,
              other: finding.other_name,
            })}
          </span>
          {isShown(finding) && (
            <Button type="link" size="small" onClick={() => onShow(finding.class ?? "")}>
              {t("year.look")}
            </Button>
          )}
          {finding.affiliation !== null && (
            <Button
              type="link"
              size="small"
              onClick={() => void onChange({ what: "end_place", affiliation: finding.affiliation ?? "" })}
            >
              {t("year.endPlace")}
            </Button>
          )}
          {GONE.includes(finding.code) && (
            <Button type="link" size="small" onClick={() => void onChange({ what: "tidy" })}>
              {t("year.tidy")}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
  return (
    <div className="year-checks">
      {stops.length > 0 && (
        <Alert
          type="error"
          showIcon
          title={t("year.stops", { count: stops.length })}
          description={list(stops)}
        />
      )}
      {hints.length > 0 && (
        <details>
          <summary>{t("year.hints", { count: plan.finding_count - stops.length })}</summary>
          {list(hints)}
        </details>
      )}
    </div>
  );
};
