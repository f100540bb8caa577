import { administrators } from "./en/administrators";
import { attention } from "./en/attention";
import { choices } from "./en/choices";
import { departments } from "./en/departments";
import { duplicates } from "./en/duplicates";
import { history } from "./en/history";
import { importing } from "./en/importing";
import { invitations } from "./en/invitations";
import { layouts } from "./en/layouts";
import { masking } from "./en/masking";
import { photo, photos } from "./en/photos";
import { problems } from "./en/problems";
import { roster } from "./en/roster";
import { settings } from "./en/settings";
import { shell } from "./en/shell";
import { start } from "./en/start";
import { year } from "./en/year";
import type { Words, zh } from "./zh";

/** Every word of the app in English; the type sees to it that none is missing. */
export const en: Words<typeof zh> = {
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
