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
});
