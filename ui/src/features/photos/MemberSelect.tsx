import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FoundMember } from "@/generated/types";
import { client } from "@/host";
import { personLine } from "./PhotoRow";

const OFFERED = 8;

/** Whose photo it is, found by name, pinyin or number. */
export const MemberSelect = ({
  file,
  chosen,
  onChange,
}: {
  file: string;
  chosen: FoundMember | null;
  onChange: (member: string | null) => void;
}) => {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const text = useDeferredValue(typed.trim());
  const { data: found } = useQuery({
    queryKey: ["find", text],
    queryFn: () => client.findMembers({ text, limit: OFFERED }),
    enabled: text !== "",
  });
  const own = chosen ? [{ value: chosen.id, label: personLine(chosen) }] : [];
  return (
    <Select
      showSearch={{ filterOption: false, onSearch: setTyped }}
      allowClear={chosen !== null}
      aria-label={t("photos.whose", { file })}
      placeholder={t("photos.choose")}
      value={chosen?.id ?? null}
      onChange={(member: string | undefined) => onChange(member ?? null)}
      options={
        text === "" ? own : (found ?? []).map((person) => ({ value: person.id, label: personLine(person) }))
      }
      notFoundContent={text === "" ? t("photos.chooseHint") : t("photos.nobody")}
      className="photo-member"
    />
  );
};
