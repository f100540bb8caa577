import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Tag } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ImportUndone, UndoPlan } from "@/generated/types";
import { client } from "@/host";
import { useAct } from "@/session/act";
import { useJob } from "@/session/useJob";
import { KeptChanges } from "./KeptChanges";
import { UndoImport } from "./UndoImport";

const HISTORY = ["import-history"];

/** The beginning of a file's SHA-256, in pairs as fingerprints are read out. */
const fingerprint = (sha256: string) => sha256.slice(0, 8).match(/../g)?.join(":") ?? "";

/** The imports made on this computer: which file, who, when, what came of it, and the way back. */
export const ImportHistory = () => {
  const { t } = useTranslation();
  const run = useJob();
  const queries = useQueryClient();
  const { act } = useAct();
  const [asked, setAsked] = useState<{ batch: string; plan: UndoPlan } | null>(null);
  const [undone, setUndone] = useState<ImportUndone | null>(null);
  const { data: records = [] } = useQuery({
    queryKey: HISTORY,
    queryFn: () => client.importHistory(),
    staleTime: 0,
  });
  if (records.length === 0) return null;

  /** Undoing can be undone: only what later edits keep from it has to be seen first. */
  const ask = async (batch: string) => {
    const plan = await act(() => client.planUndoBatch({ batch }));
    if (plan && plan.kept_count > 0) setAsked({ batch, plan });
    else if (plan) await undo(batch);
  };
  const undo = async (batch: string) => {
    setAsked(null);
    const answer = await run((job) => client.undoImport({ batch, job }));
    if (!answer) return;
    setUndone(answer);
    await queries.invalidateQueries({ queryKey: HISTORY });
  };

  return (
    <section className="import-history" aria-labelledby="import-history">
      <h2 id="import-history">{t("importing.history.title")}</h2>
      {undone && <KeptChanges undone={undone} />}
      <div className="plan-scroll">
        <table className="plain-table">
          <thead>
            <tr>
              <th>{t("importing.history.file")}</th>
              <th>{t("importing.history.when")}</th>
              <th>{t("importing.history.who")}</th>
              <th>{t("importing.history.result")}</th>
              <th aria-label={t("importing.undoBatch")} />
            </tr>
          </thead>
          <tbody>
            {records.map((record) => (
              <tr key={record.batch} data-muted={record.is_undone || undefined}>
                <td>
                  {record.file_name}{" "}
                  <code className="quiet" title={`SHA-256 ${record.sha256}`}>
                    {fingerprint(record.sha256)}
                  </code>
                </td>
                <td>{dayjs(record.at_ms).format("YYYY-MM-DD HH:mm")}</td>
                <td>{record.actor}</td>
                <td>{t("importing.history.counts", { ...record })}</td>
                <td>
                  {record.is_undone ? (
                    <Tag>{t("importing.history.undone")}</Tag>
                  ) : (
                    <Button size="small" onClick={() => void ask(record.batch)}>
                      {t("importing.undoBatch")}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {asked && (
        <UndoImport plan={asked.plan} onUndo={() => void undo(asked.batch)} onClose={() => setAsked(null)} />
      )}
    </section>
  );
};
