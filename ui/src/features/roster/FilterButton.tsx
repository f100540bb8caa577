import { CloseOutlined, FilterOutlined, PlusOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import type { Column, Filter } from "@/generated/types";
import { Popup } from "@/kit/Popup";
import { ToolButton } from "@/kit/ToolButton";
import { choiceLabels, isChoice } from "./choices";
import { COLUMNS } from "./columns";
import { filterValue, isFinished, useRoster } from "./state";
import { useDepartments } from "./useDepartments";

type Test = Filter["test"];

const TESTS: Test[] = ["is", "is_not", "contains", "is_empty", "is_filled"];

const withValue = (test: Test, column: Column, value: string): Filter =>
  test === "is_empty" || test === "is_filled" ? { test, column } : { test, column, value };

const change = (index: number, filter: Filter | null) =>
  useRoster.setState(({ filters }) => ({
    filters:
      filter === null
        ? filters.filter((_, i) => i !== index)
        : filters.map((one, i) => (i === index ? filter : one)),
  }));

const add = () =>
  useRoster.setState(({ filters }) => ({
    filters: [...filters, { test: "is", column: "identity", value: "" }],
  }));

/** Rules of which members are shown; all of them must hold. */
export const FilterButton = () => {
  const { t } = useTranslation();
  const filters = useRoster((now) => now.filters);
  return (
    <Popup
      label={t("roster.filter.title")}
      icon={<FilterOutlined />}
      shows="label-when-wide"
      count={filters.filter(isFinished).length}
      width_px={480}
      onOpenChange={(isOpen) => {
        if (isOpen && filters.length === 0) add();
        if (!isOpen) useRoster.setState((now) => ({ filters: now.filters.filter(isFinished) }));
      }}
    >
      {() => (
        <div className="rules">
          <p className="quiet">{t("roster.filter.hint")}</p>
          {filters.map((filter, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rules are told apart by their place alone
            <Rule key={index} filter={filter} index={index} />
          ))}
          <div className="rules-end">
            <ToolButton label={t("roster.filter.add")} icon={<PlusOutlined />} shows="label" onClick={add} />
            <span className="roster-space" />
            {filters.length > 0 && (
              <ToolButton
                label={t("roster.filter.clear")}
                shows="label"
                onClick={() => useRoster.setState({ filters: [] })}
              />
            )}
          </div>
        </div>
      )}
    </Popup>
  );
};

const Rule = ({ filter, index }: { filter: Filter; index: number }) => {
  const { t } = useTranslation();
  const { paths } = useDepartments();
  const { column, test } = filter;
  const value = filterValue(filter);
  const list = `rule-${index}-list`;
  return (
    <fieldset className="rule" aria-label={t("roster.filter.rule", { number: index + 1 })}>
      <select
        className="field"
        aria-label={t("roster.filter.column")}
        value={column}
        onChange={(event) => {
          const next = event.target.value as Column;
          const isOther = isChoice(next) || isChoice(column);
          const nextTest = next === "department" && test === "is" ? "contains" : test;
          change(index, withValue(nextTest, next, isOther ? "" : (value ?? "")));
        }}
      >
        {COLUMNS.map((one) => (
          <option key={one} value={one}>
            {t(`choices.columns.${one}`)}
          </option>
        ))}
      </select>
      <select
        className="field"
        aria-label={t("roster.filter.test")}
        value={test}
        onChange={(event) => change(index, withValue(event.target.value as Test, column, value ?? ""))}
      >
        {TESTS.filter((one) => one !== "contains" || !isChoice(column)).map((one) => (
          <option key={one} value={one}>
            {t(`roster.filter.tests.${one}`)}
          </option>
        ))}
      </select>
      {value === null ? (
        <span />
      ) : isChoice(column) ? (
        <select
          className="field"
          aria-label={t("roster.filter.value")}
          value={value}
          onChange={(event) => change(index, withValue(test, column, event.target.value))}
        >
          <option value="">{t("roster.filter.choose")}</option>
          {Object.entries(choiceLabels(t, column)).map(([word, label]) => (
            <option key={word} value={word}>
              {label}
            </option>
          ))}
        </select>
      ) : (
        <input
          className="field"
          aria-label={t("roster.filter.value")}
          list={column === "department" ? list : undefined}
          value={value}
          onChange={(event) => change(index, withValue(test, column, event.target.value))}
        />
      )}
      {column === "department" && (
        <datalist id={list}>
          {[...paths.values()].slice(0, 300).map((path) => (
            <option key={path} value={path} />
          ))}
        </datalist>
      )}
      <ToolButton
        label={t("roster.filter.remove")}
        icon={<CloseOutlined />}
        onClick={() => change(index, null)}
      />
    </fieldset>
  );
};
