/** A text that holds several options, as it is typed or ticked. Pure. */

import type { Choice } from "../types";
import { exactChoice, filterChoices } from "./choice-filter";

/** What people part several words with. */
const DIVIDERS = /[、,，;；]/;

export interface Several {
  /** Options that stand in the text, in the order they were typed. */
  chosen: readonly Choice[];
  /** What is begun behind the last divider and is no option yet. */
  begun: string;
}

export function severalOf(options: readonly Choice[], text: string): Several {
  const parts = text.split(DIVIDERS).map((part) => part.trim());
  const last = parts.pop() ?? "";
  const whole = exactChoice(options, last);
  const kept = whole ? [...parts, last] : parts;
  const chosen = kept
    .filter((part) => part !== "")
    // What is no option stays as it was typed: the data's owner says what is wrong with it.
    .map((part) => exactChoice(options, part) ?? { value: part });
  return { chosen: withoutTwins(chosen), begun: whole ? "" : last };
}

/** Options that fit what is begun; all of them when nothing is. */
export function offeredTo(options: readonly Choice[], several: Several): Choice[] {
  return filterChoices(options, several.begun);
}

export function has(several: Several, option: Choice): boolean {
  return several.chosen.some(({ value }) => value === option.value);
}

/** With the option, or without it when it is there. */
export function toggled(options: readonly Choice[], several: Several, option: Choice): Choice[] {
  const wanted = has(several, option)
    ? several.chosen.filter(({ value }) => value !== option.value)
    : [...several.chosen, option];
  const place = ({ value }: Choice) => {
    const at = options.findIndex((one) => one.value === value);
    return at < 0 ? options.length : at;
  };
  return [...wanted].sort((a, b) => place(a) - place(b));
}

function withoutTwins(chosen: readonly Choice[]): Choice[] {
  return chosen.filter(({ value }, i) => chosen.findIndex((one) => one.value === value) === i);
}
