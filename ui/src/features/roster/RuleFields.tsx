import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { Filter } from "@/generated/types";
import { useSight } from "@/session/sight";
import { choiceLabels, isListed, type ListedColumn } from "./choices";
import { kindOf, ruleOf, type Test, testName, testsOf, valuesOf } from "./rules";
import { useDepartments } from "./useDepartments";

/** The test of a rule and what it is held against. */
export const RuleFields = ({ filter, onChange }: { filter: Filter; onChange: (filter: Filter) => void }) => {
  const { t } = useTranslation();
  const { mayReveal } = useSight();
  const { column, test } = filter;
  const tests = testsOf(column, mayReveal);
  return (
    <>
      <select
        className="field"
        aria-label={t("roster.filter.test")}
        value={test}
        onChange={(event) => onChange(ruleOf(column, event.target.value as Test, valuesOf(filter)))}
      >
        {(tests.includes(test) ? tests : [test, ...tests]).map((one) => (
          <option key={one} value={one}>
            {testName(t, column, one)}
          </option>
        ))}
      </select>
      <RuleValue filter={filter} onChange={onChange} />
    </>
  );
};

const RuleValue = ({ filter, onChange }: { filter: Filter; onChange: (filter: Filter) => void }) => {
  const { t } = useTranslation();
  const { search } = useDepartments();
  const list = useId();
  const { column, test } = filter;
  const [value = ""] = valuesOf(filter);
  if (test === "is_empty" || test === "is_filled") return <span />;
  if (isListed(column)) {
    return test === "any_of" ? (
      <Choices
        column={column}
        chosen={valuesOf(filter)}
        onChange={(values) => onChange(ruleOf(column, test, values))}
      />
    ) : (
      <select
        className="field"
        aria-label={t("roster.filter.value")}
        value={value}
        onChange={(event) => onChange(ruleOf(column, test, [event.target.value]))}
      >
        <option value="">{t("roster.filter.choose")}</option>
        {Object.entries(choiceLabels(t, column)).map(([word, label]) => (
          <option key={word} value={word}>
            {label}
          </option>
        ))}
      </select>
    );
  }
  const kind = kindOf(column);
  return (
    <>
      <input
        className="field"
        aria-label={t("roster.filter.value")}
        list={column === "department" ? list : undefined}
        placeholder={kind === "date" ? t("roster.filter.dateHint") : undefined}
        inputMode={kind === "number" ? "numeric" : undefined}
        value={value}
        onChange={(event) => onChange(ruleOf(column, test, [event.target.value]))}
      />
      {column === "department" && (
        <datalist id={list}>
          {search(value).map((path) => (
            <option key={path} value={path} />
          ))}
        </datalist>
      )}
    </>
  );
};

const Choices = ({
  column,
  chosen,
  onChange,
}: {
  column: ListedColumn;
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}) => {
  const { t } = useTranslation();
  return (
    <fieldset className="rule-choices" aria-label={t("roster.filter.value")}>
      {Object.entries(choiceLabels(t, column)).map(([word, label]) => (
        <label key={word}>
          <input
            type="checkbox"
            checked={chosen.includes(word)}
            onChange={() =>
              onChange(chosen.includes(word) ? chosen.filter((one) => one !== word) : [...chosen, word])
            }
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
};
