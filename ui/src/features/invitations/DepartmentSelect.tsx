import { DownOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DepartmentNode } from "@/generated/types";
import { client } from "@/host";
import { Popup } from "@/kit/Popup";
import { Tree, type TreeHandle } from "@/kit/tree";
import { keys } from "@/session/queries";

const NONE: DepartmentNode[] = [];

/** One department and all below it, or everyone. */
export const DepartmentSelect = ({
  value,
  onChange,
}: {
  value: string | undefined;
  onChange: (id: string | undefined) => void;
}) => {
  const { t } = useTranslation();
  const { data = NONE } = useQuery({ queryKey: keys.departments, queryFn: () => client.departments() });
  const name = data.find((node) => node.id === value)?.name ?? t("invitations.everyone");
  return (
    <Popup
      label={t("invitations.chosen", { name })}
      look="outlined"
      className="invitations-department"
      width_px={320}
      icon={
        <>
          <span>{name}</span>
          <DownOutlined />
        </>
      }
    >
      {(close) => (
        <Chooser
          nodes={data}
          value={value}
          onChoose={(id) => {
            close();
            onChange(id);
          }}
        />
      )}
    </Popup>
  );
};

const Chooser = ({
  nodes,
  value,
  onChoose,
}: {
  nodes: readonly DepartmentNode[];
  value: string | undefined;
  onChoose: (id: string | undefined) => void;
}) => {
  const { t } = useTranslation();
  const [filter, setFilter] = useState("");
  const tops = useMemo(() => nodes.filter((node) => node.parent === null).map((node) => node.id), [nodes]);
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(() => new Set(tops));
  const tree = useRef<TreeHandle>(null);
  return (
    <div className="invitations-chooser">
      <input
        type="search"
        className="field"
        placeholder={t("roster.tree.filter")}
        aria-label={t("roster.tree.filter")}
        value={filter}
        onChange={(event) => setFilter(event.target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing || event.keyCode === 229 || event.key !== "ArrowDown") return;
          event.preventDefault();
          tree.current?.focus();
        }}
      />
      <Tree
        ref={tree}
        label={t("invitations.department")}
        nodes={nodes}
        whole={{ name: t("invitations.everyone"), count: null }}
        selected={value ?? null}
        onSelect={(id) => onChoose(id ?? undefined)}
        expanded={expanded}
        onExpand={(id, isExpanded) =>
          setExpanded((now) => {
            const next = new Set(now);
            if (isExpanded) next.add(id);
            else next.delete(id);
            return next;
          })
        }
        filter={filter}
        words={{ more: t("roster.tree.more"), name: t("roster.tree.name"), none: t("roster.tree.noneFound") }}
      />
    </div>
  );
};
