import type { Words } from "../zh";
import type { duplicates as source } from "../zh/duplicates";

export const duplicates: Words<typeof source> = {
  title: "Find duplicate members",
  start: "Look",
  again: "Look again",
  hint: "Looks through everybody for members who may be one person: same document, same phone, same name and birth date, or names that sound alike with the same birth date.",
  looking: "Looking {{done}} / {{total}}",
  found: "{{count}} {{count, group|groups}} found",
  people: "{{count}} {{count, person|people}}",
  reasons: {
    document: "Same document",
    phone: "Same phone",
    name_and_birth_date: "Same name and birth date",
    sound_and_birth_date: "Names sound alike, same birth date",
  },
  compare: "Compare {{a}} and {{b}}",
  compareTitle: "Make one member of two",
  field: "Field",
  kept: "Stays",
  gone: "Is merged and goes",
  both: "Keep both: {{text}}",
  notBoth: "Not both: {{problem}}",
  swap: "Swap sides",
  merge: "Merge",
  merged: "Merged; this can be undone",
  after: "The merged member will have",
  belongings: { places: "Further departments", guardians: "Guardians", tags: "Tags" },
  mayNotConfirm: "may not confirm",
  invitationsMove: "Invitations that move along: {{count}}.",
};
