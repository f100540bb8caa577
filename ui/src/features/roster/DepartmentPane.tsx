import { MoreOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { App } from "antd";
import { type Ref, useEffect, useImperativeHandle, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { DepartmentNode } from "@/generated/types";
import { client } from "@/host";
import { ContextMenu, type MenuPlace } from "@/kit/ContextMenu";
import { ToolButton } from "@/kit/ToolButton";
import { type Naming, Tree, type TreeHandle } from "@/kit/tree";
import { branchOf, childrenOf, type Landing } from "@/kit/tree/rows";
import { useAct } from "@/session/act";
import { useSight } from "@/session/sight";
import { useSession } from "@/session/store";
import { useJob } from "@/session/useJob";
import { DepartmentDetails } from "./DepartmentDetails";
import { DepartmentDialog } from "./DepartmentDialog";
import { departmentMenu } from "./DepartmentMenu";
import { DepartmentOutcome } from "./DepartmentOutcome";
import { useRoster } from "./state";
import {
  countsOf,
  leadersOf,
  nameProblem,
  roleWord,
  useArchived,
  useDepartments,
  useTreeNodes,
} from "./useDepartments";
import "./DepartmentPane.css";

/** Trees of more departments get a field to find one. */
const FILTER_FROM = 12;
/** Small trees begin unfolded. */
const UNFOLDED_TO = 40;

/** A department for which another one is being chosen. */
type Asking = { for: "move" | "merge" | "remove"; id: string } | null;

/** The department tree: choose what is shown, and make, rename, move, merge, archive and remove departments. */
export const DepartmentPane = ({ ref }: { ref?: Ref<TreeHandle> }) => {
  const { t } = useTranslation();
  const { act } = useAct();
  const run = useJob();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const { departments, inUse, isLoaded } = useDepartments();
  const showsArchived = useArchived((now) => now.isShown);
  const selected = useRoster((now) => now.department);
  const expanded = useRoster((now) => now.expanded);
  const [filter, setFilter] = useState("");
  const [naming, setNaming] = useState<Naming | null>(null);
  const [asking, setAsking] = useState<Asking>(null);
  const [opened, setOpened] = useState<string | null>(null);
  const [menu, setMenu] = useState<{ id: string | null; at: MenuPlace } | null>(null);
  const more = useRef<HTMLButtonElement>(null);
  const { onlyReads } = useSight();
  const tree = useRef<TreeHandle>(null);
  useImperativeHandle(ref, () => ({
    focus: () => tree.current?.focus(),
    activate: (id) => tree.current?.activate(id),
  }));
  const focusTree = () => tree.current?.focus();
  const everyone = useEveryone();
  const shown = showsArchived ? departments : inUse;
  const nodes = useTreeNodes(shown);
  const archived = departments.length - inUse.length;

  const hasUnfolded = useRef(expanded.size > 0);
  useEffect(() => {
    if (!isLoaded || hasUnfolded.current || departments.length === 0) return;
    hasUnfolded.current = true;
    const isSmall = departments.length <= UNFOLDED_TO;
    const open = departments.filter((node) => isSmall || node.parent === null);
    useRoster.setState({ expanded: new Set(open.map((node) => node.id)) });
  }, [isLoaded, departments]);

  // A department that somebody removed or archived cannot stay chosen.
  useEffect(() => {
    if (isLoaded && selected !== null && !shown.some((node) => node.id === selected)) {
      useRoster.setState({ department: null });
    }
  }, [isLoaded, shown, selected]);

  const nodeOf = (id: string | null) => departments.find((node) => node.id === id);
  const nameOf = (id: string | null) => nodeOf(id)?.name ?? "";

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

  const finishNaming = async (name: string | null) => {
    const now = naming;
    setNaming(null);
    if (!now || name === null) return;
    const done =
      now.kind === "rename"
        ? await act(() => client.renameDepartment({ id: now.id, name }))
        : await act(() => client.createDepartment({ parent: now.parent, name }));
    // What was typed is not lost over a name that is not taken.
    if (done === undefined) setNaming({ ...now, typed: name });
    else if ("id" in done && typeof done.id === "string") tree.current?.activate(done.id);
  };

  const checkName = (name: string): string | null => {
    if (naming === null) return null;
    const self = naming.kind === "rename" ? naming.id : null;
    const parent = naming.kind === "rename" ? (nodeOf(naming.id)?.parent ?? null) : naming.parent;
    return nameProblem(t, departments, parent, self, name);
  };

  const remove = async (id: string) => {
    const isEmpty = nodeOf(id)?.count === 0 && !departments.some((node) => node.parent === id);
    if (!isEmpty) setAsking({ for: "remove", id });
    else if (await act(() => client.removeDepartment({ id }))) {
      void message.success(t("departments.done.removed", { name: nameOf(id) }), 3);
    }
  };

  const archive = async (id: string) => {
    const name = nameOf(id);
    if (await act(() => client.archiveDepartment({ id }))) {
      void message.success(t("departments.done.archived", { name }), 4);
    }
  };

  const restore = async (id: string) => {
    const name = nameOf(id);
    if (await act(() => client.restoreDepartment({ id }))) {
      void message.success(t("departments.done.restored", { name }), 3);
    }
  };

  const move = (id: string, { parent, after }: Landing) =>
    act(() => client.moveDepartment({ id, parent, ...(after === null ? {} : { after }) }));

  const finishAsking = async (now: NonNullable<Asking>, target: string | null) => {
    const { id } = now;
    if (now.for === "move") {
      const last = departments.filter((node) => node.parent === target && node.id !== id).at(-1);
      await move(id, { parent: target, after: last?.id ?? null });
      if (target !== null) unfold(target, true);
      return;
    }
    const name = nameOf(id);
    const leaders = now.for === "merge" ? "go_over" : "end";
    const done = await run((job) => client.mergeDepartment({ from: id, into: target, leaders, job }));
    if (!done) return;
    if (target !== null) {
      useRoster.setState((state) => (state.department === id ? { department: target } : {}));
      tree.current?.activate(target);
    }
    const words =
      now.for === "merge"
        ? t("departments.done.merged", { members: done.members })
        : t("departments.done.removed", { name });
    void message.success(words, 4);
  };

  const menuNode = nodeOf(menu?.id ?? null);
  const chosen = nodeOf(selected);
  const leaders = chosen && leadersOf(t, chosen);

  return (
    <section className="departments" aria-label={t("roster.tree.title")}>
      <header className="departments-head">
        <h2>{t("roster.tree.title")}</h2>
        <ToolButton
          label={selected === null ? t("roster.tree.newTop") : t("roster.tree.newBelow")}
          icon={<PlusOutlined />}
          disabled={onlyReads || chosen?.is_hidden}
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
        ref={tree}
        label={t("roster.tree.title")}
        nodes={nodes}
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
        checkName={checkName}
        onNamed={(name) => void finishNaming(name)}
        onRename={(id) => !onlyReads && setNaming({ kind: "rename", id })}
        onOpen={setOpened}
        onRemove={(id) => void remove(id)}
        onMove={(id, landing) => void move(id, landing)}
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
            disabled={onlyReads}
            onClick={() => startNew(null)}
          />
        </div>
      )}
      {(chosen || archived > 0) && (
        <footer className="departments-foot">
          {chosen && leaders && (
            <p>
              {roleWord(t, chosen.kind, "head")} {leaders}
            </p>
          )}
          {chosen && <p>{countsOf(t, chosen)}</p>}
          {archived > 0 && (
            <ToolButton
              label={
                showsArchived
                  ? t("departments.hideArchived")
                  : t("departments.showArchived", { count: archived })
              }
              shows="label"
              onClick={() => useArchived.setState({ isShown: !showsArchived })}
            />
          )}
        </footer>
      )}
      {menu && (
        <ContextMenu
          at={menu.at}
          label={menuNode?.name ?? t("roster.tree.everyone")}
          items={departmentMenu(
            t,
            menuNode,
            {
              make: startNew,
              rename: (id) => setNaming({ kind: "rename", id }),
              open: setOpened,
              showHistory: (id) => void navigate(`/history/department/${id}`),
              ask: (wish, id) => setAsking({ for: wish, id }),
              archive: (id) => void archive(id),
              restore: (id) => void restore(id),
              remove: (id) => void remove(id),
            },
            onlyReads,
          )}
          onClose={() => setMenu(null)}
        />
      )}
      <Asked
        asking={asking}
        nodeOf={nodeOf}
        departments={departments}
        onEnd={() => setAsking(null)}
        onClosed={focusTree}
        onChoose={finishAsking}
      />
      <DepartmentDetails id={opened} onClose={() => setOpened(null)} onClosed={focusTree} />
    </section>
  );
};

