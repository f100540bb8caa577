/** A roster in memory that answers the calls of the roster page: for component tests, which have no app behind them. */

import type { Client } from "@/generated/client";
import type {
  Column,
  CustomFieldRow,
  DepartmentNode,
  EditCell,
  EditOutcome,
  Failure,
  FoundGuardian,
  GuardianDetail,
  MemberDetail,
  PageRequest,
  Range,
  Row,
  TagRow,
} from "@/generated/types";

type Cells = Partial<Record<Column, string>>;

export interface FakeRoster {
  members: Map<string, Cells>;
  departments: DepartmentNode[];
  /** By member. */
  guardians: Map<string, GuardianDetail[]>;
  customFields: CustomFieldRow[];
  tags: TagRow[];
  version: number;
  /** Every call with its arguments, in order. */
  calls: { name: string; args: unknown }[];
}

type Answered =
  | "departments"
  | "openView"
  | "page"
  | "readRange"
  | "locate"
  | "editCell"
  | "pasteBlock"
  | "planPaste"
  | "writeCells"
  | "fill"
  | "undo"
  | "redo"
  | "undoState"
  | "memberDetail"
  | "editGuardian"
  | "removeGuardian"
  | "findGuardians"
  | "linkGuardian"
  | "addMember"
  | "removeMembers"
  | "moveMembers"
  | "invite"
  | "revokeInvitations"
  | "codeSvg"
  | "customFields"
  | "tags";

export type FakeClient = Pick<Client, Answered>;

export const fakeRoster = (members: Cells[] = [], departments: DepartmentNode[] = []): FakeRoster => ({
  members: new Map(members.map((cells, index) => [`m${index}`, cells])),
  departments,
  guardians: new Map(),
  customFields: [],
  tags: [],
  version: 1,
  calls: [],
});

const ALL: Column[] = [
  "card_number",
  "name",
  "sex",
  "department",
  "phone",
  "identity",
  "status",
  "join_state",
  "invited_on",
  "joined_on",
];

/** A guardian of nobody else. */
const ALONE: Pick<GuardianDetail, "members" | "others"> = { members: 1, others: [] };

const rule = (code: Failure["code"], field: string, broken: string): Failure => ({
  code,
  params: { field, rule: broken },
});

/** The rules that it keeps: a name is required, phones are digits, `join_state` is read-only. */
const brokenRule = (column: Column, text: string): string | null => {
  if (column === "name" && text.trim() === "") return "required_missing";
  if (column === "phone" && !/^\d*$/.test(text)) return "phone_malformed";
  return column === "join_state" ? "read_only" : null;
};

