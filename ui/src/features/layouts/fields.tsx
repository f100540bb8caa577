import { type ReactNode, useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";

/** A label over or beside what it names. */
export const Labelled = ({ label, children }: { label: string; children: (id: string) => ReactNode }) => {
  const id = useId();
  return (
    <div className="layouts-field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  );
};

/** A number: what is typed counts as soon as it is one within the range; leaving shows what counts. */
export const NumberField = ({
  label,
  value,
  min,
  max,
  step = 0.1,
  onChange,
  onLeave,
}: {
  label: string;
  value: number;
  min: number;
  max: number;
  step?: number;
  onChange: (value: number) => void;
  onLeave: () => void;
}) => {
  const shown = String(Math.round(value * 1000) / 1000);
  const [text, setText] = useState(shown);
  const [isTyped, setTyped] = useState(false);
  useEffect(() => {
    if (!isTyped) setText(shown);
  }, [shown, isTyped]);
  const number = Number(text);
  const isRight = text.trim() !== "" && Number.isFinite(number) && number >= min && number <= max;
  return (
    <Labelled label={label}>
      {(id) => (
        <input
          id={id}
          className="field"
          type="number"
          min={min}
          max={max}
          step={step}
          value={text}
          aria-invalid={!isRight}
          onChange={(event) => {
            const typed = event.target.value;
            setTyped(true);
            setText(typed);
            const wanted = Number(typed);
            if (typed.trim() !== "" && wanted >= min && wanted <= max) onChange(wanted);
          }}
          onBlur={() => {
            setTyped(false);
            setText(shown);
            onLeave();
          }}
        />
      )}
    </Labelled>
  );
};

export const Choice = <Word extends string>({
  label,
  value,
  words,
  onChange,
}: {
  label: string;
  value: string;
  words: Record<Word, string>;
  onChange: (word: Word) => void;
}) => (
  <Labelled label={label}>
    {(id) => (
      <select
        id={id}
        className="field"
        value={value}
        onChange={(event) => onChange(event.target.value as Word)}
      >
        {(Object.entries(words) as [Word, string][]).map(([word, says]) => (
          <option key={word} value={word}>
            {says}
          </option>
        ))}
      </select>
    )}
  </Labelled>
);

/** A colour, chosen freely or among those that the layout has already. */
export const ColourField = ({
  value,
  used,
  onChange,
  onLeave,
}: {
  value: string;
  used: readonly string[];
  onChange: (colour: string) => void;
  onLeave: () => void;
}) => {
  const { t } = useTranslation();
  return (
    <div className="layouts-colour">
      <Labelled label={t("layouts.designer.ink")}>
        {(id) => (
          <input
            id={id}
            type="color"
            value={value.toLowerCase()}
            onChange={(event) => onChange(event.target.value.toUpperCase())}
            onBlur={onLeave}
          />
        )}
      </Labelled>
      <fieldset className="layouts-swatches" aria-label={t("layouts.designer.usedColours")}>
        {used.map((colour) => (
          <button
            key={colour}
            type="button"
            title={colour}
            aria-label={t("layouts.designer.colour", { colour })}
            aria-pressed={colour === value.toUpperCase()}
            style={{ background: colour }}
            onClick={() => {
              onChange(colour);
              onLeave();
            }}
          />
        ))}
      </fieldset>
    </div>
  );
};
