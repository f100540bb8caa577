import {
  CopyOutlined,
  DeleteOutlined,
  EditOutlined,
  ExportOutlined,
  EyeOutlined,
  FormOutlined,
  ImportOutlined,
  PlusOutlined,
} from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { App, Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
import type { LayoutRow } from "@/generated/types";
import { client, host } from "@/host";
import { Dialog } from "@/kit/Dialog";
import { ToolButton } from "@/kit/ToolButton";
import { UNDO_OFFER, useAct } from "@/session/act";
import { keys, queryClient } from "@/session/queries";
import { useSight } from "@/session/sight";
import { draftKey, isChanged, useDrafts } from "./drafts";
import { findingWords, troubleWords, useLayoutName } from "./names";

const KINDS = [{ name: "JSON", endings: ["json"] }];

/** All layouts: the organisation's own, and the shipped ones to begin with. */
export const LayoutList = () => {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const { message, modal } = App.useApp();
  const { act, undo } = useAct();
  const { onlyReads } = useSight();
  const name = useLayoutName();
  const { data: layouts } = useQuery({ queryKey: keys.layouts, queryFn: () => client.layouts() });
  const { data: state } = useQuery({ queryKey: keys.state, queryFn: () => client.appState() });
  const drafts = useDrafts((now) => now.open);
  const [renaming, setRenaming] = useState<LayoutRow | null>(null);

  const profile = state?.profile?.id ?? "";
  const forget = () => queryClient.invalidateQueries({ queryKey: keys.layouts });
  const read = async () => {
    const path = await host.pickFile(t("layouts.import"), KINDS);
    if (path === null) return;
    try {
      const row = await client.importLayout({ path, language: i18n.language.startsWith("zh") ? "zh" : "en" });
      await forget();
      void message.success(t("layouts.imported", { name: name(row) }), 3);
    } catch (thrown) {
      modal.error({ title: t("layouts.unusable"), content: troubleWords(t, thrown, i18n.language) });
    }
  };
  const save = async (row: LayoutRow) => {
    const path = await host.pickSavePath(t("layouts.export"), `${name(row)}.json`, KINDS);
    if (path === null) return;
    const saved = await act(() => client.exportLayout({ id: row.id, path }));
    if (saved) void message.success(t("layouts.exported", { path: saved.path }), 3);
  };
  const copy = async (row: LayoutRow) => {
    await act(() => client.copyLayout({ id: row.id, name: name(row) }));
    await forget();
  };
  const remove = async (row: LayoutRow) => {
    const isDone = await act(() => client.dropLayout({ id: row.id }).then(() => true));
    if (!isDone) return;
    // What was begun with it stays, for when it comes back: undo, or the history, may bring it.
    await forget();
    void message.success({
      key: UNDO_OFFER,
      duration: 6,
      content: (
        <>
          {t("layouts.removed", { name: name(row) })}{" "}
          <Button type="link" size="small" onClick={() => void undo().then(forget)}>
            {t("shell.common.undo")}
          </Button>
        </>
      ),
    });
  };
  // A print run that was left goes on once its layout was found.
  const { state: left } = useLocation();
  const open = (row: LayoutRow) => void navigate(`/layouts/${row.id}`, { state: left });

  const line = (row: LayoutRow) => {
    const draft = drafts[draftKey(profile, row.id)];
    return (
      <tr key={row.id}>
        <td>
          <strong>{name(row)}</strong>
          {draft && isChanged(draft) && (
            <span className="tag layouts-unsaved" data-tone="warning">
              {t("layouts.unsaved")}
            </span>
          )}
          {row.fault && (
            <p className="layouts-fault">{t("layouts.cannotPrint", { why: findingWords(t, row.fault) })}</p>
          )}
        </td>
        <td className="quiet">
          {row.fault === null &&
            [
              `${row.width_mm} × ${row.height_mm} mm`,
              ...(row.places > 1 ? [t("layouts.perSheet", { count: row.places })] : []),
              ...(row.has_back ? [t("layouts.twoSided")] : []),
            ].join(" · ")}
        </td>
        <td>
          <div className="layouts-acts">
            {onlyReads ? (
              <ToolButton
                label={t("layouts.lookOf", { name: name(row) })}
                icon={<EyeOutlined />}
                onClick={() => open(row)}
              />
            ) : row.is_own ? (
              <>
                <ToolButton
                  label={t("layouts.editOf", { name: name(row) })}
                  icon={<FormOutlined />}
                  onClick={() => open(row)}
                />
                <ToolButton
                  label={t("layouts.renameOf", { name: name(row) })}
                  icon={<EditOutlined />}
                  onClick={() => setRenaming(row)}
                />
                <ToolButton
                  label={t("layouts.copyOf", { name: name(row) })}
                  icon={<CopyOutlined />}
                  onClick={() => void copy(row)}
                />
              </>
            ) : (
              <ToolButton
                label={t("layouts.beginOf", { name: name(row) })}
                icon={<PlusOutlined />}
                onClick={() => open(row)}
              />
            )}
            <ToolButton
              label={t("layouts.exportOf", { name: name(row) })}
              icon={<ExportOutlined />}
              disabled={row.fault !== null}
              onClick={() => void save(row)}
            />
            {row.is_own && !onlyReads && (
              <ToolButton
                label={t("layouts.removeOf", { name: name(row) })}
                icon={<DeleteOutlined />}
                onClick={() => void remove(row)}
              />
            )}
          </div>
        </td>
      </tr>
    );
  };
  const table = (rows: LayoutRow[], label: string) => (
    <table className="plain-table" aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{t("layouts.name")}</th>
          <th scope="col">{t("layouts.paper")}</th>
          <td />
        </tr>
      </thead>
      <tbody>{rows.map(line)}</tbody>
    </table>
  );
  const own = layouts?.filter((row) => row.is_own) ?? [];
  const shipped = layouts?.filter((row) => !row.is_own) ?? [];

  return (
    <div className="page layouts">
      <header className="page-head">
        <h1>{t("layouts.title")}</h1>
        {!onlyReads && (
          <Button icon={<ImportOutlined />} onClick={() => void read()}>
            {t("layouts.import")}
          </Button>
        )}
      </header>
      <p className="quiet layouts-lead">{t(onlyReads ? "layouts.lookOnly" : "layouts.lead")}</p>
      {layouts && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: keys scroll what has the focus
        <section className="layouts-body" tabIndex={0} aria-label={t("layouts.title")}>
          <h2>{t("layouts.own")}</h2>
          {own.length > 0 ? (
            table(own, t("layouts.own"))
          ) : (
            <p className="layouts-none">
              <strong>{t("layouts.none")}</strong>
              <br />
              <span className="quiet">{t("layouts.noneHint")}</span>
            </p>
          )}
          <h2>{t("layouts.shipped")}</h2>
          {table(shipped, t("layouts.shipped"))}
        </section>
      )}
      {renaming && <RenameDialog row={renaming} onClose={() => setRenaming(null)} />}
    </div>
  );
};

const RenameDialog = ({ row, onClose }: { row: LayoutRow; onClose: () => void }) => {
  const { t, i18n } = useTranslation();
  const nameOf = useLayoutName();
  const [name, setName] = useState(nameOf(row));
  const [trouble, setTrouble] = useState<string | null>(null);
  const rename = async () => {
    try {
      await client.renameLayout({ id: row.id, name });
      await queryClient.invalidateQueries({ queryKey: keys.layouts });
      onClose();
    } catch (thrown) {
      setTrouble(troubleWords(t, thrown, i18n.language));
    }
  };
  return (
    <Dialog
      open
      title={t("layouts.renameOf", { name: nameOf(row) })}
      okText={t("layouts.rename")}
      cancelText={t("shell.common.cancel")}
      onOk={() => void rename()}
      onCancel={onClose}
    >
      <Input
        aria-label={t("layouts.name")}
        value={name}
        maxLength={60}
        onChange={(event) => setName(event.target.value)}
        onPressEnter={(event) => !event.nativeEvent.isComposing && void rename()}
      />
      {trouble !== null && (
        <p role="alert" className="layouts-fault">
          {trouble}
        </p>
      )}
    </Dialog>
  );
};
