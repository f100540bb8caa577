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
    let plan: ImportPlan | undefined;
    let asked: Choices;
    do {
      asked = wished.current;
      const of = asked;
      plan = await act(() => planAs(file, of));
    } while (plan && isHere.current && asked !== wished.current);
    underWay.current = null;
    if (!isHere.current) return undefined;
    setChecking(false);
    if (!plan) {
      // The plan on the screen is the one that counts.
      choose(planned.current);
      return undefined;
    }
    planned.current = asked;
    return { plan, round: onPlan(plan) };
  };
  /** The plan as it then is; undefined when nothing was to be looked at, or it could not be. */
  const check = (decide: (now: Choices) => Partial<Choices> | null): Promise<Planned | undefined> => {
    // What is decided within one moment builds on one another, though nothing was drawn in between.
    const next = decide(wished.current);
    if (next === null) return Promise.resolve(undefined);
    choose(next);
    if (underWay.current === null) {
      setChecking(true);
      underWay.current = look();
    }
    return underWay.current;
  };

  const decided = ({ corrections, options }: Choices): Decided => ({ corrections, options });
  /** Looks again, and can go back. */
  const decide = (next: (now: Choices) => Partial<Decided> | null) =>
    check((now) => {
      const made = next(now);
      if (made === null) return null;
      past.current.push({ was: decided(now) });
      future.current = [];
      return made;
    });
  /** Takes note of something that was done and can be undone. */
  const did = (done: Done) => {
    past.current.push(done);
    future.current = [];
  };
  const step = async (way: "undo" | "redo"): Promise<number | null> => {
    const [from, to] = way === "undo" ? [past.current, future.current] : [future.current, past.current];
    const done = from.pop();
    if (done === undefined) return null;
    if (!("was" in done)) {
      to.push(done);
      return done[way]();
    }
    const planned = await check((now) => {
      to.push({ was: decided(now) });
      return done.was;
    });
    return planned?.round ?? null;
  };

  return {
    check,
    decide,
    did,
    undo: () => step("undo"),
    redo: () => step("redo"),
    isChecking,
  };
};
