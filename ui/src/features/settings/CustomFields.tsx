import {
  ArrowDownOutlined,
  ArrowUpOutlined,
  EditOutlined,
  InboxOutlined,
  PlusOutlined,
  UndoOutlined,
} from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { CustomFieldRow } from "@/generated/types";
import { client } from "@/host";
import { ToolButton } from "@/kit/ToolButton";
import { useAct } from "@/session/act";
import { keys, queryClient } from "@/session/queries";
import { CustomFieldDialog, type Form } from "./CustomFieldDialog";

const forget = () => queryClient.invalidateQueries({ queryKey: keys.customFields });

/** The fields that the organisation defines for its members: made, changed, put in order, put away. */
export const CustomFields = () => {
  const { t } = useTranslation();
  const { act } = useAct();
  const add = useRef<HTMLButtonElement>(null);
  const [editing, setEditing] = useState<CustomFieldRow | "new" | null>(null);
  const { data: all = [] } = useQuery({ queryKey: keys.customFields, queryFn: () => client.customFields() });
  const shown = all.filter((field) => !field.is_archived);
  const archived = all.filter((field) => field.is_archived);

  const move = async (index: number, by: 1 | -1) => {
    const ids = shown.map((field) => field.id);
    const [one] = ids.splice(index, 1);
    if (one) ids.splice(index + by, 0, one);
    await act(() => client.arrangeFields({ ids }));
    await forget();
  };
  const archive = async (field: CustomFieldRow, is_archived: boolean) => {
    await act(() => client.archiveField({ id: field.id, is_archived }));
    await forget();
  };
  const remove = async (field: CustomFieldRow) => {
    await act(() => client.removeField({ id: field.id }));
    await forget();
  };
  const told = (field: CustomFieldRow) =>
    [
      t(`settings.fields.forms.${field.form as Form}`),
      field.is_required ? t("settings.fields.isRequired") : "",
      field.is_unique ? t("settings.fields.isUnique") : "",
      field.data_class === "ordinary" ? "" : t(`settings.fields.classes.${field.data_class as "personal"}`),
      field.choices.join(t("roster.grid.comma")),
    ]
      .filter(Boolean)
      .join(" · ");

  return (
    <section aria-label={t("settings.fields.title")}>
      <h2>{t("settings.fields.title")}</h2>
      <p className="quiet">{t("settings.fields.hint")}</p>
      <ul className="settings-list" aria-label={t("settings.fields.title")}>
        {shown.map((field, index) => (
          <li key={field.id}>
            <span>
              {field.name}
              <small className="quiet">{told(field)}</small>
            </span>
            <ToolButton
              label={t("settings.fields.up", { name: field.name })}
              icon={<ArrowUpOutlined />}
              disabled={index === 0}
              onClick={() => void move(index, -1)}
            />
            <ToolButton
              label={t("settings.fields.down", { name: field.name })}
              icon={<ArrowDownOutlined />}
              disabled={index === shown.length - 1}
              onClick={() => void move(index, 1)}
            />
            <ToolButton
              label={t("settings.fields.edit", { name: field.name })}
              icon={<EditOutlined />}
              onClick={() => setEditing(field)}
            />
            <ToolButton
              label={t("settings.fields.archive", { name: field.name })}
              icon={<InboxOutlined />}
              onClick={() => void archive(field, true)}
            />
          </li>
        ))}
      </ul>
      <ToolButton
        ref={add}
        label={t("settings.fields.add")}
        icon={<PlusOutlined />}
        shows="label"
        look="outlined"
        onClick={() => setEditing("new")}
      />
      {archived.length > 0 && (
        <>
          <h3>{t("settings.fields.archived")}</h3>
          <ul className="settings-list" aria-label={t("settings.fields.archived")}>
            {archived.map((field) => (
              <li key={field.id}>
                <span>
                  {field.name}
                  <small className="quiet">{told(field)}</small>
                </span>
                <ToolButton
                  label={t("settings.fields.restore", { name: field.name })}
                  icon={<UndoOutlined />}
                  onClick={() => void archive(field, false)}
                />
                <ToolButton
                  label={t("settings.fields.remove", { name: field.name })}
                  shows="label"
                  onClick={() => void remove(field)}
                />
              </li>
            ))}
          </ul>
        </>
      )}
      <CustomFieldDialog
        field={editing}
        onClose={() => {
          setEditing(null);
          add.current?.focus();
        }}
        onDone={forget}
      />
    </section>
  );
};
