import { useQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { create } from "zustand";
import type { DepartmentNode } from "@/generated/types";
import { client } from "@/host";
import type { Choice } from "@/kit/grid";
import { isNamedBy, type Spelling, type TreeNode } from "@/kit/tree";
import { keys } from "@/session/queries";

const OFFERED = 60;
const NONE: DepartmentNode[] = [];
/** Names in a node's hint; the others are counted. */
const LEADERS_NAMED = 3;

const folded = (text: string) =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[\s/>＞]/g, "");

/** Whether archived departments are shown in the tree; as long as the window is open. */
export const useArchived = create<{ isShown: boolean }>(() => ({ isShown: false }));

/** The departments, their paths, and a search among those that take members in. */
export const useDepartments = () => {
  const { data: departments = NONE, isSuccess } = useQuery({
    queryKey: keys.departments,
    queryFn: () => client.departments(),
  });
  const inUse = useMemo(() => departments.filter((node) => !node.is_hidden), [departments]);
  const paths = useMemo(() => pathsOf(departments), [departments]);
  const spellings = useMemo(() => spellingsOf(departments), [departments]);
  /** Paths by names, pinyin or initials: first those that the text names, then those below them. */
  const search = useCallback(
    (text: string): string[] => {
      const wanted = folded(text);
      const named: string[] = [];
      const below: string[] = [];
      for (const node of inUse) {
        const path = paths.get(node.id) ?? node.name;
        const known = spellings.get(node.id) ?? [];
        if (wanted === "" || isNamedBy({ name: node.name, spellings: known }, wanted)) named.push(path);
        else if (below.length < OFFERED && known.some((one) => one.path.includes(wanted))) below.push(path);
        if (named.length === OFFERED) break;
      }
      return [...named, ...below].slice(0, OFFERED);
    },
    [inUse, paths, spellings],
  );
  const find = useCallback(
    async (text: string): Promise<Choice[]> => search(text).map((value) => ({ value })),
    [search],
  );
  return { departments, inUse, paths, search, find, isLoaded: isSuccess };
};

/** Departments as rows of a tree, with words for those that are archived and for who leads them. */
export const useTreeNodes = (departments: readonly DepartmentNode[]): TreeNode[] => {
  const { t } = useTranslation();
  const spellings = useMemo(() => spellingsOf(departments), [departments]);
  const paths = useMemo(() => pathsOf(departments), [departments]);
  return useMemo(
    () =>
      departments.map((node) => ({
        id: node.id,
        parent: node.parent,
        name: node.name,
        count: node.count,
        hint: hintOf(t, node, paths.get(node.id) ?? node.name),
        spellings: spellings.get(node.id) ?? [],
        ...(node.is_hidden ? { mark: t("departments.archived") } : {}),
      })),
    [departments, spellings, paths, t],
  );
};

/** The word for who leads a department of that kind. */
export const roleWord = (t: TFunction, kind: string, role: "head" | "deputy"): string => {
  const words: Record<string, string> = t(`departments.roles.${role}`, { returnObjects: true });
  return words[kind] ?? words["other"] ?? role;
};

/** `班主任 李老师，本部门 2 人，含下级 96 人`. */
export const countsOf = (t: TFunction, node: { own: number; count: number }): string =>
  node.own === node.count
    ? t("departments.people", { count: node.count })
    : t("departments.counts", { own: node.own, count: node.count });

export const leadersOf = (t: TFunction, node: DepartmentNode): string | null => {
  if (node.leaders.length === 0) return null;
  const names = node.leaders.slice(0, LEADERS_NAMED).join(t("departments.comma"));
  const rest = node.leaders.length - LEADERS_NAMED;
  return rest > 0 ? t("departments.andMore", { names, count: rest }) : names;
};

/** Where it stands, all the way down: deep ones are short of room in the tree. */
const hintOf = (t: TFunction, node: DepartmentNode, path: string): string => {
  const leaders = leadersOf(t, node);
  return [
    path,
    ...(leaders === null ? [] : [`${roleWord(t, node.kind, "head")} ${leaders}`]),
    countsOf(t, node),
  ].join("\n");
};

/** Paths by id, `高一/3班`, in the tree's order. */
export const pathsOf = (departments: readonly DepartmentNode[]): Map<string, string> =>
  joinedNames(departments, (node) => node.name, "/");

const joinedNames = (
  departments: readonly DepartmentNode[],
  nameOf: (node: DepartmentNode) => string,
  between: string,
): Map<string, string> => {
  const byId = new Map(departments.map((node) => [node.id, node]));
  const paths = new Map<string, string>();
  const pathOf = (node: DepartmentNode): string => {
    const known = paths.get(node.id);
    if (known !== undefined) return known;
    const name = nameOf(node);
    // Known before its parent is asked for, so that a circle ends.
    paths.set(node.id, name);
    const parent = byId.get(node.parent ?? "");
    const path = parent ? `${pathOf(parent)}${between}${name}` : name;
    paths.set(node.id, path);
    return path;
  };
  return new Map(departments.map((node) => [node.id, pathOf(node)]));
};

/** Every way to write the path down to a department: names, pinyin, initials. */
const spellingsOf = (departments: readonly DepartmentNode[]): Map<string, Spelling[]> => {
  const ways = [
    (node: DepartmentNode) => folded(node.name),
    ({ pinyin }: DepartmentNode) => pinyin,
    ({ initials }: DepartmentNode) => initials,
  ];
  const found = new Map<string, Spelling[]>(departments.map((node) => [node.id, []]));
  for (const nameOf of ways) {
    const paths = joinedNames(departments, nameOf, "");
    for (const node of departments) {
      found.get(node.id)?.push({ path: paths.get(node.id) ?? "", own: nameOf(node).length });
    }
  }
  return found;
};

/** Characters of a department's name. */
const NAME_CHARACTERS_MAX = 64;

/** What the app would not take as the name of a department below `parent`, in words; null when it would. */
export const nameProblem = (
  t: TFunction,
  departments: readonly DepartmentNode[],
  parent: string | null,
  self: string | null,
  name: string,
): string | null => {
  // As people count them: a rare character is one.
  if ([...name].length > NAME_CHARACTERS_MAX) {
    return t("departments.nameTooLong", { most: NAME_CHARACTERS_MAX });
  }
  if (/[/>／＞]/.test(name)) return t("departments.nameSeparator");
  const namesake = departments.find(
    (node) => node.parent === parent && node.id !== self && folded(node.name) === folded(name),
  );
  if (!namesake) return null;
  return namesake.is_hidden ? t("departments.nameArchived") : t("departments.nameTaken");
};
