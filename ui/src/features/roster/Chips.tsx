import { CloseOutlined, SyncOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { ToolButton } from "@/kit/ToolButton";
import { useSession } from "@/session/store";
import { isFinished, sentenceOf } from "./rules";
import { useRoster } from "./state";

/** What narrows the rows, each to be taken away, and the word that the order is no longer the newest. */
export const Chips = ({ isOrderStale, onRefresh }: { isOrderStale: boolean; onRefresh: () => void }) => {
  const { t } = useTranslation();
  const filters = useRoster((now) => now.filters);
  const matching = useRoster((now) => now.matching);
  const mark = useSession((now) => now.mark);
  const shown = filters.filter(isFinished);
  if (shown.length === 0 && mark === null && !isOrderStale) return null;

  return (
    <div className="roster-chips">
      {mark !== null && (
        <Chip
          text={t(`roster.marks.${mark}`)}
          onRemove={() => useSession.setState({ mark: null })}
          removeLabel={t("roster.filter.removeNamed", { name: t(`roster.marks.${mark}`) })}
        />
      )}
      {shown.length > 1 && matching === "any" && <span className="quiet">{t("roster.filter.anyOf")}</span>}
      {shown.map((filter) => (
        <Chip
          key={JSON.stringify(filter)}
          text={sentenceOf(t, filter)}
          onRemove={() => useRoster.setState({ filters: filters.filter((one) => one !== filter) })}
          removeLabel={t("roster.filter.removeNamed", { name: sentenceOf(t, filter) })}
        />
      ))}
      {isOrderStale && (
        <ToolButton
          label={t("roster.stale")}
          icon={<SyncOutlined />}
          shows="label"
          look="outlined"
          onClick={onRefresh}
        />
      )}
    </div>
  );
};

const Chip = ({
  text,
  onRemove,
  removeLabel,
}: {
  text: string;
  onRemove: () => void;
  removeLabel: string;
}) => (
  <span className="chip">
    <span title={text}>{text}</span>
    <button type="button" aria-label={removeLabel} title={removeLabel} onClick={onRemove}>
      <CloseOutlined />
    </button>
  </span>
);
