import { App, Button } from "antd";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DuplicateMember, Duplicates } from "@/generated/types";
import { client } from "@/host";
import { useAct } from "@/session/act";
import { useDefinitions } from "@/session/defined";
import { Compare } from "@/session/merging/Compare";
import { useSession } from "@/session/store";
import { Group } from "./Group";
import { withApart } from "./groups";
import { ToldApart } from "./ToldApart";
import { useApart } from "./useApart";
import "./duplicates.css";

/** Groups of one page; the app lists no more at once. */
const PAGE = 500;

/** Members who may be the same person: found over the whole roster, compared two at a time, made one or told apart. */
const DuplicatesPage = () => {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { act } = useAct();
  useDefinitions();
  const runs = useRef(0);
  const start = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const [job, setJob] = useState<string | null>(null);
  const [found, setFound] = useState<Duplicates | null>(null);
  const shown = useRef(found);
  shown.current = found;
  const [pair, setPair] = useState<[DuplicateMember, DuplicateMember] | null>(null);
  const progress = useSession((now) => (job === null ? undefined : now.progress[job]));

  /** At the page that is shown, or at another one. */
  const look = async (skip = found?.skip ?? 0) => {
    runs.current += 1;
    const name = `duplicates-${runs.current}`;
    setJob(name);
    const answer = await act(() => client.findDuplicates({ job: name, skip }));
    // A newer look knows more.
    if (name !== `duplicates-${runs.current}`) return;
    setJob(null);
    if (answer) setFound(answer);
  };
  const turnTo = async (skip: number) => {
    await look(skip);
    list.current?.scrollIntoView({ block: "nearest" });
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>("[data-compare]")?.focus());
  };
  const { told, say, takeBack, showMore } = useApart({
    onSaid: ({ a, b }) => {
      const left = shown.current && withApart(shown.current, a, b);
      setFound(left);
      // All of this page is decided; there are others.
      if (left && left.groups.length === 0 && left.total > 0) void look(left.skip);
    },
    onOthers: () => {
      if (found !== null) void look();
    },
  });
  /** Which button of the list opened the dialog: there one goes on. */
  const opener = useRef(-1);
  const comparing = () => [...(list.current?.querySelectorAll<HTMLElement>("[data-compare]") ?? [])];
  const compare = (kept: DuplicateMember, gone: DuplicateMember) => {
    opener.current = comparing().indexOf(document.activeElement as HTMLElement);
    setPair([kept, gone]);
  };
  const goOn = () =>
    requestAnimationFrame(() => {
      const left = comparing().filter((button) => !button.hasAttribute("disabled"));
      (left[Math.min(opener.current, left.length - 1)] ?? start.current)?.focus();
    });
  const close = () => {
    setPair(null);
    goOn();
  };
  const sayApart = (a: DuplicateMember, b: DuplicateMember) =>
    say({ a: a.id, b: b.id }, { a: a.name, b: b.name });
  /** Whoever goes through the list by keyboard stays in it: on the next pair. */
  const sayInList = async (a: DuplicateMember, b: DuplicateMember) => {
    const buttons = () => [...(list.current?.querySelectorAll<HTMLElement>("[data-apart]") ?? [])];
    const at = buttons().findIndex((button) => button === document.activeElement);
    if (!(await sayApart(a, b))) return;
    requestAnimationFrame(() => {
      const left = buttons();
      (left[Math.min(at, left.length - 1)] ?? start.current)?.focus();
    });
  };

  return (
    <div className="page duplicates">
      <header className="page-head">
        <h1>{t("duplicates.title")}</h1>
        {job === null ? (
          <Button ref={start} type="primary" onClick={() => void look()}>
            {t(found === null ? "duplicates.start" : "duplicates.again")}
          </Button>
        ) : (
          <Button onClick={() => void client.cancelJob({ job })}>{t("shell.common.cancel")}</Button>
        )}
      </header>
      <p className="quiet" aria-live="polite">
        {job !== null
          ? t("duplicates.looking", { done: progress?.done ?? 0, total: progress?.total ?? 0 })
          : found === null
            ? t("duplicates.hint")
            : t("duplicates.found", { count: found.total })}
      </p>
      <ul ref={list} className="duplicate-groups" aria-label={t("duplicates.title")}>
        {found?.groups.map((group) => (
          <Group
            key={`${group.reason}:${group.members.map((member) => member.id).join()}`}
            group={group}
            onCompare={compare}
            onApart={(a, b) => void sayInList(a, b)}
          />
        ))}
      </ul>
      {found && found.total > found.groups.length && (
        <nav className="duplicate-pages" aria-label={t("duplicates.pages")}>
          <Button
            disabled={job !== null || found.skip === 0}
            onClick={() => void turnTo(Math.max(0, found.skip - PAGE))}
          >
            {t("duplicates.before")}
          </Button>
          <span>
            {t("duplicates.page", {
              from: found.skip + 1,
              to: found.skip + found.groups.length,
              total: found.total,
            })}
          </span>
          <Button
            disabled={job !== null || found.skip + found.groups.length >= found.total}
            onClick={() => void turnTo(found.skip + found.groups.length)}
          >
            {t("duplicates.next")}
          </Button>
        </nav>
      )}
      {told && (
        <ToldApart told={told} onBack={({ a, b }) => void takeBack({ a: a.id, b: b.id })} onMore={showMore} />
      )}
      {pair && (
        <Compare
          key={pair.map((member) => member.id).join()}
          kept={pair[0].id}
          gone={pair[1].id}
          onSwap={() => setPair([pair[1], pair[0]])}
          onApart={() => void sayApart(...pair).then((isSaid) => isSaid && close())}
          onClose={close}
          onMerged={() => {
            setPair(null);
            void message.success(t("duplicates.merged"), 4);
            void look().then(goOn);
          }}
        />
      )}
    </div>
  );
};

export default DuplicatesPage;
