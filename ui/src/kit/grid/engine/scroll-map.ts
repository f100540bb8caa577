/**
 * Maps a list of any height onto a scroll box that browsers can hold. Browsers stop counting near 33,500,000 px and
 * place layers with 24 bits of precision, so above 15,000,000 px the scroll range is compressed: small movements stay
 * one to one, jumps (a dragged scroll bar) go in proportion. Never touches the document.
 */

export const LIMIT_PX = 15_000_000;

/** Near both ends the map is exact, so that the first and last rows can be reached by the wheel alone. */
const EXACT_END_PX = 2_000_000;

/** A movement beyond this in one event is a jump: one pixel of scroll bar is worth more, no wheel gives as much. */
const JUMP_PX = 8_000;

/** How far compressed and true place may drift apart by small movements before they must be brought together. */
export const DRIFT_LIMIT_PX = 500_000;

export class ScrollMap {
  #rows = 0;
  #rowHeight = 28;
  #viewport = 0;
  #top = 0;
  #physical = 0;

  configure(rows: number, rowHeight_px: number, viewport_px: number): void {
    const firstRow = this.#rowHeight === rowHeight_px ? null : this.#top / this.#rowHeight;
    this.#rows = rows;
    this.#rowHeight = rowHeight_px;
    this.#viewport = viewport_px;
    if (firstRow === null && this.#top <= this.#topMax) {
      if (!this.isCompressed) this.#physical = this.#top;
      return;
    }
    this.#top = clamp((firstRow ?? this.#top / rowHeight_px) * rowHeight_px, 0, this.#topMax);
    this.#physical = this.#anchor(this.#top);
  }

  /** Height to give the scrolled element. */
  get height_px(): number {
    return Math.min(this.#rows * this.#rowHeight, LIMIT_PX);
  }

  get isCompressed(): boolean {
    return this.#rows * this.#rowHeight > LIMIT_PX;
  }

  /** First visible pixel of the list. */
  get top_px(): number {
    return this.#top;
  }

  /** Where the scroll box should stand. */
  get physical_px(): number {
    return this.#physical;
  }

  get drift_px(): number {
    return Math.abs(this.#physical - this.#anchor(this.#top));
  }

  /** Where a row lies inside the scrolled element. */
  rowOffset_px(row: number): number {
    return row * this.#rowHeight + this.#physical - this.#top;
  }

  rowAt(offsetInViewport_px: number): number {
    return Math.floor((this.#top + offsetInViewport_px) / this.#rowHeight);
  }

  /** The box was scrolled to `physical_px` by the user. */
  scrolled(physical_px: number): void {
    const delta = physical_px - this.#physical;
    this.#physical = physical_px;
    if (!this.isCompressed) {
      this.#top = clamp(physical_px, 0, this.#topMax);
      return;
    }
    if (physical_px <= 0) this.#top = 0;
    else if (physical_px >= this.#physicalMax) this.#top = this.#topMax;
    else if (Math.abs(delta) > JUMP_PX) this.#top = this.#unanchor(physical_px);
    else this.#top = clamp(this.#top + delta, 0, this.#topMax);
  }

  /** Go to a pixel of the list; afterwards the box must be set to `physical_px`. */
  goTo(top_px: number): void {
    const top = clamp(top_px, 0, this.#topMax);
    const physical = this.#physical + top - this.#top;
    const isNear = Math.abs(top - this.#top) <= JUMP_PX && physical > 0 && physical < this.#physicalMax;
    this.#top = top;
    this.#physical = this.isCompressed && isNear ? physical : this.#anchor(top);
  }

  /** Bring the box back to where the list's place belongs. True if it moved. */
  settle(): boolean {
    const anchor = this.#anchor(this.#top);
    if (Math.abs(anchor - this.#physical) < 1) return false;
    this.#physical = anchor;
    return true;
  }

  get #topMax(): number {
    return Math.max(0, this.#rows * this.#rowHeight - this.#viewport);
  }

  get #physicalMax(): number {
    return Math.max(0, this.height_px - this.#viewport);
  }

  #anchor(top: number): number {
    if (!this.isCompressed || top <= EXACT_END_PX) return top;
    if (top >= this.#topMax - EXACT_END_PX) return this.#physicalMax - (this.#topMax - top);
    return Math.round(EXACT_END_PX + (top - EXACT_END_PX) * this.#ratio);
  }

  #unanchor(physical: number): number {
    if (physical <= EXACT_END_PX) return physical;
    if (physical >= this.#physicalMax - EXACT_END_PX) return this.#topMax - (this.#physicalMax - physical);
    return Math.round(EXACT_END_PX + (physical - EXACT_END_PX) / this.#ratio);
  }

  /** Physical pixels for each pixel of the list between the exact ends. */
  get #ratio(): number {
    return (this.#physicalMax - 2 * EXACT_END_PX) / (this.#topMax - 2 * EXACT_END_PX);
  }
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), Math.max(low, high));
}
