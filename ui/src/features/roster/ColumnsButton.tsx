import { ArrowDownOutlined, ArrowUpOutlined, TableOutlined } from "@ant-design/icons";
import { Segmented } from "antd";
import { useTranslation } from "react-i18next";
import type { ColumnPreference } from "@/generated/types";
import { Popup } from "@/kit/Popup";
import { ToolButton } from "@/kit/ToolButton";
import { usePreferences } from "@/session/preferences";
import { ALWAYS_SHOWN, arrange, columnTitle, FROZEN } from "./columns";

export const DENSITIES = { compact: 28, standard: 32, roomy: 40 } as const;
/** More than these leave no room for the rest. */
const FROZEN_MAX = 8;

export type Density = keyof typeof DENSITIES;

export const densityOf = (word: string | undefined): Density =>
  word === "compact" || word === "roomy" ? word : "standard";

/** Which columns are shown and in which order, and how high the rows are. Kept on this computer. */
export const ColumnsButton = () => {
  const { t } = useTranslation();
  const { preferences, change } = usePreferences();
  const columns = arrange(preferences?.columns ?? []);
  const hidden = columns.filter((one) => one.is_hidden).length;
  const keep = (next: ColumnPreference[]) => void change({ columns: next });

  const move = (index: number, by: 1 | -1) => {
    const next = [...columns];
    const [one] = next.splice(index, 1);
    if (one) next.splice(index + by, 0, one);
    keep(next);
  };

  return (
    <Popup label={t("roster.columns.title")} icon={<TableOutlined />} shows="label-when-wide" width_px={300}>
      {() => (
        <div className="rules">
          <Segmented
            block
            aria-label={t("roster.columns.density")}
            options={(Object.keys(DENSITIES) as Density[]).map((value) => ({
              value,
              label: t(`roster.columns.${value}`),
            }))}
            value={densityOf(preferences?.density)}
            onChange={(density) => void change({ density })}
          />
          <label className="columns-frozen">
            {t("roster.columns.frozen")}
            <select
              className="field"
              value={preferences?.frozen_columns ?? 0}
              onChange={(event) => void change({ frozen_columns: Number(event.target.value) })}
            >
              {Array.from({ length: FROZEN_MAX + 1 }, (_, count) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the numbers themselves
                <option key={count} value={count}>
                  {count}
                </option>
              ))}
            </select>
          </label>
          <ul className="columns-list" aria-label={t("roster.columns.title")}>
            {columns.map(({ column, is_hidden }, index) => {
              const title = columnTitle(t, column);
              return (
                <li key={column}>
                  <label>
                    <input
                      type="checkbox"
                      checked={!is_hidden}
                      disabled={column === ALWAYS_SHOWN}
                      onChange={() =>
                        keep(columns.map((one, i) => (i === index ? { ...one, is_hidden: !is_hidden } : one)))
                      }
                    />
                    {title}
                  </label>
                  <ToolButton
                    label={t("roster.columns.up", { column: title })}
                    icon={<ArrowUpOutlined />}
                    disabled={index === 0}
                    onClick={() => move(index, -1)}
                  />
                  <ToolButton
                    label={t("roster.columns.down", { column: title })}
                    icon={<ArrowDownOutlined />}
                    disabled={index === columns.length - 1}
                    onClick={() => move(index, 1)}
                  />
                </li>
              );
            })}
          </ul>
          <div className="rules-end">
            <span className="quiet">{t("roster.columns.hidden", { count: hidden })}</span>
            <span className="roster-space" />
            <ToolButton
              label={t("roster.columns.reset")}
              shows="label"
              onClick={() => void change({ columns: [], frozen_columns: FROZEN })}
            />
          </div>
        </div>
      )}
    </Popup>
  );
};
