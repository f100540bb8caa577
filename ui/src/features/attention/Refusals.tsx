import { App, Button, Empty } from "antd";
import dayjs from "dayjs";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { RefusalPage, RefusalRow, RefusalsMeant } from "@/generated/types";
import { client } from "@/host";
import { explainProblem } from "@/kit/problem-words";
import { UNDO_OFFER, useAct } from "@/session/act";
import { runJob } from "@/session/jobs";
import { keys, queryClient } from "@/session/queries";
import { useSight } from "@/session/sight";
import { useSession } from "@/session/store";
import { fieldName, kindName } from "@/session/telling";
import { FieldValue } from "./FieldValue";
import { type Move, Pager } from "./Pager";
import { useFirst } from "./useFirst";

/** Somebody else made a department of that name in the same place first. */
const isDoubledDepartment = (row: RefusalRow) =>
  row.kind === "department" && row.verb === "create" && row.code === "duplicate" && row.other !== null;

/** Refused for the same reason; what is done with one can be done with all of them. */
const isAlike = (row: RefusalRow) => (other: RefusalRow) =>
  other.m !== row.m &&
  other.kind === row.kind &&
  other.verb === row.verb &&
  other.code === row.code &&
  other.rule === row.rule;

/** Edits that the service would not take, each with its reason, to be mended in the roster, sent again or given up. */
export const Refusals = ({ page, onMove }: { page: RefusalPage; onMove: Move }) => {
  const { rows } = page;
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const { act, undo } = useAct();
  const { onlyReads } = useSight();
  const isBusy = useRef(false);
  const { list, settled } = useFirst(page);

  const show = (member: string) => {
    useSession.setState({ shownMember: member });
    void navigate("/roster");
  };
  const settle = async <Answer,>(work: () => Promise<Answer>, tell: (done: Answer) => void) => {
    if (isBusy.current) return;
    isBusy.current = true;
    const done = await act(work);
    if (done) tell(done);
    await queryClient.invalidateQueries({ queryKey: keys.refusals });
    isBusy.current = false;
    if (done) settled();
  };
  const offerUndo = (text: string) =>
    message.success({
      key: UNDO_OFFER,
      duration: 6,
      content: (
        <>
          {text} {/* Whoever only reads may give up what was refused, and no more than that. */}
          {!onlyReads && (
            <Button type="link" size="small" onClick={() => void undo()}>
              {t("shell.common.undo")}
            </Button>
          )}
        </>
      ),
    });
  const takeOver = (row: RefusalRow) =>
    settle(
      () => client.takeOverDepartment({ m: row.m }),
      () => void offerUndo(t("attention.tookOver", { name: row.title })),
    );
  const drop = (refusals: RefusalsMeant) =>
    settle(
      () => runJob((job) => client.dropRefusals({ refusals, job })),
      (done) => {
        const text = t("attention.dropped", { count: done.settled });
        // Where nothing changed by it, undo would take back what was done before.
        if (done.can_undo) void offerUndo(text);
        else void message.success(text, 3);
      },
    );
  const all: RefusalsMeant = { which: "until", m: page.newest };
  const retry = (refusals: RefusalsMeant) =>
    settle(
      () => runJob((job) => client.retryRefusals({ refusals, job })),
      (done) => void message.success(t("attention.retried", { count: done.settled }), 3),
    );

  if (rows.length === 0) {
    return (
      <Empty
        description={
          <>
            <strong>{t("attention.noRefusals")}</strong>
            <br />
            {t("attention.noRefusalsHint")}
          </>
        }
      />
    );
  }
  return (
    <div className="attention-list">
      <p className="quiet">{t("attention.refusalLead")}</p>
      {onlyReads && <p className="quiet">{t("attention.onlyReads")}</p>}
      {page.total > 1 && (
        <p>
          {!onlyReads && (
            <Button size="small" title={t("attention.retryHint")} onClick={() => void retry(all)}>
              {t("attention.retryAll")}
            </Button>
          )}{" "}
          <Button size="small" onClick={() => void drop(all)}>
            {t("attention.dropAll")}
          </Button>
        </p>
      )}
      <ul ref={list}>
        {rows.map((row) => {
          const codes: Record<string, string> = t("attention.codes", { returnObjects: true });
          const verbs: Record<string, string> = t("attention.verbs", { returnObjects: true });
          const rule = row.rule === null ? null : explainProblem(t, row.rule);
          return (
            <li key={row.m} tabIndex={-1}>
              <header>
                <strong>{row.title || kindName(t, row.kind)}</strong>
                <span className="quiet">
                  {verbs[row.verb] ?? row.verb} · {dayjs(row.at).format("MM-DD HH:mm")}
                </span>
              </header>
              <p className="refusal-why">
                {isDoubledDepartment(row) ? t("attention.doubledDepartment") : (codes[row.code] ?? row.code)}
                {rule && !isDoubledDepartment(row) && ` — ${rule.what} ${rule.step}`}
              </p>
              <dl className="refusal-fields">
                {row.fields.slice(0, 8).map((change) => (
                  <div key={change.field}>
                    <dt>{fieldName(t, row.kind, change.field)}</dt>
                    <dd>
                      {change.from !== "" && (
                        <del>
                          <FieldValue kind={row.kind} field={change.field} value={change.from} />
                        </del>
                      )}{" "}
                      <FieldValue kind={row.kind} field={change.field} value={change.to} />
                    </dd>
                  </div>
                ))}
              </dl>
              <footer>
                {row.kind === "member" && row.verb !== "remove" && (
                  <Button
                    size="small"
                    type="primary"
                    disabled={onlyReads}
                    {...(onlyReads ? { title: t("attention.onlyReads") } : {})}
                    onClick={() => show(row.record)}
                  >
                    {t("attention.mend")}
                  </Button>
                )}
                {isDoubledDepartment(row) && !onlyReads && (
                  <Button
                    size="small"
                    type="primary"
                    title={t("attention.takeOverHint")}
                    onClick={() => void takeOver(row)}
                  >
                    {t("attention.takeOver")}
                  </Button>
                )}
                {row.kind === "member" && row.other !== null && (
                  <Button size="small" onClick={() => show(row.other ?? "")}>
                    {t("attention.openOther")}
                  </Button>
                )}
                {!onlyReads && (
                  <Button
                    size="small"
                    title={t("attention.retryHint")}
                    onClick={() => void retry({ which: "one", m: row.m })}
                  >
                    {t("attention.retry")}
                  </Button>
                )}
                {!onlyReads && (rows.some(isAlike(row)) || rows.length < page.total) && (
                  <Button
                    size="small"
                    title={t("attention.retryHint")}
                    onClick={() => void retry({ which: "alike", m: row.m })}
                  >
                    {t("attention.retryAlike")}
                  </Button>
                )}
                <Button size="small" onClick={() => void drop({ which: "one", m: row.m })}>
                  {t("attention.drop")}
                </Button>
              </footer>
            </li>
          );
        })}
      </ul>
      <Pager page={page} onMove={onMove} />
    </div>
  );
};
