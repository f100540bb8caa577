/** The grid for React: makes the engine once, hands it the options as they change, and shows what is put over it. */

import {
  type CSSProperties,
  type ReactNode,
  type Ref,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
} from "react";
import { GridEngine } from "./grid-engine";
import type { GridHandle, GridOptions } from "./types";
import "./grid.css";
import "./grid-head.css";
import "./grid-editor.css";

export interface GridProps extends GridOptions {
  className?: string;
  style?: CSSProperties;
  /** Shown in place of the rows when the view has none: say what to do next. */
  empty?: ReactNode;
  ref?: Ref<GridHandle>;
}

export function Grid({ className, style, empty, ref, ...options }: GridProps) {
  const frame = useRef<HTMLDivElement>(null);
  const engine = useRef<GridEngine | null>(null);
  const latest = useRef<GridOptions>(options);
  const [isEmpty, setIsEmpty] = useState(false);

  const withTotal: GridOptions = {
    ...options,
    onTotal: (total) => {
      setIsEmpty(total === 0);
      latest.current.onTotal?.(total);
    },
  };

  useEffect(() => {
    latest.current = options;
    engine.current?.update(withTotal);
  });

  // The engine lives as long as the element; the effect above brings it every later change.
  // biome-ignore lint/correctness/useExhaustiveDependencies: made once
  useEffect(() => {
    if (!frame.current) return;
    const made = new GridEngine(frame.current, withTotal, platform());
    engine.current = made;
    return () => {
      made.destroy();
      engine.current = null;
    };
  }, []);

  useImperativeHandle(ref, () => handle(engine), []);

  return (
    <div className={className ? `grid-frame ${className}` : "grid-frame"} style={style}>
      <div ref={frame} className="grid-host" />
      {isEmpty && empty !== undefined ? <div className="grid-empty">{empty}</div> : null}
    </div>
  );
}

function platform(): "mac" | "other" {
  return /Mac|iPhone|iPad/.test(navigator.userAgent) ? "mac" : "other";
}

/** Calls before the engine is there, or after it is gone, do nothing. */
function handle(engine: { current: GridEngine | null }): GridHandle {
  return {
    focus: () => engine.current?.focus(),
    select: (range) => engine.current?.select(range),
    selectAll: () => engine.current?.selectAll(),
    selectColumn: (column) => engine.current?.selectColumn(column),
    report: () => engine.current?.report() ?? NOTHING_SELECTED,
    advance: (version) => engine.current?.advance(version),
    rowAt: (index) => engine.current?.rowAt(index),
    edit: () => engine.current?.edit(),
    clear: () => engine.current?.clear(),
    fillDown: () => engine.current?.fillDown(),
    copy: () => engine.current?.copy(),
    undo: () => engine.current?.undo(),
    redo: () => engine.current?.redo(),
    fitColumn: (column) => engine.current?.fitColumn(column),
  };
}

const NOTHING_SELECTED = {
  view: "",
  version: 0,
  active: { row: 0, column: 0 },
  ranges: [],
  cells: 0,
  rows: 0,
  columns: 0,
  activeRowId: null,
};
