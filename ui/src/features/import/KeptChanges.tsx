import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import type { ImportUndone } from "@/generated/types";
import { valueLabel, whatLabel } from "./targets";

/** What people changed after an import that was taken back: it stays as they made it. */
export const KeptChanges = ({ undone }: { undone: ImportUndone }) => {
  const { t } = useTranslation();
  if (undone.kept_count === 0) return <Alert type="success" showIcon title={t("importing.undone")} />;
  return (
    <Alert
      type="info"
      showIcon
      title={t("importing.kept", { count: undone.kept_count })}
      description={
        <ul className="import-kept">
          {undone.kept.map((change) => (
            <li key={`${change.name}${change.what}${change.value}`}>
              <strong>{change.name}</strong>{" "}
              {change.what !== "" && (
                <>
                  {whatLabel(t, change.what)}: {valueLabel(t, change.what, change.value)}
                </>
              )}
            </li>
          ))}
        </ul>
      }
    />
  );
};
