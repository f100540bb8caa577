import { type ReactNode, useEffect, useLayoutEffect, useRef } from "react";
import { createPortal } from "react-dom";
import { written } from "@/shell/keys";
import "./kit.css";

export interface MenuItem {
  key: string;
  label: string;
  icon?: ReactNode;
  /** As `written` takes it: `Mod+C`. */
  shortcut?: string;
  isDisabled?: boolean;
  /** Why it cannot be done now, where that is not plain. */
  why?: string;
  isDanger?: boolean;
  run: () => void;
}

/** Where on the screen a menu opens, in pixels. */
export interface MenuPlace {
  x_px: number;
  y_px: number;
}

const MARGIN_PX = 8;

/** A menu at a point: arrows move, Enter chooses, Esc closes; the focus comes back to where it was. */
export const ContextMenu = ({
  at,
  label,
  items,
  onClose,
}: {
  at: MenuPlace;
  label: string;
  items: readonly (MenuItem | "line")[];
  onClose: () => void;
}) => {
  const box = useRef<HTMLDivElement>(null);
  const before = useRef<Element | null>(null);
  const close = useRef(onClose);
  close.current = onClose;

  useLayoutEffect(() => {
    const menu = box.current;
    if (!menu) return;
    if (!menu.contains(document.activeElement)) before.current = document.activeElement;
    const { width, height } = menu.getBoundingClientRect();
    menu.style.left = `${Math.max(MARGIN_PX, Math.min(at.x_px, window.innerWidth - width - MARGIN_PX))}px`;
    menu.style.top = `${Math.max(MARGIN_PX, Math.min(at.y_px, window.innerHeight - height - MARGIN_PX))}px`;
    menu.querySelector<HTMLElement>("[role=menuitem]")?.focus();
  }, [at]);

  useEffect(() => {
    const onPointer = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Node)) close.current();
    };
    const onBlur = () => close.current();
    document.addEventListener("pointerdown", onPointer, true);
    window.addEventListener("blur", onBlur);
    return () => {
      document.removeEventListener("pointerdown", onPointer, true);
      window.removeEventListener("blur", onBlur);
    };
  }, []);

  const goBack = () => {
    onClose();
    if (before.current instanceof HTMLElement) before.current.focus();
  };

  const onKey = (event: React.KeyboardEvent) => {
    const entries = [...(box.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const now = entries.indexOf(document.activeElement as HTMLElement);
    const focus = (index: number) => entries[(index + entries.length) % entries.length]?.focus();
    if (event.key === "ArrowDown") focus(now + 1);
    else if (event.key === "ArrowUp") focus(now - 1);
    else if (event.key === "Home") focus(0);
    else if (event.key === "End") focus(entries.length - 1);
    else if (event.key === "Escape" || event.key === "Tab") goBack();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return createPortal(
    <div ref={box} role="menu" aria-label={label} className="menu" onKeyDown={onKey} tabIndex={-1}>
      {items.map((item, index) =>
        item === "line" ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
          <hr key={index} />
        ) : (
          <button
            key={item.key}
            type="button"
            role="menuitem"
            aria-disabled={item.isDisabled || undefined}
            className={item.isDanger ? "is-danger" : undefined}
            onClick={() => {
              if (item.isDisabled) return;
              goBack();
              item.run();
            }}
          >
            {/* An icon says its English name to screen readers. */}
            {item.icon && (
              <span className="menu-icon" aria-hidden="true">
                {item.icon}
              </span>
            )}
            <span>
              {item.label}
              {item.why !== undefined && <small className="menu-why"> {item.why}</small>}
            </span>
            {item.shortcut && <kbd>{written(item.shortcut)}</kbd>}
          </button>
        ),
      )}
    </div>,
    document.body,
  );
};
