/** What a guardian's cell offers while it is typed in: people who are guardians already, so that siblings share one. */

import type { TFunction } from "i18next";
import type { Client } from "@/generated/client";
import type { Column, FoundGuardian } from "@/generated/types";
import type { CellAt, Meant, Suggestions } from "@/kit/grid";

/** Columns in which somebody else's guardian may be meant. */
export const isGuardian = (column: Column): boolean =>
  column === "guardian_name" || column === "guardian_phone";

/** The guardian that was chosen, and the one whose place they take. */
export interface ChosenGuardian {
  guardian: string;
  instead_of?: string;
}

export const chosenGuardian = (meant: Meant): ChosenGuardian => ({
  guardian: meant["guardian"] ?? "",
  ...(meant["instead_of"] === undefined ? {} : { instead_of: meant["instead_of"] }),
});

export type FindSuggestions = (text: string, cell: CellAt) => Promise<Suggestions>;

export const guardianSuggestions =
  (t: TFunction, client: Pick<Client, "findGuardians">): FindSuggestions =>
  async (text, { rowId, columnId }) => {
    const typed = text.trim();
    const { first, found } = await client.findGuardians({ member: rowId, text: typed });
    const options = found.map((one) => ({
      value: columnId === "guardian_phone" ? one.phone : one.name,
      label: one.phone === "" ? one.name : `${one.name} ${one.phone}`,
      hint: whoseGuardian(t, one),
      meant: { guardian: one.id, ...(first ? { instead_of: first.id } : {}) },
    }));
    return { options, note: noteOf(t, columnId, typed, first, options.length > 0) };
  };

/** `李小红的监护人`. */
const whoseGuardian = (t: TFunction, { members, others }: FoundGuardian): string =>
  t(members > others.length ? "roster.guardians.ofMore" : "roster.guardians.of", {
    names: others.join(t("roster.guardians.comma")),
    count: members,
  });

/** What Enter does with the text as it is. */
const noteOf = (
  t: TFunction,
  column: string,
  text: string,
  first: FoundGuardian | null,
  hasFound: boolean,
): string => {
  if (text === "") return t("roster.guardians.typed.hint");
  const part = column === "guardian_phone" ? "phone" : "name";
  const says: string[] = [];
  if (first && first.others.length > 0) {
    // The member is not among those who are named, but counted.
    const names = first.others.join(t("roster.guardians.comma"));
    const more = first.members - 1 > first.others.length ? "More" : "";
    says.push(
      t(`roster.guardians.typed.${part}Shared${more}`, {
        name: first.name,
        text,
        names,
        count: first.members - 1,
      }),
    );
  } else if (first) says.push(t(`roster.guardians.typed.${part}`, { name: first.name, text }));
  else
    says.push(
      t(part === "phone" ? "roster.guardians.typed.phoneAlone" : "roster.guardians.typed.fresh", { text }),
    );
  if (hasFound) says.push(t("roster.guardians.typed.choose"));
  return says.join(t("roster.guardians.typed.and"));
};
