/** Layouts under somebody's hands: they outlive going to another page, so that nobody is asked whether to lose them. */

import { create } from "zustand";
import type { LayoutContent } from "@/generated/types";
import { begin, type Past } from "./past";

export interface Draft {
  past: Past;
  name: string;
  /** As it was opened or kept last. */
  kept: { name: string; content: LayoutContent; state: string };
}

interface Drafts {
  /** By organisation and layout. */
  open: Record<string, Draft>;
}

export const useDrafts = create<Drafts>(() => ({ open: {} }));

export const draftKey = (profile: string, id: string) => `${profile}/${id}`;

export const openDraft = (name: string, content: LayoutContent, state: string): Draft => ({
  past: begin(content),
  name,
  kept: { name, content, state },
});

export const isChanged = (draft: Draft) =>
  draft.past.now !== draft.kept.content || draft.name !== draft.kept.name;

export const setDraft = (key: string, draft: Draft | null) =>
  useDrafts.setState(({ open }) => {
    if (draft !== null) return { open: { ...open, [key]: draft } };
    const { [key]: _, ...rest } = open;
    return { open: rest };
  });