/** The dialog in which the other department is chosen. */
const Asked = ({
  asking,
  nodeOf,
  departments,
  onEnd,
  onClosed,
  onChoose,
}: {
  asking: Asking;
  nodeOf: (id: string | null) => DepartmentNode | undefined;
  departments: readonly DepartmentNode[];
  onEnd: () => void;
  onClosed: () => void;
  onChoose: (asking: NonNullable<Asking>, target: string | null) => Promise<unknown>;
}) => {
  const { t } = useTranslation();
  // What is asked stays on the screen while the dialog goes.
  const last = useRef<Asking>(null);
  if (asking) last.current = asking;
  const { for: wish, id } = asking ?? last.current ?? { for: "move" as const, id: null };
  const node = nodeOf(id);
  const name = node?.name ?? "";
  const below = id === null ? 0 : branchOf(childrenOf(departments), id).size - 1;
  const words = {
    move: { title: t("roster.tree.moveTitle", { name }), whole: t("roster.tree.top") },
    merge: {
      title: t("departments.mergeTitle", { name }),
      whole: null,
      okText: t("departments.mergeOk"),
      hint: t("departments.mergeChoose"),
    },
    remove: {
      title: t("departments.removeTitle", { name }),
      whole: t("departments.removeNowhere"),
      okText: t("departments.removeOk"),
      hint: t("departments.removeChoose", { people: node?.count ?? 0, departments: below }),
    },
  }[wish];
  return (
    <DepartmentDialog
      {...words}
      isOpen={asking !== null}
      chosen={wish === "remove" ? (node?.parent ?? null) : null}
      excluded={id}
      onClose={onEnd}
      onClosed={onClosed}
      onChoose={async (target) => {
        if (asking) await onChoose(asking, target);
      }}
      {...(wish === "move" || id === null
        ? {}
        : {
            outcome: (into, onRefused) => (
              <DepartmentOutcome
                from={id}
                into={into}
                leaders={wish === "merge" ? "go_over" : "end"}
                onRefused={onRefused}
              />
            ),
          })}
    />
  );
};

/** How many members there are: told by the grid while it shows them all, asked for otherwise. */
const useEveryone = (): number | null => {
  const known = useRoster((now) => now.everyone);
  const { data } = useQuery({
    queryKey: ["everyone", useSession((now) => now.version)],
    queryFn: async () => (await client.openView({ filters: [], sort: [] })).total,
    enabled: known === null,
    placeholderData: (before) => before,
  });
  return known ?? data ?? null;
};
