import { useQuery } from "@tanstack/react-query";
import { Button, Empty } from "antd";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { explain, isFailure } from "@/failure";
import { client } from "@/host";
import { keys } from "@/session/queries";
import { Designer } from "./Designer";
import { draftKey, isChanged, openDraft, setDraft, useDrafts } from "./drafts";
import { useLayoutName } from "./names";

/** Opens a layout, or goes on with what was begun with it. */
export const DesignerPage = () => {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const { id = "" } = useParams();
  const nameOf = useLayoutName();
  const { data: state } = useQuery({ queryKey: keys.state, queryFn: () => client.appState() });
  const { data: whole, error } = useQuery({
    queryKey: [...keys.layouts, id],
    queryFn: () => client.layout({ id }),
  });
  const key = draftKey(state?.profile?.id ?? "", id);
  const draft = useDrafts((now) => now.open[key]);
  const isStale = draft !== undefined && whole !== undefined && whole.state !== draft.kept.state;

  useEffect(() => {
    if (!whole || !state?.profile) return;
    // A colleague's change shows at once where nobody here has begun to change anything.
    if (draft && (!isStale || isChanged(draft))) return;
    const name = nameOf(whole.row);
    setDraft(
      key,
      openDraft(whole.row.is_own ? name : t("layouts.ownName", { name }), whole.content, whole.state),
    );
  }, [whole, state?.profile, draft, isStale, key, nameOf, t]);

  const isGone = isFailure(error) && error.code === "not_found";
  if (draft) {
    return (
      <Designer
        key={key}
        id={id}
        draftKey={key}
        draft={draft}
        isOwn={whole?.row.is_own ?? draft.kept.state !== ""}
        trouble={isGone ? "gone" : isStale ? "stale" : null}
      />
    );
  }
  if (!error) return null;
  const { what, step } = explain(error, i18n.language);
  return (
    <div className="page">
      <Empty
        description={
          <>
            <strong>{what}</strong>
            <br />
            {step}
          </>
        }
      >
        <Button type="primary" onClick={() => void navigate("/layouts")}>
          {t("layouts.title")}
        </Button>
      </Empty>
    </div>
  );
};
