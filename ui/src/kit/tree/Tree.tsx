import { CaretRightOutlined, MoreOutlined } from "@ant-design/icons";
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type KeyboardEvent,
  type Ref,
  useEffect,
  useId,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from "react";
import type { MenuPlace } from "../ContextMenu";
import { NameInput } from "./NameInput";
import {
  type Children,
  childrenOf,
  type Landing,
  landingAt,
  landingInside,
  landingOutside,
  type TreeNode,
  type TreeRow,
  visibleRows,
} from "./rows";
import { useTreeDrag } from "./useTreeDrag";
import "../kit.css";
import "./tree.css";

const ROW_PX = 28;
/** Above so many rows only those in sight are drawn. */
const VIRTUAL_FROM = 500;
const TYPE_AHEAD_MS = 700;
/** Id of the row of the whole, above all nodes. */
const WHOLE = "";

export interface TreeWords {
  more: string;
  /** Name of the input while a node is named. */
  name: string;
  none: string;
}

/** The node whose name is typed; `typed` when it was typed before and not taken. */
export type Naming = ({ kind: "rename"; id: string } | { kind: "new"; parent: string | null }) & {
  typed?: string;
};

export interface TreeHandle {
  focus: () => void;
  /** Makes the node the one that keys act on. */
  activate: (id: string) => void;
}

export interface TreeProps {
  label: string;
  nodes: readonly TreeNode[];
  /** The row above all: everyone. Null: there is none. */
  whole: { name: string; count: number | null } | null;
  /** Chosen node; null = the whole. */
  selected: string | null;
  onSelect: (id: string | null) => void;
  expanded: ReadonlySet<string>;
  onExpand: (id: string, isExpanded: boolean) => void;
  words: TreeWords;
  filter?: string;
  /** The node whose name is being typed. */
  naming?: Naming | null;
  /** What is wrong with a name that is being typed; null when nothing is. */
  checkName?: (name: string) => string | null;
  /** The typed name, or null when it was given up. */
  onNamed?: (name: string | null) => void;
  onRename?: (id: string) => void;
  /** More about a node is asked for, by Alt+Enter. */
  onOpen?: (id: string) => void;
  onRemove?: (id: string) => void;
  onMove?: (id: string, landing: Landing) => void;
  /** The menu of a node, or of the whole (null). */
  onMenu?: (id: string | null, at: MenuPlace) => void;
  ref?: Ref<TreeHandle>;
}

type Shown = { kind: "whole" } | { kind: "node"; row: TreeRow } | { kind: "new"; level: number };

