import { App } from "antd";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { explain, isFailure } from "@/failure";
import type { FoundGuardian } from "@/generated/types";
import { client } from "@/host";
import { problemLine } from "@/kit/problem-words";
import { ToolButton } from "@/kit/ToolButton";
import { useAct } from "@/session/act";
import { choiceLabels } from "../choices";
import { forgetMember, GUARDIAN_PARTS, type GuardianPart } from "./guardian-parts";
import { KnownGuardians } from "./KnownGuardians";
import { MayConfirm } from "./MayConfirm";

/** A small form: nothing is written before there is a name. */
export const NewGuardian = ({ member, onDone }: { member: string; onDone: () => void }) => {
  const { t, i18n } = useTranslation();
  const { act } = useAct();
  const { message } = App.useApp();
  const id = useId();
  const [sought, setSought] = useState("");
  const [typed, setTyped] = useState<Record<GuardianPart, string>>({
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
      const cells = GUARDIAN_PARTS.filter((part) => typed[part].trim() !== "").map((column) => ({
        column,
        text: typed[column],
      }));
      await client.editGuardian({ member, cells, may_confirm: mayConfirm });
      await forgetMember(member);
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

  const link = async (guardian: FoundGuardian) => {
    const linked = await act(() =>
      client.linkGuardian({
        member,
        guardian: guardian.id,
        relation: typed.guardian_relation,
        may_confirm: mayConfirm,
      }),
    );
    if (!linked) return;
    await forgetMember(member);
    void message.success(t("roster.guardians.linked", { name: guardian.name }), 3);
    onDone();
  };

  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    const isOnButton = event.target instanceof HTMLButtonElement;
    // What is looked for is not written down.
    const isSearching = event.target instanceof HTMLInputElement && event.target.type === "search";
    if (event.key === "Enter" && isSearching) event.preventDefault();
    else if (event.key === "Enter" && !isOnButton) void save();
    else if (event.key === "Escape") onDone();
    else return;
    event.preventDefault();
  };

  return (
    <fieldset className="guardian" aria-label={t("roster.guardians.add")} onKeyDown={onKey}>
      <div className="cell-field is-open">
        <label htmlFor={`${id}-search`} className="cell-label">
          {t("roster.guardians.search")}
        </label>
        <input
          id={`${id}-search`}
          type="search"
          className="field"
          autoComplete="off"
          placeholder={t("roster.guardians.searchHint")}
          value={sought}
          onChange={(event) => setSought(event.target.value)}
        />
      </div>
      <KnownGuardians member={member} text={sought} among="all" onLink={(one) => void link(one)} />
      {GUARDIAN_PARTS.map((part) => {
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
            {part === "guardian_phone" && (
              <KnownGuardians
                member={member}
                text={typed.guardian_phone}
                among="same-phone"
                onLink={(one) => void link(one)}
              />
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
