import { DeleteOutlined, EditOutlined, MailOutlined, SwapOutlined, TagOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { ToolButton } from "@/kit/ToolButton";
import { useSqueeze } from "@/kit/useSqueeze";
import type { RowCommands } from "./useRowCommands";

/** Steps of doing without, as `roster.css` has them: 1 the hint, 2 the words of the buttons. */
const SQUEEZE_MOST = 2;

/** Stands in for the toolbar while whole rows are selected. */
export const BulkBar = ({
  commands,
  count,
  onLeave,
}: {
  commands: Pick<RowCommands, "set" | "move" | "tag" | "invite" | "remove">;
  count: number;
  onLeave: () => void;
}) => {
  const { t } = useTranslation();
  const bar = useSqueeze(SQUEEZE_MOST);
  return (
    <div
      ref={bar}
      className="roster-bar is-bulk"
      role="toolbar"
      aria-label={t("roster.bulk.label")}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        onLeave();
      }}
    >
      <strong className="roster-chosen">{t("roster.bulk.chosen", { count })}</strong>
      <ToolButton
        label={t("roster.bulk.move")}
        icon={<SwapOutlined />}
        shows="label"
        look="outlined"
        onClick={commands.move}
      />
      <ToolButton
        label={t("roster.bulk.set")}
        icon={<EditOutlined />}
        shows="label"
        look="outlined"
        onClick={commands.set}
      />
      <ToolButton
        label={t("roster.bulk.tag")}
        icon={<TagOutlined />}
        shows="label"
        look="outlined"
        onClick={commands.tag}
      />
      <ToolButton
        label={t("roster.bulk.invite")}
        icon={<MailOutlined />}
        shows="label"
        look="outlined"
        onClick={commands.invite}
      />
      <ToolButton
        label={t("roster.bulk.remove")}
        icon={<DeleteOutlined />}
        shows="label"
        look="danger"
        onClick={commands.remove}
      />
      <span className="roster-space" />
      <span className="quiet roster-hint">{t("roster.bulk.hint")}</span>
    </div>
  );
};
