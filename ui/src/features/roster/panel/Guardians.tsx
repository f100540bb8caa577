import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { App } from "antd";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { CellProblem, Column, GuardianDetail } from "@/generated/types";
import { client } from "@/host";
import { ToolButton } from "@/kit/ToolButton";
import { useAct } from "@/session/act";
import { CellField } from "./CellField";
import { forgetMember, GUARDIAN_PARTS, type GuardianPart } from "./guardian-parts";
import { MayConfirm } from "./MayConfirm";
import { NewGuardian } from "./NewGuardian";

const textOf = ({ name, phone, relation }: GuardianDetail, part: GuardianPart) =>
  ({ guardian_name: name, guardian_phone: phone, guardian_relation: relation })[part];

/** Names and relations hold no asterisks. */
const isMask = (text: string) => text.includes("**");

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
    await forgetMember(member);
    void message.success(t("roster.guardians.removed"), 3);
    add.current?.focus();
  };

  const allow = async ({ id }: GuardianDetail, may_confirm: boolean) => {
    await act(() => client.editGuardian({ member, guardian: id, cells: [], may_confirm }));
    await forgetMember(member);
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
          {GUARDIAN_PARTS.map((part) => (
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
          {guardian.members > 1 && (
            <p className="quiet guardian-shared">
              {t("roster.guardians.shared", {
                count: guardian.members,
                names: guardian.others.join(t("roster.guardians.comma")),
              })}
            </p>
          )}
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
