/**
 * Pages of rows fetched as they come into sight. Holds the most recently seen ones, asks for few at a time and only for
 * those still wanted, shows the old rows until the new ones are there, and asks again after a failure.
 */

import type { GridPage, GridRow, GridSource } from "../types";

export const PAGE_ROWS = 100;
const CAPACITY = 64;
const AT_ONCE = 3;
const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 8_000;

export interface CacheEvents {
  /** Rows, the total or the version changed. */
  changed(): void;
  /** The data's owner is at a newer version than the grid was told. */
  movedOn(version: number): void;
  failed(error: unknown): void;
}

interface Held {
  version: number;
  rows: readonly GridRow[];
}

export interface HeldRow {
  row: GridRow;
  /** Version its page was read at. */
  version: number;
}

export class PageCache {
  #source: GridSource;
  readonly #events: CacheEvents;
  #view = "";
  #version = 0;
  #total: number | null = null;
  #pages = new Map<number, Held>();
  #asked = new Map<number, AbortController>();
  #wanted: number[] = [];
  #retry: ReturnType<typeof setTimeout> | null = null;
  #retry_ms = RETRY_MIN_MS;

  constructor(source: GridSource, events: CacheEvents) {
    this.#source = source;
    this.#events = events;
  }

  get view(): string {
    return this.#view;
  }

  get version(): number {
    return this.#version;
  }

  /** Rows in the view; null until the first page has come. */
  get total(): number | null {
    return this.#total;
  }

  /** The same data by other means (a new object with each drawing of the shell): nothing is asked anew. */
  replaceSource(source: GridSource): void {
    this.#source = source;
  }

  /** Another view: everything known is void. */
  open(source: GridSource, view: string, version: number): void {
    this.#abortAll();
    this.#source = source;
    this.#view = view;
    this.#version = version;
    this.#total = null;
    this.#pages.clear();
    this.#wanted = [0];
    this.#pump();
  }

  /** Newer data in the same view: what is in sight stays until it is replaced. */
  advance(version: number): void {
    if (version <= this.#version) return;
    this.#outdate(version);
    this.#pump();
  }

  /** What is held may no longer be true, though the version is not known to have changed: ask again. */
  refresh(): void {
    for (const held of this.#pages.values()) held.version = -1;
    this.#abortAll();
    this.#pump();
  }

  #outdate(version: number): void {
    this.#version = version;
    this.#abortAll();
    for (const page of this.#pages.keys()) if (!this.#wanted.includes(page)) this.#pages.delete(page);
  }

  close(): void {
    this.#abortAll();
    this.#wanted = [];
  }

  held(index: number): HeldRow | undefined {
    const page = this.#pages.get(Math.floor(index / PAGE_ROWS));
    const row = page?.rows[index % PAGE_ROWS];
    return page && row ? { row, version: page.version } : undefined;
  }

  row(index: number): GridRow | undefined {
    return this.held(index)?.row;
  }

  hasAll(first: number, last: number): boolean {
    for (let page = Math.floor(first / PAGE_ROWS); page <= Math.floor(last / PAGE_ROWS); page += 1)
      if (!this.#pages.has(page)) return false;
    return true;
  }

  get oldestVersion(): number {
    let oldest = this.#version;
    for (const page of this.#pages.values()) oldest = Math.min(oldest, page.version);
    return oldest;
  }

  *loadedRows(): Generator<GridRow> {
    for (const page of this.#pages.values()) yield* page.rows;
  }

  /** These rows are in sight: fetch what lacks, the visible pages before their neighbours, and give up the rest. */
  want(first: number, last: number): void {
    const end = this.#total === null ? 0 : Math.max(0, Math.ceil(this.#total / PAGE_ROWS) - 1);
    const from = Math.min(Math.floor(first / PAGE_ROWS), end);
    const to = Math.min(Math.floor(last / PAGE_ROWS), end);
    const wanted: number[] = [];
    for (let page = from; page <= to; page += 1) wanted.push(page);
    if (to < end) wanted.push(to + 1);
    if (from > 0) wanted.push(from - 1);
    this.#wanted = wanted;
    for (const page of [...wanted].reverse()) this.#touch(page);
    for (const [page, abort] of this.#asked) {
      if (wanted.includes(page)) continue;
      this.#asked.delete(page);
      abort.abort();
    }
    this.#pump();
  }

  #touch(page: number): void {
    const held = this.#pages.get(page);
    if (!held) return;
    this.#pages.delete(page);
    this.#pages.set(page, held);
  }

  #pump(): void {
    if (this.#retry !== null) return;
    for (const page of this.#wanted) {
      if (this.#asked.size >= AT_ONCE) return;
      const held = this.#pages.get(page);
      if (this.#asked.has(page) || (held && held.version >= this.#version)) continue;
      this.#ask(page);
    }
  }

  #ask(page: number): void {
    const abort = new AbortController();
    this.#asked.set(page, abort);
    // The source may throw at once as well as reject later.
    new Promise<GridPage>((resolve) => {
      resolve(this.#source.page(this.#view, this.#version, page * PAGE_ROWS, PAGE_ROWS, abort.signal));
    }).then(
      (answer) => {
        if (!abort.signal.aborted) this.#store(page, answer);
      },
      (error: unknown) => {
        if (!abort.signal.aborted) this.#fail(page, error);
      },
    );
  }

  #store(page: number, answer: GridPage): void {
    this.#asked.delete(page);
    this.#retry_ms = RETRY_MIN_MS;
    const isNewer = answer.version > this.#version;
    if (isNewer) this.#outdate(answer.version);
    // An answer older than asked for would be asked for again at once and for ever: it counts as what was asked.
    const version = Math.max(answer.version, this.#version);
    this.#pages.delete(page);
    this.#pages.set(page, { version, rows: answer.rows });
    if (this.#total !== answer.total) this.#resize(answer.total);
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= CAPACITY) break;
      this.#pages.delete(oldest);
    }
    if (isNewer) this.#events.movedOn(answer.version);
    this.#events.changed();
    this.#pump();
  }

  #resize(total: number): void {
    this.#total = total;
    for (const page of this.#pages.keys()) if (page * PAGE_ROWS >= total) this.#pages.delete(page);
    const end = Math.max(0, Math.ceil(total / PAGE_ROWS) - 1);
    this.#wanted = this.#wanted.filter((page) => page <= end);
  }

  #fail(page: number, error: unknown): void {
    this.#asked.delete(page);
    this.#events.failed(error);
    if (this.#retry !== null) return;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      this.#pump();
    }, this.#retry_ms);
    this.#retry_ms = Math.min(this.#retry_ms * 2, RETRY_MAX_MS);
  }

  #abortAll(): void {
    for (const abort of this.#asked.values()) abort.abort();
    this.#asked.clear();
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
  }
}
