import { useEffect, useRef } from "react";
import { isTyping } from "@/shell/keys";

/** What lies over a page takes Esc for itself. */
const OVER = ".ant-modal-wrap, [cmdk-dialog], .popup, .menu";

/** Esc goes back from a page to where one came from; in a field it does not, for it would lose what was typed. */
export const useEscape = (goBack: () => void) => {
  const latest = useRef(goBack);
  latest.current = goBack;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented || isTyping(event)) return;
      const isCovered = [...document.querySelectorAll<HTMLElement>(OVER)].some(
        (one) => one.offsetParent !== null || getComputedStyle(one).display !== "none",
      );
      if (isCovered) return;
      event.preventDefault();
      latest.current();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
};
