import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { LayoutBox, LayoutContent, LayoutDrawing } from "@/generated/types";
import { type At, type Part, roomOf, round, sameAt } from "./content";
import { elementName } from "./names";
import { byKey, type Handle, linesOf, type Placed, place } from "./snapping";

const HANDLES: readonly Handle[] = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];
/** Pixels within which a line draws a box to it, and by which a press becomes a drag. */
const REACH = 6;
const STILL = 3;

export interface BoardOptions {
  /** Pixels a millimetre. */
  scale: number;
  hasGrid: boolean;
  snaps: boolean;
  canEdit: boolean;
}

interface Drag {
  pointer: number;
  at: At;
  handle: Handle;
  from: LayoutBox;
  x: number;
  y: number;
  about: string;
  isMoving: boolean;
}

let drags = 0;

/** One side of a label, or the sheet, as it will be printed, with the boxes that can be moved and sized on it. */
export const Board = ({
  content,
  part,
  drawing,
  chosen,
  marks,
  options,
  onChoose,
  onBox,
  onSettle,
  onUndo,
  onRemove,
  onDuplicate,
}: {
  content: LayoutContent;
  part: Part;
  drawing: LayoutDrawing | null;
  chosen: At | null;
  /** What is wrong, by the index of the element. */
  marks: ReadonlyMap<number, "danger" | "warning">;
  options: BoardOptions;
  onChoose: (at: At | null) => void;
  onBox: (at: At, box: LayoutBox, about: string) => void;
  onSettle: () => void;
  onUndo: () => void;
  onRemove: (at: At) => void;
  onDuplicate: (at: At) => void;
}) => {
  const { t } = useTranslation();
  const { scale, canEdit } = options;
  const drag = useRef<Drag | null>(null);
  const [guides, setGuides] = useState<Placed["guides"]>({ x: null, y: null });
  const room = roomOf(content, part);
  const bleed = part === "page" ? 0 : content.stock.label.bleed_mm;
  const safe = part === "page" ? 0 : content.stock.label.safe_mm;
  const elements = content.design[part];
  // What is small lies over what is large, so that each can be reached by the pointer.
  const byArea = elements
    .map((one, index) => ({ index, area: one.box.width_mm * one.box.height_mm }))
    .sort((a, b) => b.area - a.area)
    .map(({ index }) => index);
  const px = (mm: number) => mm * scale;

  const start = (event: PointerEvent<HTMLElement>, at: At, handle: Handle) => {
    if (event.button !== 0) return;
    event.stopPropagation();
    const box = elements[at.index]?.box;
    const target = event.currentTarget.closest<HTMLElement>(".board-box");
    if (!box || !target) return;
    target.focus({ preventScroll: true });
    onChoose(at);
    if (!canEdit) return;
    event.preventDefault();
    target.setPointerCapture(event.pointerId);
    drags += 1;
    drag.current = {
      pointer: event.pointerId,
      at,
      handle,
      from: box,
      x: event.clientX,
      y: event.clientY,
      about: `drag ${drags}`,
      isMoving: false,
    };
  };
  const move = (event: PointerEvent<HTMLElement>) => {
    const now = drag.current;
    if (!now || now.pointer !== event.pointerId) return;
    const by = { x: event.clientX - now.x, y: event.clientY - now.y };
    if (!now.isMoving && Math.hypot(by.x, by.y) < STILL) return;
    now.isMoving = true;
    const others = elements.filter((_, index) => index !== now.at.index).map((one) => one.box);
    const snapping =
      options.snaps && !event.altKey
        ? { lines: linesOf(others, room, safe), reach: REACH / scale, grid: 1 }
        : null;
    const placed = place(now.from, now.handle, { x: by.x / scale, y: by.y / scale }, room, snapping);
    setGuides(placed.guides);
    onBox(now.at, placed.box, now.about);
  };
  const end = () => {
    if (!drag.current) return;
    drag.current = null;
    setGuides({ x: null, y: null });
    onSettle();
  };
  const press = (event: KeyboardEvent<HTMLElement>, at: At) => {
    if (event.key === "Escape") {
      const wasMoving = drag.current?.isMoving;
      if (drag.current) {
        event.preventDefault();
        end();
        if (wasMoving) onUndo();
      } else if (chosen) {
        event.preventDefault();
        onChoose(null);
      }
      return;
    }
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      onChoose(at);
      // The first field of what was chosen, once it is there.
      requestAnimationFrame(() =>
        document.querySelector<HTMLElement>(".layouts-side :is(input, textarea, select)")?.focus(),
      );
      return;
    }
    if (!canEdit) return;
    const box = elements[at.index]?.box;
    const moved = box && !event.ctrlKey && !event.metaKey && byKey(box, event);
    if (moved) {
      event.preventDefault();
      onChoose(at);
      onBox(at, moved, `key ${at.part} ${at.index} ${event.shiftKey}`);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      // Boxes are known by their places: the next one is in this one's now, and a key held down must not reach it.
      if (event.repeat) return;
      event.currentTarget.closest<HTMLElement>(".board-paper")?.focus({ preventScroll: true });
      onRemove(at);
    } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "d") {
      event.preventDefault();
      onDuplicate(at);
    }
  };

  const outlines: ReactNode[] = [];
  if (part === "page") {
    const { grid, label } = content.stock;
    const many = Math.min(grid.columns * grid.rows, 400);
    for (let place = 0; place < many; place += 1) {
      const left = grid.left_mm + grid.pitch_x_mm * (place % grid.columns);
      const top = grid.top_mm + grid.pitch_y_mm * Math.floor(place / grid.columns);
      outlines.push(
        <div
          key={place}
          className="board-label"
          style={{ left: px(left), top: px(top), width: px(label.width_mm), height: px(label.height_mm) }}
        />,
      );
    }
  } else if (safe > 0) {
    outlines.push(
      <div
        key="safe"
        className="board-safe"
        style={{
          left: px(safe),
          top: px(safe),
          width: px(room.width_mm - 2 * safe),
          height: px(room.height_mm - 2 * safe),
        }}
      />,
    );
  }
  const mm = (value: number) => round(value);

  return (
    <div
      className="board-paper"
      style={{ width: px(room.width_mm + 2 * bleed), height: px(room.height_mm + 2 * bleed) }}
      onPointerDown={() => onChoose(null)}
      tabIndex={-1}
    >
      {drawing && drawing.svg !== "" && (
        <img
          className="board-drawing"
          alt={t("layouts.designer.drawing")}
          draggable={false}
          src={`data:image/svg+xml;utf8,${encodeURIComponent(drawing.svg)}`}
          style={{ width: px(drawing.width_mm), height: px(drawing.height_mm) }}
        />
      )}
      <div
        className="board-room"
        style={{ left: px(bleed), top: px(bleed), width: px(room.width_mm), height: px(room.height_mm) }}
      >
        {options.hasGrid && (
          <div
            className="board-grid"
            style={{
              backgroundSize: `${px(1)}px ${px(1)}px, ${px(1)}px ${px(1)}px, ${px(10)}px ${px(10)}px, ${px(10)}px ${px(10)}px`,
            }}
          />
        )}
        {outlines}
        {elements.map((one, index) => {
          const at: At = { part, index };
          const { box } = one;
          const isChosen = sameAt(chosen, at);
          return (
            // biome-ignore lint/a11y/useSemanticElements: it is moved by keys, not sent with a form
            <div
              // biome-ignore lint/suspicious/noArrayIndexKey: an element is known by its place alone
              key={index}
              role="group"
              // biome-ignore lint/a11y/noNoninteractiveTabindex: it is moved by keys, and Tab goes from box to box
              tabIndex={0}
              className="board-box"
              data-kind={one.kind}
              data-tone={marks.get(index)}
              aria-current={isChosen}
              aria-label={t("layouts.designer.box", {
                what: elementName(t, one),
                x: mm(box.x_mm),
                y: mm(box.y_mm),
                width: mm(box.width_mm),
                height: mm(box.height_mm),
              })}
              style={{
                left: px(box.x_mm),
                top: px(box.y_mm),
                width: px(box.width_mm),
                height: px(box.height_mm),
                zIndex: isChosen ? elements.length + 1 : byArea.indexOf(index) + 1,
              }}
              onPointerDown={(event) => start(event, at, "move")}
              onPointerMove={move}
              onPointerUp={end}
              onPointerCancel={end}
              onFocus={() => !isChosen && onChoose(at)}
              onBlur={onSettle}
              onKeyDown={(event) => press(event, at)}
            >
              {isChosen &&
                canEdit &&
                HANDLES.map((handle) => (
                  <span
                    key={handle}
                    className="board-handle"
                    data-handle={handle}
                    onPointerDown={(event) => start(event, at, handle)}
                  />
                ))}
            </div>
          );
        })}
        {guides.x !== null && (
          <div className="board-guide" style={{ left: px(guides.x), top: 0, bottom: 0, width: 1 }} />
        )}
        {guides.y !== null && (
          <div className="board-guide" style={{ top: px(guides.y), left: 0, right: 0, height: 1 }} />
        )}
      </div>
    </div>
  );
};
