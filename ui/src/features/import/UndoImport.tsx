import { Modal } from "antd";
import { useTranslation } from "react-i18next";
import type { UndoPlan } from "@/generated/types";
import { whatLabel } from "./targets";

/** What people changed after the import stays as they made it: it is listed before the rest is taken back. */
export const UndoImport = ({
  plan,
  onUndo,
  onClose,
}: {
  plan: UndoPlan;
  onUndo: () => void;
  onClose: () => void;
}) => {
  const { t } = useTranslation();
  return (
    <Modal
      open
      title={t("importing.history.keeps", { count: plan.kept_count })}
      okText={t("importing.undoBatch")}
      cancelText={t("shell.common.cancel")}
      onOk={onUndo}
      onCancel={onClose}
    >
      <ul className="import-kept">
        {plan.kept.map(({ kind, record, title, field }) => (
          <li key={`${record} ${field}`}>
            <strong>
              {title || t(`importing.history.kinds.${kind === "department" ? "department" : "record"}`)}
            </strong>
            {field !== null && ` · ${whatLabel(t, field)}`}
          </li>
        ))}
      </ul>
      {plan.kept_count > plan.kept.length && (
        <p className="quiet">
          {t("importing.history.andMore", { count: plan.kept_count - plan.kept.length })}
        </p>
      )}
    </Modal>
  );
};
