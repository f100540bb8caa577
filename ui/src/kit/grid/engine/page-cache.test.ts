// @vitest-environment node

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { GridPage, GridSource } from "../types";
import { PAGE_ROWS, PageCache } from "./page-cache";

interface Asked {
  version: number;
  start: number;
  signal: AbortSignal;
  answer(page?: Partial<GridPage>): Promise<void>;
  refuse(): Promise<void>;
}

class SlowSource implements GridSource {
  asked: Asked[] = [];
  total = 1_000_000;
  version = 1;

  page(_view: string, version: number, start: number, count: number, signal: AbortSignal): Promise<GridPage> {
    return new Promise((resolve, reject) => {
      const rows = Array.from({ length: Math.min(count, Math.max(0, this.total - start)) }, (_, i) => ({
        id: `m${start + i}`,
        cells: [`${start + i}@${version}`],
      }));
      const settled = () => vi.advanceTimersByTimeAsync(0).then(() => undefined);
      this.asked.push({
        version,
        start,
        signal,
        answer: (page) => {
          resolve({ version: this.version, total: this.total, rows, ...page });
          return settled();
        },
        refuse: () => {
          reject(new Error("away"));
          return settled();
        },
      });
    });
  }

  read(): Promise<string[][]> {
    return Promise.resolve([]);
  }

  starts(): number[] {
    return this.asked.filter((asked) => !asked.signal.aborted).map((asked) => asked.start);
  }
}

let source: SlowSource;
let cache: PageCache;
const events = { changed: vi.fn(), movedOn: vi.fn(), failed: vi.fn() };

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  source = new SlowSource();
  cache = new PageCache(source, events);
  cache.open(source, "all", 1);
});

afterEach(() => {
  cache.close();
  vi.useRealTimers();
});

const last = () => source.asked[source.asked.length - 1] as Asked;

async function answerAll() {
  for (let i = 0; i < source.asked.length; i += 1) await source.asked[i]?.answer();
}

describe("asking", () => {
  it("begins with the first page, which tells the total", async () => {
    expect(source.starts()).toEqual([0]);
    expect(cache.total).toBeNull();
    await last().answer();
    expect(cache.total).toBe(1_000_000);
    expect(cache.row(99)?.id).toBe("m99");
    expect(cache.row(100)).toBeUndefined();
  });

  it("takes what is in sight before its neighbours, and never more than three at once", async () => {
    await last().answer();
    source.asked = [];
    cache.want(550, 620);
    expect(source.starts()).toEqual([500, 600, 700]);
    await source.asked[0]?.answer();
    expect(source.starts()).toEqual([500, 600, 700, 400]);
  });

  it("gives up what has gone out of sight", async () => {
    await last().answer();
    source.asked = [];
    cache.want(5_000, 5_040);
    const given = source.asked[0] as Asked;
    cache.want(90_000, 90_040);
    expect(given.signal.aborted).toBe(true);
    expect(source.starts()).toEqual([90_000, 90_100, 89_900]);
    await given.answer();
    expect(cache.row(5_000)).toBeUndefined();
  });

  it("asks once for what is on its way or there", async () => {
    await last().answer();
    cache.want(0, 30);
    cache.want(0, 31);
    await answerAll();
    cache.want(0, 32);
    expect(source.asked.map((asked) => asked.start)).toEqual([0, 100]);
  });
});

describe("a newer version", () => {
  it("keeps the shown rows until the new ones are there", async () => {
    await last().answer();
    cache.want(0, 30);
    source.version = 2;
    cache.advance(2);
    expect(cache.row(0)?.cells[0]).toBe("0@1");
    const again = source.asked.find((asked) => asked.version === 2) as Asked;
    await again.answer();
    expect(cache.row(0)?.cells[0]).toBe("0@2");
    expect(cache.held(0)?.version).toBe(2);
  });

  it("does not let a late answer of the older one through", async () => {
    const old = last();
    cache.advance(2);
    await old.answer();
    expect(cache.row(0)).toBeUndefined();
    expect(old.signal.aborted).toBe(true);
  });

  it("is learnt from an answer", async () => {
    source.version = 5;
    await last().answer();
    expect(events.movedOn).toHaveBeenCalledWith(5);
    expect(cache.version).toBe(5);
  });

  it("never goes back, and an answer that is behind does not loop", async () => {
    cache.advance(9);
    cache.advance(3);
    expect(cache.version).toBe(9);
    const before = source.asked.length;
    await last().answer({ version: 2 });
    expect(source.asked.length).toBe(before);
    expect(cache.row(0)?.id).toBe("m0");
  });

  it("forgets rows beyond a shorter view", async () => {
    await last().answer();
    cache.want(200, 240);
    await answerAll();
    source.total = 50;
    source.version = 2;
    cache.advance(2);
    cache.want(0, 40);
    await last().answer();
    expect(cache.total).toBe(50);
    expect(cache.row(210)).toBeUndefined();
  });
});

describe("memory", () => {
  it("holds the most recently seen pages and lets the others go", async () => {
    await last().answer();
    for (let row = 0; row < 200 * PAGE_ROWS; row += PAGE_ROWS) {
      cache.want(row, row);
      await answerAll();
      source.asked = [];
    }
    expect([...cache.loadedRows()].length).toBeLessThanOrEqual(64 * PAGE_ROWS);
    expect(cache.row(0)).toBeUndefined();
    expect(cache.row(199 * PAGE_ROWS)).toBeDefined();
  });
});

describe("a source that fails", () => {
  it("is asked again, later each time, until it answers", async () => {
    await last().refuse();
    expect(events.failed).toHaveBeenCalledTimes(1);
    expect(source.asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(499);
    expect(source.asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(source.asked).toHaveLength(2);
    await last().refuse();
    await vi.advanceTimersByTimeAsync(999);
    expect(source.asked).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    await last().answer();
    expect(cache.total).toBe(1_000_000);
  });

  it("may throw at once as well as refuse", async () => {
    const thrower: GridSource = {
      page: () => {
        throw new Error("at once");
      },
      read: () => Promise.resolve([]),
    };
    cache.open(thrower, "all", 1);
    await vi.advanceTimersByTimeAsync(0);
    expect(events.failed).toHaveBeenCalled();
  });

  it("is left in peace once the grid is gone", async () => {
    await last().refuse();
    cache.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(source.asked).toHaveLength(1);
  });
});

it("another view voids everything", async () => {
  await last().answer();
  cache.want(300, 320);
  const late = last();
  cache.open(source, "other", 1);
  expect(cache.total).toBeNull();
  expect(cache.row(0)).toBeUndefined();
  await late.answer();
  expect(cache.row(300)).toBeUndefined();
});
