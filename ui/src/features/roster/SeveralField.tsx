import { useTranslation } from "react-i18next";
import { joinedWords, wordsOf } from "@/session/labels";
import { choiceLabels, type ListedColumn } from "./choices";

/** Boxes to tick for a column of which one cell may hold several words; `text` is as the app has it. */
export const SeveralField = ({
  column,
  labelledBy,
  describedBy,
  text,
  isDisabled = false,
  onChange,
}: {
  column: ListedColumn;
  /** Marks of what names it and of what is said about it. */
  labelledBy: string;
  describedBy?: string | undefined;
  text: string;
  isDisabled?: boolean;
  onChange: (text: string) => void;
}) => {
  const { t } = useTranslation();
  const chosen = wordsOf(text);
  const words = Object.entries(choiceLabels(t, column));
  const toggle = (word: string) => {
    const wanted = chosen.includes(word) ? chosen.filter((one) => one !== word) : [...chosen, word];
    // In the list's order, as the app keeps them.
    const listed = words.map(([one]) => one).filter((one) => wanted.includes(one));
    onChange(joinedWords(listed));
  };
  return (
    <fieldset
      className="several-field"
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      disabled={isDisabled}
    >
      {words.map(([word, shown]) => (
        <label key={word}>
          <input type="checkbox" checked={chosen.includes(word)} onChange={() => toggle(word)} />
          {shown}
        </label>
      ))}
    </fieldset>
  );
};
