import {
  ArrowDownOutlined,
  ArrowUpOutlined,
  DeleteOutlined,
  EditOutlined,
  PlusOutlined,
} from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { App } from "antd";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { explain, isFailure } from "@/failure";
import type { TagRow } from "@/generated/types";
import { client } from "@/host";
import { problemLine } from "@/kit/problem-words";
import { ToolButton } from "@/kit/ToolButton";
import { useAct } from "@/session/act";
import { runJob } from "@/session/jobs";
import { keys, queryClient } from "@/session/queries";

const COLOURS = ["grey", "red", "orange", "gold", "green", "cyan", "blue", "purple"] as const;
type Colour = (typeof COLOURS)[number];

const forget = () => queryClient.invalidateQueries({ queryKey: keys.tags });

/** The name while it is changed: Enter and leaving take it, Escape leaves it as it was. */
const Rename = ({
  tag,
  onName,
  onCancel,
}: {
  tag: TagRow;
  onName: (name: string) => Promise<void>;
  onCancel: () => void;
}) => {
  const { t } = useTranslation();
  const [name, setName] = useState(tag.name);
  const isCancelled = useRef(false);
  return (
    <input
      className="field"
      aria-label={t("settings.tags.rename", { name: tag.name })}
      autoComplete="off"
      // biome-ignore lint/a11y/noAutofocus: whoever asked to rename it goes on typing
      autoFocus
      value={name}
      onChange={(event) => setName(event.target.value)}
      onBlur={() => {
        if (!isCancelled.current) void onName(name);
      }}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing || event.keyCode === 229) return;
        if (event.key === "Enter") event.currentTarget.blur();
        else if (event.key === "Escape") {
          isCancelled.current = true;
          onCancel();
        }
      }}
    />
  );
};

/** The organisation's tags: made, renamed, coloured, put in order. */
export const Tags = () => {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const { act } = useAct();
  const { data: tags = [] } = useQuery({ queryKey: keys.tags, queryFn: () => client.tags() });
  const [name, setName] = useState("");
  const [renaming, setRenaming] = useState<string | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);

  const define = async ({ id, name, colour }: { id?: string; name: string; colour: string }) => {
    try {
      await client.defineTag({ ...(id === undefined ? {} : { id }), name, colour });
      setTrouble(null);
      await forget();
      return true;
    } catch (thrown) {
      const rule = isFailure(thrown) ? thrown.params?.rule : undefined;
      const { what, step } = explain(thrown, i18n.language);
      setTrouble(rule ? problemLine(t, rule) : `${what} ${step}`);
      return false;
    }
  };
  const add = async (event: FormEvent) => {
    event.preventDefault();
    const colour = COLOURS[(tags.length + 1) % COLOURS.length] ?? "blue";
    if (name.trim() !== "" && (await define({ name, colour }))) setName("");
  };
  const move = async (index: number, by: 1 | -1) => {
    const ids = tags.map((tag) => tag.id);
    const [one] = ids.splice(index, 1);
    if (one) ids.splice(index + by, 0, one);
    await act(() => client.arrangeTags({ ids }));
    await forget();
  };
  const rename = async (tag: TagRow, to: string) => {
    const isDone = to.trim() === "" || to === tag.name || (await define({ ...tag, name: to }));
    // Whoever left this name for another one's is renaming that by now.
    if (isDone) setRenaming((now) => (now === tag.id ? null : now));
  };
  const remove = async (tag: TagRow) => {
    if (!(await act(() => runJob((job) => client.removeTag({ id: tag.id, job }))))) return;
    await forget();
    void message.success(t("settings.tags.removed", { name: tag.name }), 3);
  };

  return (
    <section aria-label={t("settings.tags.title")}>
      <h2>{t("settings.tags.title")}</h2>
      <ul className="settings-list" aria-label={t("settings.tags.title")}>
        {tags.map((tag, index) => (
          <li key={tag.id}>
            <span>
              {renaming === tag.id ? (
                <Rename tag={tag} onName={(to) => rename(tag, to)} onCancel={() => setRenaming(null)} />
              ) : (
                <span className="tag" data-tone={tag.colour || "grey"}>
                  {tag.name}
                </span>
              )}{" "}
              <small className="quiet is-beside">{t("settings.tags.count", { count: tag.count })}</small>
            </span>
            <select
              className="field"
              aria-label={t("settings.tags.colour", { name: tag.name })}
              value={tag.colour || "grey"}
              onChange={(event) => void define({ ...tag, colour: event.target.value })}
            >
              {COLOURS.map((colour) => (
                <option key={colour} value={colour}>
                  {t(`settings.tags.colours.${colour as Colour}`)}
                </option>
              ))}
            </select>
            <ToolButton
              label={t("settings.tags.up", { name: tag.name })}
              icon={<ArrowUpOutlined />}
              disabled={index === 0}
              onClick={() => void move(index, -1)}
            />
            <ToolButton
              label={t("settings.tags.down", { name: tag.name })}
              icon={<ArrowDownOutlined />}
              disabled={index === tags.length - 1}
              onClick={() => void move(index, 1)}
            />
            <ToolButton
              label={t("settings.tags.rename", { name: tag.name })}
              icon={<EditOutlined />}
              onClick={() => setRenaming(tag.id)}
            />
            <ToolButton
              label={t("settings.tags.remove", { name: tag.name })}
              icon={<DeleteOutlined />}
              onClick={() => void remove(tag)}
            />
          </li>
        ))}
      </ul>
      <form className="settings-inline" onSubmit={(event) => void add(event)}>
        <input
          className="field"
          aria-label={t("settings.tags.name")}
          placeholder={t("settings.tags.name")}
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <ToolButton
          label={t("settings.tags.add")}
          icon={<PlusOutlined />}
          shows="label"
          type="submit"
          look="outlined"
        />
      </form>
      {trouble !== null && (
        <p role="alert" className="settings-wrong">
          {trouble}
        </p>
      )}
    </section>
  );
};
