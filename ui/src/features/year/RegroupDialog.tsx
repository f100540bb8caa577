import { Checkbox, Input, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { YearPlan, YearRule } from "@/generated/types";
import { client } from "@/host";
import { Dialog } from "@/kit/Dialog";
import { useAct } from "@/session/act";
import type { Change } from "./PlanStep";

/** Splits and merges classes: whose pupils, into which classes, by which rule. */
export const RegroupDialog = ({
  plan,
  chosen,
  onChange,
  onClose,
}: {
  plan: YearPlan;
  chosen: string[];
  onChange: Change;
  onClose: () => void;
}) => {
  const { t } = useTranslation();
  const { act } = useAct();
  const from = plan.classes.filter((one) => chosen.includes(one.id));
  const grade = from[0]?.grade;
  const mates = plan.classes.filter(
    (one) =>
      one.grade === grade && one.fate !== "made" && one.fate !== "dissolved" && !chosen.includes(one.id),
  );
  const [into, setInto] = useState<ReadonlySet<string>>(new Set(chosen));
  const [names, setNames] = useState("");
  const [rule, setRule] = useState<YearRule>("balanced");
  const [isBusy, setBusy] = useState(false);
  const fresh = names
    .split(/[、,，;；\n]/)
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const pupils = from.reduce((sum, one) => sum + one.after, 0);
  const count = into.size + fresh.length;

  const toggle = (id: string) => {
    const next = new Set(into);
    if (!next.delete(id)) next.add(id);
    setInto(next);
  };
  const apply = async () => {
    if (grade === undefined) return;
    setBusy(true);
    const made: string[] = [];
    let known = new Set(plan.classes.map((one) => one.id));
    for (const name of fresh) {
      const planned = await act(() => client.changeYearPlan({ what: "add_class", grade, name }));
      if (!planned) break;
      made.push(...planned.classes.map((one) => one.id).filter((id) => !known.has(id)));
      known = new Set(planned.classes.map((one) => one.id));
    }
    const isDone =
      made.length === fresh.length &&
      (await onChange({ what: "regroup", from: chosen, into: [...into, ...made], rule }));
    setBusy(false);
    if (isDone) onClose();
  };

  return (
    <Dialog
      open
      title={t("year.regroupTitle", { count: pupils })}
      okText={t("year.regroupApply", { count })}
      cancelText={t("shell.common.cancel")}
      okButtonProps={{ disabled: count === 0, loading: isBusy }}
      onOk={() => void apply()}
      onCancel={onClose}
    >
      <div className="year-regroup">
        <p>
          {t("year.regroupFrom", { names: from.map((one) => one.name_before || one.name_after).join("、") })}
        </p>
        <fieldset>
          <legend>{t("year.regroupInto")}</legend>
          {[...from, ...mates].map((one) => (
            <Checkbox key={one.id} checked={into.has(one.id)} onChange={() => toggle(one.id)}>
              {one.name_after}
              {!chosen.includes(one.id) && <span className="quiet"> {t("year.keepsItsOwn")}</span>}
            </Checkbox>
          ))}
        </fieldset>
        <label htmlFor="year-new-classes">
          {t("year.regroupNew")}
          <Input
            id="year-new-classes"
            value={names}
            onChange={(event) => setNames(event.target.value)}
            placeholder={t("year.regroupNewHint")}
          />
        </label>
        <fieldset>
          <legend>{t("year.regroupRule")}</legend>
          <Radio.Group value={rule} onChange={(event) => setRule(event.target.value as YearRule)}>
            {(["balanced", "alphabetical", "by_hand"] as const).map((word) => (
              <Radio key={word} value={word}>
                {t(`year.ruleLong.${word}`)}
              </Radio>
            ))}
          </Radio.Group>
        </fieldset>
        {from.some((one) => !into.has(one.id)) && <p className="quiet">{t("year.regroupDissolves")}</p>}
      </div>
    </Dialog>
  );
};
