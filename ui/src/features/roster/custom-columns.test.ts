import i18next from "i18next";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CustomFieldRow } from "@/generated/types";
import { useDefined } from "@/session/defined";
import { startWords } from "@/words";
import { isChoice, labelOf, wordOf } from "./choices";
import { allColumns, arrange, columnTitle, editorOf, gridColumns } from "./columns";
import { kindOf, sentenceOf } from "./rules";

const field = (id: string, name: string, form: string, choices: string[] = []): CustomFieldRow => ({
  id,
  column: `custom:${id}`,
  name,
  form,
  choices,
  is_required: false,
  is_unique: false,
  data_class: "ordinary",
  is_archived: false,
});

beforeAll(() => startWords("zh"));
beforeEach(() =>
  useDefined.setState({
    fields: [
      field("a", "住宿", "choice", ["住校", "走读"]),
      field("b", "乘校车", "yes_no"),
      field("c", "储物柜", "number"),
    ],
    tags: [{ id: "t", name: "校队", colour: "blue", count: 1 }],
  }),
);

const lookups = { departments: async () => [], guardians: async () => ({ options: [], note: null }) };

describe("columns of the organisation's own", () => {
  it("stand behind the others, with their names, and keep the place that was given to them", () => {
    expect(allColumns().slice(-3)).toEqual(["custom:a", "custom:b", "custom:c"]);
    expect(columnTitle(i18next.t, "custom:a")).toBe("住宿");
    const kept = arrange([{ column: "custom:c", width_px: 90, is_hidden: false }]);
    expect(kept[0]).toMatchObject({ column: "custom:c", width_px: 90 });
    expect(arrange([{ column: "custom:gone", width_px: 90, is_hidden: false }])[0]?.column).not.toBe(
      "custom:gone",
    );
  });

  it("are typed and filtered as what they hold", () => {
    expect([kindOf("custom:a"), kindOf("custom:b"), kindOf("custom:c")]).toEqual([
      "choice",
      "choice",
      "number",
    ]);
    expect(isChoice("custom:c")).toBe(false);
    expect(labelOf(i18next.t, "custom:b", "yes")).toBe("是");
    expect(wordOf(i18next.t, "custom:b", "否")).toBe("no");
    expect(sentenceOf(i18next.t, { test: "any_of", column: "tags", values: ["校队"] })).toBe(
      "标签 是其中之一 校队",
    );
  });

  it("offer a cell the tags that it has not got yet", async () => {
    useDefined.setState((now) => ({
      tags: [
        ...now.tags,
        { id: "u", name: "住校生", colour: "", count: 0 },
        { id: "v", name: "走读生", colour: "", count: 0 },
      ],
    }));
    const editor = editorOf(i18next.t, "tags", lookups);
    const offered = editor?.kind === "several" ? editor.options().map(({ value }) => value) : [];
    expect(offered).toEqual(["校队", "住校生", "走读生"]);
    expect(editor).toMatchObject({ divider: "、" });
  });

  it("show tags as small labels of their colours", () => {
    const columns = gridColumns(i18next.t, [], lookups, false, true);
    const tags = columns.find((column) => column.id === "tags");
    expect(tags?.chips?.("校队、别的")).toEqual([
      { text: "校队", tone: "blue" },
      { text: "别的", tone: "grey" },
    ]);
  });
});
