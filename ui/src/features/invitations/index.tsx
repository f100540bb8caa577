import { HistoryOutlined, PrinterOutlined, QrcodeOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { App, Badge, Button, Checkbox, Empty, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
import type { HandOut, InvitationRow } from "@/generated/types";
import { client } from "@/host";
import { UNDO_OFFER, useAct } from "@/session/act";
import { Changes } from "@/session/Changes";
import { type FromRun, findLeftRun, type RunChoices } from "@/session/left-run";
import { keys, queryClient } from "@/session/queries";
import { useJob } from "@/session/useJob";
import { CodeDialog } from "./CodeDialog";
import { DepartmentSelect } from "./DepartmentSelect";
import { InvitationTable } from "./InvitationTable";
import { Progress } from "./Progress";
import { type Again, ReprintDialog } from "./ReprintDialog";
import { Runs } from "./Runs";
import { SheetPreview } from "./SheetPreview";
import { STATES } from "./states";
import "./invitations.css";

const PAGE = 50;
const DAYS = [7, 14, 30, 90];

/** What lies over the list of invitations. */
type Over =
  | { shows: "sheets"; invitations?: string[] | undefined; begun?: Partial<RunChoices> }
  | { shows: "runs" }
  | null;

/** Codes made, printed and watched until people have joined. */
const Invitations = () => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const { act, undo } = useAct();
  const run = useJob();
  // Whoever comes from designing a layout came to print with it, and goes on with the run that was left for it.
  const came = useLocation().state as (FromRun & { layout?: string }) | null;
  const [left] = useState(() => findLeftRun(came?.run));
  const [department, setDepartment] = useState<string | undefined>(left?.department);
  const [state, setState] = useState<string | undefined>();
  const [start, setStart] = useState(0);
  const [days, setDays] = useState(14);
  const [replaces, setReplaces] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [over, setOver] = useState<Over>(
    came?.layout
      ? { shows: "sheets", invitations: left?.invitations, begun: { ...left?.choices, layout: came.layout } }
      : null,
  );
  const [again, setAgain] = useState<Again | null>(null);
  const [shown, setShown] = useState<InvitationRow | null>(null);

  const { data } = useQuery({
    queryKey: [...keys.invitations, department, state, start],
    queryFn: () =>
      client.invitations({
        start,
        count: PAGE,
        ...(department === undefined ? {} : { department }),
        ...(state === undefined ? {} : { state }),
      }),
    placeholderData: keepPreviousData,
  });

  const { data: runs } = useQuery({
    queryKey: [...keys.runs, "unchecked"],
    queryFn: () => client.runs({ count: 1, is_only_unchecked: true }),
    staleTime: 0,
  });
  // Somebody still has to look at the paper.
  const hasUnchecked = (runs?.length ?? 0) > 0;

  const make = async () => {
    setBusy(true);
    const made = await run((job) =>
      client.invite({
        days,
        replaces_open: replaces,
        job,
        ...(department === undefined ? {} : { members: { by: "department", id: department } }),
      }),
    );
    setBusy(false);
    if (made) {
      const told = [t("invitations.made", { count: made.made })];
      if (made.already_open > 0) told.push(t("invitations.alreadyOpen", { count: made.already_open }));
      if (made.already_joined > 0) told.push(t("invitations.alreadyJoined", { count: made.already_joined }));
      if (made.left > 0) told.push(t("invitations.left", { count: made.left }));
      if (made.uncheckable > 0) {
        told.push(t("invitations.uncheckable", { count: made.uncheckable }));
        void message.warning(told.join(" · "), 8);
      } else void message.success(told.join(" · "), 4);
    }
    await queryClient.invalidateQueries({ queryKey: keys.invitations });
  };

  const revoke = async (row: InvitationRow) => {
    if (await act(() => client.revokeInvitations({ ids: [row.id] })))
      void message.success(t("invitations.revoked"), 2);
  };

  const handOut = async (what: HandOut) => {
    const outcome = await run((job) => client.handOut({ ...what, job }));
    if (!outcome) return;
    void message.success({
      key: UNDO_OFFER,
      duration: 6,
      content: (
        <>
          {t("invitations.handOut.done", { count: outcome.changed_cells })}{" "}
          {outcome.changed_cells > 0 && (
            <Button type="link" size="small" onClick={() => void undo()}>
              {t("shell.common.undo")}
            </Button>
          )}
        </>
      ),
    });
  };
  const printAgain = (invitations: string[]) => {
    setAgain(null);
    setOver({ shows: "sheets", invitations });
  };

  if (over?.shows === "sheets") {
    return (
      <SheetPreview
        department={over.invitations === undefined ? department : undefined}
        invitations={over.invitations}
        begun={over.begun}
        onClose={() => setOver(null)}
      />
    );
  }
  if (over?.shows === "runs") return <Runs onClose={() => setOver(null)} onReprint={printAgain} />;
  // What there is to be done first stands out: without an invitation there is nothing to print.
  const hasOpen = data?.progress.some((row) => row.invited > 0) ?? false;
  const hasMembers = (data?.progress.length ?? 0) > 0;
  return (
    <div className="page">
      <header className="page-head">
        <h1>{t("invitations.title")}</h1>
        <DepartmentSelect
          value={department}
          onChange={(id) => {
            setDepartment(id);
            setStart(0);
          }}
        />
      </header>
      <p className="quiet invitations-lead">{t("invitations.lead")}</p>
      <div className="invitations-make">
        <span>
          {t("invitations.days")}{" "}
          <Select
            aria-label={t("invitations.days")}
            value={days}
            onChange={setDays}
            options={DAYS.map((count) => ({ value: count, label: t("invitations.daysUnit", { count }) }))}
          />
        </span>
        <Checkbox checked={replaces} onChange={(event) => setReplaces(event.target.checked)}>
          {t("invitations.replace")}
        </Checkbox>
        <span className="invitations-space" />
        <Changes of="invitations">
          <Button
            type={hasOpen ? "default" : "primary"}
            icon={<QrcodeOutlined />}
            loading={isBusy}
            onClick={() => void make()}
          >
            {t("invitations.make")}
          </Button>
        </Changes>
        <Button
          type={hasOpen ? "primary" : "default"}
          icon={<PrinterOutlined />}
          onClick={() => setOver({ shows: "sheets" })}
        >
          {t("invitations.print")}
        </Button>
        <Button
          icon={<HistoryOutlined />}
          title={hasUnchecked ? t("invitations.runs.uncheckedCount") : undefined}
          onClick={() => setOver({ shows: "runs" })}
        >
          <Badge dot={hasUnchecked} offset={[4, 0]}>
            {t("invitations.runs.title")}
          </Badge>
        </Button>
      </div>
      <div className="invitations-body">
        {data && !hasMembers && data.total === 0 ? (
          <Empty
            description={
              <>
                <strong>{t("invitations.noMembers")}</strong>
                <br />
                {t("invitations.noMembersHint")}
              </>
            }
          >
            <Button onClick={() => void navigate("/import")}>{t("invitations.toImport")}</Button>
          </Empty>
        ) : (
          <>
            {data && (
              <Progress
                rows={data.progress}
                onChoose={setDepartment}
                onHandOut={(id) => void handOut({ department: id, is_without_below: true })}
              />
            )}
            <div className="invitations-head">
              <h2>{t("invitations.list")}</h2>
              <Select
                allowClear
                placeholder={t("invitations.anyState")}
                aria-label={t("invitations.state")}
                className="invitations-state"
                value={state}
                onChange={(word) => {
                  setState(word);
                  setStart(0);
                }}
                options={STATES.map((word) => ({ value: word, label: t(`invitations.states.${word}`) }))}
              />
            </div>
            <InvitationTable
              data={data}
              pageSize={PAGE}
              start={start}
              onStart={setStart}
              onShow={setShown}
              onRevoke={(row) => void revoke(row)}
              onHandOut={(row) => void handOut({ invitations: [row.id] })}
              onReprint={(row) => setAgain({ invitations: [row.id], names: [row.member_name] })}
            />
          </>
        )}
      </div>
      {again && <ReprintDialog again={again} onClose={() => setAgain(null)} onMade={printAgain} />}
      {shown && <CodeDialog invitation={shown} onClose={() => setShown(null)} />}
    </div>
  );
};

export default Invitations;
