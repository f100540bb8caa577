import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useDeferredValue, useState } from "react";
import type { FoundMember } from "@/generated/types";
import { client } from "@/host";

const OFFERED = 8;

/** Somebody of the roster, found by name, pinyin or number. */
export const MemberSelect = ({
  chosen,
  lineOf,
  label,
  placeholder,
  hint,
  nobody,
  variant = "outlined",
  className,
  onChange,
}: {
  chosen: { value: string; label: string } | null;
  lineOf: (member: FoundMember) => string;
  label: string;
  placeholder: string;
  /** Says before anything is typed by what somebody is found. */
  hint: string;
  nobody: string;
  variant?: "outlined" | "borderless";
  className: string;
  onChange: (member: string | null) => void;
}) => {
  const [typed, setTyped] = useState("");
  const text = useDeferredValue(typed.trim());
  const { data: found } = useQuery({
    queryKey: ["find", text],
    queryFn: () => client.findMembers({ text, limit: OFFERED }),
    enabled: text !== "",
  });
  const own = chosen ? [chosen] : [];
  const offered = (found ?? []).map((member) => ({ value: member.id, label: lineOf(member) }));
  return (
    <Select
      showSearch={{ filterOption: false, onSearch: setTyped }}
      allowClear={chosen !== null}
      aria-label={label}
      placeholder={placeholder}
      value={chosen?.value ?? null}
      onChange={(member: string | undefined) => onChange(member ?? null)}
      options={text === "" ? own : offered}
      notFoundContent={text === "" ? hint : nobody}
      variant={variant}
      className={className}
    />
  );
};
