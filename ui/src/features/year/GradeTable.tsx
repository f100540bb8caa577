import { Button, Checkbox, Input, InputNumber, Select } from "antd";
import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";
import type { YearAction, YearClass, YearGrade, YearPlan } from "@/generated/types";
import { MemberSelect } from "@/session/MemberSelect";
import type { Change } from "./PlanStep";

/** Every grade with what it does, and its classes below it, before and after. */
export const GradeTable = ({
  plan,
  chosen,
  onChoose,
  onChange,
  onShow,
}: {
  plan: YearPlan;
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
  onChange: Change;
  onShow: (classId: string) => void;
}) => {
  const { t } = useTranslation();
  const grades = plan.grades.filter((grade) => plan.only_grade === null || grade.takes_part);
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChoose(next);
  };
  return (
    <section className="year-scroll" aria-label={t("year.table")}>
      <table className="year-table">
        <thead>
          <tr>
            <th aria-label={t("year.columns.choose")} />
            <th>{t("year.columns.before")}</th>
            <th>{t("year.columns.fate")}</th>
            <th>{t("year.columns.after")}</th>
            <th className="is-number">{t("year.columns.pupils")}</th>
            <th>{t("year.columns.head")}</th>
            <th aria-label={t("year.columns.open")} />
          </tr>
        </thead>
        <tbody>
          {grades.map((grade) => (
            <Fragment key={grade.key}>
              <GradeRow grade={grade} plan={plan} onChange={onChange} />
              {plan.classes
                .filter((one) => one.grade === grade.key)
                .map((one) => (
                  <ClassRow
                    key={one.id}
                    one={one}
                    isChosen={chosen.has(one.id)}
                    onToggle={() => toggle(one.id)}
                    onChange={onChange}
                    onShow={() => onShow(one.id)}
                  />
                ))}
            </Fragment>
          ))}
        </tbody>
      </table>
    </section>
  );
};

const INTO = "into:";

const GradeRow = ({ grade, plan, onChange }: { grade: YearGrade; plan: YearPlan; onChange: Change }) => {
  const { t } = useTranslation();
  const name = grade.name === "" ? t("year.unknownGrade") : grade.name;
  const others = plan.grades.filter((other) => other.key !== grade.key && other.name !== "");
  const value = grade.action === "into" ? `${INTO}${grade.into}` : grade.action;
  const up = grade.name_after !== grade.name && grade.action === "up" ? ` → ${grade.name_after}` : "";
  return (
    <tr className="year-grade">
      <th />
      <th scope="rowgroup">
        {name} <span className="quiet">{grade.stage}</span>
      </th>
      <td>
        <Select
          aria-label={t("year.actionOf", { grade: name })}
          value={value}
          onChange={(chosen: string) =>
            void onChange({
              what: "action",
              grade: grade.key,
              action: chosen.startsWith(INTO) ? "into" : (chosen as YearAction),
              into: chosen.startsWith(INTO) ? chosen.slice(INTO.length) : null,
            })
          }
          options={[
            { value: "up", label: t("year.action.up") + up },
            { value: "graduate", label: t("year.action.graduate") },
            { value: "stay", label: t("year.action.stay") },
            ...others.map((other) => ({
              value: `${INTO}${other.key}`,
              label: t("year.action.into", { grade: other.name }),
            })),
          ]}
          className="year-action"
        />
      </td>
      <td>
        {grade.classes > 0 && (
          <PatternField key={grade.pattern} grade={grade} name={name} onChange={onChange} />
        )}
      </td>
      <td className="is-number">{grade.pupils}</td>
      <td colSpan={2}>
        {grade.first !== null && (
          <span className="year-fact">
            {t("year.newClasses", { grade: grade.first })}
            <InputNumber
              aria-label={t("year.newClasses", { grade: grade.first })}
              min={0}
              max={100}
              value={grade.new_classes}
              onChange={(count) => void onChange({ what: "new_classes", grade: grade.key, count })}
              className="year-count"
            />
          </span>
        )}
      </td>
    </tr>
  );
};

