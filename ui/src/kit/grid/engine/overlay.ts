/**
 * What was just typed, shown before the data's owner has answered, and what the owner refused, kept where it was typed
 * so that nothing is lost. Never changes a loaded row: it lies above them.
 */

import type { CellRange, Draft, GridDrafts } from "../types";
import { rangeHas } from "./selection";

interface Patch {
  range: CellRange;
  textAt(row: number, column: number): string | undefined;
  /** From this version on, pages hold the change themselves; null while it is under way. */
  until: number | null;
}

export type PatchToken = { readonly patch: Patch };

const DRAFT_LIMIT = 200;

export class Overlay {
  #patches: Patch[] = [];
  readonly #drafts: GridDrafts;

  constructor(drafts: GridDrafts = new Map()) {
    this.#drafts = drafts;
  }

  add(range: CellRange, textAt: (row: number, column: number) => string | undefined): PatchToken {
    const patch: Patch = { range, textAt, until: null };
    this.#patches.push(patch);
    return { patch };
  }

  /** The change is in the data from `version` on. */
  settle(token: PatchToken, version: number): void {
    token.patch.until = version;
  }

  drop(token: PatchToken): void {
    this.#patches = this.#patches.filter((patch) => patch !== token.patch);
  }

  /** Forget what every loaded page holds by now. */
  prune(oldestPageVersion: number): void {
    if (this.#patches.length === 0) return;
    this.#patches = this.#patches.filter((patch) => patch.until === null || patch.until > oldestPageVersion);
  }

  /** What lies over a cell of a page read at `pageVersion`. The newest patch wins. */
  textAt(row: number, column: number, pageVersion: number): string | undefined {
    for (let i = this.#patches.length - 1; i >= 0; i -= 1) {
      const patch = this.#patches[i];
      if (!patch || (patch.until !== null && pageVersion >= patch.until)) continue;
      if (!rangeHas(patch.range, row, column)) continue;
      const text = patch.textAt(row, column);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  /** Whether anything lies over the loaded rows. */
  get isInUse(): boolean {
    return this.#patches.length > 0 || this.#drafts.size > 0;
  }

  draft(rowId: string, columnId: string): Draft | undefined {
    return this.#drafts.size === 0 ? undefined : this.#drafts.get(draftKey(rowId, columnId));
  }

  keepDraft(rowId: string, columnId: string, draft: Draft): void {
    const key = draftKey(rowId, columnId);
    this.#drafts.delete(key);
    this.#drafts.set(key, draft);
    const oldest = this.#drafts.keys().next();
    if (this.#drafts.size > DRAFT_LIMIT && !oldest.done) this.#drafts.delete(oldest.value);
  }

  dropDraft(rowId: string, columnId: string): boolean {
    return this.#drafts.delete(draftKey(rowId, columnId));
  }

  hasDrafts(rowId: string): boolean {
    if (this.#drafts.size === 0) return false;
    for (const key of this.#drafts.keys()) if (key.startsWith(`${rowId}\n`)) return true;
    return false;
  }

  /** A range was written over: refused texts in these rows and columns have had their day. */
  dropDraftsIn(range: CellRange, columnIds: readonly string[]): void {
    for (const [key, draft] of this.#drafts) {
      const column = columnIds.indexOf(key.slice(key.indexOf("\n") + 1));
      if (rangeHas(range, draft.row, column)) this.#drafts.delete(key);
    }
  }

  /** Another view: positions mean other rows now. Refused texts are kept, they belong to rows. */
  forgetPatches(): void {
    this.#patches = [];
  }
}

function draftKey(rowId: string, columnId: string): string {
  return `${rowId}\n${columnId}`;
}