/** A tree that can be walked, searched by typing, renamed, moved and folded without a pointer. */
export const Tree = (props: TreeProps) => {
  const { nodes, expanded, filter = "", naming = null, whole, selected, words, onSelect, onExpand } = props;
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const typed = useRef({ text: "", at: 0 });
  const [active, setActive] = useState<string>(selected ?? WHOLE);
  useEffect(() => setActive(selected ?? WHOLE), [selected]);
  const children = useMemo(() => childrenOf(nodes), [nodes]);
  const rows = useMemo(() => visibleRows(nodes, expanded, filter), [nodes, expanded, filter]);
  const hasWhole = whole !== null;
  const shown = useMemo(() => withNaming(rows, naming, hasWhole), [rows, naming, hasWhole]);
  const { drag, handlers } = useTreeDrag(children, rows, props.onMove, (node) => onExpand(node, true));

  const isVirtual = shown.length > VIRTUAL_FROM;
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
    enabled: isVirtual,
  });

  useImperativeHandle(props.ref, () => ({ focus: () => box.current?.focus(), activate: setActive }), []);

  const indexOf = (node: string) =>
    node === WHOLE && hasWhole
      ? 0
      : shown.findIndex((one) => one.kind === "node" && one.row.node.id === node);
  const at = Math.max(0, indexOf(active));
  // A name for what is not on the page would lead screen readers nowhere.
  const isDrawn =
    indexOf(active) >= 0 && (!isVirtual || virtual.getVirtualItems().some((item) => item.index === at));
  const current = shown[at];
  const currentRow = current?.kind === "node" ? current.row : null;

  const activate = (index: number) => {
    const next = shown[Math.max(0, Math.min(shown.length - 1, index))];
    if (!next || next.kind === "new") return;
    const node = next.kind === "node" ? next.row.node.id : WHOLE;
    setActive(node);
    const place = indexOf(node);
    if (isVirtual) virtual.scrollToIndex(place);
    else box.current?.querySelectorAll("[data-tree-row]")[place]?.scrollIntoView?.({ block: "nearest" });
  };

  const select = (node: string) => onSelect(node === WHOLE ? null : node);

  const openMenu = () => {
    const element = box.current?.querySelector(".tree-row.is-active") ?? box.current;
    const frame = element?.getBoundingClientRect();
    props.onMenu?.(currentRow?.node.id ?? null, { x_px: (frame?.left ?? 0) + 24, y_px: frame?.bottom ?? 0 });
  };

  const typeAhead = (event: KeyboardEvent) => {
    const isFresh = event.timeStamp - typed.current.at > TYPE_AHEAD_MS;
    const text = (isFresh ? "" : typed.current.text) + event.key.toLowerCase();
    typed.current = { text, at: event.timeStamp };
    const from = text.length === 1 ? at + 1 : at;
    const fits = (one: Shown) =>
      one.kind === "node" && one.row.node.name.normalize("NFKC").toLowerCase().startsWith(text);
    const order = [...shown.slice(from), ...shown.slice(0, from)];
    const found = order.find(fits);
    if (found) activate(shown.indexOf(found));
  };

  const onKey = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.nativeEvent.isComposing) return;
    if (event.altKey && event.key.startsWith("Arrow")) {
      const landing = currentRow && besideItself(event.key, nodes, children, currentRow);
      if (landing) {
        props.onMove?.(currentRow.node.id, landing);
        if (landing.parent !== null) onExpand(landing.parent, true);
      }
      event.preventDefault();
      return;
    }
    if (event.altKey && event.key === "Enter") {
      if (currentRow) props.onOpen?.(currentRow.node.id);
      event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (
      event.key === " " &&
      typed.current.text !== "" &&
      event.timeStamp - typed.current.at < TYPE_AHEAD_MS
    ) {
      // A space inside the name that is being typed.
      typeAhead(event);
      event.preventDefault();
      return;
    }
    switch (event.key) {
      case "ArrowDown":
        activate(at + 1);
        break;
      case "ArrowUp":
        activate(at - 1);
        break;
      case "Home":
        activate(0);
        break;
      case "End":
        activate(shown.length - 1);
        break;
      case "ArrowRight":
        if (currentRow?.hasChildren && !currentRow.isExpanded) onExpand(currentRow.node.id, true);
        else if (currentRow?.isExpanded || !currentRow) activate(at + 1);
        break;
      case "ArrowLeft":
        if (currentRow?.isExpanded) onExpand(currentRow.node.id, false);
        else if (currentRow) activate(Math.max(0, indexOf(currentRow.node.parent ?? WHOLE)));
        break;
      case "Enter":
      case " ":
        select(active);
        break;
      case "F2":
        if (currentRow) props.onRename?.(currentRow.node.id);
        break;
      case "Delete":
        if (currentRow) props.onRemove?.(currentRow.node.id);
        break;
      case "ContextMenu":
        openMenu();
        break;
      case "F10":
        if (!event.shiftKey) return;
        openMenu();
        break;
      default:
        if (event.key.length !== 1) return;
        typeAhead(event);
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const finish = (name: string | null) => {
    props.onNamed?.(name);
    box.current?.focus();
  };

  const draw = (one: Shown) => {
    if (one.kind === "new") {
      return (
        <div
          role="treeitem"
          tabIndex={-1}
          aria-label={words.name}
          aria-level={one.level}
          aria-selected={false}
          className="tree-row"
          style={{ "--level": one.level } as React.CSSProperties}
        >
          <span className="tree-fold" />
          <NameInput
            label={words.name}
            name=""
            typed={naming?.typed}
            check={props.checkName}
            onDone={finish}
          />
        </div>
      );
    }
    const node = one.kind === "node" ? one.row.node : null;
    const key = node?.id ?? WHOLE;
    const isNamed = node !== null && naming?.kind === "rename" && naming.id === node.id;
    const isLanding = drag?.landing && drag.over === key;
    const count = node ? node.count : (whole?.count ?? null);
    return (
      <div
        id={`${id}-${key}`}
        role="treeitem"
        tabIndex={-1}
        data-tree-row={key}
        aria-selected={(selected ?? WHOLE) === key}
        aria-level={one.kind === "node" ? one.row.level : 1}
        aria-expanded={one.kind === "node" && one.row.hasChildren ? one.row.isExpanded : undefined}
        aria-posinset={one.kind === "node" ? one.row.place : undefined}
        aria-setsize={one.kind === "node" ? one.row.siblings : undefined}
        aria-label={[node?.name ?? whole?.name, node?.mark, count].filter((part) => part != null).join(" ")}
        className={[
          "tree-row",
          active === key ? "is-active" : "",
          node?.mark === undefined ? "" : "is-marked",
          drag?.dragged === key ? "is-dragged" : "",
          isLanding ? `lands-${drag.zone}` : "",
        ].join(" ")}
        style={{ "--level": one.kind === "node" ? one.row.level : 1 } as React.CSSProperties}
      >
        <span
          className="tree-fold"
          data-tree-fold={one.kind === "node" && one.row.hasChildren ? "" : undefined}
        >
          {one.kind === "node" && one.row.hasChildren && <CaretRightOutlined />}
        </span>
        {isNamed ? (
          <NameInput
            label={words.name}
            name={node.name}
            typed={naming.typed}
            check={props.checkName}
            onDone={finish}
          />
        ) : (
          <>
            <span className="tree-name" title={node?.hint ?? node?.name}>
              {node?.name ?? whole?.name}
            </span>
            {node?.mark !== undefined && <span className="tree-mark">{node.mark}</span>}
            {props.onMenu && node && (
              <button
                type="button"
                className="tree-more"
                tabIndex={-1}
                aria-label={words.more}
                title={words.more}
                onClick={(event) => {
                  event.stopPropagation();
                  setActive(key);
                  const frame = event.currentTarget.getBoundingClientRect();
                  props.onMenu?.(node.id, { x_px: frame.left, y_px: frame.bottom + 2 });
                }}
              >
                <MoreOutlined />
              </button>
            )}
            {count !== null && <span className="tree-count">{count}</span>}
          </>
        )}
      </div>
    );
  };

  const rowOf = (event: React.MouseEvent) =>
    (event.target as Element).closest<HTMLElement>("[data-tree-row]")?.dataset.treeRow;

  return (
    <div
      ref={box}
      role="tree"
      tabIndex={0}
      aria-label={props.label}
      aria-activedescendant={isDrawn ? `${id}-${active}` : undefined}
      className="tree"
      onKeyDown={onKey}
      {...handlers}
      onClick={(event) => {
        const node = rowOf(event);
        if (node === undefined || (event.target as Element).closest("input")) return;
        setActive(node);
        box.current?.focus({ preventScroll: true });
        const row = rows.find((candidate) => candidate.node.id === node);
        if (row && (event.target as Element).closest("[data-tree-fold]")) onExpand(node, !row.isExpanded);
        else select(node);
      }}
      onDoubleClick={(event) => {
        const row = rows.find((candidate) => candidate.node.id === rowOf(event));
        if (row?.hasChildren && !(event.target as Element).closest("[data-tree-fold], button, input")) {
          onExpand(row.node.id, !row.isExpanded);
        }
      }}
      onContextMenu={(event) => {
        const node = rowOf(event);
        if (!props.onMenu || node === undefined) return;
        event.preventDefault();
        setActive(node);
        box.current?.focus({ preventScroll: true });
        props.onMenu(node === WHOLE ? null : node, { x_px: event.clientX, y_px: event.clientY });
      }}
    >
      {isVirtual ? (
        <div role="presentation" style={{ height: virtual.getTotalSize(), position: "relative" }}>
          {virtual.getVirtualItems().map((item) => {
            const one = shown[item.index];
            return one ? (
              <div
                key={keyOf(one)}
                role="presentation"
                style={{ position: "absolute", insetInline: 0, top: item.start }}
              >
                {draw(one)}
              </div>
            ) : null;
          })}
        </div>
      ) : (
        shown.map((one) => (
          <div key={keyOf(one)} role="presentation">
            {draw(one)}
          </div>
        ))
      )}
      {rows.length === 0 && filter !== "" && <p className="tree-none">{words.none}</p>}
    </div>
  );
};

const keyOf = (one: Shown) => (one.kind === "node" ? one.row.node.id : one.kind);

/** The rows, with a place for the name of a node that is being made. */
const withNaming = (rows: readonly TreeRow[], naming: Naming | null, hasWhole: boolean): Shown[] => {
  const shown: Shown[] = rows.map((row): Shown => ({ kind: "node", row }));
  if (hasWhole) shown.unshift({ kind: "whole" });
  if (naming?.kind !== "new") return shown;
  if (naming.parent === null) return [...shown, { kind: "new", level: 1 }];
  const parent = rows.findIndex((row) => row.node.id === naming.parent);
  const level = (rows[parent]?.level ?? 0) + 1;
  let behind = parent + 1;
  while ((rows[behind]?.level ?? 0) >= level) behind += 1;
  if (hasWhole) behind += 1;
  return [...shown.slice(0, behind), { kind: "new", level }, ...shown.slice(behind)];
};

/** One place up or down among its siblings, or one level out or in. */
const besideItself = (
  key: string,
  nodes: readonly TreeNode[],
  children: Children,
  row: TreeRow,
): Landing | null => {
  if (key === "ArrowLeft") return landingOutside(nodes, row.node.id);
  if (key === "ArrowRight") return landingInside(children, row.node);
  return besideSibling(children, row, key === "ArrowUp");
};

/** One place up or down among its siblings. */
const besideSibling = (children: Children, row: TreeRow, isUp: boolean): Landing | null => {
  const siblings = children.get(row.node.parent) ?? [];
  const place = siblings.findIndex((node) => node.id === row.node.id);
  const over = siblings[place + (isUp ? -1 : 1)];
  if (!over) return null;
  const closed = {
    node: over,
    level: row.level,
    hasChildren: false,
    isExpanded: false,
    place: 0,
    siblings: 0,
  };
  return landingAt(children, row.node.id, closed, isUp ? "before" : "behind");
};
