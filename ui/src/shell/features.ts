import type { ComponentType } from "react";
import type { zh } from "@/words/zh";

/** What a feature says of itself in `features/<name>/feature.ts`; it is in the shell by existing. */
export interface Feature {
  /** Place in the rail, from the top. */
  order: number;
  path: string;
  word: keyof typeof zh.shell.rail;
  icon: ComponentType;
  /** Is about changing the roster: not for an account that only looks. */
  changes?: true;
  /** Is for organisations with classes and pupils. It can be reached in the others by its path. */
  ofClasses?: true;
  /** Is reached from other pages and the palette; the rail leads to what is done every day. */
  isAside?: true;
  /** What the palette offers beside going there; the page that opens takes it from the session's `asked`. */
  commands?: readonly { word: keyof typeof zh.shell.commands; shortcut?: string; changes?: true }[];
  load: () => Promise<{ default: ComponentType }>;
}

const found = import.meta.glob<{ feature: Feature }>("../features/*/feature.ts", { eager: true });

export const features: Feature[] = Object.values(found)
  .map((module) => module.feature)
  .sort((a, b) => a.order - b.order);

/**
 * Those to offer in an organisation, each with the shortcut that leads there from anywhere: its place in the
 * rail, as mail programs count their parts. A letter alone would be typed into the grid.
 */
export const offered = (hasClasses: boolean, onlyReads: boolean) => {
  const fitting = features
    .filter((feature) => hasClasses || !feature.ofClasses)
    .filter((feature) => !(onlyReads && feature.changes));
  return [
    ...fitting
      .filter((feature) => !feature.isAside)
      .map((feature, place) => ({ ...feature, shortcut: `Mod+${place + 1}` })),
    ...fitting.filter((feature) => feature.isAside).map((feature) => ({ ...feature, shortcut: "" })),
  ];
};
