import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { FieldChange, HistoryLine } from "@/generated/types";
import { client } from "@/host";
import { ToolButton } from "@/kit/ToolButton";
import { useAct } from "@/session/act";
import { PhotoValue } from "@/session/PhotoValue";
import { aboutOf, fieldName, kindName, timeOf, valueName, whoOf } from "@/session/telling";
import { useImportFiles } from "./useImportFiles";
import { useRestore } from "./useRestore";

/** Kinds of which a removed record can be brought back by itself. A guardian comes back with the guardianship. */
const COMES_BACK = [
  "member",
  "department",
  "affiliation",
  "guardianship",
  "custom_value",
  "tagging",
  "layout",
];
/** Kinds whose fields the service alone writes. */
const NOT_OURS = ["conflict", "invitation", "organisation"];

/** Whether single fields of the line can be brought back. A custom field was empty before its first value. */
const isField = ({ kind, verb, is_there }: HistoryLine) =>
  is_there && !NOT_OURS.includes(kind) && (verb === "edit" || (verb === "create" && kind === "custom_value"));

/** Changes of records, each with what it was before and a way back. */
export const Lines = ({
  lines,
  label,
  of,
}: {
  lines: readonly HistoryLine[];
  label: string;
  /** Lines of one operation say of whom they are; those of a person or department by whom, and what of them it was. */
  of: "operation" | "batch" | "member" | "department";
}) => {
  const { t } = useTranslation();
  const { operation } = useAct();
  const restore = useRestore();
  const fileOfBatch = useImportFiles();
  if (lines.length === 0) return <p className="quiet">{t("history.nothing")}</p>;

  return (
    <ol className="past-lines" aria-label={label}>
      {lines.map((line) => (
        <li key={line.moment}>
          <p className="past-line-head">
            <span className="tag">{t(`history.verbs.${line.verb as "edit"}`)}</span>
            {of === "operation" || of === "batch" ? (
              <>
                <strong>{line.title || kindName(t, line.kind)}</strong>
                <span className="quiet">{kindName(t, line.kind)}</span>
                {/* What came at once from elsewhere may be of several people. */}
                {of === "operation" && line.device !== null && (
                  <span className="quiet">{[whoOf(t, line), operation(line.operation)].join(" · ")}</span>
                )}
                {/* Whoever is not the one it is told of: what says it is part of it may be wrong. */}
                {of === "batch" && whoOf(t, line) !== whoOf(t, lines[0] ?? line) && (
                  <span className="quiet">{whoOf(t, line)}</span>
                )}
                {of === "operation" && line.elsewhere !== null && <WholeOperation line={line} />}
              </>
            ) : (
              <>
                <strong>{whoOf(t, line)}</strong>
                <span className="quiet">
                  {[operation(line.operation), fileOfBatch(line.batch)].filter(Boolean).join(" ")}
                </span>
                <time dateTime={new Date(line.at).toISOString()}>{timeOf(line.at)}</time>
                <span>{aboutOf(t, line, of)}</span>
                <WholeOperation line={line} />
              </>
            )}
            {restore && line.verb === "remove" && !line.is_there && COMES_BACK.includes(line.kind) && (
              <ToolButton
                label={
                  line.kind === "member" || line.kind === "department"
                    ? t("history.restore.person", { name: line.title })
                    : t("history.restore.record")
                }
                shows="label"
                look="outlined"
                onClick={() =>
                  void restore(() =>
                    client.restoreRecord({ kind: line.kind, id: line.record, before: line.moment }),
                  )
                }
              />
            )}
            {restore &&
              line.verb === "edit" &&
              line.is_there &&
              line.changes.length > 1 &&
              !NOT_OURS.includes(line.kind) && (
                <ToolButton
                  label={t("history.restore.recordAs")}
                  shows="label"
                  onClick={() =>
                    void restore(() =>
                      client.restoreRecord({ kind: line.kind, id: line.record, before: line.moment }),
                    )
                  }
                />
              )}
          </p>
          {line.changes.length > 0 && (
            <ul className="past-changes">
              {line.changes.map((change) => (
                <Change
                  key={change.field}
                  change={change}
                  line={line}
                  onRestore={
                    restore && isField(line)
                      ? () =>
                          void restore(() =>
                            client.restoreFields({
                              kind: line.kind,
                              id: line.record,
                              fields: [change.field],
                              before: line.moment,
                            }),
                          )
                      : null
                  }
                />
              ))}
            </ul>
          )}
        </li>
      ))}
    </ol>
  );
};

/** To all that was done with it: here, or by somebody on another computer. */
const WholeOperation = ({ line }: { line: HistoryLine }) => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const which = line.elsewhere === null ? `operation=${line.operation_number}` : `batch=${line.elsewhere}`;
  return (
    <button
      type="button"
      className="past-link"
      onClick={() => void navigate(`/history?tab=operations&${which}`)}
    >
      {t("history.wholeOperation")}
    </button>
  );
};

const Change = ({
  change: { field, from, to },
  line: { kind, verb },
  onRestore,
}: {
  change: FieldChange;
  line: HistoryLine;
  onRestore: (() => void) | null;
}) => {
  const { t } = useTranslation();
  const name = fieldName(t, kind, field);
  const isPhoto = kind === "member" && field === "photo";
  const was = isPhoto ? name : valueName(t, kind, field, from);
  const shown = (text: string) =>
    isPhoto ? <PhotoValue hash={text} size="tiny" /> : valueName(t, kind, field, text);
  return (
    <li>
      <span className="quiet past-field">{name}</span>
      {verb === "remove" ? (
        <span>{shown(from)}</span>
      ) : (
        <>
          <del>{shown(from)}</del>
          <span aria-hidden="true">→</span>
          <ins>{shown(to)}</ins>
        </>
      )}
      {onRestore && (
        <button
          type="button"
          className="past-link"
          aria-label={t("history.restore.field", { field: name, value: was })}
          title={t("history.restore.field", { field: name, value: was })}
          onClick={onRestore}
        >
          {t("history.restore.fieldShort")}
        </button>
      )}
    </li>
  );
};
