import {
  ExportOutlined,
  FileSearchOutlined,
  ImportOutlined,
  LoadingOutlined,
  MailOutlined,
  MoreOutlined,
  ProfileOutlined,
  RedoOutlined,
  SearchOutlined,
  UndoOutlined,
  UserAddOutlined,
  WarningOutlined,
} from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, type Ref, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { client } from "@/host";
import { ContextMenu, type MenuItem, type MenuPlace } from "@/kit/ContextMenu";
import { SearchInput } from "@/kit/SearchInput";
import { ToolButton } from "@/kit/ToolButton";
import { useSqueeze } from "@/kit/useSqueeze";
import { NEXT } from "@/kit/Walk";
import { useAct } from "@/session/act";
import { keys } from "@/session/queries";
import { useSight } from "@/session/sight";
import { written } from "@/shell/keys";
import { ColumnsButton } from "./ColumnsButton";
import { FilterButton } from "./FilterButton";
import { SortButton } from "./SortButton";
import { useRoster } from "./state";
import { ViewsButton } from "./ViewsButton";

/**
 * Steps of doing without, as `roster.css` has them: 1 words of the buttons, 2 what else is in the rail or rarely wanted,
 * 3 the word of adding, 4 undo, redo and problems, 5 columns, views and the box of places.
 */
const SQUEEZE_MOST = 5;
const WITHOUT_SECOND = 2;
const WITHOUT_UNDO = 4;

