import { DeleteOutlined, EditOutlined, MoreOutlined, PlusOutlined, SwapOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { type Ref, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DepartmentNode } from "@/generated/types";
import { client } from "@/host";
import { ContextMenu, type MenuItem, type MenuPlace } from "@/kit/ContextMenu";
import { ToolButton } from "@/kit/ToolButton";
import { type Naming, Tree, type TreeHandle } from "@/kit/tree";
import { useAct } from "@/session/act";
import { DepartmentDialog } from "./DepartmentDialog";
import { useRoster } from "./state";
import { useDepartments } from "./useDepartments";

/** Trees of more departments get a field to find one. */
const FILTER_FROM = 12;
/** Small trees begin unfolded. */
const UNFOLDED_TO = 40;

/** The department tree: choose what is shown, and make, rename, move and remove departments. */
export const DepartmentPane = ({ ref }: { ref?: Ref<TreeHandle> }) => {
  const { t } = useTranslation();
  const { act } = useAct();
  const { departments, isLoaded } = useDepartments();
  const selected = useRoster((now) => now.department);
  const expanded = useRoster((now) => now.expanded);
  const [filter, setFilter] = useState("");
  const [naming, setNaming] = useState<Naming | null>(null);
  const [moving, setMoving] = useState<string | null>(null);
  const [menu, setMenu] = useState<{ id: string | null; at: MenuPlace } | null>(null);
  const more = useRef<HTMLButtonElement>(null);
  const everyone = useEveryone(departments);

  const hasUnfolded = useRef(expanded.size > 0);
  useEffect(() => {
    if (!isLoaded || hasUnfolded.current || departments.length === 0) return;
    hasUnfolded.current = true;
    const isSmall = departments.length <= UNFOLDED_TO;
    const open = departments.filter((node) => isSmall || node.parent === null);
    useRoster.setState({ expanded: new Set(open.map((node) => node.id)) });
  }, [isLoaded, departments]);

  // A department that somebody removed cannot stay chosen.
  useEffect(() => {
    if (isLoaded && selected !== null && !departments.some((node) => node.id === selected)) {
      useRoster.setState({ department: null });
    }
  }, [isLoaded, departments, selected]);

  const unfold = (id: string, isExpanded: boolean) =>
    useRoster.setState((now) => {
      const next = new Set(now.expanded);
      if (isExpanded) next.add(id);
      else next.delete(id);
      return { expanded: next };
    });

  const startNew = (parent: string | null) => {
    if (parent !== null) unfold(parent, true);
    setFilter("");
    setNaming({ kind: "new", parent });
  };

  const remove = (id: string) => act(() => client.removeDepartment({ id }));

  const finishNaming = async (name: string | null) => {
    const now = naming;
    setNaming(null);
    if (!now || name === null) return;
    if (now.kind === "rename") await act(() => client.renameDepartment({ id: now.id, name }));
    else await act(() => client.createDepartment({ parent: now.parent, name }));
  };

  const itemsFor = (id: string | null): (MenuItem | "line")[] => {
    const make: MenuItem = {
      key: "new",
      label: id === null ? t("roster.tree.newTop") : t("roster.tree.newBelow"),
      icon: <PlusOutlined />,
      run: () => startNew(id),
    };
    if (id === null) return [make];
    return [
      make,
      {
        key: "rename",
        label: t("roster.tree.rename"),
        icon: <EditOutlined />,
        shortcut: "F2",
        run: () => setNaming({ kind: "rename", id }),
      },
      { key: "move", label: t("roster.tree.moveTo"), icon: <SwapOutlined />, run: () => setMoving(id) },
      "line",
      {
        key: "remove",
        label: t("roster.tree.remove"),
        icon: <DeleteOutlined />,
        shortcut: "Delete",
        isDanger: true,
        run: () => void remove(id),
      },
    ];
  };

  const named = departments.find((node) => node.id === (menu?.id ?? moving));

  return (
    <section className="departments" aria-label={t("roster.tree.title")}>
      <header className="departments-head">
        <h2>{t("roster.tree.title")}</h2>
        <ToolButton
          label={selected === null ? t("roster.tree.newTop") : t("roster.tree.newBelow")}
          icon={<PlusOutlined />}
          onClick={() => startNew(selected)}
        />
        <ToolButton
          ref={more}
          label={t("roster.tree.more")}
          icon={<MoreOutlined />}
          aria-haspopup="menu"
          onClick={() => {
            const frame = more.current?.getBoundingClientRect();
            setMenu({ id: selected, at: { x_px: frame?.left ?? 0, y_px: (frame?.bottom ?? 0) + 2 } });
          }}
        />
      </header>
      {departments.length >= FILTER_FROM && (
        <input
          type="search"
          className="field departments-filter"
          placeholder={t("roster.tree.filter")}
          aria-label={t("roster.tree.filter")}
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
      )}
      <Tree
        ref={ref}
        label={t("roster.tree.title")}
        nodes={departments}
        whole={{ name: t("roster.tree.everyone"), count: everyone ?? null }}
        selected={selected}
        onSelect={(department) => useRoster.setState({ department })}
        expanded={expanded}
        onExpand={unfold}
        words={{
          more: t("roster.tree.more"),
          name: t("roster.tree.name"),
          none: t("roster.tree.noneFound"),
        }}
        filter={filter}
        naming={naming}
        onNamed={(name) => void finishNaming(name)}
        onRename={(id) => setNaming({ kind: "rename", id })}
        onRemove={(id) => void remove(id)}
        onMove={(id, { parent, after }) =>
          void act(() => client.moveDepartment({ id, parent, ...(after === null ? {} : { after }) }))
        }
        onMenu={(id, at) => setMenu({ id, at })}
      />
      {isLoaded && departments.length === 0 && (
        <div className="departments-empty">
          <p>{t("roster.tree.empty")}</p>
          <ToolButton
            label={t("roster.tree.newTop")}
            icon={<PlusOutlined />}
            shows="label"
            look="outlined"
            onClick={() => startNew(null)}
          />
        </div>
      )}
      {menu && (
        <ContextMenu
          at={menu.at}
          label={named?.name ?? t("roster.tree.everyone")}
          items={itemsFor(menu.id)}
          onClose={() => setMenu(null)}
        />
      )}
      <DepartmentDialog
        isOpen={moving !== null}
        title={t("roster.tree.moveTitle", { name: named?.name ?? "" })}
        whole={t("roster.tree.top")}
        excluded={moving}
        onClose={() => setMoving(null)}
        onChoose={async (parent) => {
          if (moving === null) return;
          const last = departments.filter((node) => node.parent === parent && node.id !== moving).at(-1);
          await act(() => client.moveDepartment({ id: moving, parent, ...(last ? { after: last.id } : {}) }));
          if (parent !== null) unfold(parent, true);
        }}
      />
    </section>
  );
};

/** How many members there are: told by the grid while it shows them all, asked for otherwise. */
const useEveryone = (departments: readonly DepartmentNode[]): number | null => {
  const known = useRoster((now) => now.everyone);
  const placed = departments.reduce((sum, node) => sum + (node.parent === null ? node.count : 0), 0);
  const { data } = useQuery({
    queryKey: ["everyone", placed],
    queryFn: async () => (await client.openView({ filters: [], sort: [] })).total,
    enabled: known === null,
    placeholderData: (before) => before,
  });
  return known ?? data ?? null;
};
