import {
  CopyOutlined,
  DeleteOutlined,
  EditOutlined,
  MailOutlined,
  MergeCellsOutlined,
  ProfileOutlined,
  SwapOutlined,
  TagOutlined,
  VerticalAlignBottomOutlined,
} from "@ant-design/icons";
import { App, Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Column, Members } from "@/generated/types";
import { client } from "@/host";
import type { MenuItem } from "@/kit/ContextMenu";
import type { GridHandle, SelectionReport } from "@/kit/grid";
import { UNDO_OFFER, useAct } from "@/session/act";
import { useJob } from "@/session/useJob";
import { DepartmentDialog } from "./DepartmentDialog";
import type { RosterSource } from "./roster-source";
import { SetFieldDialog } from "./SetFieldDialog";
import { useRoster } from "./state";
import { TagsDialog } from "./TagsDialog";
import { useMergeRows } from "./useMergeRows";

/** Where it is not taken by the system or a browser. */
export const MERGE_KEY = "Mod+Shift+M";
/** How long an invitation made here stays open. */
export const INVITATION_DAYS = 30;
/** The offer to undo stays so long. */
const OFFER_S = 8;

export interface SelectedRows {
  /** Rows from and until, the end not included. */
  ranges: [number, number][];
  count: number;
}

/** The rows that are selected as wholes; each once. */
export const rowsOf = (report: SelectionReport | null, columns: number): SelectedRows => {
  const whole = (report?.ranges ?? []).filter((range) => range.left === 0 && range.right >= columns - 1);
  return joined(whole.map(({ top, bottom }): [number, number] => [top, bottom + 1]));
};

/** The rows that the selection touches. */
const touchedRows = (report: SelectionReport | null): SelectedRows =>
  joined((report?.ranges ?? []).map(({ top, bottom }): [number, number] => [top, bottom + 1]));

const joined = (ranges: [number, number][]): SelectedRows => {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  const result: [number, number][] = [];
  for (const [from, until] of sorted) {
    const last = result.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], until);
    else result.push([from, until]);
  }
  return { ranges: result, count: result.reduce((sum, [from, until]) => sum + until - from, 0) };
};

