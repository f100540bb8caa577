import i18next from "i18next";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CustomFieldRow } from "@/generated/types";
import { useDefined } from "@/session/defined";
import { startWords } from "@/words";
import { targetLabel, targetOptions, valueLabel } from "./targets";

const bus: CustomFieldRow = {
  id: "1",
  column: "custom:1",
  name: "乘校车",
  form: "yes_no",
  choices: [],
  is_required: false,
  is_unique: false,
  data_class: "ordinary",
  is_archived: false,
};

describe("what a column may be for", () => {
  const { t } = i18next;
  beforeAll(() => startWords("zh"));
  beforeEach(() => useDefined.setState({ fields: [bus], tags: [] }));

  it("names the organisation's own fields, and those that the import makes", () => {
    const fresh = [{ column: "custom:2", name: "宿舍", form: "text" }];
    expect(targetLabel(t, "custom:1")).toBe("乘校车");
    expect(targetLabel(t, "custom:2", fresh)).toBe("宿舍");
    expect(targetLabel(t, "guardian_phone_2")).toContain("2");
    expect(valueLabel(t, "custom:1", "yes")).toBe("是");
    expect(valueLabel(t, "custom:2", "yes", fresh)).toBe("yes");
  });

  it("shows them in groups, leaving out first and no group empty", () => {
    const words = ["ignore", "name", "custom:1", "tags", "new_field", "department", "leads", "record_id"];
    const [first, ...groups] = targetOptions(t, words);
    expect(first).toEqual({ value: "ignore", label: "不导入" });
    const shown = groups.map((group) => ("options" in group ? group.options.map((one) => one.label) : []));
    expect(shown).toEqual([
      ["姓名"],
      ["乘校车", "标签", "新建自定义字段"],
      ["部门 / 班级"],
      ["负责部门"],
      ["名册编号（导出文件自带）"],
    ]);
  });
});
