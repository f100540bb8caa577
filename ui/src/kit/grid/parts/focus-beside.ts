/** Moves the focus out of the grid, to what comes before or after it on the page. */

const FOCUSABLE = "a[href], button, input, select, textarea, [tabindex]";

export function focusBeside(root: HTMLElement, direction: "forward" | "backward"): void {
  const candidates = [...document.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    (candidate) =>
      !root.contains(candidate) &&
      candidate.tabIndex >= 0 &&
      !candidate.hasAttribute("disabled") &&
      candidate.getClientRects().length > 0,
  );
  const following = Node.DOCUMENT_POSITION_FOLLOWING;
  const isAfter = (candidate: HTMLElement) => (root.compareDocumentPosition(candidate) & following) !== 0;
  const after = candidates.filter(isAfter);
  const before = candidates.filter((candidate) => !isAfter(candidate));
  const order = direction === "forward" ? [...after, ...before] : [...before.reverse(), ...after.reverse()];
  order[0]?.focus();
}
