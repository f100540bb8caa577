const isMac = navigator.platform.startsWith("Mac");

/** How a shortcut is written on this system: `Mod+K` is ⌘K or Ctrl K. */
export const written = (shortcut: string) =>
  isMac
    ? shortcut.replace("Mod+", "⌘").replace("Shift+", "⇧").replace("Alt+", "⌥")
    : shortcut.replace("Mod", "Ctrl").replaceAll("+", " ");

/** Whether the pressed keys are this shortcut. */
export const isPressed = (event: KeyboardEvent, shortcut: string) => {
  const parts = shortcut.split("+");
  const key = parts[parts.length - 1]?.toLowerCase();
  const hasMod = isMac ? event.metaKey : event.ctrlKey;
  return (
    event.key.toLowerCase() === key &&
    hasMod === parts.includes("Mod") &&
    event.shiftKey === parts.includes("Shift") &&
    event.altKey === parts.includes("Alt")
  );
};

/** Typing into a field must not run commands of single letters. */
export const isTyping = (event: KeyboardEvent) =>
  event.isComposing ||
  event.keyCode === 229 ||
  (event.target instanceof HTMLElement &&
    (event.target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(event.target.tagName)));
