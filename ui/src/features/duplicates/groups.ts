/** Groups of members who may be one person, less what was decided about pairs of them. */

import type { DuplicateGroup, Duplicates } from "@/generated/types";

const areApart = ({ apart }: Pick<DuplicateGroup, "apart">, a: number, b: number) =>
  apart.some(([one, other]) => (one === a && other === b) || (one === b && other === a));

/** For each member the first one before them who may still be the same person; null where there is none. */
export const partnersOf = (group: DuplicateGroup): (number | null)[] =>
  group.members.map((_, at) => {
    for (let before = 0; before < at; before += 1) if (!areApart(group, before, at)) return before;
    return null;
  });

/** The group without those who were told apart from every other; null when nobody is left. */
const reduced = (group: DuplicateGroup): DuplicateGroup | null => {
  // Of the members who are not listed nothing is known here.
  if (group.count > group.members.length) return group;
  const places = group.members.map((_, at) => at);
  const open = places.filter((at) => places.some((other) => other !== at && !areApart(group, at, other)));
  if (open.length === 0) return null;
  const placeOf = new Map(open.map((was, at) => [was, at]));
  const apart = group.apart.flatMap(([a, b]): [number, number][] => {
    const [one, other] = [placeOf.get(a), placeOf.get(b)];
    return one === undefined || other === undefined ? [] : [[one, other]];
  });
  return { ...group, members: open.flatMap((at) => group.members[at] ?? []), count: open.length, apart };
};

/** What is left to decide once the two were told apart. */
export const withApart = (found: Duplicates, a: string, b: string): Duplicates => {
  const groups = found.groups.flatMap((group) => {
    const [one, other] = [a, b].map((id) => group.members.findIndex((member) => member.id === id));
    if (one === undefined || other === undefined || one < 0 || other < 0) return [group];
    if (areApart(group, one, other)) return [group];
    return reduced({ ...group, apart: [...group.apart, [Math.min(one, other), Math.max(one, other)]] }) ?? [];
  });
  return { ...found, groups, total: found.total - (found.groups.length - groups.length) };
};
