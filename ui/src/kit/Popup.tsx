import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import type { MenuPlace } from "./ContextMenu";
import { ToolButton, type ToolButtonProps } from "./ToolButton";

const MARGIN_PX = 8;
const FOCUSABLE = 'button:not(:disabled), input, select, textarea, a[href], [tabindex="0"]';

/** A button with a small panel: the focus goes in when it opens, stays in, and comes back when Esc or a click closes it. */
export const Popup = ({
  children,
  width_px,
  onOpenChange,
  ...button
}: Omit<ToolButtonProps, "ref" | "children"> & {
  children: (close: () => void) => ReactNode;
  width_px?: number;
  onOpenChange?: (isOpen: boolean) => void;
}) => {
  const [isOpen, setOpen] = useState(false);
  const trigger = useRef<HTMLButtonElement>(null);
  const change = (open: boolean) => {
    setOpen(open);
    onOpenChange?.(open);
  };
  const close = () => {
    change(false);
    trigger.current?.focus();
  };
  return (
    <>
      <ToolButton
        {...button}
        ref={trigger}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => change(!isOpen)}
      />
      {isOpen &&
        createPortal(
          <Panel
            label={button.label}
            trigger={trigger.current}
            width_px={width_px}
            onClose={close}
            onLeave={() => change(false)}
          >
            {children(close)}
          </Panel>,
          document.body,
        )}
    </>
  );
};

/** The same panel at a point, opened by something else; the focus comes back to where it was. */
export const PopupAt = ({
  at,
  label,
  width_px,
  onClose,
  children,
}: {
  at: MenuPlace;
  label: string;
  width_px?: number;
  onClose: () => void;
  children: ReactNode;
}) => {
  const before = useRef(document.activeElement);
  return createPortal(
    <Panel
      label={label}
      trigger={null}
      at={at}
      width_px={width_px}
      onClose={() => {
        onClose();
        if (before.current instanceof HTMLElement) before.current.focus();
      }}
      onLeave={onClose}
    >
      {children}
    </Panel>,
    document.body,
  );
};

const Panel = ({
  label,
  trigger,
  at,
  width_px,
  onClose,
  onLeave,
  children,
}: {
  label: string;
  trigger: HTMLElement | null;
  at?: MenuPlace;
  width_px: number | undefined;
  onClose: () => void;
  onLeave: () => void;
  children: ReactNode;
}) => {
  const box = useRef<HTMLDivElement>(null);
  const leave = useRef(onLeave);
  leave.current = onLeave;

  useLayoutEffect(() => {
    const frame = trigger?.getBoundingClientRect();
    const place = frame ? { x_px: frame.left, y_px: frame.bottom + 4 } : at;
    if (!box.current || !place) return;
    const size = box.current.getBoundingClientRect();
    const left = Math.min(place.x_px, window.innerWidth - size.width - MARGIN_PX);
    const fitsBelow = place.y_px + size.height <= window.innerHeight - MARGIN_PX;
    const top = fitsBelow ? place.y_px : Math.max(MARGIN_PX, window.innerHeight - size.height - MARGIN_PX);
    box.current.style.left = `${Math.max(MARGIN_PX, left)}px`;
    box.current.style.top = `${top}px`;
    (box.current.querySelector<HTMLElement>(FOCUSABLE) ?? box.current).focus();
  }, [trigger, at]);

  useEffect(() => {
    const onPointer = (event: PointerEvent) => {
      const target = event.target as Node;
      if (!box.current?.contains(target) && !trigger?.contains(target)) leave.current();
    };
    document.addEventListener("pointerdown", onPointer, true);
    return () => document.removeEventListener("pointerdown", onPointer, true);
  }, [trigger]);

  return (
    <div
      ref={box}
      role="dialog"
      aria-label={label}
      tabIndex={-1}
      className="popup"
      style={{ width: width_px }}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          event.stopPropagation();
          event.preventDefault();
          onClose();
        } else if (event.key === "Tab") keepInside(event.nativeEvent, box.current);
      }}
    >
      {children}
    </div>
  );
};

/** Tab at the last widget goes on at the first, and back. */
const keepInside = (event: KeyboardEvent, box: HTMLElement | null) => {
  const stops = [...(box?.querySelectorAll<HTMLElement>(FOCUSABLE) ?? [])];
  const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
  if (document.activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? stops[stops.length - 1] : stops[0])?.focus();
};
