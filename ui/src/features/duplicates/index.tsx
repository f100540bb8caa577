import { App, Button } from "antd";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DuplicateGroup, Duplicates } from "@/generated/types";
import { client } from "@/host";
import { useAct } from "@/session/act";
import { useDefinitions } from "@/session/defined";
import { useSession } from "@/session/store";
import { Compare } from "./Compare";
import "./duplicates.css";

/** Members who may be the same person: found over the whole roster, compared two at a time, made one. */
const DuplicatesPage = () => {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { act } = useAct();
  useDefinitions();
  const runs = useRef(0);
  const start = useRef<HTMLButtonElement>(null);
  const [job, setJob] = useState<string | null>(null);
  const [found, setFound] = useState<Duplicates | null>(null);
  const [pair, setPair] = useState<[string, string] | null>(null);
  const progress = useSession((now) => (job === null ? undefined : now.progress[job]));

  const look = async () => {
    runs.current += 1;
    const name = `duplicates-${runs.current}`;
    setJob(name);
    const answer = await act(() => client.findDuplicates({ job: name }));
    setJob(null);
    if (answer) setFound(answer);
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
      <ul className="duplicate-groups" aria-label={t("duplicates.title")}>
        {found?.groups.map((group) => (
          <Group
            key={group.members.map((member) => member.id).join()}
            group={group}
            onCompare={(kept, gone) => setPair([kept, gone])}
          />
        ))}
      </ul>
      {pair && (
        <Compare
          key={pair.join()}
          kept={pair[0]}
          gone={pair[1]}
          onSwap={() => setPair([pair[1], pair[0]])}
          onClose={() => {
            setPair(null);
            start.current?.focus();
          }}
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

const Group = ({
  group,
  onCompare,
}: {
  group: DuplicateGroup;
  onCompare: (kept: string, gone: string) => void;
}) => {
  const { t } = useTranslation();
  const [first, ...others] = group.members;
  if (!first) return null;
  const told = (member: typeof first) =>
    [member.card_number, member.department, member.status && t(`choices.status.${member.status as "active"}`)]
      .filter(Boolean)
      .join(" · ");
  return (
    <li>
      <h2>
        {t(`duplicates.reasons.${group.reason}`)}
        <small className="quiet"> {t("duplicates.people", { count: group.count })}</small>
      </h2>
      <ul>
        {[first, ...others].map((member) => (
          <li key={member.id}>
            <span>
              <strong>{member.name}</strong> <span className="quiet">{told(member)}</span>
            </span>
            {member !== first && (
              <Button size="small" onClick={() => onCompare(first.id, member.id)}>
                {t("duplicates.compare", { a: first.name, b: member.name })}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </li>
  );
};

export default DuplicatesPage;
