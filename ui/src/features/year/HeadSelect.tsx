import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import type { YearClass } from "@/generated/types";
import { client } from "@/host";
import type { Change } from "./PlanStep";

const OFFERED = 8;

/** Who leads the class next year, found by name, pinyin or number. */
export const HeadSelect = ({ one, onChange }: { one: YearClass; onChange: Change }) => {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const text = useDeferredValue(typed.trim());
  const { data: found } = useQuery({
    queryKey: ["find", text],
    queryFn: () => client.findMembers({ text, limit: OFFERED }),
    enabled: text !== "",
  });
  const own = one.head ? [{ value: one.head.id, label: one.head.name }] : [];
  const offered = (found ?? []).map((person) => ({
    value: person.id,
    label: [person.name, person.department].filter(Boolean).join(" · "),
  }));
  return (
    <Select
      showSearch={{ filterOption: false, onSearch: setTyped }}
      allowClear={one.head !== null}
      aria-label={t("year.headOf", { name: one.name_before || one.name_after })}
      placeholder={t("year.noHead")}
      value={one.head?.id ?? null}
      onChange={(member: string | undefined) =>
        void onChange({ what: "head", class: one.id, member: member ?? null })
      }
      options={text === "" ? own : offered}
      notFoundContent={text === "" ? t("year.headHint") : t("year.nobody")}
      variant="borderless"
      className="year-head"
    />
  );
};
