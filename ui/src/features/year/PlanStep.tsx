import { Button, InputNumber, Popconfirm, Select, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { YearApplied, YearChange, YearGraduation, YearPlan } from "@/generated/types";
import { ClassPupils } from "./ClassPupils";
import { Findings } from "./Findings";
import { GradeTable } from "./GradeTable";
import { RegroupDialog } from "./RegroupDialog";

export type Change = (wanted: YearChange) => Promise<boolean>;

/** Grade by grade and class by class: what is to become of them, and what the check says. */
export const PlanStep = ({
  plan,
  onChange,
  onForget,
  onNext,
  onLast,
}: {
  plan: YearPlan;
  onChange: Change;
  onForget: () => Promise<boolean>;
  onNext: () => void;
  onLast: (applied: YearApplied) => void;
}) => {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [shown, setShown] = useState<string | null>(null);
  const [isRegrouping, setRegrouping] = useState(false);
  const nameOf = (id: string) => {
    const found = plan.classes.find((one) => one.id === id);
    return found ? found.name_before || found.name_after : t("year.gone");
  };
  const last = plan.applied;

  return (
    <>
      <div className="year-facts">
        <span className="year-fact">
          {t("year.year")}
          <InputNumber
            aria-label={t("year.year")}
            min={1950}
            max={2150}
            value={plan.year}
            onChange={(year) => year !== null && void onChange({ what: "year", year })}
            className="year-number"
          />
          <span className="quiet">{t("year.until", { year: plan.year + 1 })}</span>
        </span>
        <Select
          aria-label={t("year.extent")}
          value={plan.only_grade ?? ""}
          onChange={(grade) => void onChange({ what: "only", grade: grade === "" ? null : grade })}
          options={[
            { value: "", label: t("year.whole") },
            ...plan.grades
              .filter((grade) => grade.name !== "")
              .map((grade) => ({ value: grade.key, label: t("year.only", { grade: grade.name }) })),
          ]}
          className="year-select"
        />
        <Select<YearGraduation>
          aria-label={t("year.graduates")}
          value={plan.graduation}
          onChange={(graduation) => void onChange({ what: "graduation", graduation })}
          options={(["alumni", "left"] as const).map((word) => ({
            value: word,
            label: t(`year.graduation.${word}`),
          }))}
          className="year-select"
        />
        <span className="year-space" />
        {last && (
          <Button type="link" onClick={() => onLast(last)}>
            {t("year.last", { year: last.year })}
          </Button>
        )}
        {plan.is_changed && (
          <Popconfirm title={t("year.forgetSure")} onConfirm={() => void onForget()}>
            <Button>{t("year.forget")}</Button>
          </Popconfirm>
        )}
      </div>
      <Findings plan={plan} onChange={onChange} onShow={setShown} />
      {plan.regroups.length > 0 && (
        <ul className="year-regroups" aria-label={t("year.regroups")}>
          {plan.regroups.map((regroup) => (
            <li key={regroup.number}>
              <Tag>{t(`year.rule.${regroup.rule}`)}</Tag>
              {regroup.from.map(nameOf).join("、")} → {regroup.into.map(nameOf).join("、")}
              {regroup.rule === "balanced" && (
                <Button
                  type="link"
                  size="small"
                  onClick={() => void onChange({ what: "draw_again", number: regroup.number })}
                >
                  {t("year.drawAgain")}
                </Button>
              )}
              <Button
                type="link"
                size="small"
                onClick={() => void onChange({ what: "remove_regroup", number: regroup.number })}
              >
                {t("year.removeRegroup")}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <GradeTable plan={plan} chosen={chosen} onChoose={setChosen} onChange={onChange} onShow={setShown} />
      <footer className="page-foot">
        <Button disabled={chosen.size === 0} onClick={() => setRegrouping(true)}>
          {chosen.size > 0 ? t("year.regroupCount", { count: chosen.size }) : t("year.regroup")}
        </Button>
        <span className="year-space" />
        <Button type="primary" disabled={!plan.can_apply} onClick={onNext}>
          {t("year.next")}
        </Button>
      </footer>
      {shown !== null && (
        <ClassPupils plan={plan} id={shown} onChange={onChange} onClose={() => setShown(null)} />
      )}
      {isRegrouping && (
        <RegroupDialog
          plan={plan}
          chosen={[...chosen]}
          onChange={onChange}
          onClose={() => {
            setRegrouping(false);
            setChosen(new Set());
          }}
        />
      )}
    </>
  );
};
