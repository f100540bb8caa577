/** A tree as the rows that are seen of it. Pure. */

export interface TreeNode {
  id: string;
  parent: string | null;
  name: string;
  count: number;
  /** A word behind the name, such as "archived": such nodes are quieter and take nothing in. */
  mark?: string;
  /** Shown when the pointer rests on it; the name otherwise. */
  hint?: string;
  /** What else it is found by; its name otherwise. */
  spellings?: readonly Spelling[];
}

/** The path down to a node in one way of writing, lower-case and without anything between the names. */
export interface Spelling {
  path: string;
  /** How much of the end is the node's own name. */
  own: number;
}

export interface TreeRow {
  node: TreeNode;
  /** From 1. */
  level: number;
  hasChildren: boolean;
  isExpanded: boolean;
  /** Place among its siblings, from 1, and how many they are. */
  place: number;
  siblings: number;
}

export type Children = ReadonlyMap<string | null, readonly TreeNode[]>;

/** Nodes by parent, in their order. One whose parent is unknown stands at the top. */
export const childrenOf = (nodes: readonly TreeNode[]): Children => {
  const known = new Set(nodes.map((node) => node.id));
  const found = new Map<string | null, TreeNode[]>();
  for (const node of nodes) {
    const parent = node.parent !== null && known.has(node.parent) ? node.parent : null;
    const siblings = found.get(parent);
    if (siblings) siblings.push(node);
    else found.set(parent, [node]);
  }
  return found;
};

const folded = (text: string) => text.normalize("NFKC").toLowerCase().trim();

/** Whether a text names this node: it may begin in those above, but must reach into its own name. */
export const isNamedBy = (node: Pick<TreeNode, "name" | "spellings">, text: string): boolean => {
  const wanted = folded(text).replaceAll(/[\s/>]/g, "");
  if (wanted === "") return false;
  const spellings = node.spellings ?? [{ path: folded(node.name), own: node.name.length }];
  return spellings.some(({ path, own }) => own > 0 && path.slice(1 - own - wanted.length).includes(wanted));
};

/** Nodes that are named by the text, and all above them. */
const matching = (nodes: readonly TreeNode[], text: string): Set<string> => {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const kept = new Set<string>();
  for (const node of nodes) {
    if (!isNamedBy(node, text)) continue;
    for (let at: TreeNode | undefined = node; at && !kept.has(at.id); at = byId.get(at.parent ?? "")) {
      kept.add(at.id);
    }
  }
  return kept;
};

/** Rows in sight: below expanded nodes, or wherever the filter finds something. */
export const visibleRows = (
  nodes: readonly TreeNode[],
  expanded: ReadonlySet<string>,
  filter: string,
): TreeRow[] => {
  const text = folded(filter);
  const kept = text === "" ? null : matching(nodes, text);
  const children = childrenOf(nodes);
  const rows: TreeRow[] = [];
  const seen = new Set<string>();
  const add = (parent: string | null, level: number) => {
    const siblings = (children.get(parent) ?? []).filter((node) => !kept || kept.has(node.id));
    for (const [index, node] of siblings.entries()) {
      if (seen.has(node.id)) continue;
      seen.add(node.id);
      const hasChildren = (children.get(node.id) ?? []).some((child) => !kept || kept.has(child.id));
      const isExpanded = hasChildren && (kept !== null || expanded.has(node.id));
      rows.push({ node, level, hasChildren, isExpanded, place: index + 1, siblings: siblings.length });
      if (isExpanded) add(node.id, level + 1);
    }
  };
  add(null, 1);
  return rows;
};

/** The ids of a node and of all below it. */
export const branchOf = (children: Children, id: string): Set<string> => {
  const found = new Set<string>();
  const waiting = [id];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    for (const child of children.get(next) ?? []) waiting.push(child.id);
  }
  return found;
};

/** Names from the top down to the node. */
export const pathOf = (nodes: readonly TreeNode[], id: string): string[] => {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const names: string[] = [];
  const seen = new Set<string>();
  for (let at = byId.get(id); at && !seen.has(at.id); at = byId.get(at.parent ?? "")) {
    seen.add(at.id);
    names.unshift(at.name);
  }
  return names;
};

export interface Landing {
  parent: string | null;
  /** Sibling to stand behind; null = first. */
  after: string | null;
}

/** Where a dragged node lands when let go over a row; null when it cannot go there. */
export const landingAt = (
  children: Children,
  dragged: string,
  over: TreeRow | null,
  zone: "before" | "into" | "behind",
): Landing | null => {
  const behindLastOf = (parent: string | null): Landing => {
    const last = (children.get(parent) ?? []).filter((node) => node.id !== dragged).at(-1);
    return { parent, after: last?.id ?? null };
  };
  if (over === null) return behindLastOf(null);
  if (branchOf(children, dragged).has(over.node.id)) return null;
  const isOpen = over.node.mark === undefined;
  if (zone === "into") return isOpen ? behindLastOf(over.node.id) : null;
  if (zone === "behind") {
    if (!over.isExpanded) return { parent: over.node.parent, after: over.node.id };
    return isOpen ? { parent: over.node.id, after: null } : null;
  }
  const siblings = (children.get(over.node.parent) ?? []).filter((node) => node.id !== dragged);
  const place = siblings.findIndex((node) => node.id === over.node.id);
  return { parent: over.node.parent, after: siblings[place - 1]?.id ?? null };
};

/** Beside the one it stands below now: one level up. Null at the top. */
export const landingOutside = (nodes: readonly TreeNode[], id: string): Landing | null => {
  const parent = nodes.find((node) => node.id === nodes.find((one) => one.id === id)?.parent);
  return parent ? { parent: parent.parent, after: parent.id } : null;
};

/** Below the sibling before it, behind what is there: one level down. Null for the first, and below what is marked. */
export const landingInside = (children: Children, node: TreeNode): Landing | null => {
  const siblings = children.get(node.parent) ?? [];
  const before = siblings[siblings.findIndex((one) => one.id === node.id) - 1];
  if (!before || before.mark !== undefined) return null;
  return { parent: before.id, after: (children.get(before.id) ?? []).at(-1)?.id ?? null };
};
