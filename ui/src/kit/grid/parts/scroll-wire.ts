/** Ties the scroll box to the scroll map: what the user scrolls, where the grid wants to be, and coming to rest. */

import { DRIFT_LIMIT_PX } from "../engine/scroll-map";
import type { Board } from "./board";

/** Scrolling has come to rest when nothing moved for so long. */
const REST_MS = 140;

export interface ScrollEvents {
  /** Draw at once: the browser shows the scrolled box in this very frame. */
  render(): void;
  redraw(): void;
  rested(): void;
  isDragging(): boolean;
}

export class ScrollWire {
  readonly #board: Board;
  readonly #events: ScrollEvents;
  #rest: ReturnType<typeof setTimeout> | null = null;

  constructor(board: Board, events: ScrollEvents, signal: AbortSignal) {
    this.#board = board;
    this.#events = events;
    board.scroller.addEventListener("scroll", () => this.#scrolled(), { signal, passive: true });
    signal.addEventListener("abort", () => this.#stopRest());
  }

  to(left_px: number, top_px: number): void {
    const { scroll, scroller, viewport } = this.#board;
    scroll.goTo(top_px);
    scroller.scrollTop = scroll.physical_px;
    scroller.scrollLeft = left_px;
    viewport.scrollLeft_px = scroller.scrollLeft;
    this.#restSoon();
    this.#events.redraw();
  }

  /** Heights changed: stand where the map says. */
  follow(): void {
    const { scroll, scroller } = this.#board;
    if (Math.abs(scroller.scrollTop - scroll.physical_px) >= 1) scroller.scrollTop = scroll.physical_px;
  }

  #scrolled(): void {
    const { scroll, scroller, viewport } = this.#board;
    viewport.scrollLeft_px = scroller.scrollLeft;
    // Browsers round what they were told to scroll to.
    if (Math.abs(scroller.scrollTop - scroll.physical_px) >= 0.5) scroll.scrolled(scroller.scrollTop);
    if (scroll.drift_px > DRIFT_LIMIT_PX) this.#settle();
    this.#restSoon();
    this.#events.render();
  }

  #restSoon(): void {
    this.#stopRest();
    this.#rest = setTimeout(() => {
      this.#rest = null;
      this.#settle();
      this.#events.rested();
    }, REST_MS);
  }

  #stopRest(): void {
    if (this.#rest !== null) clearTimeout(this.#rest);
    this.#rest = null;
  }

  #settle(): void {
    if (this.#events.isDragging() || !this.#board.scroll.settle()) return;
    this.#board.scroller.scrollTop = this.#board.scroll.physical_px;
    this.#events.render();
  }
}
