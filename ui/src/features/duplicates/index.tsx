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
  const [pair, setPair] = useState<[DuplicateMember, DuplicateMember] | null>(null);
  const progress = useSession((now) => (job === null ? undefined : now.progress[job]));

  const look = async () => {
    runs.current += 1;
    const name = `duplicates-${runs.current}`;
    setJob(name);
    const answer = await act(() => client.findDuplicates({ job: name }));
    // A newer look knows more.
    if (name !== `duplicates-${runs.current}`) return;
    setJob(null);
    if (answer) setFound(answer);
  };
  const { told, say, takeBack, showMore } = useApart({
    onSaid: ({ a, b }) => setFound((now) => now && withApart(now, a, b)),
    onOthers: () => {
      if (found !== null) void look();
    },
  });
  const close = () => {
    setPair(null);
    start.current?.focus();
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
            onCompare={(kept, gone) => setPair([kept, gone])}
            onApart={(a, b) => void sayInList(a, b)}
          />
        ))}
      </ul>
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
            void look();
          }}
        />
      )}
    </div>
  );
};

export default DuplicatesPage;
