import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { isPressed } from "@/shell/keys";
import { ToolButton } from "./ToolButton";

export type Direction = 1 | -1;

export const NEXT = "F8";
const BEFORE = "Shift+F8";

/** F8 and Shift+F8 lead through what a person has to look at, wherever the focus is. */
export const useWalkKeys = (walk: (direction: Direction) => void, isOn: boolean) => {
  const latest = useRef(walk);
  latest.current = walk;
  useEffect(() => {
    if (!isOn) return;
    const onKey = (event: KeyboardEvent) => {
      const direction = isPressed(event, NEXT) ? 1 : isPressed(event, BEFORE) ? -1 : null;
      if (direction === null || event.defaultPrevented) return;
      if (document.querySelector(".ant-modal-wrap, [cmdk-dialog]")) return;
      event.preventDefault();
      latest.current(direction);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [isOn]);
};

/** The same walk by buttons. */
export const WalkButtons = ({ onWalk }: { onWalk: (direction: Direction) => void }) => {
  const { t } = useTranslation();
  return (
    <span className="walk">
      <ToolButton
        label={t("problems.before")}
        shows="label"
        look="outlined"
        shortcut={BEFORE}
        onClick={() => onWalk(-1)}
      />
      <ToolButton
        label={t("problems.next")}
        shows="label"
        look="outlined"
        shortcut={NEXT}
        onClick={() => onWalk(1)}
      />
    </span>
  );
};
