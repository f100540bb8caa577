import { Button, Checkbox } from "antd";
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DuplicateGroup, DuplicateMember } from "@/generated/types";
import { partnersOf } from "./groups";

/** What tells a member from another of the same name. */
export const toldOf = (t: TFunction, member: DuplicateMember) =>
  [member.card_number, member.department, member.status && t(`choices.status.${member.status as "active"}`)]
    .filter(Boolean)
    .join(" · ");

/** Members who may be one person: each is offered with one before them, and of more than two any two by ticks. */
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
  const [ticked, setTicked] = useState<readonly string[]>([]);
  const partners = partnersOf(group);
  const listed = group.members.length;
  // Somebody who was ticked may have gone since.
  const chosen = group.members.filter(({ id }) => ticked.includes(id));
  const [kept, gone] = chosen;
  return (
    <li>
      <h2>
        {t(`duplicates.reasons.${group.reason}`)}
        <small className="quiet">
          {" "}
          {t("duplicates.people", { count: group.count })}
          {listed < group.count && ` · ${t("duplicates.firstOf", { count: listed })}`}
        </small>
      </h2>
      <ul>
        {group.members.map((member, at) => {
          const partner = group.members[partners[at] ?? -1];
          const names = { a: partner?.name ?? "", b: member.name };
          const isTicked = ticked.includes(member.id);
          const person = (
            <>
              <strong>{member.name}</strong> <span className="quiet">{toldOf(t, member)}</span>
            </>
          );
          return (
            <li key={member.id}>
              {listed > 2 ? (
                <Checkbox
                  aria-label={t("duplicates.choose", { name: member.name })}
                  checked={isTicked}
                  onChange={() =>
                    setTicked(isTicked ? ticked.filter((id) => id !== member.id) : [...ticked, member.id])
                  }
                >
                  {person}
                </Checkbox>
              ) : (
                <span>{person}</span>
              )}
              {partner && (
                <span className="duplicate-acts">
                  <Button size="small" data-compare onClick={() => onCompare(partner, member)}>
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
      {listed > 2 && (
        <p className="duplicate-chosen">
          <Button
            size="small"
            data-compare
            disabled={!kept || !gone || chosen.length > 2}
            onClick={() => kept && gone && onCompare(kept, gone)}
          >
            {t("duplicates.compareChosen")}
          </Button>{" "}
          <span className="quiet">{t("duplicates.chooseTwo")}</span>
        </p>
      )}
    </li>
  );
};
