import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useDefined } from "@/session/defined";
import { BulkDialog } from "./BulkDialog";

type Wish = "keep" | "add" | "remove";

/** Tags to give to many members and to take from them, in one go. */
export const TagsDialog = ({
  isOpen,
  count,
  onClose,
  onClosed,
  onTag,
}: {
  isOpen: boolean;
  count: number;
  onClose: () => void;
  onClosed: () => void;
  onTag: (add: string[], remove: string[]) => void;
}) => {
  const { t } = useTranslation();
  return (
    <BulkDialog
      isOpen={isOpen}
      title={t("roster.tags.dialog", { count })}
      okText={t("roster.tags.apply")}
      onClose={onClose}
      onClosed={onClosed}
    >
      {(form) => (
        <Form
          id={form}
          onTag={(add, remove) => {
            onClose();
            if (add.length + remove.length > 0) onTag(add, remove);
          }}
        />
      )}
    </BulkDialog>
  );
};

const Form = ({ id, onTag }: { id: string; onTag: (add: string[], remove: string[]) => void }) => {
  const { t } = useTranslation();
  const { tags } = useDefined();
  const [wishes, setWishes] = useState<Record<string, Wish>>({});
  const those = (wish: Wish) => tags.filter((tag) => wishes[tag.id] === wish).map((tag) => tag.id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onTag(those("add"), those("remove"));
  };
  return (
    <form id={id} className="form" onSubmit={submit}>
      {tags.length === 0 && (
        <p>
          {t("roster.tags.none")} <Link to="/settings">{t("roster.tags.define")}</Link>
        </p>
      )}
      {tags.map((tag) => (
        <label key={tag.id} className="form-row">
          <span>
            <span className="tag" data-tone={tag.colour || "grey"}>
              {tag.name}
            </span>
          </span>
          <select
            className="field"
            value={wishes[tag.id] ?? "keep"}
            onChange={(event) => setWishes({ ...wishes, [tag.id]: event.target.value as Wish })}
          >
            {(["keep", "add", "remove"] as const).map((wish) => (
              <option key={wish} value={wish}>
                {t(`roster.tags.wishes.${wish}`)}
              </option>
            ))}
          </select>
        </label>
      ))}
    </form>
  );
};
