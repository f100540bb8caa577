import { useQuery } from "@tanstack/react-query";
import { Button, InputNumber, Table, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { RunLabelRow, RunRow } from "@/generated/types";
import { client } from "@/host";
import { Dialog } from "@/kit/Dialog";
import { keys } from "@/session/queries";
import { timeOf } from "@/session/telling";
import type { Again } from "./ReprintDialog";
import { type STATES, TONES } from "./states";

/** As many as are asked for at a time. */
const MOST = 5_000;
const PAGE = 50;

/** Only a code that still waits for somebody can be voided for another. */
const canReprint = (row: RunLabelRow) => ["open", "waiting", "expired"].includes(row.state);

/** Everybody of the run: whoever was left out could not be chosen. */
const allOf = async (number: number): Promise<RunLabelRow[]> => {
  const rows: RunLabelRow[] = [];
  let start: number | null = 0;
  while (start !== null) {
    const part: Awaited<ReturnType<typeof client.runLabels>> = await client.runLabels({
      number,
      start,
      count: MOST,
    });
    rows.push(...part.rows);
    start = part.next;
  }
  return rows;
};

/** Who stood on which page, to print one label or a page once more. */
export const RunLabels = ({
  run,
  onClose,
  onReprint,
}: {
  run: RunRow;
  onClose: () => void;
  onReprint: (again: Again) => void;
}) => {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<string[]>([]);
  const [page, setPage] = useState(1);
  const { data } = useQuery({
    queryKey: [...keys.runs, run.number, "labels"],
    queryFn: () => allOf(run.number),
    staleTime: 0,
  });
  const rows = data ?? [];

  const choosePage = () => {
    const whole = rows.filter((row) => row.page === page && canReprint(row)).map((row) => row.invitation);
    setChosen([...new Set([...chosen, ...whole])]);
  };
  const reprint = () => {
    const wanted = new Set(chosen);
    const names = rows.filter((row) => wanted.has(row.invitation)).map((row) => row.member_name);
    onReprint({ invitations: chosen, names });
  };

  return (
    <Dialog
      open
      title={t("invitations.runs.of", { when: timeOf(run.at), count: run.people })}
      onCancel={onClose}
      width={820}
      footer={
        <div className="runs-foot">
          <span role="status">{t("invitations.runs.chosen", { count: chosen.length })}</span>
          <Button type="primary" disabled={chosen.length === 0} onClick={reprint}>
            {t("invitations.runs.reprint")}
          </Button>
        </div>
      }
    >
      {run.pages > 1 && (
        <div className="runs-page">
          <span>{t("invitations.runs.page")}</span>
          <InputNumber
            aria-label={t("invitations.runs.page")}
            min={1}
            max={run.pages}
            value={page}
            onChange={(value) => setPage(value ?? 1)}
          />
          <Button onClick={choosePage}>{t("invitations.runs.wholePage")}</Button>
        </div>
      )}
      <Table<RunLabelRow>
        size="small"
        rowKey="invitation"
        dataSource={rows}
        loading={!data}
        scroll={{ y: 340 }}
        rowSelection={{
          selectedRowKeys: chosen,
          onChange: (some) => setChosen(some as string[]),
          preserveSelectedRowKeys: true,
          getCheckboxProps: (row) => ({
            disabled: !canReprint(row),
            "aria-label": row.member_name,
          }),
        }}
        pagination={{ pageSize: PAGE, hideOnSinglePage: true, showSizeChanger: false }}
        columns={[
          {
            title: t("invitations.runs.pages"),
            dataIndex: "page",
            width: 64,
            render: (at: number) => (at > 0 ? at : ""),
          },
          { title: t("choices.columns.card_number"), dataIndex: "card_number" },
          {
            title: t("choices.columns.name"),
            dataIndex: "member_name",
            render: (name: string) => name || <span className="quiet">{t("invitations.runs.gone")}</span>,
          },
          { title: t("choices.columns.department"), dataIndex: "department" },
          {
            title: t("invitations.state"),
            dataIndex: "state",
            render: (word: (typeof STATES)[number] | "") =>
              word && <Tag color={TONES[word] ?? "default"}>{t(`invitations.states.${word}`)}</Tag>,
          },
          {
            title: t("invitations.runs.printed"),
            dataIndex: "is_printed",
            render: (is: boolean) => is && t("invitations.runs.good"),
          },
        ]}
      />
    </Dialog>
  );
};
