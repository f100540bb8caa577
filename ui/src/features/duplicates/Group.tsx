import { Button } from "antd";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { DuplicateGroup, DuplicateMember } from "@/generated/types";
import { partnersOf } from "./groups";

/** What tells a member from another of the same name. */
export const toldOf = (t: TFunction, member: DuplicateMember) =>
  [member.card_number, member.department, member.status && t(`choices.status.${member.status as "active"}`)]
    .filter(Boolean)
    .join(" · ");

/** Members who may be one person; each is compared with one before them until all pairs are decided. */
export const Group = ({
  group,
  onCompare,
  onApart,
}: {
  group: DuplicateGroup;
  onCompare: (kept: DuplicateMember, gone: DuplicateMember) => void;
  onApart: (a: DuplicateMember, b: DuplicateMember) => void;
}) => {
  const { t } = useTranslation();
  const partners = partnersOf(group);
  return (
    <li>
      <h2>
        {t(`duplicates.reasons.${group.reason}`)}
        <small className="quiet"> {t("duplicates.people", { count: group.count })}</small>
      </h2>
      <ul>
        {group.members.map((member, at) => {
          const partner = group.members[partners[at] ?? -1];
          const names = { a: partner?.name ?? "", b: member.name };
          return (
            <li key={member.id}>
              <span>
                <strong>{member.name}</strong> <span className="quiet">{toldOf(t, member)}</span>
              </span>
              {partner && (
                <span className="duplicate-acts">
                  <Button size="small" onClick={() => onCompare(partner, member)}>
                    {t("duplicates.compare", names)}
                  </Button>
                  <Button
                    size="small"
                    data-apart
                    aria-label={t("duplicates.apart.sayOf", names)}
                    title={t("duplicates.apart.sayOf", names)}
                    onClick={() => onApart(partner, member)}
                  >
                    {t("duplicates.apart.say")}
                  </Button>
                </span>
              )}
            </li>
          );
        })}
      </ul>
    </li>
  );
};
