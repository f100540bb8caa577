/**
 * A print run that was left to design a layout for it. It may be of very many invitations, so its number goes from page to
 * page and the run itself stays here.
 */

export interface LeftOut {
  member: string;
  name: string;
}

/** What was chosen for a run, beside whom it is for. */
export interface RunChoices {
  layout: string;
  language: string;
  order: string;
  usedPlaces: number;
  leftOut: LeftOut[];
  isOnlyUnprinted: boolean;
  hasList: boolean;
  /** The printer chosen for it, where one was. */
  printer?: string;
}

export interface LeftRun {
  department: string | undefined;
  /** Only these: reprints. */
  invitations: string[] | undefined;
  choices: RunChoices;
}

/** What a page that is gone to from a run is told, and tells on. */
export interface FromRun {
  run?: number;
}

let number = 0;
let left: LeftRun | undefined;

/** Keeps the run in the place of the one left before; answers its number. */
export const leaveRun = (run: LeftRun): number => {
  left = run;
  number += 1;
  return number;
};

/** The run of that number, if it is the one that was left last. */
export const findLeftRun = (wanted: number | undefined): LeftRun | undefined =>
  wanted === number ? left : undefined;
