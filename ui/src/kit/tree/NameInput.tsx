import { useEffect, useId, useRef, useState } from "react";

/**
 * Types a name where it stands: Enter or leaving keeps it, Esc gives it up. What is wrong with the name is said below it,
 * and nothing that was typed is lost over it.
 */
export const NameInput = ({
  label,
  name,
  typed,
  check,
  onDone,
}: {
  label: string;
  name: string;
  /** What was typed before, when it was not taken. */
  typed?: string;
  /** What is wrong with a name, in words; null when nothing is. */
  check?: (name: string) => string | null;
  onDone: (name: string | null) => void;
}) => {
  const [text, setText] = useState(typed ?? name);
  const input = useRef<HTMLInputElement>(null);
  const isDone = useRef(false);
  const note = useId();
  useEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);
  const wanted = text.trim();
  const problem = wanted === "" || wanted === name ? null : (check?.(wanted) ?? null);
  const finish = (isKept: boolean) => {
    if (isDone.current || (isKept && problem !== null)) return;
    isDone.current = true;
    onDone(isKept && wanted !== "" && wanted !== name ? wanted : null);
  };
  return (
    <span className="tree-naming">
      <input
        ref={input}
        className="field"
        aria-label={label}
        aria-invalid={problem !== null || undefined}
        aria-describedby={problem === null ? undefined : note}
        placeholder={label}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => finish(true)}
        onKeyDown={(event) => {
          event.stopPropagation();
          // Enter and Esc also end a word of an input method.
          if (event.nativeEvent.isComposing || event.keyCode === 229) return;
          if (event.key === "Enter" || event.key === "Escape") {
            event.preventDefault();
            finish(event.key === "Enter");
          }
        }}
      />
      {problem !== null && (
        <span id={note} role="alert" className="tree-problem">
          {problem}
        </span>
      )}
    </span>
  );
};
