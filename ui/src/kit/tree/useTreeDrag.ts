import { type PointerEvent as ReactPointerEvent, useEffect, useRef, useState } from "react";
import { type Children, type Landing, landingAt, type TreeRow } from "./rows";

const SLACK_PX = 5;
const EDGE_PX = 24;
const SCROLL_STEP_PX = 8;
/** How long the pointer rests over a closed node before it opens. */
const OPEN_AFTER_MS = 600;

export type Zone = "before" | "into" | "behind";

export interface TreeDrag {
  dragged: string;
  /** Row under the pointer, null for the row of the whole. */
  over: string | null;
  zone: Zone;
  landing: Landing | null;
}

/** Dragging a node to another place, by pointer events only: the web views' own drag belongs to dropped files. */
export const useTreeDrag = (
  children: Children,
  rows: readonly TreeRow[],
  onMove: ((id: string, landing: Landing) => void) | undefined,
  onOpen: (id: string) => void,
) => {
  const [drag, setDrag] = useState<TreeDrag | null>(null);
  const pressed = useRef<{ id: string; x: number; y: number } | null>(null);
  const rested = useRef<{ id: string; timer: number } | null>(null);

  const stop = () => {
    pressed.current = null;
    window.clearTimeout(rested.current?.timer);
    rested.current = null;
    setDrag(null);
  };

  const isDragging = drag !== null;
  useEffect(() => {
    if (!isDragging) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      pressed.current = null;
      setDrag(null);
    };
    window.addEventListener("keydown", onKey, true);
    return () => window.removeEventListener("keydown", onKey, true);
  }, [isDragging]);

  const rest = (row: TreeRow | undefined) => {
    const id = row?.hasChildren && !row.isExpanded ? row.node.id : null;
    if (rested.current?.id === id) return;
    window.clearTimeout(rested.current?.timer);
    rested.current = id === null ? null : { id, timer: window.setTimeout(() => onOpen(id), OPEN_AFTER_MS) };
  };

  const follow = (event: ReactPointerEvent<HTMLElement>, id: string) => {
    const tree = event.currentTarget;
    const frame = tree.getBoundingClientRect();
    if (event.clientY < frame.top + EDGE_PX) tree.scrollTop -= SCROLL_STEP_PX;
    else if (event.clientY > frame.bottom - EDGE_PX) tree.scrollTop += SCROLL_STEP_PX;
    const element = document
      .elementFromPoint(event.clientX, event.clientY)
      ?.closest<HTMLElement>("[data-tree-row]");
    if (!element || !tree.contains(element)) {
      rest(undefined);
      setDrag({ dragged: id, over: null, zone: "into", landing: null });
      return;
    }
    const over = element.dataset.treeRow ?? "";
    const row = rows.find((candidate) => candidate.node.id === over);
    const box = element.getBoundingClientRect();
    const part = (event.clientY - box.top) / Math.max(1, box.height);
    const zone: Zone = row === undefined ? "into" : part < 0.25 ? "before" : part > 0.75 ? "behind" : "into";
    rest(zone === "into" ? row : undefined);
    setDrag({ dragged: id, over, zone, landing: landingAt(children, id, row ?? null, zone) });
  };

  return {
    drag,
    handlers: {
      onPointerDown: (event: ReactPointerEvent<HTMLElement>) => {
        const target = event.target instanceof Element ? event.target : null;
        const id = target?.closest<HTMLElement>("[data-tree-row]")?.dataset.treeRow;
        if (!onMove || event.button !== 0 || !id || target?.closest("button, input")) return;
        pressed.current = { id, x: event.clientX, y: event.clientY };
      },
      onPointerMove: (event: ReactPointerEvent<HTMLElement>) => {
        const press = pressed.current;
        if (!press) return;
        if (!drag) {
          if (Math.hypot(event.clientX - press.x, event.clientY - press.y) < SLACK_PX) return;
          event.currentTarget.setPointerCapture(event.pointerId);
        }
        follow(event, press.id);
      },
      onPointerUp: () => {
        if (drag?.landing) onMove?.(drag.dragged, drag.landing);
        stop();
      },
      onPointerCancel: stop,
    },
  };
};
