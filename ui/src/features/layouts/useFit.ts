import { useLayoutEffect, useRef, useState } from "react";

/** White around the paper. */
const EDGE = 28;

/** Pixels a millimetre by which paper of this size fits the element that has the ref. */
export const useFit = (width_mm: number, height_mm: number) => {
  const ref = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState({ width: 700, height: 500 });
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const look = () => setRoom({ width: element.clientWidth, height: element.clientHeight });
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const scale = Math.min((room.width - 2 * EDGE) / width_mm, (room.height - 2 * EDGE) / height_mm);
  return { ref, scale: Math.min(Math.max(scale, 0.5), 14) };
};
