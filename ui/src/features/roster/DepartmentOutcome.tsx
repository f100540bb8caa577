import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { explain } from "@/failure";
import type { LeadersThen } from "@/generated/types";
import { client } from "@/host";

/** What emptying a department into another would do, or why it cannot be done. */
export const DepartmentOutcome = ({
  from,
  into,
  leaders,
  onRefused,
}: {
  from: string;
  /** `undefined` while none is chosen. */
  into: string | null | undefined;
  leaders: LeadersThen;
  onRefused: (isRefused: boolean) => void;
}) => {
  const { t, i18n } = useTranslation();
  const { data, error } = useQuery({
    queryKey: ["department", "plan", from, into, leaders],
    queryFn: () => client.planMerge({ from, into: into ?? null, leaders }),
    enabled: into !== undefined,
    gcTime: 0,
    staleTime: 0,
  });
  useEffect(() => onRefused(error !== null), [error, onRefused]);
  if (error !== null) {
    const { what, step } = explain(error, i18n.language);
    return (
      <p role="alert" className="is-refused">
        {what} {step}
      </p>
    );
  }
  if (!data) return null;
  const parts = (["members", "places", "departments", "namesakes"] as const)
    .filter((part) => data[part] > 0)
    .map((part) => t(`departments.plan.${part}`, { count: data[part] }));
  return (
    <p role="status">
      {parts.length === 0 ? t("departments.plan.nothing") : parts.join(t("roster.grid.comma"))}
    </p>
  );
};
