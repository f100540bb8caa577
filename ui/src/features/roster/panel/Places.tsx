import { CloseOutlined, PlusOutlined, StarOutlined } from "@ant-design/icons";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { AffiliationDetail } from "@/generated/types";
import { client } from "@/host";
import { ToolButton } from "@/kit/ToolButton";
import { useAct } from "@/session/act";
import { queryClient } from "@/session/queries";
import { DepartmentDialog } from "../DepartmentDialog";

/** Where else the member belongs, and what they are there. */
export const Places = ({ member, places }: { member: string; places: readonly AffiliationDetail[] }) => {
  const { t } = useTranslation();
  const { act } = useAct();
  const add = useRef<HTMLButtonElement>(null);
  const [isAdding, setAdding] = useState(false);
  const identities: Record<string, string> = t("choices.identity", { returnObjects: true });

  const write = async (work: () => Promise<unknown>) => {
    await act(work);
    await queryClient.invalidateQueries({ queryKey: ["member", member] });
  };
  return (
    <div className="places">
      {places.length > 0 && <span className="cell-label">{t("roster.panel.further")}</span>}
      <ul aria-label={t("roster.panel.further")}>
        {places.map((place) => (
          <li key={place.id}>
            <span className="place-path">
              {place.path}
              {place.role && (
                <small className="quiet"> · {t(`roster.places.roles.${place.role as "head"}`)}</small>
              )}
            </span>
            <select
              className="field"
              aria-label={t("roster.places.identity", { path: place.path })}
              value={place.identity}
              onChange={(event) =>
                void write(() =>
                  client.editAffiliation({ member, affiliation: place.id, identity: event.target.value }),
                )
              }
            >
              <option value="">{t("roster.places.same")}</option>
              {Object.entries(identities).map(([word, label]) => (
                <option key={word} value={word}>
                  {label}
                </option>
              ))}
            </select>
            <input
              key={place.title}
              className="field"
              aria-label={t("roster.places.title", { path: place.path })}
              placeholder={t("choices.columns.title")}
              defaultValue={place.title}
              autoComplete="off"
              onBlur={(event) => {
                const title = event.target.value;
                if (title !== place.title) {
                  void write(() => client.editAffiliation({ member, affiliation: place.id, title }));
                }
              }}
            />
            <ToolButton
              label={t("roster.places.makeMain", { path: place.path })}
              icon={<StarOutlined />}
              onClick={() => void write(() => client.makeMain({ member, affiliation: place.id }))}
            />
            <ToolButton
              label={t("roster.places.remove", { path: place.path })}
              icon={<CloseOutlined />}
              onClick={() =>
                void write(() => client.removeAffiliation({ member, affiliation: place.id })).then(() =>
                  add.current?.focus(),
                )
              }
            />
          </li>
        ))}
      </ul>
      <ToolButton
        ref={add}
        label={t("roster.places.add")}
        icon={<PlusOutlined />}
        shows="label"
        onClick={() => setAdding(true)}
      />
      <DepartmentDialog
        isOpen={isAdding}
        title={t("roster.places.add")}
        whole={null}
        onClose={() => setAdding(false)}
        onClosed={() => add.current?.focus()}
        onChoose={async (department) => {
          if (department !== null) await write(() => client.editAffiliation({ member, department }));
        }}
      />
    </div>
  );
};
