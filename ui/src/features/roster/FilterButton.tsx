import { CloseOutlined, FilterOutlined, PlusOutlined } from "@ant-design/icons";
import { Segmented } from "antd";
import { useTranslation } from "react-i18next";
import type { Column, Filter, Matching } from "@/generated/types";
import { Popup } from "@/kit/Popup";
import { ToolButton } from "@/kit/ToolButton";
import { useSight } from "@/session/sight";
import { allColumns, columnTitle } from "./columns";
import { RuleFields } from "./RuleFields";
import { forColumn, isFinished, ruleOf } from "./rules";
import { useRoster } from "./state";

const change = (index: number, filter: Filter | null) =>
  useRoster.setState(({ filters }) => ({
    filters:
      filter === null
        ? filters.filter((_, i) => i !== index)
        : filters.map((one, i) => (i === index ? filter : one)),
  }));

const add = () =>
  useRoster.setState(({ filters }) => ({ filters: [...filters, ruleOf("identity", "any_of", [])] }));

/** Rules of which members are shown, and whether all of them must hold or one is enough. */
export const FilterButton = () => {
  const { t } = useTranslation();
  const filters = useRoster((now) => now.filters);
  const matching = useRoster((now) => now.matching);
  return (
    <Popup
      label={t("roster.filter.title")}
      icon={<FilterOutlined />}
      shows="label-when-wide"
      count={filters.filter(isFinished).length}
      width_px={520}
      onOpenChange={(isOpen) => {
        if (isOpen && filters.length === 0) add();
        if (!isOpen) useRoster.setState((now) => ({ filters: now.filters.filter(isFinished) }));
      }}
    >
      {() => (
        <div className="rules">
          <div className="rules-end">
            <span className="quiet">{t("roster.filter.show")}</span>
            <Segmented<Matching>
              aria-label={t("roster.filter.matching")}
              options={[
                { value: "all", label: t("roster.filter.all") },
                { value: "any", label: t("roster.filter.any") },
              ]}
              value={matching}
              onChange={(next) => useRoster.setState({ matching: next })}
            />
            <span className="quiet">{t("roster.filter.members")}</span>
          </div>
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
  const { mayReveal } = useSight();
  return (
    <fieldset className="rule" aria-label={t("roster.filter.rule", { number: index + 1 })}>
      <select
        className="field"
        aria-label={t("roster.filter.column")}
        value={filter.column}
        onChange={(event) => change(index, forColumn(filter, event.target.value as Column, mayReveal))}
      >
        {allColumns().map((one) => (
          <option key={one} value={one}>
            {columnTitle(t, one)}
          </option>
        ))}
      </select>
      <RuleFields filter={filter} onChange={(next) => change(index, next)} />
      <ToolButton
        label={t("roster.filter.remove")}
        icon={<CloseOutlined />}
        onClick={() => change(index, null)}
      />
    </fieldset>
  );
};
