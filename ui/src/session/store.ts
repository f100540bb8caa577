import { create } from "zustand";
import type { Mark } from "@/generated/types";

interface Session {
  /** Version of the roster that the app last told. */
  version: number;
  /** Progress of long work, by its job. */
  progress: Record<string, { done: number; total: number }>;
  /** A file that was dropped on the window and waits for the import. */
  droppedPath: string | null;
  /** Pictures or a folder that were dropped on the window. */
  droppedPictures: string[] | null;
  /** Somebody is shown whose photo one dropped picture would be. */
  takesPicture: boolean;
  isPaletteOpen: boolean;
  /** What the grid reports of its selection, for the status bar. */
  selection: { cells: number; rows: number; columns: number; ranges: number } | null;
  /** Members in the shown view, for the status bar. */
  total: number | null;
  /** Rows that the status bar asked to be shown. */
  mark: Mark | null;
  /** Member that the palette asked to be shown. */
  shownMember: string | null;
  /** Word of the command that the palette gave to a page. */
  asked: string | null;
  /** Rises whenever other values are masked than before. */
  sight: number;
}

/** View state that several places share; nothing in it outlives the window. */
export const useSession = create<Session>(() => ({
  version: 0,
  progress: {},
  droppedPath: null,
  droppedPictures: null,
  takesPicture: false,
  isPaletteOpen: false,
  selection: null,
  total: null,
  mark: null,
  shownMember: null,
  asked: null,
  sight: 0,
}));
