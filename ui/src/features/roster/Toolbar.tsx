import {
  ExportOutlined,
  FileSearchOutlined,
  ImportOutlined,
  MailOutlined,
  ProfileOutlined,
  RedoOutlined,
  SearchOutlined,
  UndoOutlined,
  UserAddOutlined,
} from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, type Ref, useDeferredValue, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { client } from "@/host";
import { ToolButton } from "@/kit/ToolButton";
import { useAct } from "@/session/act";
import { keys } from "@/session/queries";
import { written } from "@/shell/keys";
import { ColumnsButton } from "./ColumnsButton";
import { FilterButton } from "./FilterButton";
import { SortButton } from "./SortButton";
import { useRoster } from "./state";
import { ViewsButton } from "./ViewsButton";

const SETTLE_MS = 180;

/** What can be done to the roster as a whole, and what of it is shown. */
export const Toolbar = ({
  goTo,
  search,
  onAdd,
  onReplace,
  onExport,
  onSearched,
}: {
  /** The box that says where the selection is. */
  goTo: ReactNode;
  search: Ref<HTMLInputElement>;
  onAdd: () => void;
  onReplace: () => void;
  onExport: () => void;
  /** Enter or arrow down in the search field: on to the rows. */
  onSearched: () => void;
}) => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const isPanelOpen = useRoster((now) => now.isPanelOpen);
  return (
    <div className="roster-bar" role="toolbar" aria-label={t("roster.bar.label")}>
      {goTo}
      <ToolButton
        label={t("roster.bar.add")}
        icon={<UserAddOutlined />}
        shortcut="Mod+I"
        look="primary"
        shows="label"
        onClick={onAdd}
      />
      <SearchField ref={search} onSearched={onSearched} />
      <FilterButton />
      <SortButton />
      <ColumnsButton />
      <ViewsButton />
      <ToolButton
        label={t("roster.replace.title")}
        icon={<FileSearchOutlined />}
        shortcut="Mod+H"
        onClick={onReplace}
      />
      <UndoButtons />
      <span className="roster-space" />
      <ToolButton
        label={t("roster.bar.import")}
        icon={<ImportOutlined />}
        shows="label-when-wide"
        onClick={() => navigate("/import")}
      />
      <ToolButton
        label={t("roster.bar.export")}
        icon={<ExportOutlined />}
        shows="label-when-wide"
        onClick={onExport}
      />
      <ToolButton
        label={t("roster.bar.invite")}
        icon={<MailOutlined />}
        shows="label-when-wide"
        onClick={() => navigate("/invitations")}
      />
      <ToolButton
        label={t("roster.bar.panel")}
        icon={<ProfileOutlined />}
        shortcut="Alt+Enter"
        aria-pressed={isPanelOpen}
        onClick={() => useRoster.setState({ isPanelOpen: !isPanelOpen })}
      />
    </div>
  );
};

const SearchField = ({ ref, onSearched }: { ref: Ref<HTMLInputElement>; onSearched: () => void }) => {
  const { t } = useTranslation();
  const wanted = useRoster((now) => now.text);
  const [typed, setTyped] = useState(wanted);
  const deferred = useDeferredValue(typed);
  const [isComposing, setComposing] = useState(false);

  // Cleared or set from elsewhere.
  useEffect(() => setTyped(wanted), [wanted]);
  useEffect(() => {
    if (isComposing) return;
    const timer = window.setTimeout(() => useRoster.setState({ text: deferred }), SETTLE_MS);
    return () => window.clearTimeout(timer);
  }, [deferred, isComposing]);

  return (
    <label className="roster-search">
      <SearchOutlined />
      <input
        ref={ref}
        type="search"
        className="field"
        placeholder={t("roster.bar.search")}
        aria-label={t("roster.bar.search")}
        title={`${t("roster.bar.searchHint")}  ${written("Mod+F")}`}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onCompositionStart={() => setComposing(true)}
        onCompositionEnd={() => setComposing(false)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing || event.keyCode === 229) return;
          if (event.key === "Escape" && typed !== "") {
            event.preventDefault();
            setTyped("");
          } else if (event.key === "Enter" || event.key === "ArrowDown" || event.key === "Escape") {
            event.preventDefault();
            onSearched();
          }
        }}
      />
    </label>
  );
};

const UndoButtons = () => {
  const { t } = useTranslation();
  const { undo, redo, operation } = useAct();
  const { data } = useQuery({ queryKey: keys.undoState, queryFn: () => client.undoState() });
  const label = (word: string | null | undefined, plain: "roster.bar.undo" | "roster.bar.redo") =>
    word ? t(`${plain}Named`, { operation: operation(word) }) : t(plain);
  return (
    <>
      <ToolButton
        label={label(data?.undo, "roster.bar.undo")}
        icon={<UndoOutlined />}
        shortcut="Mod+Z"
        aria-disabled={!data?.undo}
        onClick={() => data?.undo && void undo()}
      />
      <ToolButton
        label={label(data?.redo, "roster.bar.redo")}
        icon={<RedoOutlined />}
        shortcut="Mod+Y"
        aria-disabled={!data?.redo}
        onClick={() => data?.redo && void redo()}
      />
    </>
  );
};
