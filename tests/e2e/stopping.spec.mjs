/**
 * Long work in a browser, on the real use cases: it says how far it is, is stopped, and nothing is left of it. Needs
 * mingce-devhost, mingce and ui/dist. Run: node --test tests/e2e/stopping.spec.mjs
 */

import assert from "node:assert/strict";
import { describe } from "node:test";
import { callApp, checkScreen, eventually, openFresh, shareDesk } from "./app-host.mjs";

/** Enough that work on all of them looks up several times. */
const PUPILS = 12_000;

describe("long work", { timeout: 300_000 }, () => {
  let app;
  let page;

  const call = (name, args) => callApp(page, name, args);
  const go = (path) => page.locator(`nav a[href='#/${path}']`).click();
  const button = (name) => page.getByRole("button", { name });
  const item = (name) =>
    page.getByRole("tree", { name: "部门", exact: true }).first().getByRole("treeitem", { name });
  const invited = async () => (await call("invitations", { start: 0, count: 1 })).total;

  const { step } = shareDesk("stopping", async (desk) => {
    ({ app, page } = await openFresh(desk, { organisation: "第一中学" }));
    const make = async (parent, name, kind) => (await call("create_department", { parent, name, kind })).id;
    const stage = await make(null, "高中部", "stage");
    for (const grade of ["高二", "高三"]) {
      await make(await make(stage, grade, "grade"), `${grade}(1)班`, "class");
    }
    const { view } = await call("open_view", {});
    const rows = Array.from({ length: PUPILS }, (_, pupil) => [
      `学生${pupil}`,
      "student",
      "高中部/高三/高三(1)班",
    ]);
    const columns = ["name", "identity", "department"];
    await call("paste_block", { view, start: 0, end: PUPILS, columns, rows });
  });

  const said = () => page.getByText("已取消，什么都没有改变。").last().waitFor();

  /**
   * Begins the work and stops it while the call is out, however quick the machine is. `press` stops it as a person does:
   * the call is held back until then.
   */
  async function stopped(name, begin, press) {
    const calls = `**/call/${name}`;
    await page.route(calls, async (route) => {
      const { job } = route.request().postDataJSON();
      if (press) {
        const asked = page.waitForRequest("**/call/cancel_job");
        await press();
        assert.deepEqual((await asked).postDataJSON(), { job }, "the bar stops the work that it shows");
      }
      let isOver = false;
      const answer = route.fetch().finally(() => {
        isOver = true;
      });
      while (!isOver) await call("cancel_job", { job });
      await route.fulfill({ response: await answer });
    });
    await begin();
    await said();
    await page.unroute(calls);
    await page.getByText("已取消，什么都没有改变。").last().waitFor({ state: "detached" });
  }

  step("inviting everybody is stopped, and nobody is invited", async () => {
    await go("invitations");
    const begin = () => button("生成邀请").click();
    await stopped("invite", begin, async () => {
      await button("停止并撤回").waitFor();
      await checkScreen(app, "stopping-invitations");
      await button("停止并撤回").click();
    });
    assert.equal(await invited(), 0);
    assert.notEqual((await call("undo_state", {})).undo, "invite");
  });

  step("a merge of departments is stopped, and everybody stays where they were", async () => {
    await go("roster");
    for (const name of [/^高中部/, /^高三 /]) {
      await item(name).click();
      await page.keyboard.press("ArrowRight");
    }
    await item(/^高三\(1\)班/).click();
    await page.keyboard.press("Shift+F10");
    await page.getByRole("menuitem", { name: "并入其他部门…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("searchbox").fill("高二(1)班");
    await dialog.getByRole("treeitem", { name: /^高二\(1\)班/ }).click();
    await stopped("merge_department", () => dialog.getByRole("button", { name: "并入" }).click());
    const counts = async () => {
      const nodes = await call("departments", {});
      return nodes.filter((node) => node.kind === "class").map((node) => node.own);
    };
    await eventually(counts, [0, PUPILS], "nobody moved");
  });

  step("a school year is stopped, then carried out, and its undoing is stopped as well", async () => {
    await go("year");
    await button("核对").click();
    await stopped("apply_year_plan", () => button("执行新学年安排").click());
    assert.notEqual((await call("undo_state", {})).undo, "year");
    await button("执行新学年安排").click();
    await button("撤销整批").waitFor({ timeout: 120_000 });
    await stopped("undo_batch", () => button("撤销整批").click());
    assert.equal((await call("undo_state", {})).undo, "year");
  });
});
