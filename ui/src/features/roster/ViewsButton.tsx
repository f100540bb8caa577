import { DeleteOutlined, EyeOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { SavedView } from "@/generated/types";
import { client } from "@/host";
import { Popup } from "@/kit/Popup";
import { ToolButton } from "@/kit/ToolButton";
import { useAct } from "@/session/act";
import { usePreferences } from "@/session/preferences";
import { queryClient } from "@/session/queries";
import { useSession } from "@/session/store";
import { FROZEN } from "./columns";
import { queryOf, useRoster } from "./state";

const KEY = ["savedViews"];

/** What is shown now, kept under a name, and what was kept, shown again: rows, order and columns. */
export const ViewsButton = () => {
  const { t } = useTranslation();
  const shown = useRoster((now) => now.savedView);
  return (
    <Popup
      label={shown?.name ?? t("roster.views.title")}
      icon={<EyeOutlined />}
      shows="label-when-wide"
      width_px={320}
    >
      {(close) => <Views onDone={close} />}
    </Popup>
  );
};

const Views = ({ onDone }: { onDone: () => void }) => {
  const { t } = useTranslation();
  const { act } = useAct();
  const { preferences, change } = usePreferences();
  const { data: views = [] } = useQuery({ queryKey: KEY, queryFn: () => client.savedViews() });
  const shown = useRoster((now) => now.savedView);
  const [name, setName] = useState("");

  const now = (): Pick<SavedView, "query" | "columns" | "frozen_columns"> => {
    // What waits for a person today is not part of a view that is kept.
    const query = queryOf(useRoster.getState(), null);
    return {
      query,
      columns: preferences?.columns ?? [],
      frozen_columns: preferences?.frozen_columns ?? FROZEN,
    };
  };

  const keep = async (view: Pick<SavedView, "id" | "name">) => {
    const kept = await act(() => client.keepView({ ...view, ...now() }));
    if (!kept) return;
    await queryClient.invalidateQueries({ queryKey: KEY });
    useRoster.setState({ savedView: { id: kept.id, name: kept.name } });
    setName("");
    onDone();
  };

  const show = (view: SavedView) => {
    const { department, text, filters, matching, sort } = view.query;
    useSession.setState({ mark: null });
    useRoster.setState({
      // What is left out comes as null.
      department: department ?? null,
      text: text ?? "",
      filters,
      matching: matching ?? "all",
      sort,
      savedView: { id: view.id, name: view.name },
    });
    void change({ columns: view.columns, frozen_columns: view.frozen_columns });
    onDone();
  };

  const remove = async (view: SavedView) => {
    if (!(await act(() => client.removeView({ id: view.id })))) return;
    if (shown?.id === view.id) useRoster.setState({ savedView: null });
    await queryClient.invalidateQueries({ queryKey: KEY });
  };

  const everyone = () => {
    useSession.setState({ mark: null });
    useRoster.setState({
      department: null,
      text: "",
      filters: [],
      matching: "all",
      sort: [],
      savedView: null,
    });
    onDone();
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== "") void keep({ id: "", name });
  };

  return (
    <div className="rules">
      <ul className="views-list" aria-label={t("roster.views.list")}>
        <li>
          <button type="button" aria-pressed={shown === null} onClick={everyone}>
            {t("roster.views.everyone")}
          </button>
        </li>
        {views.map((view) => (
          <li key={view.id}>
            <button type="button" aria-pressed={shown?.id === view.id} onClick={() => show(view)}>
              {view.name}
            </button>
            <ToolButton
              label={t("roster.views.remove", { name: view.name })}
              icon={<DeleteOutlined />}
              onClick={() => void remove(view)}
            />
          </li>
        ))}
      </ul>
      {shown && (
        <ToolButton
          label={t("roster.views.update", { name: shown.name })}
          shows="label"
          look="outlined"
          onClick={() => void keep(shown)}
        />
      )}
      <form className="views-new" onSubmit={submit}>
        <input
          className="field"
          aria-label={t("roster.views.name")}
          placeholder={t("roster.views.name")}
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <ToolButton
          type="submit"
          label={t("roster.views.keep")}
          shows="label"
          look="outlined"
          disabled={name.trim() === ""}
        />
      </form>
    </div>
  );
};
