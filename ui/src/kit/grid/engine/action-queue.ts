/** Runs the changes one after the other, so that each starts from the version the one before has made. */

import type { Outcome } from "../types";

export class ActionQueue {
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  get isBusy(): boolean {
    return this.#waiting > 0;
  }

  /** What the action answered, or null if it threw. */
  run(action: () => Promise<Outcome>): Promise<Outcome | null> {
    this.#waiting += 1;
    const done = this.#tail.then(action).then(
      (outcome) => outcome,
      () => null,
    );
    this.#tail = done.then(() => {
      this.#waiting -= 1;
    });
    return done;
  }
}