export const fakeClient = (roster: FakeRoster): FakeClient => {
  const ids = () => [...roster.members.keys()];
  const row = (id: string, columns: readonly Column[]): Row => {
    const cells = roster.members.get(id);
    if (!cells) return { id: "", cells: columns.map(() => ""), mark: null, problems: [] };
    return { id, cells: columns.map((column) => cells[column] ?? ""), mark: null, problems: [] };
  };
  const note = (name: string, args: unknown) => roster.calls.push({ name, args });
  const outcome = (part: Partial<EditOutcome> = {}): EditOutcome => {
    roster.version += 1;
    return {
      changed_cells: 0,
      added_members: 0,
      version: roster.version,
      refused: [],
      refused_count: 0,
      ...part,
    };
  };
  const views = new Map<string, string[]>();
  const shown = (view: string) => views.get(view) ?? [];
  const write = (edits: (EditCell & { row: number })[]): EditOutcome => {
    const refused: EditOutcome["refused"] = [];
    for (const { member, column, text, row: at } of edits) {
      const code = brokenRule(column, text);
      if (code === null) roster.members.set(member, { ...roster.members.get(member), [column]: text });
      else refused.push({ row: at, column, code });
    }
    return outcome({ changed_cells: edits.length - refused.length, refused, refused_count: refused.length });
  };

  return {
    departments: async () => roster.departments,
    openView: async (query) => {
      note("openView", query);
      const view = `v${views.size + 1}`;
      views.set(view, ids());
      return { view, version: roster.version, total: ids().length };
    },
    page: async ({ view, start, count, columns }: PageRequest) => {
      const of = shown(view);
      const rows = of.slice(start, start + count).map((id) => row(id, columns));
      return { version: roster.version, total: of.length, start, rows };
    },
    readRange: async ({ view, start, end, columns }: Range) => ({
      rows: shown(view)
        .slice(start, end)
        .map((id) => row(id, columns).cells),
    }),
    locate: async ({ view, id }) => {
      const place = shown(view).indexOf(id);
      return place < 0 ? null : place;
    },
    editCell: async (edit) => {
      note("editCell", edit);
      const code = brokenRule(edit.column, edit.text);
      if (code !== null) throw rule("invalid", edit.column, code);
      return write([{ ...edit, row: 0 }]);
    },
    pasteBlock: async (paste) => {
      note("pasteBlock", paste);
      const { view, start, end, columns, rows } = paste;
      const targets = shown(view).slice(start, end);
      const text = (at: number, i: number) => rows[at % Math.max(1, rows.length)]?.[i] ?? "";
      const done = write(
        targets.flatMap((member, at) =>
          columns.map((column, i) => ({ member, column, row: at, text: text(at, i) })),
        ),
      );
      for (let at = targets.length; at < end - start; at += 1) {
        const cells: Cells = Object.fromEntries(columns.map((column, i) => [column, text(at, i)]));
        if (cells.name) {
          roster.members.set(`m${roster.members.size}`, cells);
          done.added_members += 1;
        } else {
          done.refused.push({ row: at, column: "name", code: "required_missing" });
          done.refused_count += 1;
        }
      }
      return done;
    },
    planPaste: async (paste) => {
      const refused = paste.rows.flatMap((cells, row) =>
        paste.columns.flatMap((column, i) => {
          const code = brokenRule(column, cells[i] ?? "");
          return code === null ? [] : [{ row, column, code }];
        }),
      );
      const cells = paste.rows.length * paste.columns.length;
      return {
        changed_cells: cells - refused.length,
        added_members: 0,
        refused,
        refused_count: refused.length,
      };
    },
    writeCells: async (written) => {
      note("writeCells", written);
      const texts = new Map(written.texts.map(({ column, text }) => [column, text]));
      let at = 0;
      return write(
        written.ranges.flatMap(({ view, start, end, columns }) =>
          shown(view)
            .slice(start, end)
            .flatMap((member) => {
              const place = at;
              at += 1;
              return columns.map((column) => ({ member, column, row: place, text: texts.get(column) ?? "" }));
            }),
        ),
      );
    },
    fill: async (filled) => {
      note("fill", filled);
      return outcome();
    },
    undo: async () => {
      note("undo", {});
      roster.version += 1;
      return { operation: "edit", changed: 1, kept: 0, version: roster.version };
    },
    redo: async () => {
      throw { code: "nothing_to_redo" } satisfies Failure;
    },
    undoState: async () => ({ undo: "edit", redo: null }),
    memberDetail: async ({ id }): Promise<MemberDetail> => ({
      row: row(id, ALL),
      columns: ALL,
      guardians: roster.guardians.get(id) ?? [],
      affiliations: [],
      invitation: null,
      history: [
        {
          moment: 2,
          at: 1_763_700_000_000,
          by: "周敏",
          device: null,
          verb: "edit",
          operation: "paste",
          operation_number: 1,
          batch: null,
          elsewhere: null,
          kind: "member",
          record: id,
          title: "",
          changes: [{ field: "sex", from: "male", to: "female" }],
          is_there: true,
        },
      ],
    }),
    editGuardian: async (edited) => {
      note("editGuardian", edited);
      const cells: Cells = Object.fromEntries(edited.cells.map(({ column, text }) => [column, text]));
      const known = roster.guardians.get(edited.member) ?? [];
      if (cells.guardian_name?.trim() === "" || (!edited.guardian && !cells.guardian_name))
        throw rule("invalid", "guardian_name", "guardian_without_name");
      const part = {
        ...(cells.guardian_name === undefined ? {} : { name: cells.guardian_name }),
        ...(cells.guardian_phone === undefined ? {} : { phone: cells.guardian_phone }),
        ...(cells.guardian_relation === undefined ? {} : { relation: cells.guardian_relation }),
        ...(edited.may_confirm === undefined ? {} : { may_confirm: edited.may_confirm }),
      };
      const blank = {
        id: `g${known.length}`,
        name: "",
        phone: "",
        relation: "",
        may_confirm: true,
        ...ALONE,
      };
      roster.guardians.set(
        edited.member,
        edited.guardian
          ? known.map((one) => (one.id === edited.guardian ? { ...one, ...part } : one))
          : [...known, { ...blank, ...part }],
      );
      return outcome({ changed_cells: edited.cells.length });
    },
    removeGuardian: async (removed) => {
      note("removeGuardian", removed);
      const known = roster.guardians.get(removed.member) ?? [];
      roster.guardians.set(
        removed.member,
        known.filter((one) => one.id !== removed.guardian),
      );
      return outcome();
    },
    findGuardians: async ({ member, text }) => {
      const found = new Map<string, FoundGuardian>();
      for (const [other, guardians] of roster.guardians) {
        for (const { id, name, phone } of other === member ? [] : guardians) {
          const names = [...(found.get(id)?.others ?? []), roster.members.get(other)?.name ?? ""];
          if (text !== phone && !name.includes(text)) continue;
          found.set(id, {
            id,
            name,
            phone,
            has_same_phone: text === phone,
            members: names.length,
            others: names,
          });
        }
      }
      const own = roster.guardians.get(member)?.[0];
      const { id, name, phone } = own ?? {};
      const others = [...roster.guardians]
        .filter(([other, theirs]) => other !== member && theirs.some((one) => one.id === id))
        .map(([other]) => roster.members.get(other)?.name ?? "");
      const first =
        id !== undefined
          ? {
              id,
              name: name ?? "",
              phone: phone ?? "",
              has_same_phone: false,
              members: others.length + 1,
              others,
            }
          : null;
      return { first, found: text === "" ? [] : [...found.values()] };
    },
    linkGuardian: async (linked) => {
      note("linkGuardian", linked);
      const one = [...roster.guardians.values()].flat().find(({ id }) => id === linked.guardian);
      if (!one) throw { code: "not_found" } satisfies Failure;
      const all = roster.guardians.get(linked.member) ?? [];
      const known = all.filter(({ id }) => id !== linked.instead_of);
      roster.guardians.set(linked.member, [
        ...known,
        { ...one, relation: linked.relation ?? "", members: 2 },
      ]);
      return outcome({ changed_cells: 1 });
    },
    addMember: async (added) => {
      note("addMember", added);
      const cells: Cells = Object.fromEntries(added.cells.map(({ column, text }) => [column, text]));
      if (!cells.name) throw rule("invalid", "name", "required_missing");
      const id = `m${roster.members.size}`;
      roster.members.set(id, cells);
      roster.version += 1;
      return { id };
    },
    removeMembers: async (members) => {
      note("removeMembers", members);
      return outcome({ changed_cells: 1 });
    },
    moveMembers: async (moved) => {
      note("moveMembers", moved);
      return outcome({ changed_cells: 1 });
    },
    invite: async (invited) => {
      note("invite", invited);
      roster.version += 1;
      return {
        made: 1,
        already_open: 0,
        already_joined: 0,
        left: 0,
        uncheckable: 0,
        version: roster.version,
      };
    },
    revokeInvitations: async (revoked) => {
      note("revokeInvitations", revoked);
      return outcome();
    },
    customFields: async () => roster.customFields,
    tags: async () => roster.tags,
    codeSvg: async () => ({ svg: "<svg xmlns='http://www.w3.org/2000/svg'/>" }),
  };
};
