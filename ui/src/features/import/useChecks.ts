import { useEffect, useRef, useState } from "react";
import type { ImportFile, ImportPlan } from "@/generated/types";
import { useAct } from "@/session/act";
import { type Choices, planAs } from "./choices";

/** What was typed and answered. */
type Decided = Pick<Choices, "corrections" | "options">;

/** What undo goes back to, or does: something that the plan is not made of. Both tell the round that shows it. */
type Done = { was: Decided } | { undo: () => Promise<number | null>; redo: () => Promise<number | null> };

/** The plan that is shown, and which it is. */
export interface Planned {
  plan: ImportPlan;
  round: number;
  /** How many decisions it is made of. */
  upTo: number;
}

/** Looks at the file again whenever something was decided; what is decided meanwhile is looked at with it, once. */
export const useChecks = ({
  file,
  choices,
  onChoose,
  onPlan,
}: {
  file: ImportFile;
  choices: Choices;
  onChoose: (next: Partial<Choices>) => void;
  /** Shows the plan, and tells which it is. */
  onPlan: (plan: ImportPlan) => number;
}) => {
  const { act } = useAct();
  const [isChecking, setChecking] = useState(false);
  /** What is wished, and what the plan on the screen was made of. */
  const wished = useRef(choices);
  const planned = useRef(choices);
  const decisions = useRef(0);
  const lastTurn = useRef<Promise<unknown>>(Promise.resolve());
  const underWay = useRef<Promise<Planned | undefined> | null>(null);
  const isHere = useRef(true);
  const past = useRef<Done[]>([]);
  const future = useRef<Done[]>([]);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);

  const choose = (next: Partial<Choices>) => {
    wished.current = { ...wished.current, ...next };
    onChoose(next);
  };
  const look = async (): Promise<Planned | undefined> => {
    let made: { plan: ImportPlan; of: Choices; upTo: number } | undefined;
    let hasFailed = false;
    do {
      const of = wished.current;
      const upTo = decisions.current;
      const plan = await act(() => planAs(file, of));
      hasFailed = plan === undefined;
      if (plan) made = { plan, of, upTo };
    } while (!hasFailed && isHere.current && made?.of !== wished.current);
    underWay.current = null;
    if (!isHere.current) return undefined;
    setChecking(false);
    // The plan that there is is the one that counts.
    if (hasFailed) choose(made?.of ?? planned.current);
    if (!made) return undefined;
    planned.current = made.of;
    const { plan, upTo } = made;
    return { plan, round: onPlan(plan), upTo };
  };
  /** The plan as it then is; undefined when nothing was to be looked at, or it could not be. */
  const check = async (decide: (now: Choices) => Partial<Choices> | null): Promise<Planned | undefined> => {
    // What is decided within one moment builds on one another, though nothing was drawn in between.
    const next = decide(wished.current);
    if (next === null) return undefined;
    choose(next);
    decisions.current += 1;
    const mine = decisions.current;
    if (underWay.current === null) {
      setChecking(true);
      underWay.current = look();
    }
    const made = await underWay.current;
    return made !== undefined && made.upTo >= mine ? made : undefined;
  };

  const decided = ({ corrections, options }: Choices): Decided => ({ corrections, options });
  const note = (done: Done) => {
    past.current.push(done);
    future.current = [];
  };
  /** Looks again, and can go back once there is a plan of it. */
  const decide = async (next: (now: Choices) => Partial<Decided> | null) => {
    let was: Decided | undefined;
    const made = await check((now) => {
      was = decided(now);
      return next(now);
    });
    if (made && was) note({ was });
    return made;
  };
  /** One after the other: what is undone is what was done last. */
  const inTurn = <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    const turn = lastTurn.current.then(work);
    lastTurn.current = turn.catch(() => undefined);
    return turn;
  };
  /** Does something that can be undone; nothing came of it where that is null. */
  const perform = (work: () => Promise<Done | null>) =>
    inTurn(async () => {
      const done = await work();
      if (done) note(done);
    });
  const step = (way: "undo" | "redo") =>
    inTurn(async (): Promise<number | null> => {
      while (underWay.current !== null) await underWay.current;
      const [from, to] = way === "undo" ? [past.current, future.current] : [future.current, past.current];
      const done = from.pop();
      if (done === undefined) return null;
      let back: Done | null = null;
      let round: number | null = null;
      if ("was" in done) {
        let now: Decided | undefined;
        const made = await check((current) => {
          now = decided(current);
          return done.was;
        });
        if (made && now) back = { was: now };
        round = made?.round ?? null;
      } else {
        round = await done[way]();
        if (round !== null) back = done;
      }
      // What could not be undone is still there to be undone.
      if (back) to.push(back);
      else from.push(done);
      return round;
    });

  return {
    check,
    decide,
    perform,
    undo: () => step("undo"),
    redo: () => step("redo"),
    isChecking,
  };
};
