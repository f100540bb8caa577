import { type FormEvent, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { explain, isFailure } from "@/failure";
import type { Column } from "@/generated/types";
import { client } from "@/host";
import { Dialog } from "@/kit/Dialog";
import { explainProblem } from "@/kit/problem-words";
import { choiceLabels } from "./choices";
import { columnTitle } from "./columns";
import { useDepartments } from "./useDepartments";

type Typed = Record<string, string | undefined>;

/** A small form for one new member; the rest is filled in in the grid or the panel. */
export const AddMember = ({
  isOpen,
  department,
  onClose,
  onClosed,
  onAdded,
}: {
  isOpen: boolean;
  /** The department that is shown: proposed for the new member. */
  department: string | null;
  onClose: () => void;
  /** It is gone from the screen: give the focus back. */
  onClosed: () => void;
  onAdded: (id: string) => Promise<void>;
}) => {
  const { t } = useTranslation();
  const form = useId();
  const [isSaving, setSaving] = useState(false);
  return (
    <Dialog
      open={isOpen}
      title={t("roster.add.title")}
      onCancel={onClose}
      okText={t("roster.add.save")}
      cancelText={t("shell.common.cancel")}
      okButtonProps={{ htmlType: "submit", form, loading: isSaving }}
      afterClose={onClosed}
      width={440}
    >
      <Form
        id={form}
        department={department}
        onSaving={setSaving}
        onAdded={async (id) => {
          onClose();
          await onAdded(id);
        }}
      />
    </Dialog>
  );
};

const Form = ({
  id,
  department,
  onSaving,
  onAdded,
}: {
  id: string;
  department: string | null;
  onSaving: (isSaving: boolean) => void;
  onAdded: (id: string) => Promise<void>;
}) => {
  const { t, i18n } = useTranslation();
  const { search, paths } = useDepartments();
  const [typed, setTyped] = useState<Typed>(() => ({
    department: department === null ? "" : (paths.get(department) ?? ""),
  }));
  const [trouble, setTrouble] = useState<{ column: string; text: string } | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const isSaving = useRef(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isSaving.current) return;
    isSaving.current = true;
    onSaving(true);
    const cells = Object.entries(typed)
      .filter((cell): cell is [string, string] => (cell[1] ?? "").trim() !== "")
      .map(([column, text]) => ({ column: column as Column, text }));
    try {
      const { id: made } = await client.addMember({ cells });
      await onAdded(made);
    } catch (thrown) {
      const column = (isFailure(thrown) && thrown.params?.field) || "name";
      const rule = isFailure(thrown) ? thrown.params?.rule : undefined;
      const { what, step } = rule ? explainProblem(t, rule) : explain(thrown, i18n.language);
      setTrouble({ column, text: t("roster.problemLine", { what, step }) });
      form.current?.querySelector<HTMLElement>(`[name="${column}"]`)?.focus();
    } finally {
      isSaving.current = false;
      onSaving(false);
    }
  };

  const input = (column: Column, more: React.InputHTMLAttributes<HTMLInputElement> = {}) => {
    const wrong = trouble?.column === column ? trouble.text : null;
    return (
      <label className="form-row">
        <span>{columnTitle(t, column)}</span>
        <input
          className="field"
          name={column}
          autoComplete="off"
          value={typed[column] ?? ""}
          aria-invalid={wrong !== null}
          aria-describedby={wrong === null ? undefined : `${id}-wrong`}
          onChange={(event) => {
            setTyped({ ...typed, [column]: event.target.value });
            if (wrong !== null) setTrouble(null);
          }}
          {...more}
        />
        {wrong !== null && (
          <small id={`${id}-wrong`} role="alert" className="form-wrong">
            {wrong}
          </small>
        )}
      </label>
    );
  };

  return (
    <form id={id} ref={form} onSubmit={(event) => void submit(event)} className="form" noValidate>
      {input("name", { required: true })}
      {input("card_number")}
      {input("department", { list: `${id}-departments`, placeholder: t("roster.add.departmentHint") })}
      <datalist id={`${id}-departments`}>
        {search(typed.department ?? "").map((path) => (
          <option key={path} value={path} />
        ))}
      </datalist>
      {input("phone", { inputMode: "tel" })}
      <label className="form-row">
        <span>{t("choices.columns.identity")}</span>
        <select
          className="field"
          value={typed.identity ?? ""}
          onChange={(event) => setTyped({ ...typed, identity: event.target.value })}
        >
          <option value="">{t("shell.common.none")}</option>
          {Object.entries(choiceLabels(t, "identity")).map(([word, label]) => (
            <option key={word} value={word}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <p className="quiet">{t("roster.add.hint")}</p>
    </form>
  );
};
