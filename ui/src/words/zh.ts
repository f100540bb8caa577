import { administrators } from "./zh/administrators";
import { attention } from "./zh/attention";
import { choices } from "./zh/choices";
import { departments } from "./zh/departments";
import { duplicates } from "./zh/duplicates";
import { history } from "./zh/history";
import { importing } from "./zh/importing";
import { invitations } from "./zh/invitations";
import { layouts } from "./zh/layouts";
import { masking } from "./zh/masking";
import { photo, photos } from "./zh/photos";
import { problems } from "./zh/problems";
import { roster } from "./zh/roster";
import { settings } from "./zh/settings";
import { shell } from "./zh/shell";
import { start } from "./zh/start";
import { year } from "./zh/year";

/** Every word of the app in Chinese, one file a subject. */
export const zh = {
  shell,
  start,
  roster,
  choices,
  departments,
  duplicates,
  photo,
  photos,
  problems,
  importing,
  administrators,
  attention,
  invitations,
  layouts,
  settings,
  history,
  masking,
  year,
};

/** The shape that a translation must fill: the same keys, other words. */
export type Words<T> = { [Key in keyof T]: T[Key] extends string ? string : Words<T[Key]> };
