import { Checkbox } from "antd";
import { useTranslation } from "react-i18next";
import type { YearPlan, YearPupil, YearPupilFate } from "@/generated/types";
import { client } from "@/host";
import { PlanList } from "@/kit/plan/PlanList";

const PAGE = 200;
const ROW_HEIGHT = 40;

/** Pupils of the plan, before and after. */
export const PupilList = ({
  plan,
  classId,
  fate,
  text,
  label,
  chosen,
  onToggle,
}: {
  plan: YearPlan;
  classId: string | null;
  fate: YearPupilFate | null;
  text: string;
  label: string;
  /** Absent: nothing can be chosen. */
  chosen?: ReadonlySet<string>;
  onToggle?: (id: string) => void;
}) => {
  const { t } = useTranslation();
  return (
    <PlanList<YearPupil>
      of={{ list: ["year", classId, fate, text], state: plan }}
      load={(start) => client.yearPupils({ class: classId, fate, text, start, count: PAGE })}
      keyOf={(pupil) => pupil.id}
      label={label}
      nothing={t("year.noPupils")}
      height={ROW_HEIGHT}
      className={`year-pupil ${onToggle ? "is-chosen-from" : ""}`}
    >
      {(pupil) => (
        <>
          {onToggle && (
            <Checkbox
              checked={chosen?.has(pupil.id) ?? false}
              onChange={() => onToggle(pupil.id)}
              aria-label={t("year.choose", { name: pupil.name })}
            />
          )}
          <span className="year-pupil-name">
            {pupil.name} <small className="quiet">{pupil.card_number}</small>
          </span>
          <span className="year-fate" data-fate={pupil.fate}>
            {t(`year.fate.${pupil.fate}`)}
          </span>
          <span className="year-pupil-place">
            {pupil.path_before !== pupil.path_after && <del>{pupil.path_before || t("year.nowhere")}</del>}
            <ins>{pupil.path_after || t("year.nowhere")}</ins>
          </span>
        </>
      )}
    </PlanList>
  );
};
