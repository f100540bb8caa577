import { useTranslation } from "react-i18next";
import type { LayoutStock } from "@/generated/types";
import { ToolButton } from "@/kit/ToolButton";
import { round } from "./content";
import { Labelled, NumberField } from "./fields";

const PAPERS = {
  a4: { width_mm: 210, height_mm: 297 },
  a5: { width_mm: 148, height_mm: 210 },
  letter: { width_mm: 215.9, height_mm: 279.4 },
  card: { width_mm: 85.6, height_mm: 53.98 },
} as const;

/** Margins that leave the same white on both sides, with labels as close as they may be. */
export const spread = ({ sheet, grid, label }: Pick<LayoutStock, "sheet" | "grid" | "label">) => {
  const along = (room: number, count: number, size: number) => {
    const gap = Math.max(Math.min((room - count * size) / (count + 1), 5), 0);
    const pitch = size + gap;
    return { first: round(Math.max((room - (count - 1) * pitch - size) / 2, 0)), pitch: round(pitch) };
  };
  const across = along(sheet.width_mm, grid.columns, label.width_mm);
  const down = along(sheet.height_mm, grid.rows, label.height_mm);
  return {
    ...grid,
    left_mm: across.first,
    pitch_x_mm: across.pitch,
    top_mm: down.first,
    pitch_y_mm: down.pitch,
  };
};

/** The paper and the labels on it. */
export const PaperFields = ({
  stock,
  onChange,
  onLeave,
}: {
  stock: LayoutStock;
  onChange: (stock: LayoutStock, about: string | null) => void;
  onLeave: () => void;
}) => {
  const { t } = useTranslation();
  const { sheet, grid, label } = stock;
  const number = (
    word: string,
    value: number,
    [min, max]: readonly [number, number],
    put: (value: number) => LayoutStock,
    step = 0.1,
  ) => (
    <NumberField
      key={word}
      label={word}
      value={value}
      min={min}
      max={max}
      step={step}
      onChange={(wanted) => onChange(put(wanted), `stock ${word}`)}
      onLeave={onLeave}
    />
  );
  const d = (
    word:
      | "sheetWidth"
      | "sheetHeight"
      | "columns"
      | "rows"
      | "labelWidth"
      | "labelHeight"
      | "left"
      | "top"
      | "pitchX"
      | "pitchY"
      | "tolerance"
      | "safe"
      | "bleed",
  ) => t(`layouts.designer.${word}`);
  const usual = (Object.keys(PAPERS) as (keyof typeof PAPERS)[]).find(
    (key) => PAPERS[key].width_mm === sheet.width_mm && PAPERS[key].height_mm === sheet.height_mm,
  );
  return (
    <>
      <h3>{t("layouts.designer.sheet")}</h3>
      <fieldset className="layouts-acts" aria-label={t("layouts.designer.usualPaper")}>
        {(Object.keys(PAPERS) as (keyof typeof PAPERS)[]).map((key) => (
          <ToolButton
            key={key}
            label={t(`layouts.designer.papers.${key}`)}
            shows="label"
            look="outlined"
            aria-pressed={usual === key}
            onClick={() => onChange({ ...stock, sheet: PAPERS[key] }, null)}
          />
        ))}
      </fieldset>
      <div className="layouts-pair">
        {number(d("sheetWidth"), sheet.width_mm, [20, 1000], (width_mm) => ({
          ...stock,
          sheet: { ...sheet, width_mm },
        }))}
        {number(d("sheetHeight"), sheet.height_mm, [20, 1000], (height_mm) => ({
          ...stock,
          sheet: { ...sheet, height_mm },
        }))}
      </div>
      <h3>{t("layouts.designer.labels")}</h3>
      <div className="layouts-pair">
        {number(
          d("columns"),
          grid.columns,
          [1, 40],
          (columns) => ({ ...stock, grid: { ...grid, columns: Math.round(columns) } }),
          1,
        )}
        {number(
          d("rows"),
          grid.rows,
          [1, 80],
          (rows) => ({ ...stock, grid: { ...grid, rows: Math.round(rows) } }),
          1,
        )}
        {number(d("labelWidth"), label.width_mm, [5, 1000], (width_mm) => ({
          ...stock,
          label: { ...label, width_mm },
        }))}
        {number(d("labelHeight"), label.height_mm, [5, 1000], (height_mm) => ({
          ...stock,
          label: { ...label, height_mm },
        }))}
        {number(d("left"), grid.left_mm, [0, 500], (left_mm) => ({ ...stock, grid: { ...grid, left_mm } }))}
        {number(d("top"), grid.top_mm, [0, 500], (top_mm) => ({ ...stock, grid: { ...grid, top_mm } }))}
        {number(d("pitchX"), grid.pitch_x_mm, [1, 1000], (pitch_x_mm) => ({
          ...stock,
          grid: { ...grid, pitch_x_mm },
        }))}
        {number(d("pitchY"), grid.pitch_y_mm, [1, 1000], (pitch_y_mm) => ({
          ...stock,
          grid: { ...grid, pitch_y_mm },
        }))}
        {number(d("tolerance"), stock.tolerance_mm, [0, 5], (tolerance_mm) => ({ ...stock, tolerance_mm }))}
        {number(d("safe"), label.safe_mm, [0, 10], (safe_mm) => ({ ...stock, label: { ...label, safe_mm } }))}
        {number(d("bleed"), label.bleed_mm, [0, 5], (bleed_mm) => ({
          ...stock,
          label: { ...label, bleed_mm },
        }))}
      </div>
      <ToolButton
        label={t("layouts.designer.even")}
        shows="label"
        look="outlined"
        onClick={() => onChange({ ...stock, grid: spread(stock) }, null)}
      />
      <label className="layouts-check">
        <input
          type="checkbox"
          checked={stock.cut === "ticks"}
          onChange={(event) => onChange({ ...stock, cut: event.target.checked ? "ticks" : "none" }, null)}
        />
        {t("layouts.designer.cut")}
      </label>
      <Labelled label={t("layouts.designer.source")}>
        {(id) => (
          <input
            id={id}
            className="field"
            maxLength={200}
            value={stock.source}
            onChange={(event) => onChange({ ...stock, source: event.target.value }, "source")}
            onBlur={onLeave}
          />
        )}
      </Labelled>
    </>
  );
};
