import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Column, Filter } from "@/generated/types";
import type { MenuPlace } from "@/kit/ContextMenu";
import { PopupAt } from "@/kit/Popup";
import { ToolButton } from "@/kit/ToolButton";
import { useSight } from "@/session/sight";
import { columnTitle } from "./columns";
import { RuleFields } from "./RuleFields";
import { isFinished, ruleOf, testsOf } from "./rules";
import { useRoster } from "./state";

/** The filter of one column, opened from its heading. It changes the first rule for the column, or adds one. */
export const ColumnFilter = ({
  column,
  at,
  onClose,
}: {
  column: Column;
  at: MenuPlace;
  onClose: () => void;
}) => {
  const { t } = useTranslation();
  const title = columnTitle(t, column);
  return (
    <PopupAt
      at={at}
      label={t("roster.filter.columnNamed", { column: title })}
      width_px={300}
      onClose={onClose}
    >
      <Fields column={column} title={title} onClose={onClose} />
    </PopupAt>
  );
};

const Fields = ({ column, title, onClose }: { column: Column; title: string; onClose: () => void }) => {
  const { t } = useTranslation();
  const { mayReveal } = useSight();
  const known = useRoster.getState().filters.find((filter) => filter.column === column);
  const [filter, setFilter] = useState<Filter>(
    () => known ?? ruleOf(column, testsOf(column, mayReveal)[0] ?? "is", []),
  );
  const apply = (next: Filter | null) => {
    useRoster.setState(({ filters }) => {
      const rest = filters.filter(isFinished);
      if (next === null) return { filters: rest.filter((one) => one.column !== column) };
      if (!isFinished(next)) return { filters: rest.filter((one) => one !== known) };
      const place = known ? rest.indexOf(known) : -1;
      return { filters: place < 0 ? [...rest, next] : rest.map((one, i) => (i === place ? next : one)) };
    });
    onClose();
  };
  return (
    <form
      className="rules column-filter"
      onSubmit={(event) => {
        event.preventDefault();
        apply(filter);
      }}
    >
      <strong>{title}</strong>
      <RuleFields filter={filter} onChange={setFilter} />
      <div className="rules-end">
        <ToolButton type="submit" label={t("roster.filter.apply")} shows="label" look="primary" />
        {known && (
          <ToolButton label={t("roster.filter.clearColumn")} shows="label" onClick={() => apply(null)} />
        )}
      </div>
    </form>
  );
};
