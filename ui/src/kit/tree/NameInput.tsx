import { useEffect, useRef, useState } from "react";

const NAME_CHARACTERS_MAX = 64;

/** Types a name where it stands: Enter or leaving keeps it, Esc gives it up. */
export const NameInput = ({
  label,
  name,
  onDone,
}: {
  label: string;
  name: string;
  onDone: (name: string | null) => void;
}) => {
  const [text, setText] = useState(name);
  const input = useRef<HTMLInputElement>(null);
  const isDone = useRef(false);
  useEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);
  const finish = (isKept: boolean) => {
    if (isDone.current) return;
    isDone.current = true;
    const typed = text.trim();
    onDone(isKept && typed !== "" && typed !== name ? typed : null);
  };
  return (
    <input
      ref={input}
      className="field"
      aria-label={label}
      placeholder={label}
      value={text}
      maxLength={NAME_CHARACTERS_MAX}
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
  );
};
