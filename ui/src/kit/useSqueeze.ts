import { useEffect, useLayoutEffect, useRef } from "react";

/**
 * A bar that does without something where it is narrow: `data-squeeze` on it is the least step, from 0 to `most`, at
 * which nothing of it is cut off. What a step does without, the bar's style sheet says. Words are longer in one
 * language than in another, so it is measured, not reckoned from the width.
 */
export const useSqueeze = (most: number) => {
  const bar = useRef<HTMLDivElement>(null);
  const fit = useRef(() => {
    const box = bar.current;
    if (!box) return;
    for (let step = 0; step <= most; step += 1) {
      box.dataset.squeeze = String(step);
      if (box.scrollWidth <= box.clientWidth) return;
    }
  });
  // Any drawing may have brought other words.
  useLayoutEffect(() => fit.current());
  useEffect(() => {
    let frame = 0;
    const observer = new ResizeObserver(() => {
      window.cancelAnimationFrame(frame);
      frame = window.requestAnimationFrame(fit.current);
    });
    if (bar.current) for (const one of [bar.current, ...bar.current.children]) observer.observe(one);
    return () => {
      window.cancelAnimationFrame(frame);
      observer.disconnect();
    };
  }, []);
  return bar;
};
