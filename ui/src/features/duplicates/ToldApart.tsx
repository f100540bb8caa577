import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { ApartPair, ToldApart as Told } from "@/generated/types";
import { toldOf } from "./Group";

/** The pairs that were said not to be one person, each with a way back among the duplicates. */
export const ToldApart = ({
  told,
  onBack,
  onMore,
}: {
  told: Told;
  onBack: (pair: ApartPair) => void;
  onMore: () => void;
}) => {
  const { t } = useTranslation();
  if (told.total === 0) return null;
  return (
    <details className="told-apart">
      <summary>{t("duplicates.apart.list", { count: told.total })}</summary>
      <ul aria-label={t("duplicates.apart.title")}>
        {told.pairs.map((pair) => (
          <li key={`${pair.a.id}:${pair.b.id}`}>
            <span>
              {[pair.a, pair.b].map((member) => (
                <span key={member.id} className="told-apart-one">
                  <strong>{member.name}</strong> <span className="quiet">{toldOf(t, member)}</span>
                </span>
              ))}
            </span>
            <Button
              size="small"
              aria-label={t("duplicates.apart.backOf", { a: pair.a.name, b: pair.b.name })}
              title={t("duplicates.apart.backOf", { a: pair.a.name, b: pair.b.name })}
              onClick={() => onBack(pair)}
            >
              {t("duplicates.apart.back")}
            </Button>
          </li>
        ))}
      </ul>
      {told.pairs.length < told.total && (
        <Button type="link" size="small" onClick={onMore}>
          {t("duplicates.apart.more")}
        </Button>
      )}
    </details>
  );
};