const PatternField = ({ grade, name, onChange }: { grade: YearGrade; name: string; onChange: Change }) => {
  const { t } = useTranslation();
  const [text, setText] = useState(grade.pattern);
  const keep = () => {
    const pattern = text.trim();
    if (pattern !== grade.pattern) {
      void onChange({ what: "pattern", grade: grade.key, pattern: pattern === "" ? null : pattern });
    }
  };
  return (
    <Input
      aria-label={t("year.patternOf", { grade: name })}
      title={t("year.patternHint")}
      placeholder={t("year.pattern", { pattern: grade.pattern_offered || "{n}班" })}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={keep}
      onPressEnter={keep}
      variant="borderless"
      allowClear
    />
  );
};

const ClassRow = ({
  one,
  isChosen,
  onToggle,
  onChange,
  onShow,
}: {
  one: YearClass;
  isChosen: boolean;
  onToggle: () => void;
  onChange: Change;
  onShow: () => void;
}) => {
  const { t } = useTranslation();
  const name = one.name_before || one.name_after;
  const isGone = one.fate === "dissolved";
  return (
    <tr data-fate={one.fate}>
      <td>
        <Checkbox
          checked={isChosen}
          onChange={onToggle}
          disabled={one.fate === "made"}
          aria-label={t("year.choose", { name })}
        />
      </td>
      <td>
        {one.name_before === "" ? <span className="quiet">{t("year.newClass")}</span> : one.name_before}
      </td>
      <td>
        <span className="year-fate" data-fate={one.fate}>
          {t(`year.classFate.${one.fate}`)}
        </span>
      </td>
      <td>{isGone ? null : <NameField key={one.name_after} one={one} onChange={onChange} />}</td>
      <td className="is-number" title={t("year.sexes", { girls: one.girls, boys: one.boys })}>
        {one.before === one.after ? one.after : `${one.before} → ${one.after}`}
        <small className="quiet">{t("year.sexesShort", { girls: one.girls, boys: one.boys })}</small>
      </td>
      <td>
        {isGone || one.fate === "graduates" ? (
          <span className="quiet">{one.head?.name}</span>
        ) : (
          <MemberSelect
            chosen={one.head && { value: one.head.id, label: one.head.name }}
            lineOf={(person) => [person.name, person.department].filter(Boolean).join(" · ")}
            label={t("year.headOf", { name: one.name_before || one.name_after })}
            placeholder={t("year.noHead")}
            hint={t("year.headHint")}
            nobody={t("year.nobody")}
            variant="borderless"
            className="year-head"
            onChange={(member) => void onChange({ what: "head", class: one.id, member })}
          />
        )}
      </td>
      <td>
        <Button type="link" size="small" onClick={onShow} aria-label={t("year.pupilsOf", { name })}>
          {t("year.pupils")}
        </Button>
        {one.is_added && (
          <Button
            type="link"
            size="small"
            onClick={() => void onChange({ what: "remove_class", class: one.id })}
          >
            {t("year.removeClass")}
          </Button>
        )}
      </td>
    </tr>
  );
};

const NameField = ({ one, onChange }: { one: YearClass; onChange: Change }) => {
  const { t } = useTranslation();
  const [text, setText] = useState(one.name_after);
  const keep = async () => {
    const name = text.trim();
    if (name === one.name_after) return;
    const isKept = await onChange({ what: "name", class: one.id, name: name === "" ? null : name });
    if (!isKept) setText(one.name_after);
  };
  return (
    <Input
      aria-label={t("year.nameOf", { name: one.name_before || one.name_after })}
      value={text}
      status={one.is_name_unsure ? "warning" : ""}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => void keep()}
      onPressEnter={() => void keep()}
      variant={one.is_name_unsure ? "outlined" : "borderless"}
    />
  );
};
