import { useQuery } from "@tanstack/react-query";
import { TreeSelect } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { DepartmentNode } from "@/generated/types";
import { client } from "@/host";
import { keys } from "@/session/queries";

interface Branch {
  value: string;
  title: string;
  children: Branch[];
}

const branches = (nodes: DepartmentNode[]): Branch[] => {
  const made = new Map<string, Branch>();
  const tops: Branch[] = [];
  // Parents come before their children.
  for (const node of nodes) {
    const branch = { value: node.id, title: `${node.name}（${node.count}）`, children: [] };
    made.set(node.id, branch);
    (made.get(node.parent ?? "")?.children ?? tops).push(branch);
  }
  return tops;
};

/** One department and all below it, or everyone. */
export const DepartmentSelect = ({
  value,
  onChange,
}: {
  value: string | undefined;
  onChange: (id: string | undefined) => void;
}) => {
  const { t } = useTranslation();
  const { data } = useQuery({ queryKey: keys.departments, queryFn: () => client.departments() });
  const tree = useMemo(() => branches(data ?? []), [data]);
  return (
    <TreeSelect
      allowClear
      treeDefaultExpandedKeys={tree.map((branch) => branch.value)}
      showSearch={{ treeNodeFilterProp: "title" }}
      className="invitations-department"
      aria-label={t("invitations.department")}
      placeholder={t("invitations.everyone")}
      treeData={tree}
      value={value}
      onChange={onChange}
    />
  );
};
