import { useTranslation } from "react-i18next";
import { Dialog } from "@/kit/Dialog";
import { explainProblem } from "@/kit/problem-words";
import { labelOf } from "./choices";
import { columnTitle } from "./columns";
import type { PasteQuestion } from "./roster-source";

/** What a large or faulty paste would do, before it does it. */
export const PastePreview = ({
  question,
  onAnswer,
}: {
  question: PasteQuestion | null;
  onAnswer: (answer: "paste" | "leave") => void;
}) => {
  const { t } = useTranslation();
  const plan = question?.plan;
  const kept = plan?.changed_cells ?? 0;
  const hasAnything = kept > 0 || (plan?.added_members ?? 0) > 0;
  return (
    <Dialog
      open={question !== null}
      title={t("roster.paste.title")}
      onOk={() => onAnswer("paste")}
      onCancel={() => onAnswer("leave")}
      okText={plan && plan.refused_count > 0 ? t("roster.paste.rest", { count: kept }) : t("roster.paste.go")}
      okButtonProps={{ style: hasAnything ? {} : { display: "none" } }}
      cancelText={t("shell.common.cancel")}
      width={560}
    >
      {question && plan && (
        <div className="paste-preview">
          <dl>
            <dt>{t("roster.paste.cells")}</dt>
            <dd>{question.cells.toLocaleString()}</dd>
            <dt>{t("roster.paste.changed")}</dt>
            <dd>{kept.toLocaleString()}</dd>
            {plan.added_members > 0 && (
              <>
                <dt>{t("roster.paste.members")}</dt>
                <dd>{plan.added_members.toLocaleString()}</dd>
              </>
            )}
            <dt>{t("roster.paste.refused")}</dt>
            <dd className={plan.refused_count > 0 ? "is-wrong" : undefined}>
              {plan.refused_count.toLocaleString()}
            </dd>
          </dl>
          {plan.refused_count > 0 && (
            <>
              <p className="quiet">{t("roster.paste.refusedHint")}</p>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long list is scrolled by key too */}
              <section className="paste-refused" aria-label={t("roster.paste.refused")} tabIndex={0}>
                <table>
                  <thead>
                    <tr>
                      <th scope="col">{t("roster.paste.place")}</th>
                      <th scope="col">{t("roster.paste.text")}</th>
                      <th scope="col">{t("roster.paste.why")}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {plan.refused.map((cell) => {
                      const { what, step } = explainProblem(t, cell.code);
                      return (
                        <tr key={`${cell.row} ${cell.column}`}>
                          <td>
                            {t("roster.refused.place", {
                              row: question.top + cell.row + 1,
                              column: columnTitle(t, cell.column),
                            })}
                          </td>
                          <td>{labelOf(t, cell.column, question.textAt(cell.row, cell.column))}</td>
                          <td>
                            {what}
                            <small>{step}</small>
                          </td>
                        </tr>
                      );
                    })}
                  </tbody>
                </table>
                {plan.refused_count > plan.refused.length && (
                  <p className="quiet">
                    {t("roster.refused.more", { count: plan.refused_count - plan.refused.length })}
                  </p>
                )}
              </section>
            </>
          )}
        </div>
      )}
    </Dialog>
  );
};
