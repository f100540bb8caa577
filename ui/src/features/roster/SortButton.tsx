import { ArrowDownOutlined, ArrowUpOutlined, CloseOutlined, SortAscendingOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import type { Column, Direction, SortBy } from "@/generated/types";
import { Popup } from "@/kit/Popup";
import { ToolButton } from "@/kit/ToolButton";
import { useSight } from "@/session/sight";
import { allColumns, columnTitle, isMasked } from "./columns";
import { useRoster } from "./state";

/** More keys than these never decide anything. */
const KEYS_MAX = 4;

const set = (change: (sort: SortBy[]) => SortBy[]) =>
  useRoster.setState(({ sort }) => ({ sort: change(sort) }));

const after = (now: Direction | null): Direction | null =>
  now === null ? "ascending" : now === "ascending" ? "descending" : null;

/** The keys after a click on a heading: ascending, descending, none. With a direction: that one. */
export const sortedBy = (
  sort: readonly SortBy[],
  column: Column,
  wanted: Direction | null,
  keys: "only" | "also",
): SortBy[] => {
  const known = sort.find((key) => key.column === column)?.direction ?? null;
  if (keys === "only") {
    const direction = wanted ?? after(sort.length === 1 ? known : null);
    return direction === null ? [] : [{ column, direction }];
  }
  const direction = wanted ?? after(known);
  if (direction === null) return sort.filter((key) => key.column !== column);
  if (known !== null) return sort.map((key) => (key.column === column ? { column, direction } : key));
  return sort.length < KEYS_MAX ? [...sort, { column, direction }] : [...sort];
};

export const sortByHeading = (column: Column, wanted: Direction | null, keys: "only" | "also") =>
  set((sort) => sortedBy(sort, column, wanted, keys));

/** By what the rows are ordered, the first key deciding first. */
export const SortButton = () => {
  const { t } = useTranslation();
  const sort = useRoster((now) => now.sort);
  const { mayReveal } = useSight();
  const isFree = (column: Column) =>
    (mayReveal || !isMasked(column)) && !sort.some((key) => key.column === column);
  const free = allColumns().filter(isFree);
  return (
    <Popup
      label={t("roster.sort.title")}
      icon={<SortAscendingOutlined />}
      shows="label-when-wide"
      count={sort.length}
      width_px={320}
    >
      {() => (
        <div className="rules">
          {sort.map(({ column, direction }, index) => (
            <div key={column} className="sort-key">
              <span className="quiet">{index + 1}</span>
              <span>{columnTitle(t, column)}</span>
              <ToolButton
                label={t(`roster.sort.${direction}`)}
                icon={direction === "ascending" ? <ArrowUpOutlined /> : <ArrowDownOutlined />}
                shows="label"
                onClick={() =>
                  set((keys) =>
                    keys.map((key) =>
                      key.column === column
                        ? { column, direction: direction === "ascending" ? "descending" : "ascending" }
                        : key,
                    ),
                  )
                }
              />
              <ToolButton
                label={t("roster.sort.remove")}
                icon={<CloseOutlined />}
                onClick={() => set((keys) => keys.filter((key) => key.column !== column))}
              />
            </div>
          ))}
          {sort.length < KEYS_MAX && (
            <select
              className="field"
              aria-label={t("roster.sort.add")}
              value=""
              onChange={(event) => {
                const column = event.target.value as Column;
                set((keys) => [...keys, { column, direction: "ascending" }]);
              }}
            >
              <option value="" disabled>
                {t("roster.sort.add")}
              </option>
              {free.map((column) => (
                <option key={column} value={column}>
                  {columnTitle(t, column)}
                </option>
              ))}
            </select>
          )}
          {sort.length === 0 && <p className="quiet">{t("roster.sort.none")}</p>}
        </div>
      )}
    </Popup>
  );
};
