import { useEffect, useRef, useState } from "react";
import type { DraftLayout, LayoutDrawing } from "@/generated/types";
import { client } from "@/host";

/**
 * The layout drawn as it would be printed, and what there is to say of it. One drawing is asked for at a time; what was
 * changed meanwhile is drawn next, so that a drag shows as many pictures as can be made. `drawn` is what was asked.
 */
export const useDrawing = (wanted: DraftLayout | null) => {
  const [drawing, setDrawing] = useState<LayoutDrawing | null>(null);
  const [drawn, setDrawn] = useState<DraftLayout | null>(null);
  const latest = useRef(wanted);
  const isBusy = useRef(false);
  const isGone = useRef(false);
  latest.current = wanted;
  useEffect(() => {
    isGone.current = false;
    return () => {
      isGone.current = true;
    };
  }, []);
  useEffect(() => {
    if (wanted === null || isBusy.current) return;
    isBusy.current = true;
    const draw = async () => {
      for (let now = latest.current; now !== null; ) {
        try {
          const made = await client.draftLayout(now);
          if (isGone.current) break;
          setDrawing(made);
        } catch {
          // The roster was closed, or the call was not understood: what was drawn last stays.
        }
        setDrawn(now);
        if (latest.current === now) break;
        now = latest.current;
      }
      isBusy.current = false;
    };
    void draw();
  }, [wanted]);
  return { drawing, drawn };
};
