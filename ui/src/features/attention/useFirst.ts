import { useCallback, useEffect, useRef } from "react";

/**
 * Where the keyboard goes in a list of cards: to the first one when another part of the list is shown, and when the card
 * that had it was settled and is gone; `isAtOnce`, as soon as the list comes.
 */
export const useFirst = (page: { start: number }, isAtOnce = false) => {
  const list = useRef<HTMLUListElement>(null);
  const start = useRef(isAtOnce ? null : page.start);
  const isSettled = useRef(false);
  const focusFirst = useCallback(() => list.current?.querySelector<HTMLElement>("li")?.focus(), []);

  useEffect(() => {
    const isMoved = start.current !== page.start;
    const isLost = isSettled.current && document.activeElement === document.body;
    start.current = page.start;
    isSettled.current = false;
    if (isMoved || isLost) focusFirst();
  }, [page, focusFirst]);

  /** Something was settled; its card may go only with the next answer. */
  const settled = () => {
    isSettled.current = true;
    focusFirst();
  };
  return { list, settled };
};
