import { PrinterOutlined, QrcodeOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { App, Button, Checkbox, Empty, Select, Table, Tag } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { InvitationRow } from "@/generated/types";
import { client } from "@/host";
import { useAct } from "@/session/act";
import { keys, queryClient } from "@/session/queries";
import { CodeDialog } from "./CodeDialog";
import { DepartmentSelect } from "./DepartmentSelect";
import { Progress } from "./Progress";
import { SheetPreview } from "./SheetPreview";
import "./invitations.css";

const PAGE = 50;
const DAYS = [7, 14, 30, 90];
const STATES = ["waiting", "open", "expired", "claimed", "refused", "revoked"] as const;
const TONES: Record<string, string> = {
  open: "processing",
  claimed: "success",
  refused: "error",
  waiting: "warning",
};

/** Codes made, printed and watched until people have joined. */
const Invitations = () => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const { act } = useAct();
  const [department, setDepartment] = useState<string | undefined>();
  const [state, setState] = useState<string | undefined>();
  const [start, setStart] = useState(0);
  const [days, setDays] = useState(14);
  const [replaces, setReplaces] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [isPrinting, setPrinting] = useState(false);
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

  const make = async () => {
    setBusy(true);
    const made = await act(() =>
      client.invite({
        days,
        replaces_open: replaces,
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

  if (isPrinting) return <SheetPreview department={department} onClose={() => setPrinting(false)} />;
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
        <Button
          type={hasOpen ? "default" : "primary"}
          icon={<QrcodeOutlined />}
          loading={isBusy}
          onClick={() => void make()}
        >
          {t("invitations.make")}
        </Button>
        <Button
          type={hasOpen ? "primary" : "default"}
          icon={<PrinterOutlined />}
          onClick={() => setPrinting(true)}
        >
          {t("invitations.print")}
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
            {data && <Progress rows={data.progress} onChoose={setDepartment} />}
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
            <Table<InvitationRow>
              size="small"
              rowKey="id"
              dataSource={data?.rows ?? []}
              loading={!data}
              locale={{
                emptyText: (
                  <Empty
                    description={
                      <>
                        <strong>{t("invitations.none")}</strong>
                        <br />
                        {t("invitations.noneHint")}
                      </>
                    }
                  />
                ),
              }}
              pagination={{
                pageSize: PAGE,
                current: start / PAGE + 1,
                total: data?.total ?? 0,
                onChange: (page) => setStart((page - 1) * PAGE),
                hideOnSinglePage: true,
                showSizeChanger: false,
              }}
              columns={[
                { title: t("choices.columns.card_number"), dataIndex: "card_number" },
                { title: t("choices.columns.name"), dataIndex: "member_name" },
                { title: t("choices.columns.department"), dataIndex: "department" },
                {
                  title: t("invitations.state"),
                  dataIndex: "state",
                  render: (word: (typeof STATES)[number]) => (
                    <Tag color={TONES[word] ?? "default"}>{t(`invitations.states.${word}`)}</Tag>
                  ),
                },
                {
                  title: t("invitations.expires"),
                  dataIndex: "expires_at",
                  render: (at: number) => dayjs(at).format("YYYY-MM-DD"),
                },
                {
                  key: "acts",
                  align: "end",
                  render: (_, row) => (
                    <>
                      {row.is_printable && ["open", "waiting"].includes(row.state) && (
                        <Button size="small" type="text" onClick={() => setShown(row)}>
                          {t("invitations.code")}
                        </Button>
                      )}
                      {["open", "waiting"].includes(row.state) && (
                        <Button size="small" type="text" onClick={() => void revoke(row)}>
                          {t("invitations.revoke")}
                        </Button>
                      )}
                    </>
                  ),
                },
              ]}
            />
          </>
        )}
      </div>
      {shown && <CodeDialog invitation={shown} onClose={() => setShown(null)} />}
    </div>
  );
};

export default Invitations;
