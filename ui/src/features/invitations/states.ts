/** How an invitation stands, and the tone in which it is told. */
export const STATES = ["waiting", "open", "expired", "claimed", "refused", "revoked"] as const;

export const TONES: Record<string, string> = {
  open: "processing",
  claimed: "success",
  refused: "error",
  waiting: "warning",
};

/** The code can still be used, shown, voided. */
export const isOpen = (state: string) => state === "open" || state === "waiting";
