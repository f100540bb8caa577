import { App } from "antd";
import { type Ref, useEffect, useId, useImperativeHandle, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FoundMember } from "@/generated/types";
import { client } from "@/host";
import type { CellRange } from "@/kit/grid";
import { useAct } from "@/session/act";
import { useSession } from "@/session/store";
import { written } from "@/shell/keys";
import { addressOf, type Place, placeOf, rangeOf } from "./address";

const SETTLE_MS = 150;
const FOUND = 8;

const single = ({ row, column }: Place): CellRange => ({
  top: row,
  bottom: row,
  left: column,
  right: column,
});

/** Where the selection is, `C120`; another place or range typed here, or a member's name or number, leads there. */
export const NameBox = ({
  ref,
  active,
  rows,
  columns,
  onGo,
  onLeave,
}: {
  ref: Ref<HTMLInputElement>;
  active: Place | null;
  rows: number;
  columns: number;
  onGo: (range: CellRange) => void;
  onLeave: () => void;
}) => {
  const { t } = useTranslation();
  const { act } = useAct();
  const { message } = App.useApp();
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const [found, setFound] = useState<readonly FoundMember[]>([]);
  const [chosen, setChosen] = useState(0);
  const text = typed?.trim() ?? "";
  const place = placeOf(text, rows, columns);
  const isOpen = typed !== null && found.length > 0;
  const address = active ? addressOf(active) : "";
  const box = useRef<HTMLInputElement>(null);
  useImperativeHandle(ref, () => box.current as HTMLInputElement, []);

  // The selection may still be on its way when somebody begins to type: it is written over all the same.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another address leaves another caret
  useLayoutEffect(() => {
    if (typed === null && document.activeElement === box.current) box.current?.select();
  }, [address, typed]);

  useEffect(() => {
    setFound([]);
    setChosen(0);
    if (text === "") return;
    let isCurrent = true;
    const timer = window.setTimeout(() => {
      client.findMembers({ text, limit: FOUND }).then(
        (members) => isCurrent && setFound(members),
        () => undefined,
      );
    }, SETTLE_MS);
    return () => {
      isCurrent = false;
      window.clearTimeout(timer);
    };
  }, [text]);

  const leave = () => {
    setTyped(null);
    onLeave();
  };

  const goTo = (member: FoundMember) => {
    setTyped(null);
    useSession.setState({ shownMember: member.id });
  };

  /** What was typed counts, however far the list has come. */
  const go = async () => {
    const range = rangeOf(text, rows, columns) ?? (place?.isCell ? single(place) : null);
    if (range) {
      setTyped(null);
      onGo(range);
      return;
    }
    const members = found.length > 0 ? found : await act(() => client.findMembers({ text, limit: FOUND }));
    const exact = members?.find((one) => one.card_number === text || one.name === text);
    const one = exact ?? (place ? undefined : members?.[chosen]);
    if (one) goTo(one);
    else if (place) {
      setTyped(null);
      onGo(single(place));
    } else void message.info(t("roster.goTo.nothing"), 3);
  };

  return (
    <div className="name-box">
      <input
        ref={box}
        className="field"
        role="combobox"
        aria-expanded={isOpen}
        aria-controls={isOpen ? `${id}-list` : undefined}
        aria-activedescendant={isOpen ? `${id}-${chosen}` : undefined}
        aria-autocomplete="list"
        aria-label={t("roster.goTo.label")}
        title={`${t("roster.goTo.hint")}  ${written("Mod+G")}`}
        autoComplete="off"
        value={typed ?? address}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={() => setTyped(null)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing || event.keyCode === 229) return;
          if (event.key === "Escape") leave();
          else if (event.key === "Enter" && text !== "") void go();
          else if (isOpen && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
            const by = event.key === "ArrowDown" ? 1 : found.length - 1;
            setChosen((chosen + by) % found.length);
          } else return;
          event.preventDefault();
        }}
      />
      {isOpen && (
        // The list is reached from the field by the arrow keys.
        <div id={`${id}-list`} role="listbox" aria-label={t("roster.goTo.found")} className="name-box-list">
          {found.map((member, index) => (
            // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field, as a combobox has it
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field answers the keys
            <div
              key={member.id}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === chosen}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => goTo(member)}
            >
              <span>{member.name}</span>
              <small>{[member.card_number, member.department].filter(Boolean).join(" · ")}</small>
            </div>
          ))}
        </div>
      )}
    </div>
  );
};