/** What can be done to the roster as a whole, and what of it is shown. */
export const Toolbar = ({
  goTo,
  search,
  onAdd,
  onReplace,
  onProblems,
  problems,
  onExport,
  onSearched,
}: {
  /** The box that says where the selection is. */
  goTo: ReactNode;
  search: Ref<HTMLInputElement>;
  onAdd: () => void;
  onReplace: () => void;
  onProblems: () => void;
  /** What is wrong in what is shown. */
  problems: { total: number | null; isOpen: boolean; isLooking: boolean };
  onExport: () => void;
  /** Enter or arrow down in the search field: on to the rows. */
  onSearched: () => void;
}) => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const bar = useSqueeze(SQUEEZE_MOST);
  const isPanelOpen = useRoster((now) => now.isPanelOpen);
  const { onlyReads } = useSight();
  const replace: MenuItem = {
    key: "replace",
    label: t("roster.replace.title"),
    icon: <FileSearchOutlined />,
    shortcut: "Mod+H",
    isDisabled: onlyReads,
    run: onReplace,
  };
  const wrong = problems.total ?? 0;
  const problemItem: MenuItem = {
    key: "problems",
    label: wrong > 0 ? `${t("roster.problems.button")} ${wrong}` : t("roster.problems.button"),
    icon: <WarningOutlined />,
    shortcut: NEXT,
    run: onProblems,
  };
  const second: MenuItem[] = [
    {
      key: "import",
      label: t("roster.bar.import"),
      icon: <ImportOutlined />,
      isDisabled: onlyReads,
      run: () => void navigate("/import"),
    },
    { key: "export", label: t("roster.bar.export"), icon: <ExportOutlined />, run: onExport },
    {
      key: "invite",
      label: t("roster.bar.invite"),
      icon: <MailOutlined />,
      run: () => void navigate("/invitations"),
    },
  ];
  const history = useUndoItems();
  return (
    <div ref={bar} className="roster-bar" role="toolbar" aria-label={t("roster.bar.label")}>
      <div className="bar-last">{goTo}</div>
      <ToolButton
        label={t("roster.bar.add")}
        icon={<UserAddOutlined />}
        shortcut="Mod+I"
        look="primary"
        shows="label"
        className="bar-add"
        disabled={onlyReads}
        onClick={onAdd}
      />
      <SearchField ref={search} onSearched={onSearched} />
      <FilterButton />
      <SortButton />
      <div className="bar-last">
        <ColumnsButton />
        <ViewsButton />
      </div>
      <div className="bar-second">
        <ItemButton item={replace} />
      </div>
      <div className="bar-undo">
        {history.map((item) => (
          <ItemButton key={item.key} item={item} />
        ))}
        <ToolButton
          label={t("roster.problems.button")}
          icon={problems.isLooking ? <LoadingOutlined /> : <WarningOutlined />}
          shortcut={NEXT}
          count={wrong}
          aria-pressed={problems.isOpen}
          onClick={onProblems}
        />
      </div>
      <span className="roster-space" />
      <div className="bar-second">
        {second.map((item) => (
          <ItemButton key={item.key} item={item} shows="label-when-wide" />
        ))}
      </div>
      <More
        itemsAt={(step) => [
          ...(step >= WITHOUT_UNDO ? [...history, problemItem] : []),
          ...(step >= WITHOUT_SECOND ? [replace, ...second] : []),
        ]}
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

const ItemButton = ({ item, shows }: { item: MenuItem; shows?: "label-when-wide" }) => (
  <ToolButton
    label={item.label}
    icon={item.icon}
    {...(item.shortcut === undefined ? {} : { shortcut: item.shortcut })}
    {...(shows === undefined ? {} : { shows })}
    aria-disabled={item.isDisabled}
    onClick={() => !item.isDisabled && item.run()}
  />
);

/** What the bar has no room for, in a menu. */
const More = ({ itemsAt }: { itemsAt: (step: number) => MenuItem[] }) => {
  const { t } = useTranslation();
  const [menu, setMenu] = useState<{ at: MenuPlace; step: number } | null>(null);
  return (
    <>
      <ToolButton
        label={t("shell.common.more")}
        icon={<MoreOutlined />}
        className="bar-more"
        aria-haspopup="menu"
        aria-expanded={menu !== null}
        onClick={({ currentTarget }) => {
          const frame = currentTarget.getBoundingClientRect();
          const step = Number(currentTarget.parentElement?.dataset.squeeze ?? 0);
          setMenu({ at: { x_px: frame.left, y_px: frame.bottom + 4 }, step });
        }}
      />
      {menu && (
        <ContextMenu
          at={menu.at}
          label={t("shell.common.more")}
          items={itemsAt(menu.step)}
          onClose={() => setMenu(null)}
        />
      )}
    </>
  );
};

const SearchField = ({ ref, onSearched }: { ref: Ref<HTMLInputElement>; onSearched: () => void }) => {
  const { t } = useTranslation();
  const text = useRoster((now) => now.text);
  return (
    <div className="roster-search">
      <SearchOutlined />
      <SearchInput
        ref={ref}
        label={t("roster.bar.search")}
        title={`${t("roster.bar.searchHint")}  ${written("Mod+F")}`}
        text={text}
        onText={(text) => useRoster.setState({ text })}
        onLeave={onSearched}
      />
    </div>
  );
};

const useUndoItems = (): MenuItem[] => {
  const { t } = useTranslation();
  const { undo, redo, operation } = useAct();
  const { data } = useQuery({ queryKey: keys.undoState, queryFn: () => client.undoState() });
  const { onlyReads } = useSight();
  const label = (word: string | null | undefined, plain: "roster.bar.undo" | "roster.bar.redo") =>
    word ? t(`${plain}Named`, { operation: operation(word) }) : t(plain);
  return [
    {
      key: "undo",
      label: label(data?.undo, "roster.bar.undo"),
      icon: <UndoOutlined />,
      shortcut: "Mod+Z",
      isDisabled: onlyReads || !data?.undo,
      run: () => void undo(),
    },
    {
      key: "redo",
      label: label(data?.redo, "roster.bar.redo"),
      icon: <RedoOutlined />,
      shortcut: "Mod+Y",
      isDisabled: onlyReads || !data?.redo,
      run: () => void redo(),
    },
  ];
};
