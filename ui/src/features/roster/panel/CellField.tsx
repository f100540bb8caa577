import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { explain, isFailure } from "@/failure";
import type { CellProblem, Column } from "@/generated/types";
import { client } from "@/host";
import { problemLine } from "@/kit/problem-words";
import { queryClient } from "@/session/queries";
import { useSight } from "@/session/sight";
import { choiceLabels, isChoice, isSeveral } from "../choices";
import { columnTitle } from "../columns";
import { SeveralField } from "../SeveralField";

/** Columns that take more than one line. */
const LONG: Column[] = ["note", "address"];

/** One cell of a member as a field: saved on Enter or when it is left, Esc takes the typing back. */
export const CellField = ({
  member,
  column,
  text,
  problems,
  isTitle = false,
  mask,
  send = (value) => client.editCell({ member, column, text: value }),
}: {
  member: string;
  column: Column;
  text: string;
  problems: readonly CellProblem[];
  /** The member's name, written large. */
  isTitle?: boolean;
  /** Shown in place of a value that is masked; typing replaces that value, typing nothing leaves it. */
  mask?: string | undefined;
  /** How it is saved, when it is no cell of the member's own. */
  send?: (text: string) => Promise<unknown>;
}) => {
  const { t, i18n } = useTranslation();
  const id = useId();
  const { onlyReads } = useSight();
  const [typed, setTyped] = useState(text);
  const [refused, setRefused] = useState<string | null>(null);
  const saved = useRef(text);
  const wanted = useRef(text);
  const isSaving = useRef(false);

  // Others may change it; what is being typed stays.
  useEffect(() => {
    setTyped((now) => (now === saved.current ? text : now));
    saved.current = text;
  }, [text]);

  /** One call at a time; what is wanted by its end goes out next. */
  const save = async (value: string) => {
    wanted.current = value;
    if (value === saved.current || isSaving.current) return;
    isSaving.current = true;
    let sent: string;
    do {
      sent = wanted.current;
      try {
        await send(sent);
        saved.current = sent;
        setRefused(null);
        await queryClient.invalidateQueries({ queryKey: ["member", member] });
      } catch (thrown) {
        if (wanted.current !== sent) continue;
        const rule = isFailure(thrown) ? thrown.params?.rule : undefined;
        const { what, step } = explain(thrown, i18n.language);
        setRefused(rule ? problemLine(t, rule) : t("roster.problemLine", { what, step }));
      }
    } while (wanted.current !== sent);
    isSaving.current = false;
  };

  const onKey = (event: KeyboardEvent<HTMLInputElement | HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void save(typed);
    } else if (event.key === "Escape" && typed !== saved.current) {
      event.preventDefault();
      setTyped(saved.current);
      setRefused(null);
    }
  };

  const label = columnTitle(t, column);
  const hasBoxes = isChoice(column) && isSeveral(column);
  const note = refused ?? (problems.map((problem) => problemLine(t, problem.code)).join(" ") || null);
  const isWrong = refused !== null || problems.some((problem) => !problem.is_warning);
  const shared = {
    id,
    className: isTitle ? "field panel-name" : "field",
    "aria-invalid": isWrong,
    "aria-describedby": note === null ? undefined : `${id}-note`,
  };
  const typing = {
    ...shared,
    value: typed,
    autoComplete: "off",
    readOnly: onlyReads,
    placeholder: mask ?? "—",
    onChange: (event: { target: { value: string } }) => setTyped(event.target.value),
    onBlur: () => void save(typed),
    onKeyDown: onKey,
  };

  return (
    <div className={isTitle ? "cell-title" : "cell-field"}>
      {hasBoxes ? (
        <span id={`${id}-label`} className="cell-label">
          {label}
        </span>
      ) : (
        <label htmlFor={id} className={isTitle ? "sr-only" : "cell-label"}>
          {label}
        </label>
      )}
      {hasBoxes ? (
        <SeveralField
          column={column}
          labelledBy={`${id}-label`}
          describedBy={shared["aria-describedby"]}
          text={typed}
          isDisabled={onlyReads}
          onChange={(value) => {
            setTyped(value);
            void save(value);
          }}
        />
      ) : isChoice(column) ? (
        <select
          {...shared}
          value={typed}
          disabled={onlyReads}
          onChange={(event) => {
            setTyped(event.target.value);
            void save(event.target.value);
          }}
        >
          <option value="">—</option>
          {Object.entries(choiceLabels(t, column)).map(([word, shown]) => (
            <option key={word} value={word}>
              {shown}
            </option>
          ))}
        </select>
      ) : LONG.includes(column) ? (
        <textarea rows={typed.length > 24 ? 3 : 1} {...typing} />
      ) : (
        <input {...typing} />
      )}
      {note !== null && (
        <small
          id={`${id}-note`}
          className={isWrong ? "cell-note is-wrong" : "cell-note"}
          role={refused ? "alert" : undefined}
        >
          {note}
        </small>
      )}
    </div>
  );
};
