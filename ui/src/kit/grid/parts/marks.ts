/** The marks beside the row numbers, drawn so that each has its own shape: colour is never the only sign. */

import type { RowMark, SortKey } from "../types";

const SVG = "http://www.w3.org/2000/svg";

const MARK_PATHS: Record<RowMark, { fill: string; line: string }> = {
  pending: { fill: "M8 3.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9z", line: "" },
  conflict: { fill: "", line: "M8 2.5 14.2 13.5H1.8zM8 6.4v3.4M8 11.4v.6" },
  refused: { fill: "", line: "M4 4l8 8M12 4l-8 8" },
  invalid: { fill: "", line: "M8 2.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2zM8 5v3.8M8 10.6v.6" },
  warning: { fill: "", line: "M8 1.9 14.1 8 8 14.1 1.9 8zM8 5.2v3.4M8 10.2v.6" },
  added: { fill: "", line: "M8 3v10M3 8h10" },
  changed: { fill: "", line: "M3 11.5 10.8 3.7l1.6 1.6L4.6 13.1 2.6 13.5zM9.4 5.1l1.6 1.6" },
  removed: { fill: "", line: "M3 8h10" },
};

function drawing(fill: string, line: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  for (const [path, kind] of [
    [fill, "fill"],
    [line, "line"],
  ] as const) {
    if (path === "") continue;
    const shape = document.createElementNS(SVG, "path");
    shape.setAttribute("d", path);
    shape.setAttribute("class", `grid-shape-${kind}`);
    svg.append(shape);
  }
  return svg;
}

export function markDrawing(mark: RowMark): SVGSVGElement {
  const path = MARK_PATHS[mark];
  return drawing(path.fill, path.line);
}

export function sortDrawing(direction: SortKey["direction"]): SVGSVGElement {
  return drawing("", direction === "ascending" ? "M8 13V3M4 7l4-4 4 4" : "M8 3v10M4 9l4 4 4-4");
}

export function filterDrawing(): SVGSVGElement {
  return drawing("M2.5 3.5h11L9.5 8.6v3.9l-3 1.2V8.6z", "");
}

/** Three dots: there is more to be done here. */
export function moreDrawing(): SVGSVGElement {
  return drawing(
    "M3 8m-1.3 0a1.3 1.3 0 1 0 2.6 0a1.3 1.3 0 1 0-2.6 0M8 8m-1.3 0a1.3 1.3 0 1 0 2.6 0a1.3 1.3 0 1 0-2.6 0M13 8m-1.3 0a1.3 1.3 0 1 0 2.6 0a1.3 1.3 0 1 0-2.6 0",
    "",
  );
}
