import { CloseOutlined, WarningFilled } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { Popup } from "@/kit/Popup";
import { explainProblem } from "@/kit/problem-words";
import { ToolButton } from "@/kit/ToolButton";
import { columnTitle } from "./columns";
import type { Refusals, Refused } from "./roster-source";

/** Says which cells of a paste, a filling or a clearing were left as they were, and why. */
export const RefusalNotice = ({
  refusals,
  onClose,
  onGo,
}: {
  refusals: Refusals;
  onClose: () => void;
  onGo: (cell: Refused) => void;
}) => {
  const { t } = useTranslation();
  const { count, cells } = refusals;
  return (
    <div className="refusals" role="alert">
      <WarningFilled />
      <strong>{t("roster.refused.title", { count })}</strong>
      <span>{t(refusals.isPartial ? "roster.refused.kept" : "roster.refused.keptAll")}</span>
      <Popup label={t("roster.refused.show")} shows="label" look="outlined" width_px={420}>
        {(close) => (
          <>
            <ul className="cell-list refusals-list">
              {cells.map((cell) => {
                const { what, step } = explainProblem(t, cell.code);
                const column = columnTitle(t, cell.column);
                return (
                  <li key={`${cell.row} ${cell.column}`}>
                    <button
                      type="button"
                      onClick={() => {
                        close();
                        onGo(cell);
                      }}
                    >
                      <strong>{t("roster.refused.place", { row: cell.row + 1, column })}</strong>
                      <span>{what}</span>
                      <small>{step}</small>
                    </button>
                  </li>
                );
              })}
            </ul>
            {count > cells.length && (
              <p className="quiet">{t("roster.refused.more", { count: count - cells.length })}</p>
            )}
          </>
        )}
      </Popup>
      <span className="roster-space" />
      <ToolButton label={t("shell.common.close")} icon={<CloseOutlined />} onClick={onClose} />
    </div>
  );
};
