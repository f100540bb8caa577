import { App } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client } from "@/host";
import type { SelectionReport } from "@/kit/grid";
import { useAct } from "@/session/act";
import { Compare } from "@/session/merging/Compare";
import { useSayApart } from "@/session/merging/useSayApart";
import type { RosterSource } from "./roster-source";
import type { SelectedRows } from "./useRowCommands";

interface Person {
  id: string;
  name: string;
}

/** So many are made one at a time. */
export const MERGED_AT_ONCE = 2;

/** Two members who are selected, laid side by side and made one. */
export const useMergeRows = ({
  source,
  report,
  touched,
  onMerged,
  onClosed,
}: {
  source: RosterSource | null;
  report: SelectionReport | null;
  touched: SelectedRows;
  onMerged: () => void;
  onClosed: () => void;
}) => {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { act } = useAct();
  const sayApart = useSayApart();
  const [pair, setPair] = useState<[Person, Person] | null>(null);
  const why =
    touched.count === MERGED_AT_ONCE ? undefined : t("roster.merge.notTwo", { count: touched.count });

  const start = async () => {
    if (why !== undefined) {
      void message.info(why, 4);
      return;
    }
    if (!source || !report) return;
    const view = source.viewAt(report);
    const people = await act(async () => {
      const found: Person[] = [];
      for (const [start, end] of touched.ranges) {
        const page = await client.page({ view, start, count: end - start, columns: ["name"] });
        // A row of somebody who is gone meanwhile is empty.
        for (const { id, cells } of page.rows) if (id !== "") found.push({ id, name: cells[0] ?? "" });
      }
      return found;
    });
    if (!people) return;
    const [kept, gone] = people;
    if (kept && gone) setPair([kept, gone]);
    else void message.info(t("roster.merge.notTwo", { count: people.length }), 4);
  };
  const close = () => {
    setPair(null);
    onClosed();
  };

  return {
    start: () => void start(),
    why,
    dialog: pair && (
      <Compare
        key={pair.map(({ id }) => id).join()}
        kept={pair[0].id}
        gone={pair[1].id}
        onSwap={() => setPair([pair[1], pair[0]])}
        onApart={() => {
          const [a, b] = pair;
          void sayApart({ a: a.id, b: b.id }, { a: a.name, b: b.name }).then(
            ({ isSaid }) => isSaid && close(),
          );
        }}
        onClose={close}
        onMerged={() => {
          setPair(null);
          onMerged();
        }}
      />
    ),
  };
};
