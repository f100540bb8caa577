import { useQuery } from "@tanstack/react-query";
import { App } from "antd";
import { useTranslation } from "react-i18next";
import type { KeptField, OperationLine } from "@/generated/types";
import { client } from "@/host";
import { Dialog } from "@/kit/Dialog";
import { fieldName, kindName } from "@/session/telling";
import { useJob } from "@/session/useJob";

/** Says what undoing would do and leave alone, then does it. */
export const UndoDialog = ({
  row,
  name,
  onClose,
}: {
  row: OperationLine;
  name: string;
  onClose: () => void;
}) => {
  const { t } = useTranslation();
  const run = useJob();
  const { message } = App.useApp();
  const batch = row.batch ?? "";
  const { data: plan } = useQuery({
    queryKey: ["undoPlan", batch],
    queryFn: () => client.planUndoBatch({ batch }),
    gcTime: 0,
    staleTime: 0,
  });

  const undo = async () => {
    // Closed first, so that a long one can be watched and stopped.
    onClose();
    const done = await run((job) => client.undoBatch({ batch, job }));
    if (!done) return;
    const { changed: count, kept } = done;
    void message.success(t(kept > 0 ? "history.undo.doneKept" : "history.undo.done", { count, kept }), 5);
  };

  const what = ({ kind, title, field }: KeptField) => {
    const part = field === null ? t("history.undo.whole") : fieldName(t, kind, field);
    return `${title || kindName(t, kind)} · ${part}`;
  };

  return (
    <Dialog
      open
      title={t("history.undo.title", { operation: name })}
      okText={t("history.undo.confirm")}
      cancelText={t("shell.common.cancel")}
      okButtonProps={{ disabled: !plan || (!plan.is_unknown && plan.changed === 0) }}
      onOk={() => void undo()}
      onCancel={onClose}
    >
      {!plan && <p className="quiet">{t("shell.common.loading")}</p>}
      {plan?.is_unknown && <p>{t("history.undo.unknown")}</p>}
      {plan && !plan.is_unknown && (
        <>
          <p>
            {plan.changed > 0
              ? t("history.undo.changes", { count: plan.changed })
              : t("history.undo.nothing")}
          </p>
          {plan.kept_count > 0 && (
            <>
              <p>{t("history.undo.kept", { count: plan.kept_count })}</p>
              <ul className="past-kept">
                {plan.kept.map((kept) => (
                  <li key={`${kept.record} ${kept.field}`}>{what(kept)}</li>
                ))}
              </ul>
              {plan.kept_count > plan.kept.length && (
                <p className="quiet">{t("history.undo.rest", { count: plan.kept_count })}</p>
              )}
            </>
          )}
        </>
      )}
    </Dialog>
  );
};
