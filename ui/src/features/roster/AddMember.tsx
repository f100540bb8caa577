import {
  type FormEvent,
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  useId,
  useRef,
  useState,
} from "react";
import { useTranslation } from "react-i18next";
import { explain, isFailure } from "@/failure";
import type { Column } from "@/generated/types";
import { client } from "@/host";
import { Dialog } from "@/kit/Dialog";
import { explainProblem } from "@/kit/problem-words";
import { useDefinitions } from "@/session/defined";
import { type ChoiceColumn, choiceLabels, isChoice, type ListedColumn } from "./choices";
import { columnTitle } from "./columns";
import { SeveralField } from "./SeveralField";
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
  // What the organisation wants to know of everybody.
  const required = useDefinitions().fields.filter((field) => field.is_required);
  const [typed, setTyped] = useState<Typed>(() => ({
    department: department === null ? "" : (paths.get(department) ?? ""),
  }));
  const [trouble, setTrouble] = useState<{ column: string; text: string } | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const isSaving = useRef(false);

  const refuse = (column: string, { what, step }: { what: string; step: string }) => {
    setTrouble({ column, text: t("roster.problemLine", { what, step }) });
    form.current?.querySelector<HTMLElement>(`[name="${CSS.escape(column)}"]`)?.focus();
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isSaving.current) return;
    const open = required.find((field) => (typed[field.column] ?? "").trim() === "");
    if (open && (typed.name ?? "").trim() !== "") {
      refuse(open.column, explainProblem(t, "required_missing"));
      return;
    }
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
      refuse(column, rule ? explainProblem(t, rule) : explain(thrown, i18n.language));
    } finally {
      isSaving.current = false;
      onSaving(false);
    }
  };

  const wrongOf = (column: Column) => (trouble?.column === column ? trouble.text : null);
  const shared = (column: Column) => ({
    id: `${id}-${column}`,
    className: "field",
    name: column,
    value: typed[column] ?? "",
    "aria-invalid": wrongOf(column) !== null,
    "aria-describedby": wrongOf(column) === null ? undefined : `${id}-wrong`,
    onChange: (event: { target: { value: string } }) => {
      setTyped({ ...typed, [column]: event.target.value });
      if (wrongOf(column) !== null) setTrouble(null);
    },
  });
  const row = (column: Column, control: ReactNode) => (
    <label key={column} htmlFor={`${id}-${column}`} className="form-row">
      <span>{columnTitle(t, column)}</span>
      {control}
      {wrongOf(column) !== null && (
        <small id={`${id}-wrong`} role="alert" className="form-wrong">
          {wrongOf(column)}
        </small>
      )}
    </label>
  );
  const input = (column: Column, more: InputHTMLAttributes<HTMLInputElement> = {}) =>
    row(column, <input {...shared(column)} autoComplete="off" {...more} />);
  /** Somebody may be several things at once. */
  const several = (column: ListedColumn) => (
    <div key={column} className="form-row">
      <span id={`${id}-${column}-title`}>{columnTitle(t, column)}</span>
      <SeveralField
        column={column}
        labelledBy={`${id}-${column}-title`}
        describedBy={wrongOf(column) === null ? undefined : `${id}-wrong`}
        text={typed[column] ?? ""}
        onChange={(text) => {
          setTyped({ ...typed, [column]: text });
          if (wrongOf(column) !== null) setTrouble(null);
        }}
      />
      {wrongOf(column) !== null && (
        <small id={`${id}-wrong`} role="alert" className="form-wrong">
          {wrongOf(column)}
        </small>
      )}
    </div>
  );
  const choice = (column: ChoiceColumn, more: SelectHTMLAttributes<HTMLSelectElement> = {}) =>
    row(
      column,
      <select {...shared(column)} {...more}>
        <option value="">{t("shell.common.none")}</option>
        {Object.entries(choiceLabels(t, column)).map(([word, label]) => (
          <option key={word} value={word}>
            {label}
          </option>
        ))}
      </select>,
    );

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
      {several("identity")}
      {required.map(({ column }) =>
        isChoice(column) ? choice(column, { required: true }) : input(column, { required: true }),
      )}
      <p className="quiet">{t("roster.add.hint")}</p>
    </form>
  );
};
