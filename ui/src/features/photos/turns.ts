/** Pictures are large: only a few are read at the same time, in the order they were asked for. */

const AT_ONCE = 3;

let running = 0;
const waiting: (() => void)[] = [];

export const inTurn = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
  if (running >= AT_ONCE) await new Promise<void>((turn) => waiting.push(turn));
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
};
