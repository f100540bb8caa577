import { Button, Empty, Table, Tag } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import type { InvitationPage, InvitationRow } from "@/generated/types";
import { isOpen, type STATES, TONES } from "./states";

/** Invitations of a department, newest first for each member, and what can be done with one. */
export const InvitationTable = ({
  data,
  pageSize,
  start,
  onStart,
  onShow,
  onRevoke,
  onHandOut,
  onReprint,
}: {
  data: InvitationPage | undefined;
  pageSize: number;
  start: number;
  onStart: (start: number) => void;
  onShow: (row: InvitationRow) => void;
  onRevoke: (row: InvitationRow) => void;
  onHandOut: (row: InvitationRow) => void;
  onReprint: (row: InvitationRow) => void;
}) => {
  const { t } = useTranslation();
  const act = (word: string, onClick: () => void) => (
    <Button size="small" type="text" onClick={onClick}>
      {word}
    </Button>
  );
  return (
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
        pageSize,
        current: start / pageSize + 1,
        total: data?.total ?? 0,
        onChange: (page) => onStart((page - 1) * pageSize),
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
        { key: "paper", title: t("invitations.paper"), render: (_, row) => <Paper row={row} /> },
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
              {isOpen(row.state) && row.is_printable && act(t("invitations.code"), () => onShow(row))}
              {isOpen(row.state) &&
                row.handed_out_on === null &&
                act(t("invitations.handOut.one"), () => onHandOut(row))}
              {(isOpen(row.state) || row.state === "expired") &&
                act(t("invitations.reprint.button"), () => onReprint(row))}
              {isOpen(row.state) && act(t("invitations.revoke"), () => onRevoke(row))}
            </>
          ),
        },
      ]}
    />
  );
};

/** How far the paper has come. */
const Paper = ({ row }: { row: InvitationRow }) => {
  const { t } = useTranslation();
  if (row.voided_for !== null) {
    const reason = t(`invitations.reasons.${row.voided_for as "lost"}`);
    return <span className="quiet">{t("invitations.voided", { reason })}</span>;
  }
  if (row.handed_out_on !== null) return t("invitations.onPaper.handed_out", { day: row.handed_out_on });
  if (row.printed_on !== null) return t("invitations.onPaper.printed", { day: row.printed_on });
  return null;
};
