import { useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { type KeyboardEvent, useDeferredValue, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { client } from "@/host";
import { useAct } from "@/session/act";
import { usePreferences } from "@/session/preferences";
import { useSight } from "@/session/sight";
import { useSession } from "@/session/store";
import { offered } from "./features";
import { written } from "./keys";
import "./palette.css";

/** People shown under the commands. */
const PEOPLE = 8;

interface Action {
  id: string;
  label: string;
  /** Pinyin and its initials, by which the label is found as well. */
  spelt: string;
  shortcut?: string;
  run: () => unknown;
}

/** Commands and people, found as one types: names, pinyin, initials, numbers. */
export const Palette = ({ hasClasses }: { hasClasses: boolean }) => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { act, undo, redo } = useAct();
  const { preferences, change } = usePreferences();
  const { isFull, mayReveal, onlyReads, showAll, maskAgain } = useSight();
  const isOpen = useSession((now) => now.isPaletteOpen);
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState("");
  const asked = useDeferredValue(text.trim());
  const { data: people, isFetching } = useQuery({
    queryKey: ["find", asked, useSession((now) => now.version)],
    queryFn: () => client.findMembers({ text: asked, limit: PEOPLE }),
    enabled: isOpen && asked !== "",
  });

  // People come, and go, after the list has chosen among what was there; Enter is always for the first line, also when
  // it is pressed before the people are there.
  const list = useRef<HTMLDivElement>(null);
  const answered = useRef("");
  const isEnterWaiting = useRef(false);
  const first = people?.[0]?.id;
  useEffect(() => {
    if (!isOpen) return;
    const frame = window.requestAnimationFrame(() => {
      const lines = [...(list.current?.querySelectorAll("[cmdk-item]") ?? [])];
      const line = lines.find((one) => one.getAttribute("data-value") === first) ?? lines[0];
      setChosen(line?.getAttribute("data-value") ?? "");
      if (isFetching) return;
      answered.current = asked;
      if (isEnterWaiting.current) line?.dispatchEvent(new Event("cmdk-item-select"));
      isEnterWaiting.current = false;
    });
    return () => window.cancelAnimationFrame(frame);
  }, [isOpen, asked, first, isFetching]);
  const waitForPeople = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.nativeEvent.isComposing || answered.current === text.trim()) return;
    event.preventDefault();
    isEnterWaiting.current = true;
  };

  const type = (typed: string) => {
    isEnterWaiting.current = false;
    setText(typed);
  };
  const close = () => {
    useSession.setState({ isPaletteOpen: false });
    type("");
  };
  const run = (work: () => unknown) => () => {
    close();
    void work();
  };

  const isDark = document.documentElement.dataset.theme === "dark";
  const actions: Action[] = [
    ...offered(hasClasses, onlyReads).map((feature) => ({
      id: feature.path,
      label: t("shell.palette.go", { place: t(`shell.rail.${feature.word}`) }),
      spelt: t(`shell.spelt.${feature.word}`),
      shortcut: written(feature.shortcut),
      run: () => navigate(feature.path),
    })),
    ...offered(hasClasses, onlyReads).flatMap((feature) =>
      (feature.commands ?? [])
        .filter(({ changes }) => !(onlyReads && changes))
        .map(({ word, shortcut }) => ({
          id: word,
          label: t(`shell.commands.${word}`),
          spelt: t(`shell.spelt.${word}`),
          ...(shortcut === undefined ? {} : { shortcut: written(shortcut) }),
          run: () => {
            useSession.setState({ asked: word });
            return navigate(feature.path);
          },
        })),
    ),
    ...(onlyReads
      ? []
      : [
          {
            id: "undo",
            label: t("shell.palette.undo"),
            spelt: t("shell.spelt.undo"),
            shortcut: written("Mod+Z"),
            run: undo,
          },
          {
            id: "redo",
            label: t("shell.palette.redo"),
            spelt: t("shell.spelt.redo"),
            shortcut: written("Mod+Y"),
            run: redo,
          },
        ]),
    {
      id: "sync",
      label: t("shell.palette.syncNow"),
      spelt: t("shell.spelt.sync"),
      run: () => act(() => client.syncNow()),
    },
    ...(mayReveal
      ? [
          {
            id: "sight",
            label: t(isFull ? "masking.hide" : "masking.show"),
            spelt: t("shell.spelt.sight"),
            run: isFull ? maskAgain : showAll,
          },
        ]
      : []),
    {
      id: "theme",
      label: t("shell.palette.toggleTheme"),
      spelt: t("shell.spelt.theme"),
      run: () => change({ theme: isDark ? "light" : "dark" }),
    },
    {
      id: "language",
      label: t("shell.palette.toggleLanguage"),
      spelt: t("shell.spelt.language"),
      run: () => change({ language: preferences?.language === "en" ? "zh" : "en" }),
    },
    {
      id: "switch",
      label: t("shell.palette.closeProfile"),
      spelt: t("shell.spelt.switch"),
      run: async () => {
        // Nothing that was shown, chosen or typed belongs to the next organisation.
        const isClosed = await act(() => client.closeProfile().then(() => true));
        if (isClosed) window.location.reload();
      },
    },
  ];

  return (
    <Command.Dialog
      open={isOpen}
      onOpenChange={(open) => (open ? useSession.setState({ isPaletteOpen: true }) : close())}
      label={t("shell.palette.title")}
      value={chosen}
      onValueChange={setChosen}
      onKeyDown={waitForPeople}
      loop
    >
      <Command.Input value={text} onValueChange={type} placeholder={t("shell.palette.placeholder")} />
      <Command.List ref={list}>
        {!people?.length && <Command.Empty>{t("shell.palette.nothing")}</Command.Empty>}
        {people && people.length > 0 && (
          <Command.Group heading={t("shell.palette.members")} forceMount>
            {people.map((person) => (
              <Command.Item
                key={person.id}
                value={person.id}
                forceMount
                onSelect={run(() => {
                  useSession.setState({ shownMember: person.id });
                  return navigate("/roster");
                })}
              >
                <span>{person.name}</span>
                <span className="palette-quiet">
                  {[person.department, person.card_number].filter(Boolean).join(" · ")}
                </span>
              </Command.Item>
            ))}
          </Command.Group>
        )}
        <Command.Group heading={t("shell.palette.actions")}>
          {actions.map((action) => (
            <Command.Item
              key={action.id}
              value={action.label}
              keywords={action.spelt.split(" ")}
              onSelect={run(action.run)}
            >
              <span>{action.label}</span>
              {action.shortcut && <kbd>{action.shortcut}</kbd>}
            </Command.Item>
          ))}
        </Command.Group>
      </Command.List>
    </Command.Dialog>
  );
};
