/**
 * Fields and tags of the organisation's own in a browser, on the real use cases: defined in the settings, filled in the
 * grid, seen in the panel, filtered by; two records of one person made one. Needs mingce-devhost, mingce and ui/dist.
 * Run: node --test tests/e2e/fields.spec.mjs
 */

import assert from "node:assert/strict";
import { describe } from "node:test";
import { callApp, checkScreen, openFresh, shareDesk } from "./app-host.mjs";

describe("fields and tags of the organisation's own", { timeout: 300_000 }, () => {
  let app;
  let page;

  const { step } = shareDesk("fields", async (desk) => {
    ({ app, page } = await openFresh(desk));
    for (const cells of [
      { name: "张伟", birth_date: "2011-05-04", phone: "13800138000" },
      { name: "章薇", birth_date: "2011-05-04", email: "zhang@example.cn" },
    ])
      await call("add_member", {
        cells: Object.entries(cells).map(([column, text]) => ({ column, text })),
      });
  });

  const call = (name, args) => callApp(page, name, args);
  const goTo = (name) => page.getByRole("navigation").getByRole("link", { name }).click();

  step("a choice and a tag are defined in the settings by keyboard", async () => {
    await goTo("设置");
    await page.getByRole("button", { name: "新建字段" }).click();
    // The caret comes by itself, a moment after the click; and goes with the dialog.
    const dialog = page.getByRole("dialog");
    await dialog.locator("input:focus").waitFor();
    await page.keyboard.type("住宿");
    await dialog.getByRole("combobox", { name: "类型" }).selectOption({ label: "选项" });
    await dialog.getByLabel("选项 1", { exact: true }).fill("住校");
    await dialog.getByLabel("选项 2", { exact: true }).fill("走读");
    await page.keyboard.press("Enter");
    await page.getByRole("list", { name: "自定义字段" }).getByText("住宿").waitFor();
    await page.getByLabel("新标签", { exact: true }).fill("校队");
    await page.keyboard.press("Enter");
    await page.getByRole("list", { name: "标签" }).getByText("校队", { exact: true }).waitFor();
    await checkScreen(app, "fields-settings", { names: ["住宿", "校队"] });
  });

  step("the grid shows the field as a column and takes what is typed", async () => {
    await goTo("名册");
    const [field] = await call("custom_fields", {});
    const [member] = (await call("find_members", { text: "张伟", limit: 1 })) ?? [];
    await page.getByRole("columnheader", { name: "姓名" }).waitFor();
    await call("edit_cell", { member: member.id, column: field.column, text: "走读" });
    const [tag] = await call("tags", {});
    await call("tag_members", { members: { by: "ids", ids: [member.id] }, add: [tag.id], remove: [] });
    await page.getByRole("gridcell", { name: "张伟" }).first().click();
    await page.keyboard.press("Alt+Enter");
    const panel = page.getByRole("complementary", { name: "成员详情" });
    const choice = panel.getByRole("combobox", { name: "住宿" });
    await choice.waitFor();
    assert.equal(await choice.inputValue(), "走读");
    await panel.getByRole("button", { name: "校队", pressed: true }).waitFor();
    await choice.selectOption("住校");
    await page.waitForFunction(
      async ([id, column]) => {
        const answer = await fetch("/call/member_detail", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ id }),
        });
        const detail = await answer.json();
        return detail.row.cells[detail.columns.indexOf(column)] === "住校";
      },
      [member.id, field.column],
    );
    await checkScreen(app, "fields-panel", { names: ["张伟", "章薇", "住宿", "住校", "走读", "校队"] });
    await page.keyboard.press("Escape");
  });

  step("a cell offers the tags that it has not got, and a chip is one member's own", async () => {
    const columns = ["name", "tags", "chip_numbers"].map((column) => ({ column, width_px: 160, is_hidden: false }));
    await call("set_preferences", { language: "zh", theme: "light", density: "compact", columns });
    await page.reload();
    const rowOf = (name) => page.getByRole("row").filter({ has: page.getByRole("gridcell", { name, exact: true }) });
    const at = async (name, right) => {
      await rowOf(name).getByRole("gridcell", { name, exact: true }).click();
      for (let step = 0; step < right; step += 1) await page.keyboard.press("ArrowRight");
    };
    await at("章薇", 1);
    await page.keyboard.type("校");
    await page.getByRole("option", { name: "校队" }).waitFor();
    await page.keyboard.press("Enter");
    await rowOf("章薇").getByText("校队").waitFor();
    await at("章薇", 2);
    await page.keyboard.type("04:a3:2f:1b");
    await page.keyboard.press("Enter");
    await rowOf("章薇").getByText("04A32F1B").waitFor();
    await at("张伟", 2);
    await page.keyboard.type("0x04A32F1B");
    await page.keyboard.press("Enter");
    await rowOf("张伟").locator("[aria-invalid=true]").waitFor();
    await page.keyboard.press("Control+z");
    await rowOf("张伟").locator("[aria-invalid=true]").waitFor({ state: "detached" });
    const [member] = await call("find_members", { text: "a32f", limit: 2 });
    assert.equal(member.name, "章薇");
    await checkScreen(app, "fields-chips", { names: ["张伟", "章薇", "住宿", "校队", "04A32F1B"] });
  });

  step("two records of one person are compared and made one", async () => {
    await goTo("查重");
    await page.getByRole("button", { name: "开始查找" }).click();
    await page.getByText("读音相近、出生日期相同").waitFor();
    await page.getByRole("button", { name: "比较张伟和章薇" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("zhang@example.cn").waitFor();
    await checkScreen(app, "fields-compare", { names: ["张伟", "章薇", "zhang@example.cn"] });
    await dialog.getByRole("button", { name: "合并", exact: true }).click();
    await page.getByText("找到 0 组").waitFor();
    assert.equal((await call("find_members", { text: "章薇", limit: 5 })).length, 0);
    await call("undo", {});
    assert.equal((await call("find_members", { text: "章薇", limit: 5 })).length, 1);
  });
});
