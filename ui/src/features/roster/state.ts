import { create } from "zustand";
import type { Filter, Mark, Matching, SortBy, ViewQuery } from "@/generated/types";
import type { GridDrafts } from "@/kit/grid";
import { isFinished } from "./rules";

/** Panes that the user sized, kept on this computer; nothing personal. */
interface Panes {
  tree_px: number;
  panel_px: number;
  isPanelOpen: boolean;
}

interface RosterState extends Panes {
  department: string | null;
  text: string;
  filters: Filter[];
  /** Whether all filters must hold or one is enough. */
  matching: Matching;
  sort: SortBy[];
  /** The kept view that was shown last; what is shown may have moved on since. */
  savedView: { id: string; name: string } | null;
  /** Departments whose children are shown. */
  expanded: ReadonlySet<string>;
  /** How many members there are while the grid shows all of them; null otherwise. */
  everyone: number | null;
  /** Member in the side panel. */
  member: string | null;
}

const PLACE = "mingce.roster.panes";
const FIRST: Panes = { tree_px: 224, panel_px: 320, isPanelOpen: false };

const loadPanes = (): Panes => {
  try {
    const kept: Partial<Panes> = JSON.parse(localStorage.getItem(PLACE) ?? "{}");
    return {
      tree_px: Number(kept.tree_px) || FIRST.tree_px,
      panel_px: Number(kept.panel_px) || FIRST.panel_px,
      isPanelOpen: kept.isPanelOpen === true,
    };
  } catch {
    return FIRST;
  }
};

/** Texts that the roster did not take; they wait through a visit to another page. */
export const drafts: GridDrafts = new Map();

/** What the roster page shows. It outlives a visit to another page, not the window; only the panes' sizes do. */
export const useRoster = create<RosterState>(() => ({
  ...loadPanes(),
  department: null,
  text: "",
  filters: [],
  matching: "all",
  sort: [],
  savedView: null,
  expanded: new Set(),
  everyone: null,
  member: null,
}));

useRoster.subscribe(({ tree_px, panel_px, isPanelOpen }, before) => {
  if (tree_px === before.tree_px && panel_px === before.panel_px && isPanelOpen === before.isPanelOpen) {
    return;
  }
  localStorage.setItem(PLACE, JSON.stringify({ tree_px, panel_px, isPanelOpen }));
});

export const queryOf = (
  {
    department,
    text,
    filters,
    matching,
    sort,
  }: Pick<RosterState, "department" | "text" | "filters" | "matching" | "sort">,
  mark: Mark | null,
): ViewQuery => {
  const words = text.trim();
  const finished = filters.filter(isFinished);
  return {
    ...(department === null ? {} : { department }),
    ...(words === "" ? {} : { text: words }),
    ...(mark === null ? {} : { mark }),
    filters: finished,
    ...(matching === "any" && finished.length > 1 ? { matching } : {}),
    sort,
  };
};

/** Whether the query leaves members out by more than the department chosen in the tree. */
export const isNarrowed = (query: ViewQuery): boolean =>
  query.text !== undefined || query.mark !== undefined || query.filters.length > 0;
