import { App, Button, Empty } from "antd";
import dayjs from "dayjs";
import { type KeyboardEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { Choice, ConflictEdit, ConflictPage, ConflictRow, ConflictsMeant } from "@/generated/types";
import { client } from "@/host";
import { useAct } from "@/session/act";
import { runJob } from "@/session/jobs";
import { keys, queryClient } from "@/session/queries";
import { useSession } from "@/session/store";
import { fieldName, kindName } from "@/session/telling";
import { written } from "@/shell/keys";
import { FieldValue } from "./FieldValue";
import { type Move, Pager } from "./Pager";
import { useFirst } from "./useFirst";

/** Base, mine and theirs side by side; settled one by one or all alike, by mouse or keys. */
export const Conflicts = ({ page, onMove }: { page: ConflictPage; onMove: Move }) => {
  const { rows } = page;
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { act } = useAct();
  const { message } = App.useApp();
  const [isBusy, setBusy] = useState(false);
  // Keys 1 and 2 are for the row that has the focus: whoever comes here has one at once.
  const { list, settled: focusNext } = useFirst(page, true);

  const settle = async (conflicts: ConflictsMeant, choice: Choice) => {
    if (isBusy) return;
    setBusy(true);
    const settled = await act(() => runJob((job) => client.resolveConflicts({ conflicts, choice, job })));
    setBusy(false);
    await queryClient.invalidateQueries({ queryKey: keys.conflicts });
    focusNext();
    if (settled)
      void message.success(
        t("attention.settled", { count: settled.changed_cells, keys: written("Mod+Z") }),
        3,
      );
  };
  const one = (row: ConflictRow): ConflictsMeant => ({ which: "these", ids: [row.id] });
  const all: ConflictsMeant = { which: "until", newest: page.newest };

  const onKey = (event: KeyboardEvent<HTMLLIElement>, row: ConflictRow) => {
    if (event.key === "1") void settle(one(row), "mine");
    else if (event.key === "2") void settle(one(row), "theirs");
    else if (event.key === "ArrowDown")
      (event.currentTarget.nextElementSibling as HTMLElement | null)?.focus();
    else if (event.key === "ArrowUp")
      (event.currentTarget.previousElementSibling as HTMLElement | null)?.focus();
    else return;
    event.preventDefault();
  };

  if (rows.length === 0) {
    return (
      <Empty
        description={
          <>
            <strong>{t("attention.noConflicts")}</strong>
            <br />
            {t("attention.noConflictsHint")}
          </>
        }
      />
    );
  }
  return (
    <div className="attention-list">
      <p className="quiet">
        {t("attention.conflictLead")} {t("attention.keys")}
      </p>
      {page.total > 1 && (
        <p>
          <Button size="small" disabled={isBusy} onClick={() => void settle(all, "mine")}>
            {t("attention.allMine")}
          </Button>{" "}
          <Button size="small" disabled={isBusy} onClick={() => void settle(all, "theirs")}>
            {t("attention.allTheirs")}
          </Button>
        </p>
      )}
      <ul ref={list}>
        {rows.map((row) => (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: keys 1 and 2 settle the row that has the focus
          <li key={row.id} tabIndex={0} onKeyDown={(event) => onKey(event, row)} aria-label={row.title}>
            <header>
              <button
                type="button"
                className="link"
                onClick={() => {
                  if (row.kind !== "member") return;
                  useSession.setState({ shownMember: row.record });
                  void navigate("/roster");
                }}
              >
                {row.title || kindName(t, row.kind)}
              </button>
              <span className="quiet">
                {row.field === "*" ? t("attention.removal") : fieldName(t, row.kind, row.field)}
              </span>
            </header>
            <div className="conflict-values">
              {row.field !== "*" && (
                <Value
                  label={t("attention.base")}
                  text={<FieldValue kind={row.kind} field={row.field} value={row.base} />}
                />
              )}
              <Value
                label={t("attention.mine")}
                tone="mine"
                text={
                  row.field === "*" ? (
                    t("attention.removedHere")
                  ) : (
                    <FieldValue kind={row.kind} field={row.field} value={row.mine} />
                  )
                }
                by={row.mine_by}
                at={row.mine_at}
              />
              <Value
                label={t("attention.theirs")}
                tone="theirs"
                text={
                  row.field === "*" ? (
                    <Edits edits={row.edits} />
                  ) : (
                    <FieldValue kind={row.kind} field={row.field} value={row.theirs} />
                  )
                }
                by={row.theirs_by}
                at={row.theirs_at}
              />
            </div>
            <footer>
              <Button
                size="small"
                type="primary"
                disabled={isBusy}
                onClick={() => void settle(one(row), "mine")}
              >
                {t("attention.useMine")} <kbd>1</kbd>
              </Button>
              <Button size="small" disabled={isBusy} onClick={() => void settle(one(row), "theirs")}>
                {t("attention.useTheirs")} <kbd>2</kbd>
              </Button>
            </footer>
          </li>
        ))}
      </ul>
      <Pager page={page} onMove={onMove} />
    </div>
  );
};

/** What somebody edited while the record was removed elsewhere. */
const Edits = ({ edits }: { edits: ConflictEdit[] }) => {
  const { t } = useTranslation();
  return (
    <>
      {edits.map((edit) => (
        <span key={`${edit.kind} ${edit.field}`} className="conflict-edit">
          {fieldName(t, edit.kind, edit.field)}:{" "}
          {edit.from !== "" && (
            <>
              <del>
                <FieldValue kind={edit.kind} field={edit.field} value={edit.from} />
              </del>{" "}
            </>
          )}
          <FieldValue kind={edit.kind} field={edit.field} value={edit.to} />
        </span>
      ))}
    </>
  );
};

const Value = ({
  label,
  text,
  tone,
  by,
  at,
}: {
  label: string;
  text: ReactNode;
  tone?: "mine" | "theirs";
  by?: string;
  at?: number | null;
}) => {
  const { t } = useTranslation();
  return (
    <div className="conflict-value" data-tone={tone}>
      <small>{label}</small>
      <strong>{text}</strong>
      {by && (
        <small>{at ? t("attention.by", { name: by, time: dayjs(at).format("MM-DD HH:mm") }) : by}</small>
      )}
    </div>
  );
};
