import { useTranslation } from "react-i18next";
import { ToolButton } from "@/kit/ToolButton";

/** Cards drawn at a time. */
export const PAGE = 50;

export type Move = (start: number) => void;

/** Which part of a long list is shown, and the way to the next. */
export const Pager = ({
  page,
  onMove,
}: {
  page: { start: number; total: number; rows: readonly unknown[] };
  onMove: Move;
}) => {
  const { t } = useTranslation();
  const { start, total, rows } = page;
  if (total <= rows.length) return null;
  return (
    <div className="attention-pager">
      <span className="quiet">
        {t("attention.page", { from: start + 1, to: start + rows.length, count: total })}
      </span>
      <ToolButton
        label={t("attention.previous")}
        shows="label"
        disabled={start === 0}
        onClick={() => onMove(Math.max(0, start - PAGE))}
      />
      <ToolButton
        label={t("attention.next")}
        shows="label"
        disabled={start + rows.length >= total}
        onClick={() => onMove(start + PAGE)}
      />
    </div>
  );
};
