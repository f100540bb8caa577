import { useTranslation } from "react-i18next";
import type { FieldChange, HistoryLine } from "@/generated/types";
import { client } from "@/host";
import { ToolButton } from "@/kit/ToolButton";
import { useAct } from "@/session/act";
import { PhotoValue } from "@/session/PhotoValue";
import { fieldName, kindName, timeOf, valueName, whoOf } from "./telling";
import { useRestore } from "./useRestore";

/** Kinds of which a removed record can be brought back by itself. */
const COMES_BACK = ["member", "department"];
/** Kinds whose fields the service alone writes. */
const NOT_OURS = ["conflict", "invitation", "organisation"];

/** Changes of records, each with what it was before and a way back. */
export const Lines = ({
  lines,
  label,
  shows,
}: {
  lines: readonly HistoryLine[];
  label: string;
  /** One operation's lines say of whom they are, one record's by whom. */
  shows: "record" | "doer";
}) => {
  const { t } = useTranslation();
  const { operation } = useAct();
  const restore = useRestore();
  if (lines.length === 0) return <p className="quiet">{t("history.nothing")}</p>;

  return (
    <ol className="past-lines" aria-label={label}>
      {lines.map((line) => (
        <li key={line.moment}>
          <p className="past-line-head">
            <span className="tag">{t(`history.verbs.${line.verb as "edit"}`)}</span>
            {shows === "record" ? (
              <>
                <strong>{line.title || kindName(t, line.kind)}</strong>
                <span className="quiet">{kindName(t, line.kind)}</span>
              </>
            ) : (
              <>
                <strong>{whoOf(t, line)}</strong>
                <span className="quiet">{operation(line.operation)}</span>
                <time dateTime={new Date(line.at).toISOString()}>{timeOf(line.at)}</time>
              </>
            )}
            {line.verb === "remove" && !line.is_there && COMES_BACK.includes(line.kind) && (
              <ToolButton
                label={t("history.restore.person", { name: line.title })}
                shows="label"
                look="outlined"
                onClick={() =>
                  void restore(() =>
                    client.restoreRecord({ kind: line.kind, id: line.record, before: line.moment }),
                  )
                }
              />
            )}
            {line.verb === "edit" &&
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
                    line.verb === "edit" && line.is_there && !NOT_OURS.includes(line.kind)
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
