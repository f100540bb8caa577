import { attention } from "./zh/attention";
import { choices } from "./zh/choices";
import { departments } from "./zh/departments";
import { importing } from "./zh/importing";
import { invitations } from "./zh/invitations";
import { problems } from "./zh/problems";
import { roster } from "./zh/roster";
import { settings } from "./zh/settings";
import { shell } from "./zh/shell";
import { start } from "./zh/start";

/** Every word of the app in Chinese, one file a subject. */
export const zh = {
  shell,
  start,
  roster,
  choices,
  departments,
  problems,
  importing,
  attention,
  invitations,
  settings,
};

/** The shape that a translation must fill: the same keys, other words. */
export type Words<T> = { [Key in keyof T]: T[Key] extends string ? string : Words<T[Key]> };
