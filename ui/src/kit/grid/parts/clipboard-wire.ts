/**
 * Copy, cut and paste by the clipboard's own events, never by asking for the clipboard. Rows that are not loaded are
 * read first; then the copy is repeated, and where the web view forbids that, the user is asked to press once more.
 */

import { formatHtml, formatTsv, parseTsv } from "../engine/clipboard";
import { planPaste } from "../engine/paste-plan";
import { fitSelection, lastRange, rangeSize, selectRange } from "../engine/selection";
import type { CellRange } from "../types";
import type { Acts } from "./acts";
import type { Board } from "./board";
import type { Sink } from "./sink";

const COPY_LIMIT_ROWS = 200_000;
const COPY_LIMIT_CELLS = 2_000_000;
const READ_ROWS = 10_000;

interface Prepared {
  key: string;
  block: string[][];
}

export class ClipboardWire {
  readonly #board: Board;
  readonly #sink: Sink;
  readonly #acts: Acts;
  #prepared: Prepared | null = null;
  #isReading = false;

  constructor(board: Board, sink: Sink, acts: Acts, signal: AbortSignal) {
    this.#board = board;
    this.#sink = sink;
    this.#acts = acts;
    const { box } = sink;
    box.addEventListener("copy", (event) => this.#copy(event, "keep"), { signal });
    box.addEventListener("cut", (event) => this.#copy(event, "clear"), { signal });
    box.addEventListener("paste", (event) => this.#paste(event), { signal });
    // WebKit offers copy for an empty text area only if somebody claims it here.
    for (const name of ["beforecopy", "beforecut", "beforepaste"])
      box.addEventListener(
        name,
        (event) => {
          if (board.editMode() === null) event.preventDefault();
        },
        { signal },
      );
  }

  #copy(event: ClipboardEvent, then: "keep" | "clear"): void {
    const board = this.#board;
    if (board.editMode() !== null) return;
    event.preventDefault();
    if (board.bounds().rows === 0) return;
    const ranges = copiedRanges(board.selection.ranges);
    if (!ranges) {
      board.notify({ kind: "refused", text: board.options.words.notOneBlock });
      return;
    }
    const rows = ranges.blocks.reduce((sum, range) => sum + rangeSize(range).rows, 0);
    const { columns } = rangeSize(lastRange(board.selection));
    if (rows > COPY_LIMIT_ROWS || rows * columns > COPY_LIMIT_CELLS) {
      board.notify({ kind: "too-big", text: board.options.words.tooBig(COPY_LIMIT_ROWS) });
      return;
    }
    const block = this.#block(ranges);
    if (!block) {
      void this.#readThenCopy(ranges, then);
      return;
    }
    event.clipboardData?.setData("text/plain", formatTsv(block));
    event.clipboardData?.setData("text/html", formatHtml(block));
    board.notify({
      kind: "copied",
      text: board.options.words.copied(block.length, block[0]?.length ?? 0),
    });
    if (then === "clear" && board.options.actions) this.#acts.write(board.selection.ranges, "");
  }

  #key(ranges: CopiedRanges): string {
    return JSON.stringify([ranges, this.#board.stamp()]);
  }

  #block(ranges: CopiedRanges): string[][] | null {
    if (this.#prepared?.key === this.#key(ranges)) return this.#prepared.block;
    const parts: string[][][] = [];
    for (const range of ranges.blocks) {
      if (!this.#board.data.hasAll(range.top, range.bottom)) return null;
      const part: string[][] = [];
      for (let row = range.top; row <= range.bottom; row += 1) {
        const line: string[] = [];
        for (let column = range.left; column <= range.right; column += 1) {
          const text = this.#board.text(row, column);
          if (text === undefined) return null;
          line.push(text);
        }
        part.push(line);
      }
      parts.push(part);
    }
    return joined(parts, ranges.direction);
  }

  async #readThenCopy(ranges: CopiedRanges, then: "keep" | "clear"): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    const board = this.#board;
    board.say(board.options.words.loading);
    try {
      await this.#acts.settled();
      const key = this.#key(ranges);
      const parts: string[][][] = [];
      for (const range of ranges.blocks) parts.push(await this.#read(range));
      this.#prepared = { key, block: joined(parts, ranges.direction) };
      const now = copiedRanges(board.selection.ranges);
      if (!now || key !== this.#key(now)) return;
      // Repeats the event, this time with the rows at hand. Not every web view lets a page do so after a wait.
      const isCopied = this.#sink.isFocused && document.execCommand(then === "clear" ? "cut" : "copy");
      if (!isCopied) board.notify({ kind: "copy-ready", text: board.options.words.copyAgain });
    } catch {
      board.notify({ kind: "source-failed", text: board.options.words.sourceFailed });
    } finally {
      this.#isReading = false;
    }
  }

  async #read(range: CellRange): Promise<string[][]> {
    const { source } = this.#board.options;
    const at = this.#board.stamp();
    const rows: string[][] = [];
    for (let top = range.top; top <= range.bottom; top += READ_ROWS) {
      const part = { ...range, top, bottom: Math.min(range.bottom, top + READ_ROWS - 1) };
      for (const row of await source.read(part, at)) rows.push([...row]);
    }
    return rows;
  }

  /** Start a copy as if its keys had been pressed. */
  copy(): void {
    this.#sink.focus();
    document.execCommand("copy");
  }

  #paste(event: ClipboardEvent): void {
    const board = this.#board;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    event.preventDefault();
    if (text === "") return;
    const block = parseTsv(text);
    if (!block) {
      board.notify({ kind: "too-big", text: board.options.words.tooBig(COPY_LIMIT_ROWS) });
      return;
    }
    if (board.editMode() !== null) {
      // A single copied cell ends in a line break that is not part of its text.
      const single = block.length === 1 && block[0]?.length === 1 ? (block[0][0] ?? "") : text;
      document.execCommand("insertText", false, single.replace(/\r\n?/g, "\n"));
      return;
    }
    if (!board.options.actions) {
      board.notify({ kind: "read-only", text: board.options.words.readOnly });
      return;
    }
    this.#prepared = null;
    const below = board.options.below ?? "cut";
    const bounds = board.bounds();
    if (bounds.rows === 0 && below === "cut") {
      const lost = board.options.words.didNotFit(block.length, block[0]?.length ?? 0);
      board.notify({ kind: "did-not-fit", text: lost });
      return;
    }
    const { ranges } = board.selection;
    const size = [block.length, block[0]?.length ?? 1] as const;
    if (ranges.length > 1 && size[0] === 1 && size[1] === 1) {
      this.#acts.write(ranges, block[0]?.[0] ?? "");
      return;
    }
    const plan = planPaste(lastRange(board.selection), ...size, bounds, below);
    this.#acts.paste(plan.range, block);
    // Rows that are still to be made cannot be selected yet.
    board.select(fitSelection(selectRange(plan.range), bounds), "stay");
    if (plan.lostRows > 0 || plan.lostColumns > 0)
      board.notify({
        kind: "did-not-fit",
        text: board.options.words.didNotFit(plan.lostRows, plan.lostColumns),
      });
  }
}

interface CopiedRanges {
  blocks: CellRange[];
  direction: "below" | "beside";
}

/** Several ranges can be copied as one block if they share their columns or their rows, and lie beside each other. */
export function copiedRanges(ranges: readonly CellRange[]): CopiedRanges | null {
  const first = ranges[0];
  if (!first) return { blocks: [], direction: "below" };
  const areApart = (sorted: CellRange[], from: "top" | "left", to: "bottom" | "right") =>
    sorted.every((range, i) => i === 0 || range[from] > (sorted[i - 1]?.[to] ?? -1));
  const down = [...ranges].sort((a, b) => a.top - b.top);
  const across = [...ranges].sort((a, b) => a.left - b.left);
  const hasSameColumns = ranges.every((range) => range.left === first.left && range.right === first.right);
  if (hasSameColumns && areApart(down, "top", "bottom")) return { blocks: down, direction: "below" };
  const hasSameRows = ranges.every((range) => range.top === first.top && range.bottom === first.bottom);
  if (hasSameRows && areApart(across, "left", "right")) return { blocks: across, direction: "beside" };
  return null;
}

function joined(parts: string[][][], direction: CopiedRanges["direction"]): string[][] {
  if (direction === "below") return parts.flat();
  return (parts[0] ?? []).map((_, row) => parts.flatMap((part) => part[row] ?? []));
}
