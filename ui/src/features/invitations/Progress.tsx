import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { DepartmentProgress } from "@/generated/types";

/** How far each class has come: invited, printed, handed out, joined. */
export const Progress = ({
  rows,
  onChoose,
  onHandOut,
}: {
  rows: DepartmentProgress[];
  onChoose: (department: string) => void;
  /** What of the class is printed was given to its people. */
  onHandOut: (department: string) => void;
}) => {
  const { t } = useTranslation();
  if (rows.length === 0) return null;
  return (
    <div className="invitations-progress">
      <table className="plain-table">
        <thead>
          <tr>
            <th>{t("invitations.department")}</th>
            <th data-align="end">{t("invitations.members")}</th>
            <th data-align="end">{t("invitations.invited")}</th>
            <th data-align="end">{t("invitations.printed")}</th>
            <th data-align="end">{t("invitations.handedOut")}</th>
            <th data-align="end">{t("invitations.joined")}</th>
            <th data-align="end">{t("invitations.refused")}</th>
            <th>{t("invitations.progress")}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const percent = row.members > 0 ? Math.round((row.joined / row.members) * 100) : 0;
            return (
              <tr key={row.department}>
                <td>
                  <button type="button" className="link" onClick={() => onChoose(row.department)}>
                    {row.path}
                  </button>
                </td>
                <td data-align="end">{row.members}</td>
                <td data-align="end">{row.invited}</td>
                <td data-align="end">{row.printed}</td>
                <td data-align="end">{row.handed_out}</td>
                <td data-align="end">{row.joined}</td>
                <td data-align="end">{row.refused}</td>
                <td>
                  <span className="invitations-meter" role="img" aria-label={`${percent}%`}>
                    <span style={{ width: `${percent}%` }} />
                  </span>
                  <span className="quiet">{percent}%</span>
                </td>
                <td data-align="end">
                  {row.printed > row.handed_out && (
                    <Button
                      size="small"
                      aria-label={t("invitations.handOut.of", { path: row.path })}
                      onClick={() => onHandOut(row.department)}
                    >
                      {t("invitations.handOut.button")}
                    </Button>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
};
