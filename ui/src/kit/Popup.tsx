import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
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

const Panel = ({
  label,
  trigger,
  width_px,
  onClose,
  onLeave,
  children,
}: {
  label: string;
  trigger: HTMLElement | null;
  width_px: number | undefined;
  onClose: () => void;
  onLeave: () => void;
  children: ReactNode;
}) => {
  const box = useRef<HTMLDivElement>(null);
  const leave = useRef(onLeave);
  leave.current = onLeave;

  useLayoutEffect(() => {
    if (!box.current || !trigger) return;
    const at = trigger.getBoundingClientRect();
    const size = box.current.getBoundingClientRect();
    const left = Math.min(at.left, window.innerWidth - size.width - MARGIN_PX);
    const fitsBelow = at.bottom + 4 + size.height <= window.innerHeight - MARGIN_PX;
    const top = fitsBelow ? at.bottom + 4 : Math.max(MARGIN_PX, window.innerHeight - size.height - MARGIN_PX);
    box.current.style.left = `${Math.max(MARGIN_PX, left)}px`;
    box.current.style.top = `${top}px`;
    (box.current.querySelector<HTMLElement>(FOCUSABLE) ?? box.current).focus();
  }, [trigger]);

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
