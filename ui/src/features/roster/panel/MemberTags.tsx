import { useTranslation } from "react-i18next";
import { client } from "@/host";
import { useAct } from "@/session/act";
import { useDefined } from "@/session/defined";
import { queryClient } from "@/session/queries";
import { tagsOf } from "../choices";

/** The member's tags as buttons that are pressed or not. */
export const MemberTags = ({ member, text }: { member: string; text: string }) => {
  const { t } = useTranslation();
  const { act } = useAct();
  const { tags } = useDefined();
  const own = tagsOf(text);
  if (tags.length === 0) return null;
  const toggle = async (id: string, has: boolean) => {
    const change = has ? { add: [], remove: [id] } : { add: [id], remove: [] };
    await act(() => client.tagMembers({ members: { by: "ids", ids: [member] }, ...change }));
    await queryClient.invalidateQueries({ queryKey: ["member", member] });
  };
  return (
    <fieldset className="member-tags" aria-label={t("choices.columns.tags")}>
      <span className="cell-label">{t("choices.columns.tags")}</span>
      {tags.map((tag) => {
        const has = own.includes(tag.name);
        return (
          <button
            key={tag.id}
            type="button"
            className={has ? "tag" : "tag is-off"}
            data-tone={tag.colour || "grey"}
            aria-pressed={has}
            onClick={() => void toggle(tag.id, has)}
          >
            {tag.name}
          </button>
        );
      })}
    </fieldset>
  );
};
