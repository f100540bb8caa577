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
    const { scroller } = board;
    scroller.addEventListener("scroll", () => this.#scrolled(), { signal, passive: true });
    // Before the first step to the side, not after it. And not passive: a browser that waits for the answer moves the
    // box and draws its rows in one frame; otherwise it first shows the moved box without them and draws twice.
    const turned = (event: WheelEvent) => {
      if (event.deltaX !== 0 || event.shiftKey) this.#shift("shifted");
    };
    scroller.addEventListener("wheel", turned, { signal, passive: false });
    signal.addEventListener("abort", () => this.#stopRest());
  }

  to(left_px: number, top_px: number): void {
    const { scroll, scroller, viewport } = this.#board;
    scroll.goTo(top_px);
    if (left_px > 0) this.#shift("shifted");
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
    if (viewport.scrollLeft_px > 0) this.#shift("shifted");
    // Browsers round what they were told to scroll to.
    if (Math.abs(scroller.scrollTop - scroll.physical_px) >= 0.5) scroll.scrolled(scroller.scrollTop);
    if (scroll.drift_px > DRIFT_LIMIT_PX) this.#settle();
    this.#restSoon();
    this.#events.render();
  }

  /** Frozen columns stick only away from the left end. */
  #shift(to: "shifted" | "home"): void {
    this.#board.scroller.classList.toggle("is-shifted", to === "shifted");
  }

  #restSoon(): void {
    this.#stopRest();
    this.#rest = setTimeout(() => {
      this.#rest = null;
      if (this.#board.viewport.scrollLeft_px <= 0) this.#shift("home");
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
