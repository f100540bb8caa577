/**
 * Two records of one person in a browser, on the real use cases: found, laid side by side with what hangs on them, made
 * one, taken back. Needs mingce-devhost, mingce and ui/dist. Run: node --test tests/e2e/duplicates.spec.mjs
 */

import assert from "node:assert/strict";
import { describe } from "node:test";
import { callApp, checkScreen, openFresh, shareDesk } from "./app-host.mjs";

describe("members who are there twice", { timeout: 300_000 }, () => {
  let app;
  let page;

  const call = (name, args) => callApp(page, name, args);
  const button = (name) => page.getByRole("button", { name });

  const { step } = shareDesk("duplicates", async (desk) => {
    ({ app, page } = await openFresh(desk, { organisation: "第一中学" }));
    for (const name of ["高一(1)班", "高一(2)班", "象棋社"])
      await call("create_department", { parent: null, name });
    for (const name of ["住校", "校队"]) await call("define_tag", { name, colour: "" });
    const departments = await call("departments", {});
    const club = departments.find((node) => node.name === "象棋社").id;
    const add = async (cells) =>
      (await call("add_member", { cells: Object.entries(cells).map(([column, text]) => ({ column, text })) }))
        .id;
    await add({
      name: "张伟",
      phone: "13800000001",
      department: "高一(1)班",
      tags: "住校",
      guardian_name: "张父",
      guardian_phone: "13900000001",
      guardian_relation: "父亲",
    });
    const other = await add({
      name: "张玮",
      phone: "13800000001",
      department: "高一(2)班",
      tags: "校队",
      guardian_name: "李母",
      guardian_phone: "13900000002",
      guardian_relation: "母亲",
    });
    await call("edit_affiliation", { member: other, department: club, title: "副社长" });
  });

  const after = () => page.getByRole("region", { name: "合并后的成员有" });

  step("the two stand side by side, and what the one will have is told by name", async () => {
    await page.locator("nav a[href='#/duplicates']").click();
    await button("开始查找").click();
    await button("比较张伟和张玮").click();
    const dialog = page.getByRole("dialog");
    await dialog
      .getByRole("row", { name: /^兼属部门/ })
      .getByText("象棋社 · 副社长")
      .waitFor();
    await dialog
      .getByRole("row", { name: /^监护人/ })
      .getByText(/^张父 · .+ · 父亲$/)
      .waitFor();
    const told = await after().innerText();
    for (const name of ["象棋社 · 副社长", "高一(2)班", "张父", "李母", "住校", "校队"]) {
      assert.ok(told.includes(name), `${name} in ${told}`);
    }
    await checkScreen(app, "duplicates-compare");
  });

  step("another main department changes what there is beside it", async () => {
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("row", { name: /^部门/ }).getByRole("radio").nth(1).check();
    await after().getByText("高一(2)班").waitFor({ state: "detached" });
    await dialog.getByRole("row", { name: /^部门/ }).getByRole("radio").nth(0).check();
    await after().getByText("高一(2)班").waitFor();
  });

  step("they become one, and undo makes them two again", async () => {
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /^合\s*并$/ })
      .click();
    await page.getByText("已合并，可以撤销").waitFor();
    await page.getByText("找到 0 组").waitFor();
    await call("undo", {});
    await button("重新查找").click();
    await button("比较张伟和张玮").waitFor();
  });

  const groups = () => page.getByRole("list", { name: "查找重复的成员" }).locator("> li");
  const told = () => page.getByRole("list", { name: "已认定不是同一人的" });

  step("two who are not one person are listed no more, and undo lists them again", async () => {
    await button("张伟和张玮不是同一人").click();
    await page.getByText("找到 0 组").waitFor();
    await page.getByText("已记住张伟和张玮不是同一人").waitFor();
    await page.getByText("已认定不是同一人的 1 对").click();
    await told().getByText("张伟").waitFor();
    await checkScreen(app, "duplicates-told-apart");
    await button("重新查找").click();
    await page.getByText("找到 0 组").waitFor();
    await page.locator(".ant-message").getByRole("button", { name: "撤销" }).click();
    // Nobody has to look again.
    await button("比较张伟和张玮").waitFor();
    await page.getByText("已认定不是同一人的").waitFor({ state: "detached" });
  });

  step("of three the one who is somebody else goes from the group, and comes back from the list", async () => {
    await call("add_member", {
      cells: [
        { column: "name", text: "章薇" },
        { column: "phone", text: "13800000001" },
      ],
    });
    await button("重新查找").click();
    await page.getByText("3 人").waitFor();
    await checkScreen(app, "duplicates");
    await button("张伟和章薇不是同一人").click();
    // Now with the other of them, in the dialog this time.
    await button("比较张玮和章薇").click();
    await page.getByRole("dialog").getByRole("button", { name: "不是同一人" }).click();
    await page.getByText("2 人").waitFor();
    assert.equal(await groups().count(), 1);
    await page.getByText("已认定不是同一人的 2 对").click();
    await button("把张玮和章薇重新列入查重").or(button("把章薇和张玮重新列入查重")).click();
    await page.getByText("3 人").waitFor();
    await page.getByText("已认定不是同一人的 1 对").waitFor();
  });

  step("whoever is removed takes along what was said of them", async () => {
    const [{ id }] = await call("find_members", { text: "章薇", limit: 1 });
    await call("remove_members", { members: { by: "ids", ids: [id] } });
    await page.getByText("2 人").waitFor();
    await page.getByText("已认定不是同一人的").waitFor({ state: "detached" });
  });
});
