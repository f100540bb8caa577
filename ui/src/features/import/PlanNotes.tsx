import { Alert, Button, Checkbox, InputNumber } from "antd";
import { useTranslation } from "react-i18next";
import type { ImportPlan } from "@/generated/types";

/** What a person should know of a plan as a whole, and decide about it. */
export const PlanNotes = ({
  plan,
  leavers,
  leaving,
  createsDepartments,
  createsTags,
  onLeaving,
  onCreatesDepartments,
  onCreatesTags,
  onRestoreZeros,
}: {
  plan: ImportPlan;
  /** How many leave, without those who were taken out, and the number as it was typed. */
  leavers: number;
  leaving: number | null;
  createsDepartments: boolean;
  createsTags: boolean;
  onLeaving: (typed: number | null) => void;
  onCreatesDepartments: (creates: boolean) => void;
  onCreatesTags: (creates: boolean) => void;
  onRestoreZeros: (digits: number) => void;
}) => {
  const { t } = useTranslation();
  const { counts, offered_card_number_digits: digits } = plan;
  const mustConfirm = leavers > 0 && plan.confirms_leaving;
  return (
    <>
      {digits !== null && (
        <Alert
          type="warning"
          showIcon
          title={t("importing.zeros", { count: digits })}
          action={
            <Button size="small" onClick={() => onRestoreZeros(digits)}>
              {t("importing.restoreZeros", { count: digits })}
            </Button>
          }
        />
      )}
      {plan.left_out_sheets.length > 0 && (
        <Alert
          type="info"
          showIcon
          title={t("importing.leftOutSheets", { sheets: plan.left_out_sheets.join("、") })}
        />
      )}
      {counts.unsure > 0 && (
        <Alert type="warning" showIcon title={t("importing.unsure", { count: counts.unsure })} />
      )}
      {leavers > 0 && (
        <Alert
          type={mustConfirm ? "error" : "warning"}
          showIcon
          title={t(mustConfirm ? "importing.manyLeave" : "importing.someLeave", {
            count: leavers,
            of: plan.leave_of,
          })}
          action={
            mustConfirm && (
              <InputNumber
                aria-label={t("importing.confirmLeaving")}
                placeholder={t("importing.confirmLeaving")}
                min={0}
                value={leaving}
                onChange={onLeaving}
                className="import-confirm"
              />
            )
          }
        />
      )}
      {plan.found_departments.length > 0 && (
        <details className="import-made">
          <summary>{t("importing.foundDepartments", { count: plan.found_departments.length })}</summary>
          <p className="quiet">
            {plan.found_departments.map((found) => `${found.named} → ${found.path}`).join("、")}
          </p>
        </details>
      )}
      <Made
        summary={t("importing.newDepartments", { count: plan.new_departments.length })}
        names={plan.new_departments}
        label={t("importing.createDepartments")}
        isMade={createsDepartments}
        onMake={onCreatesDepartments}
      />
      <Made
        summary={t("importing.newTags", { count: plan.new_tags.length })}
        names={plan.new_tags}
        label={t("importing.createTags")}
        isMade={createsTags}
        onMake={onCreatesTags}
      />
      {plan.new_fields.length > 0 && (
        <p className="quiet">
          {t("importing.newFields", { names: plan.new_fields.map((field) => field.name).join("、") })}
        </p>
      )}
    </>
  );
};

/** What would be made on the way, by name, and whether it is. */
const Made = ({
  summary,
  names,
  label,
  isMade,
  onMake,
}: {
  summary: string;
  names: string[];
  label: string;
  isMade: boolean;
  onMake: (makes: boolean) => void;
}) => {
  if (names.length === 0) return null;
  return (
    <div className="import-made">
      <details>
        <summary>{summary}</summary>
        <p className="quiet">{names.join("、")}</p>
      </details>
      <Checkbox checked={isMade} onChange={(event) => onMake(event.target.checked)}>
        {label}
      </Checkbox>
    </div>
  );
};
