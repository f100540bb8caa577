import { CloseOutlined, EyeOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Alert } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { AffiliationDetail, Column, MemberDetail } from "@/generated/types";
import { client } from "@/host";
import { ToolButton } from "@/kit/ToolButton";
import { useAct } from "@/session/act";
import { Changes } from "@/session/Changes";
import { isCustom, useDefinitions } from "@/session/defined";
import { keys } from "@/session/queries";
import { useSight } from "@/session/sight";
import { labelOf } from "../choices";
import { DepartmentDialog } from "../DepartmentDialog";
import { useDepartments } from "../useDepartments";
import { CellField } from "./CellField";
import { Guardians } from "./Guardians";
import { History } from "./History";
import { Invitation } from "./Invitation";
import { MemberTags } from "./MemberTags";
import { Photo } from "./Photo";
import { Places } from "./Places";
import "./panel.css";

/** Columns as the panel groups them; the name stands above them all. */
const GROUPS: { word: "person" | "place" | "document" | "contact"; columns: Column[] }[] = [
  { word: "place", columns: ["card_number", "identity", "status", "status_since", "title", "entry_year"] },
  { word: "person", columns: ["sex", "birth_date"] },
  {
    word: "document",
    columns: ["document_kind", "document_number", "valid_from", "valid_until", "chip_numbers"],
  },
  { word: "contact", columns: ["phone", "email", "address", "note"] },
];

const JOIN_TONES: Record<string, string> = {
  joined: "success",
  invited: "accent",
  expired: "warning",
  refused: "danger",
};

/** Everything about one member, to be read and changed. */
export const MemberPanel = ({ id, onClose }: { id: string | null; onClose: () => void }) => {
  const { t } = useTranslation();
  useDefinitions();
  const { data, isError } = useQuery({
    queryKey: keys.member(id ?? ""),
    queryFn: () => client.memberDetail({ id: id ?? "" }),
    enabled: id !== null && id !== "",
  });
  return (
    <aside
      className="panel"
      aria-label={t("roster.panel.label")}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        // What a dialog over the page heard is its own.
        if (!event.currentTarget.contains(event.target as Node)) return;
        event.preventDefault();
        onClose();
      }}
    >
      <ToolButton
        label={t("roster.panel.close")}
        icon={<CloseOutlined />}
        shortcut="Esc"
        className="panel-close"
        onClick={onClose}
      />
      {id === null || isError ? (
        <p className="panel-none">{isError ? t("roster.panel.gone") : t("roster.panel.none")}</p>
      ) : (
        data && <Details key={id} detail={data} />
      )}
    </aside>
  );
};

const Details = ({ detail }: { detail: MemberDetail }) => {
  const { t } = useTranslation();
  const { row, columns, guardians, affiliations, invitation, history } = detail;
  const text = (column: Column) => row.cells[columns.indexOf(column)] ?? "";
  const { showOne, mayReveal } = useSight();
  const isMasked = (column: Column) => row.masked?.includes(columns.indexOf(column)) ?? false;
  const problemsOf = (column: Column) =>
    row.problems.filter((problem) => problem.cell === columns.indexOf(column));
  const field = (column: Column) => (
    <CellField
      key={column}
      member={row.id}
      column={column}
      text={isMasked(column) ? "" : text(column)}
      mask={isMasked(column) ? text(column) : undefined}
      problems={problemsOf(column)}
    />
  );
  const join = text("join_state") || "none";
  const status = text("status");

  return (
    <div className="panel-body">
      <div className="panel-head">
        <Changes>
          <Photo member={row.id} name={text("name")} hash={text("photo")} />
        </Changes>
        <div className="panel-who">
          <CellField
            member={row.id}
            column="name"
            text={text("name")}
            problems={problemsOf("name")}
            isTitle
          />
          <p className="panel-tags">
            {status && (
              <span className="tag" data-tone={status === "active" ? "success" : "warning"}>
                {labelOf(t, "status", status)}
              </span>
            )}
            {text("identity") && <span className="tag">{labelOf(t, "identity", text("identity"))}</span>}
            <span className="tag" data-tone={JOIN_TONES[join]}>
              {labelOf(t, "join_state", join)}
            </span>
            {row.mark === "pending" && (
              <span className="tag" data-tone="accent">
                {t("roster.grid.marks.pending")}
              </span>
            )}
          </p>
        </div>
      </div>
      {(row.mark === "conflict" || row.mark === "refused") && (
        <Alert
          type={row.mark === "conflict" ? "warning" : "error"}
          showIcon
          title={t(`roster.panel.${row.mark}`)}
          description={
            <Link to={row.mark === "conflict" ? "/attention" : "/attention?tab=refusals"}>
              {t("roster.panel.settle")}
            </Link>
          }
        />
      )}
      <Changes>
        <MemberTags member={row.id} text={text("tags")} />
        <Department member={row.id} path={text("department")} further={affiliations} />
      </Changes>
      {(row.masked?.length ?? 0) > 0 && !mayReveal && <p className="quiet">{t("masking.mayNot")}</p>}
      {(row.masked?.length ?? 0) > 0 && mayReveal && (
        <ToolButton
          label={t("masking.showPerson")}
          icon={<EyeOutlined />}
          shows="label"
          className="panel-sight"
          onClick={() => void showOne(row.id)}
        />
      )}
      {GROUPS.map(({ word, columns: some }) => (
        <section key={word} aria-label={t(`roster.panel.groups.${word}`)}>
          <h3>{t(`roster.panel.groups.${word}`)}</h3>
          {some.map(field)}
        </section>
      ))}
      {columns.some(isCustom) && (
        <section aria-label={t("roster.panel.groups.custom")}>
          <h3>{t("roster.panel.groups.custom")}</h3>
          {columns.filter(isCustom).map(field)}
        </section>
      )}
      <Changes>
        <Guardians member={row.id} guardians={guardians} problemsOf={problemsOf} />
      </Changes>
      <Changes of="invitations">
        <Invitation member={row.id} join={join} invitation={invitation} />
      </Changes>
      <History entries={history} />
      <Link className="panel-history" to={`/history/member/${row.id}`}>
        {t("history.record.open")}
      </Link>
    </div>
  );
};

const Department = ({
  member,
  path,
  further,
}: {
  member: string;
  path: string;
  further: readonly AffiliationDetail[];
}) => {
  const { t } = useTranslation();
  const { act } = useAct();
  const { paths } = useDepartments();
  const [isChoosing, setChoosing] = useState(false);
  const chosen = [...paths].find(([, one]) => one === path)?.[0] ?? null;
  return (
    <section aria-label={t("choices.columns.department")}>
      <div className="cell-field">
        <span className="cell-label">{t("choices.columns.department")}</span>
        <button
          type="button"
          className="field panel-department"
          aria-label={t("roster.panel.changeDepartment", { path: path || t("shell.common.none") })}
          onClick={() => setChoosing(true)}
        >
          {path || <span className="quiet">{t("shell.common.none")}</span>}
        </button>
      </div>
      <Places member={member} places={further} />
      <DepartmentDialog
        isOpen={isChoosing}
        title={t("choices.columns.department")}
        whole={t("roster.bulk.noDepartment")}
        chosen={chosen}
        onClose={() => setChoosing(false)}
        onChoose={(department) =>
          act(() => client.moveMembers({ members: { by: "ids", ids: [member] }, department }))
        }
      />
    </section>
  );
};
