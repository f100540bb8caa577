import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { App } from "antd";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { explain, isFailure } from "@/failure";
import type { CellProblem, Column, GuardianDetail } from "@/generated/types";
import { client } from "@/host";
import { problemLine } from "@/kit/problem-words";
import { ToolButton } from "@/kit/ToolButton";
import { useAct } from "@/session/act";
import { queryClient } from "@/session/queries";
import { choiceLabels } from "../choices";
import { CellField } from "./CellField";

const PARTS = ["guardian_name", "guardian_phone", "guardian_relation"] as const satisfies Column[];
type Part = (typeof PARTS)[number];

const textOf = ({ name, phone, relation }: GuardianDetail, part: Part) =>
  ({ guardian_name: name, guardian_phone: phone, guardian_relation: relation })[part];

/** Names and relations hold no asterisks. */
const isMask = (text: string) => text.includes("**");

const forget = (member: string) => queryClient.invalidateQueries({ queryKey: ["member", member] });

/** Everybody who answers for the member: changed in place, added, removed. */
export const Guardians = ({
  member,
  guardians,
  problemsOf,
}: {
  member: string;
  guardians: readonly GuardianDetail[];
  /** What is wrong with the first of them, as the grid shows it. */
  problemsOf: (column: Column) => CellProblem[];
}) => {
  const { t } = useTranslation();
  const { act } = useAct();
  const { message } = App.useApp();
  const [isAdding, setAdding] = useState(false);
  const add = useRef<HTMLButtonElement>(null);
  const title = t("roster.panel.groups.guardians");

  const remove = async (guardian: GuardianDetail) => {
    if (!(await act(() => client.removeGuardian({ member, guardian: guardian.id })))) return;
    await forget(member);
    void message.success(t("roster.guardians.removed"), 3);
    add.current?.focus();
  };

  const allow = async ({ id }: GuardianDetail, may_confirm: boolean) => {
    await act(() => client.editGuardian({ member, guardian: id, cells: [], may_confirm }));
    await forget(member);
  };

  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {guardians.map((guardian, index) => (
        <fieldset
          key={guardian.id}
          className="guardian"
          aria-label={t("roster.guardians.person", { number: index + 1 })}
        >
          {PARTS.map((part) => (
            <CellField
              key={part}
              member={member}
              column={part}
              text={isMask(textOf(guardian, part)) ? "" : textOf(guardian, part)}
              mask={isMask(textOf(guardian, part)) ? textOf(guardian, part) : undefined}
              problems={index === 0 ? problemsOf(part) : []}
              send={(text) =>
                client.editGuardian({ member, guardian: guardian.id, cells: [{ column: part, text }] })
              }
            />
          ))}
          <MayConfirm
            isOn={guardian.may_confirm}
            onChange={(may_confirm) => void allow(guardian, may_confirm)}
          />
          <ToolButton
            label={t("roster.guardians.remove", { name: guardian.name })}
            icon={<CloseOutlined />}
            className="guardian-remove"
            onClick={() => void remove(guardian)}
          />
        </fieldset>
      ))}
      {isAdding ? (
        <NewGuardian
          member={member}
          onDone={() => {
            setAdding(false);
            // The button is back only after the form is gone.
            window.setTimeout(() => add.current?.focus());
          }}
        />
      ) : (
        <ToolButton
          ref={add}
          label={t("roster.guardians.add")}
          icon={<PlusOutlined />}
          shows="label"
          className="guardian-add"
          onClick={() => setAdding(true)}
        />
      )}
    </section>
  );
};

/** Whether the guardian may confirm for the member. */
const MayConfirm = ({ isOn, onChange }: { isOn: boolean; onChange: (isOn: boolean) => void }) => {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div className="cell-field">
      <label htmlFor={id} className="cell-label">
        {t("roster.guardians.mayConfirm")}
      </label>
      <span className="guardian-may">
        <input
          id={id}
          type="checkbox"
          checked={isOn}
          aria-describedby={`${id}-hint`}
          onChange={(event) => onChange(event.target.checked)}
        />
        <small id={`${id}-hint`} className="quiet">
          {t(isOn ? "roster.guardians.mayHint" : "roster.guardians.mayNotHint")}
        </small>
      </span>
    </div>
  );
};

/** A small form: nothing is written before there is a name. */
const NewGuardian = ({ member, onDone }: { member: string; onDone: () => void }) => {
  const { t, i18n } = useTranslation();
  const id = useId();
  const [typed, setTyped] = useState<Record<Part, string>>({
    guardian_name: "",
    guardian_phone: "",
    guardian_relation: "",
  });
  const [mayConfirm, setMayConfirm] = useState(true);
  const [trouble, setTrouble] = useState<{ part: string; text: string } | null>(null);
  const isSaving = useRef(false);
  const name = useRef<HTMLInputElement>(null);
  useEffect(() => name.current?.focus(), []);

  const save = async () => {
    if (isSaving.current) return;
    isSaving.current = true;
    try {
      const cells = PARTS.filter((part) => typed[part].trim() !== "").map((column) => ({
        column,
        text: typed[column],
      }));
      await client.editGuardian({ member, cells, may_confirm: mayConfirm });
      await forget(member);
      onDone();
    } catch (thrown) {
      const { rule, field } = (isFailure(thrown) && thrown.params) || {};
      const { what, step } = explain(thrown, i18n.language);
      setTrouble({
        part: field ?? "guardian_name",
        text: rule ? problemLine(t, rule) : t("roster.problemLine", { what, step }),
      });
    } finally {
      isSaving.current = false;
    }
  };

  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    const isOnButton = event.target instanceof HTMLButtonElement;
    if (event.key === "Enter" && !isOnButton) void save();
    else if (event.key === "Escape") onDone();
    else return;
    event.preventDefault();
  };

  return (
    <fieldset className="guardian" aria-label={t("roster.guardians.add")} onKeyDown={onKey}>
      {PARTS.map((part) => {
        const wrong = trouble?.part === part ? trouble.text : null;
        const shared = {
          id: `${id}-${part}`,
          className: "field",
          value: typed[part],
          "aria-invalid": wrong !== null,
          "aria-describedby": wrong === null ? undefined : `${id}-wrong`,
          onChange: (event: { target: { value: string } }) => {
            setTyped({ ...typed, [part]: event.target.value });
            if (wrong !== null) setTrouble(null);
          },
        };
        return (
          <div key={part} className="cell-field is-open">
            <label htmlFor={shared.id} className="cell-label">
              {t(`choices.columns.${part}`)}
            </label>
            {part === "guardian_relation" ? (
              <select {...shared}>
                <option value="">—</option>
                {Object.entries(choiceLabels(t, part)).map(([word, label]) => (
                  <option key={word} value={word}>
                    {label}
                  </option>
                ))}
              </select>
            ) : (
              <input
                {...shared}
                ref={part === "guardian_name" ? name : undefined}
                inputMode={part === "guardian_phone" ? "tel" : undefined}
                autoComplete="off"
              />
            )}
            {wrong !== null && (
              <small id={`${id}-wrong`} role="alert" className="cell-note is-wrong">
                {wrong}
              </small>
            )}
          </div>
        );
      })}
      <MayConfirm isOn={mayConfirm} onChange={setMayConfirm} />
      <div className="panel-actions">
        <ToolButton
          label={t("roster.guardians.save")}
          shows="label"
          look="primary"
          onClick={() => void save()}
        />
        <ToolButton label={t("shell.common.cancel")} shows="label" onClick={onDone} />
      </div>
    </fieldset>
  );
};
