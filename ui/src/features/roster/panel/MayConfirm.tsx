import { useId } from "react";
import { useTranslation } from "react-i18next";

/** Whether the guardian may confirm for the member. */
export const MayConfirm = ({ isOn, onChange }: { isOn: boolean; onChange: (isOn: boolean) => void }) => {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div className="cell-field">
      <label htmlFor={id} className="cell-label">
        {t("roster.guardians.mayConfirm")}
      </label>
      <span className="guardian-may">
        <input
          id={id}
          type="checkbox"
          checked={isOn}
          aria-describedby={`${id}-hint`}
          onChange={(event) => onChange(event.target.checked)}
        />
        <small id={`${id}-hint`} className="quiet">
          {t(isOn ? "roster.guardians.mayHint" : "roster.guardians.mayNotHint")}
        </small>
      </span>
    </div>
  );
};
