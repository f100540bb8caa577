import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import type { DepartmentNode } from "@/generated/types";
import { client } from "@/host";
import type { Choice } from "@/kit/grid";
import { keys } from "@/session/queries";

const OFFERED = 60;
const NONE: DepartmentNode[] = [];

const folded = (text: string) =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[\s/>＞]/g, "");

/** The departments, their paths, and a search in these. */
export const useDepartments = () => {
  const { data: departments = NONE, isSuccess } = useQuery({
    queryKey: keys.departments,
    queryFn: () => client.departments(),
  });
  const paths = useMemo(() => pathsOf(departments), [departments]);
  const find = useCallback(
    async (query: string): Promise<Choice[]> => {
      const wanted = folded(query);
      const found: Choice[] = [];
      for (const path of paths.values()) {
        if (wanted !== "" && !folded(path).includes(wanted)) continue;
        found.push({ value: path });
        if (found.length === OFFERED) break;
      }
      return found;
    },
    [paths],
  );
  return { departments, paths, find, isLoaded: isSuccess };
};

/** Paths by id, `高一/3班`, in the tree's order. */
export const pathsOf = (departments: readonly DepartmentNode[]): Map<string, string> => {
  const byId = new Map(departments.map((node) => [node.id, node]));
  const paths = new Map<string, string>();
  const pathOf = (node: DepartmentNode): string => {
    const known = paths.get(node.id);
    if (known !== undefined) return known;
    // Known before its parent is asked for, so that a circle ends.
    paths.set(node.id, node.name);
    const parent = byId.get(node.parent ?? "");
    const path = parent ? `${pathOf(parent)}/${node.name}` : node.name;
    paths.set(node.id, path);
    return path;
  };
  return new Map(departments.map((node) => [node.id, pathOf(node)]));
};
