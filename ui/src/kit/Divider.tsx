import { useRef } from "react";
import "./kit.css";

const STEP_PX = 16;

/** The line between a pane and its neighbour: dragged by the pointer, or moved by arrow keys. */
export const Divider = ({
  label,
  side,
  width_px,
  least_px,
  most_px,
  onResize,
}: {
  label: string;
  /** On which side of the line the pane lies that it sizes. */
  side: "left" | "right";
  width_px: number;
  least_px: number;
  most_px: number;
  onResize: (width_px: number) => void;
}) => {
  const start = useRef<{ x: number; width: number } | null>(null);
  const sign = side === "left" ? 1 : -1;
  const resize = (wanted: number) => onResize(Math.round(Math.min(most_px, Math.max(least_px, wanted))));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that is moved is no hr
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={width_px}
      aria-valuemin={least_px}
      aria-valuemax={most_px}
      tabIndex={0}
      className="divider"
      onPointerDown={(event) => {
        start.current = { x: event.clientX, width: width_px };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (start.current) resize(start.current.width + sign * (event.clientX - start.current.x));
      }}
      onPointerUp={() => {
        start.current = null;
      }}
      onPointerCancel={() => {
        start.current = null;
      }}
      onKeyDown={(event) => {
        const by = { ArrowLeft: -STEP_PX, ArrowRight: STEP_PX }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        resize(width_px + sign * by);
      }}
    />
  );
};
