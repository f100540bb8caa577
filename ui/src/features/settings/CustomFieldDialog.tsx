import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { explain, isFailure } from "@/failure";
import type { CustomFieldRow, DefinedChoice } from "@/generated/types";
import { client } from "@/host";
import { Dialog } from "@/kit/Dialog";
import { problemLine } from "@/kit/problem-words";
import { ToolButton } from "@/kit/ToolButton";
import { runJob } from "@/session/jobs";

export const FORMS = ["text", "number", "date", "choice", "yes_no"] as const;
export type Form = (typeof FORMS)[number];
const CLASSES = ["ordinary", "personal", "sensitive"] as const;

/** A field being made (`new`) or changed; its form is chosen once. */
export const CustomFieldDialog = ({
  field,
  onClose,
  onDone,
}: {
  field: CustomFieldRow | "new" | null;
  onClose: () => void;
  onDone: () => Promise<unknown>;
}) => {
  const { t } = useTranslation();
  const id = useId();
  /** Renaming a choice goes through all who have it; the list of work lies under the dialog. */
  const [job, setJob] = useState<string | null>(null);
  return (
    <Dialog
      open={field !== null}
      title={t(field === "new" ? "settings.fields.addTitle" : "settings.fields.editTitle")}
      onCancel={() => (job === null ? onClose() : void client.cancelJob({ job }).catch(() => undefined))}
      okText={t("shell.common.save")}
      cancelText={t("shell.common.cancel")}
      // Not `confirmLoading`, under which nothing could be cancelled.
      okButtonProps={{ htmlType: "submit", form: id, loading: job !== null }}
      width={460}
    >
      {field !== null && (
        <FieldForm
          id={id}
          field={field === "new" ? null : field}
          isSaving={job !== null}
          onJob={setJob}
          onSaved={() => {
            onClose();
            void onDone();
          }}
        />
      )}
    </Dialog>
  );
};

/** A choice with a mark of its own, so that typing in one does not move the others. */
type Line = DefinedChoice & { key: number };

const FieldForm = ({
  id,
  field,
  isSaving,
  onJob,
  onSaved,
}: {
  id: string;
  field: CustomFieldRow | null;
  isSaving: boolean;
  /** Saving begins, or is over. */
  onJob: (job: string | null) => void;
  onSaved: () => void;
}) => {
  const { t, i18n } = useTranslation();
  const [name, setName] = useState(field?.name ?? "");
  const [form, setForm] = useState<Form>((field?.form as Form | undefined) ?? "text");
  const [dataClass, setDataClass] = useState(field?.data_class ?? "ordinary");
  const [isRequired, setRequired] = useState(field?.is_required ?? false);
  const [isUnique, setUnique] = useState(field?.is_unique ?? false);
  const [lines, setLines] = useState<Line[]>(
    (field?.choices ?? []).map((choice, key) => ({ key, name: choice, was: choice })),
  );
  const [trouble, setTrouble] = useState<string | null>(null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isSaving) return;
    setTrouble(null);
    try {
      await runJob((job) => {
        onJob(job);
        return client.defineField({
          ...(field === null ? {} : { id: field.id }),
          name,
          form,
          choices: lines.map(({ name, was }) => (was === undefined ? { name } : { name, was })),
          is_required: isRequired,
          is_unique: isUnique,
          data_class: dataClass,
          job,
        });
      });
      onSaved();
    } catch (thrown) {
      const rule = isFailure(thrown) ? thrown.params?.rule : undefined;
      const { what, step } = explain(thrown, i18n.language);
      setTrouble(rule ? problemLine(t, rule) : `${what} ${step}`);
    } finally {
      onJob(null);
    }
  };

  const choiceName = (index: number) => t("settings.fields.choice", { number: index + 1 });
  return (
    <form id={id} className="form" onSubmit={(event) => void submit(event)}>
      <label className="form-row">
        <span>{t("settings.fields.name")}</span>
        <input
          className="field"
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      <label className="form-row">
        <span>{t("settings.fields.form")}</span>
        <select
          className="field"
          value={form}
          disabled={field !== null}
          onChange={(event) => {
            const next = event.target.value as Form;
            setForm(next);
            if (next === "choice" && lines.length === 0) {
              setLines([
                { key: 0, name: "" },
                { key: 1, name: "" },
              ]);
            }
          }}
        >
          {FORMS.map((one) => (
            <option key={one} value={one}>
              {t(`settings.fields.forms.${one}`)}
            </option>
          ))}
        </select>
      </label>
      {form === "choice" && (
        <fieldset className="settings-choices" aria-label={t("settings.fields.choices")}>
          {lines.map((line, index) => (
            <div key={line.key}>
              <input
                className="field"
                aria-label={choiceName(index)}
                placeholder={choiceName(index)}
                autoComplete="off"
                value={line.name}
                onChange={(event) =>
                  setLines(
                    lines.map((one) => (one.key === line.key ? { ...one, name: event.target.value } : one)),
                  )
                }
              />
              <ToolButton
                label={t("settings.fields.removeChoice", { name: line.name || choiceName(index) })}
                icon={<CloseOutlined />}
                onClick={() => setLines(lines.filter((one) => one.key !== line.key))}
              />
            </div>
          ))}
          <ToolButton
            label={t("settings.fields.addChoice")}
            icon={<PlusOutlined />}
            shows="label"
            onClick={() =>
              setLines([...lines, { key: Math.max(-1, ...lines.map((one) => one.key)) + 1, name: "" }])
            }
          />
        </fieldset>
      )}
      <label className="form-row">
        <span>{t("settings.fields.dataClass")}</span>
        <select className="field" value={dataClass} onChange={(event) => setDataClass(event.target.value)}>
          {CLASSES.map((one) => (
            <option key={one} value={one}>
              {t(`settings.fields.classes.${one}`)}
            </option>
          ))}
        </select>
      </label>
      <label className="settings-check">
        <input type="checkbox" checked={isRequired} onChange={() => setRequired(!isRequired)} />
        {t("settings.fields.required")}
      </label>
      <label className="settings-check">
        <input type="checkbox" checked={isUnique} onChange={() => setUnique(!isUnique)} />
        {t("settings.fields.unique")}
      </label>
      {trouble !== null && (
        <p role="alert" className="settings-wrong">
          {trouble}
        </p>
      )}
    </form>
  );
};
