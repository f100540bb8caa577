// @vitest-environment node

import { expect, it } from "vitest";
import { ActionQueue } from "./action-queue";

it("runs changes one after the other, in order, also past one that fails", async () => {
  const queue = new ActionQueue();
  const seen: string[] = [];
  let running = 0;
  const act = (name: string, fails: "fails" | "works") => () => {
    running += 1;
    expect(running).toBe(1);
    return new Promise<{ kind: "nothing" }>((resolve, reject) => {
      setTimeout(() => {
        running -= 1;
        seen.push(name);
        if (fails === "fails") reject(new Error(name));
        else resolve({ kind: "nothing" });
      }, 1);
    });
  };
  const answers = await Promise.all([
    queue.run(act("a", "works")),
    queue.run(act("b", "fails")),
    queue.run(act("c", "works")),
  ]);
  expect(seen).toEqual(["a", "b", "c"]);
  expect(answers).toEqual([{ kind: "nothing" }, null, { kind: "nothing" }]);
});
