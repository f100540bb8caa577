/** Our grid as the program mounts it. */

import { createRef } from "react";
import { createRoot } from "react-dom/client";
import { words } from "../../../ui/dev/words";
import { Grid } from "../../../ui/src/kit/grid";
import { box, columns, FROZEN, source, tell } from "./work";

const grid = createRef();

createRoot(box()).render(
  <Grid
    ref={grid}
    label="成员"
    columns={columns}
    source={source}
    actions={source}
    view=""
    version={1}
    frozen={FROZEN}
    density_px={28}
    words={words}
    empty=""
  />,
);

tell({
  name: "ours",
  inset_px: 96,
  shown: (row, column) => {
    const where = `[role=row][aria-rowindex="${row + 2}"]:not(.is-loading) [role=gridcell][aria-colindex="${column + 2}"]`;
    return box().querySelector(where)?.textContent ?? null;
  },
});
