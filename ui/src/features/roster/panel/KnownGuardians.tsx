import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FoundGuardian } from "@/generated/types";
import { client } from "@/host";
import { ToolButton } from "@/kit/ToolButton";
import { useSession } from "@/session/store";

const SETTLE_MS = 200;

/** People who are guardians of others already, siblings mostly: one of them is chosen instead of written down twice. */
export const KnownGuardians = ({
  member,
  text,
  among,
  onLink,
}: {
  member: string;
  /** What was typed so far. */
  text: string;
  /** Whoever the text finds, or only those whose whole phone it is. */
  among: "all" | "same-phone";
  onLink: (guardian: FoundGuardian) => void;
}) => {
  const { t } = useTranslation();
  const version = useSession((now) => now.version);
  const asked = useSettled(text.trim());
  const { data } = useQuery({
    queryKey: ["guardians", member, asked, version],
    queryFn: () => client.findGuardians({ member, text: asked }),
    enabled: asked !== "",
    gcTime: 0,
  });
  if (asked === "" || !data) return null;
  const shown = among === "all" ? data.found : data.found.filter((one) => one.has_same_phone);
  if (shown.length === 0) {
    return among === "all" ? <small role="status">{t("roster.guardians.nobody")}</small> : null;
  }
  const comma = t("roster.guardians.comma");
  return (
    <div className="known-guardians">
      <small role="status">
        {t(among === "all" ? "roster.guardians.found" : "roster.guardians.samePhone")}
      </small>
      <ul aria-label={t("roster.guardians.found")}>
        {shown.map((one) => (
          <li key={one.id}>
            <span>
              <strong>{one.name}</strong> {one.phone}
              <small>
                {t(one.members > one.others.length ? "roster.guardians.ofMore" : "roster.guardians.of", {
                  names: one.others.join(comma),
                  count: one.members,
                })}
              </small>
            </span>
            <ToolButton
              label={t("roster.guardians.link", { name: one.name })}
              shows="label"
              look="outlined"
              onClick={() => onLink(one)}
            />
          </li>
        ))}
      </ul>
    </div>
  );
};

/** The text once nobody has typed for a moment. */
const useSettled = (text: string): string => {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(text), SETTLE_MS);
    return () => window.clearTimeout(timer);
  }, [text]);
  return settled;
};
