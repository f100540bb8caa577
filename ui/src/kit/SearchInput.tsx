import { type Ref, useEffect, useRef, useState } from "react";

const SETTLE_MS = 180;

/**
 * A field that searches when nobody has typed for a moment or it is left, and for nothing that an input method still composes. Escape
 * empties it.
 */
export const SearchInput = ({
  ref,
  label,
  title,
  className = "field",
  text,
  onText,
  onLeave,
}: {
  ref?: Ref<HTMLInputElement>;
  label: string;
  title?: string;
  className?: string;
  /** What is searched for. */
  text: string;
  onText: (text: string) => void;
  /** Enter, arrow down, or Escape in the empty field. */
  onLeave?: () => void;
}) => {
  const [typed, setTyped] = useState(text);
  const [isComposing, setComposing] = useState(false);
  const search = useRef(onText);
  search.current = onText;

  // Cleared or set from elsewhere.
  useEffect(() => setTyped(text), [text]);
  useEffect(() => {
    if (isComposing || typed === text) return;
    const timer = window.setTimeout(() => search.current(typed), SETTLE_MS);
    return () => window.clearTimeout(timer);
  }, [typed, text, isComposing]);

  return (
    <input
      ref={ref}
      type="search"
      className={className}
      placeholder={label}
      aria-label={label}
      title={title}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={() => typed !== text && onText(typed)}
      onCompositionStart={() => setComposing(true)}
      onCompositionEnd={() => setComposing(false)}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing || event.keyCode === 229) return;
        if (event.key === "Escape" && typed !== "") {
          event.preventDefault();
          setTyped("");
        } else if (onLeave && ["Enter", "ArrowDown", "Escape"].includes(event.key)) {
          event.preventDefault();
          onLeave();
        }
      }}
    />
  );
};
