import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { Belonging, Belongings } from "@/generated/types";

const KINDS = ["places", "guardians", "tags"] as const;
type Kind = (typeof KINDS)[number];

/** One of them as people tell it from others. */
const told = (t: TFunction, kind: Kind, { name, detail, words }: Belonging): string => {
  const known: Record<string, string> =
    kind === "guardians"
      ? {
          ...(t("choices.guardian_relation", { returnObjects: true }) as Record<string, string>),
          may_not_confirm: t("duplicates.mayNotConfirm"),
        }
      : {
          ...(t("choices.identity", { returnObjects: true }) as Record<string, string>),
          ...(t("choices.leader_role", { returnObjects: true }) as Record<string, string>),
        };
  const more = [detail, ...words.map((word) => known[word] ?? word)].filter(Boolean);
  return more.length === 0 ? name : `${name} · ${more.join(" · ")}`;
};

const List = ({ kind, all }: { kind: Kind; all: Belonging[] }) => {
  const { t } = useTranslation();
  if (all.length === 0) return <span className="quiet">{t("roster.grid.empty")}</span>;
  return (
    <ul className="compare-list">
      {counted(all.map((one) => told(t, kind, one))).map(([text, key]) => (
        <li key={key}>{text}</li>
      ))}
    </ul>
  );
};

/** Texts with a key each: two may be the same. */
const counted = (texts: string[]): [string, string][] =>
  texts.map((text, place) => [text, `${text}#${texts.slice(0, place).filter((one) => one === text).length}`]);

/** What hangs on either, beside each other like the fields. */
export const BelongingRows = ({ kept, gone }: { kept: Belongings; gone: Belongings }) => {
  const { t } = useTranslation();
  return (
    <>
      {KINDS.filter((kind) => kept[kind].length + gone[kind].length > 0).map((kind) => (
        <tr key={kind}>
          <th scope="row">{t(`duplicates.belongings.${kind}`)}</th>
          <td>
            <List kind={kind} all={kept[kind]} />
          </td>
          <td>
            <List kind={kind} all={gone[kind]} />
          </td>
        </tr>
      ))}
    </>
  );
};

/** What the one that comes of the two will have. */
export const Merged = ({ gone, merged }: { gone: Belongings; merged: Belongings }) => {
  const { t } = useTranslation();
  const kinds = KINDS.filter((kind) => merged[kind].length > 0);
  if (kinds.length === 0 && gone.invitations === 0) return null;
  return (
    <section className="compare-merged" aria-label={t("duplicates.after")}>
      <h3>{t("duplicates.after")}</h3>
      <dl>
        {kinds.map((kind) => (
          <div key={kind}>
            <dt>{t(`duplicates.belongings.${kind}`)}</dt>
            <dd>
              <List kind={kind} all={merged[kind]} />
            </dd>
          </div>
        ))}
      </dl>
      {gone.invitations > 0 && (
        <p className="quiet">{t("duplicates.invitationsMove", { count: gone.invitations })}</p>
      )}
    </section>
  );
};
