import type { Call } from "@/generated/client";
import type { Event } from "@/generated/types";

/** A kind of file in a dialog: `name` in the user's language, endings without the dot. */
export interface FileKind {
  name: string;
  endings: string[];
}

/** What the program around the page lends to it. The rest of the UI asks for these, never for a platform. */
export interface Host {
  call: Call;
  /** Calls `hear` for every event of the app; answers how to stop. */
  listen: (hear: (event: Event) => void) => () => void;
  /** The path of a file to read, or null when the person thought better of it. */
  pickFile: (title: string, kinds: FileKind[]) => Promise<string | null>;
  pickFolder: (title: string) => Promise<string | null>;
  /** The path of a file to write. */
  pickSavePath: (title: string, proposal: string, kinds: FileKind[]) => Promise<string | null>;
}
