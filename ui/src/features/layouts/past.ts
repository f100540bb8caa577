/** A content with its past: what was undone can be done again until something else is done. */

import type { LayoutContent } from "@/generated/types";

export interface Past {
  now: LayoutContent;
  before: readonly LayoutContent[];
  after: readonly LayoutContent[];
  /** What the last change was about: further ones of the same are one with it. */
  about: string | null;
}

/** Steps that can be undone. */
const STEPS = 200;

export const begin = (content: LayoutContent): Past => ({ now: content, before: [], after: [], about: null });

/** The past with a change; `about` the same as the last one makes both one step. */
export const change = (past: Past, now: LayoutContent, about: string | null = null): Past => {
  if (now === past.now) return past;
  const isOneStep = about !== null && about === past.about;
  const before = isOneStep ? past.before : [...past.before, past.now].slice(-STEPS);
  return { now, before, after: [], about };
};

/** Whatever comes next is a step of its own. */
export const settle = (past: Past): Past => (past.about === null ? past : { ...past, about: null });

export const undo = (past: Past): Past => {
  const now = past.before.at(-1);
  if (now === undefined) return past;
  return { now, before: past.before.slice(0, -1), after: [past.now, ...past.after], about: null };
};

export const redo = (past: Past): Past => {
  const [now, ...after] = past.after;
  if (now === undefined) return past;
  return { now, before: [...past.before, past.now], after, about: null };
};
