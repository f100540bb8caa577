import {
  DeleteOutlined,
  EditOutlined,
  MailOutlined,
  MergeCellsOutlined,
  SwapOutlined,
  TagOutlined,
} from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { ToolButton } from "@/kit/ToolButton";
import { useSqueeze } from "@/kit/useSqueeze";
import { MERGED_AT_ONCE } from "./useMergeRows";
import type { RowCommands } from "./useRowCommands";

/** Steps of doing without, as `roster.css` has them: 1 the hint, 2 the words of the buttons. */
const SQUEEZE_MOST = 2;

const COMMANDS = [
  { word: "move", icon: <SwapOutlined />, look: "outlined" },
  { word: "set", icon: <EditOutlined />, look: "outlined" },
  { word: "tag", icon: <TagOutlined />, look: "outlined" },
  { word: "invite", icon: <MailOutlined />, look: "outlined" },
  { word: "merge", icon: <MergeCellsOutlined />, look: "outlined" },
  { word: "remove", icon: <DeleteOutlined />, look: "danger" },
] as const;

/** Stands in for the toolbar while whole rows are selected. */
export const BulkBar = ({
  commands,
  count,
  onLeave,
}: {
  commands: Pick<RowCommands, "set" | "move" | "tag" | "invite" | "merge" | "remove">;
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
      {COMMANDS.filter(({ word }) => word !== "merge" || count === MERGED_AT_ONCE).map(
        ({ word, icon, look }) => (
          <ToolButton
            key={word}
            label={t(`roster.bulk.${word}`)}
            icon={icon}
            shows="label"
            look={look}
            onClick={commands[word]}
          />
        ),
      )}
      <span className="roster-space" />
      <span className="quiet roster-hint">{t("roster.bulk.hint")}</span>
    </div>
  );
};
