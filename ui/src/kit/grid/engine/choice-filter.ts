/** Which choices fit what was typed: those that begin with it first, then those that hold it. */

import type { Choice } from "../types";

export const CHOICES_SHOWN = 200;

export function filterChoices(options: readonly Choice[], query: string): Choice[] {
  // An input method shows "ni'hao" while the word is still being spelled.
  const wanted = folded(query).replaceAll("'", "");
  if (wanted === "") return options.slice(0, CHOICES_SHOWN);
  const starting: Choice[] = [];
  const holding: Choice[] = [];
  for (const option of options) {
    const spellings = [option.value, option.label ?? "", ...(option.keys ?? [])].map(folded);
    if (spellings.some((spelling) => spelling.startsWith(wanted))) starting.push(option);
    else if (spellings.some((spelling) => spelling.includes(wanted))) holding.push(option);
  }
  return [...starting, ...holding].slice(0, CHOICES_SHOWN);
}

/** The option that a typed text means beyond doubt. */
export function exactChoice(options: readonly Choice[], text: string): Choice | null {
  const wanted = folded(text);
  return (
    options.find((option) => folded(option.value) === wanted || folded(option.label ?? "") === wanted) ?? null
  );
}

function folded(text: string): string {
  return text.normalize("NFKC").toLowerCase().trim();
}