/** What can be done to whole members: moved, invited, removed. Undo answers for all of it. */
export const useRowCommands = ({
  source,
  report,
  rows,
  refresh,
  focusGrid,
  collapse,
}: {
  source: RosterSource | null;
  report: SelectionReport | null;
  rows: SelectedRows;
  refresh: () => Promise<void>;
  focusGrid: () => void;
  /** Leaves one cell selected, so that a second key does not strike other rows. */
  collapse: () => void;
}) => {
  const { t } = useTranslation();
  const { undo } = useAct();
  const { message } = App.useApp();
  const run = useJob();
  const [moving, setMoving] = useState<SelectedRows | null>(null);
  const [setting, setSetting] = useState<SelectedRows | null>(null);
  const [tagging, setTagging] = useState<SelectedRows | null>(null);

  const members = ({ ranges }: SelectedRows): Members | null =>
    source && report ? { by: "rows", view: source.viewAt(report), ranges } : null;

  /** Where nothing changed, undo would take back what was done before. */
  const offerUndo = (text: string, changed = 1) => {
    if (changed === 0) {
      void message.info(text, 3);
      return;
    }
    void message.success({
      key: UNDO_OFFER,
      duration: OFFER_S,
      content: (
        <>
          {text}{" "}
          <Button type="link" size="small" onClick={() => void undo().then(refresh).then(focusGrid)}>
            {t("shell.common.undo")}
          </Button>
        </>
      ),
    });
  };

  const removeRows = async (some: SelectedRows) => {
    const who = members(some);
    if (!who) return;
    const outcome = await run((job) => client.removeMembers({ members: who, job }));
    if (!outcome) return;
    collapse();
    await refresh();
    offerUndo(t("roster.bulk.removed", { count: outcome.changed_cells }), outcome.changed_cells);
    focusGrid();
  };

  const moveRows = async (some: SelectedRows, department: string | null) => {
    const who = members(some);
    if (!who) return;
    const outcome = await run((job) => client.moveMembers({ members: who, department, job }));
    if (!outcome) return;
    await refresh();
    offerUndo(t("roster.bulk.moved", { count: outcome.changed_cells }), outcome.changed_cells);
    focusGrid();
  };

  const setRows = async (some: SelectedRows, column: Column, text: string) => {
    const who = members(some);
    if (!who) return;
    const outcome = await run((job) => client.setField({ members: who, column, text, job }));
    if (!outcome) return;
    await refresh();
    const done = t("roster.bulk.wasSet", { count: outcome.changed_cells });
    const refused = outcome.refused_count;
    offerUndo(
      refused > 0 ? `${done} · ${t("roster.refused.title", { count: refused })}` : done,
      outcome.changed_cells,
    );
    focusGrid();
  };

  const tagRows = async (some: SelectedRows, add: string[], remove: string[]) => {
    const who = members(some);
    if (!who) return;
    const outcome = await run((job) => client.tagMembers({ members: who, add, remove, job }));
    if (!outcome) return;
    await refresh();
    offerUndo(t("roster.tags.done", { count: outcome.changed_cells }), outcome.changed_cells);
    focusGrid();
  };

  const inviteRows = async (some: SelectedRows) => {
    const who = members(some);
    if (!who) return;
    const invited = await run((job) =>
      client.invite({ members: who, days: INVITATION_DAYS, replaces_open: false, job }),
    );
    if (!invited) return;
    await refresh();
    const { made, already_open, already_joined, left, uncheckable } = invited;
    const rest = already_open + already_joined;
    const told = [t("roster.bulk.invited", { count: made })];
    if (rest > 0) told.push(t("roster.bulk.alreadyInvited", { count: rest }));
    if (left > 0) told.push(t("roster.bulk.leftUninvited", { count: left }));
    if (uncheckable > 0) told.push(t("roster.bulk.uncheckable", { count: uncheckable }));
    offerUndo(told.join(" · "), made);
    focusGrid();
  };

  const touched = touchedRows(report);
  const merging = useMergeRows({
    source,
    report,
    touched,
    onMerged: () => {
      collapse();
      void refresh().then(focusGrid);
      offerUndo(t("roster.merge.done"));
    },
    onClosed: focusGrid,
  });

  const menuFor = (grid: GridHandle | null): (MenuItem | "line")[] => {
    const id = report?.activeRowId;
    return [
      {
        key: "open",
        label: t("roster.menu.open"),
        icon: <ProfileOutlined />,
        shortcut: "Alt+Enter",
        isDisabled: !id,
        run: () => id && useRoster.setState({ member: id, isPanelOpen: true }),
      },
      {
        key: "copy",
        label: t("shell.common.copy"),
        icon: <CopyOutlined />,
        shortcut: "Mod+C",
        run: () => grid?.copy(),
      },
      {
        key: "fill",
        label: t("roster.menu.fillDown"),
        icon: <VerticalAlignBottomOutlined />,
        shortcut: "Mod+D",
        isDisabled: touched.count < 2,
        run: () => grid?.fillDown(),
      },
      { key: "clear", label: t("roster.menu.clear"), shortcut: "Delete", run: () => grid?.clear() },
      "line",
      {
        key: "move",
        label: t("roster.menu.move", { count: touched.count }),
        icon: <SwapOutlined />,
        run: () => setMoving(touched),
      },
      {
        key: "set",
        label: t("roster.menu.set", { count: touched.count }),
        icon: <EditOutlined />,
        run: () => setSetting(touched),
      },
      {
        key: "tag",
        label: t("roster.menu.tag", { count: touched.count }),
        icon: <TagOutlined />,
        run: () => setTagging(touched),
      },
      {
        key: "invite",
        label: t("roster.menu.invite", { count: touched.count }),
        icon: <MailOutlined />,
        run: () => void inviteRows(touched),
      },
      {
        key: "merge",
        label: t("roster.merge.two"),
        icon: <MergeCellsOutlined />,
        shortcut: MERGE_KEY,
        ...(merging.why === undefined ? {} : { isDisabled: true, why: merging.why }),
        run: merging.start,
      },
      {
        key: "remove",
        label: t("roster.menu.remove", { count: touched.count }),
        icon: <DeleteOutlined />,
        isDanger: true,
        run: () => void removeRows(touched),
      },
    ];
  };

  return {
    set: () => setSetting(rows),
    tag: () => setTagging(rows),
    offerUndo,
    move: () => setMoving(rows),
    invite: () => void inviteRows(rows),
    remove: () => void removeRows(rows),
    merge: merging.start,
    menuFor,
    dialogs: (
      <>
        {merging.dialog}
        <SetFieldDialog
          isOpen={setting !== null}
          count={setting?.count ?? 0}
          onClose={() => setSetting(null)}
          onClosed={focusGrid}
          onSet={(column, text) => setting && void setRows(setting, column, text)}
        />
        <TagsDialog
          isOpen={tagging !== null}
          count={tagging?.count ?? 0}
          onClose={() => setTagging(null)}
          onClosed={focusGrid}
          onTag={(add, remove) => tagging && void tagRows(tagging, add, remove)}
        />
        <DepartmentDialog
          isOpen={moving !== null}
          title={t("roster.bulk.moveTitle", { count: moving?.count ?? 0 })}
          whole={t("roster.bulk.noDepartment")}
          onClose={() => setMoving(null)}
          onClosed={focusGrid}
          onChoose={(department) => (moving ? moveRows(moving, department) : undefined)}
        />
      </>
    ),
  };
};

export type RowCommands = ReturnType<typeof useRowCommands>;
