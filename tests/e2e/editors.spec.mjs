/**
 * Cells that offer something while they are typed in, in a browser on the real use cases: guardians who are here
 * already, several identities of one person, and the days of joining beside them. By keyboard alone. Needs
 * mingce-devhost, mingce and ui/dist.
 * Run: node --test tests/e2e/editors.spec.mjs
 */

import assert from "node:assert/strict";
import { describe } from "node:test";
import { callApp, checkScreen, eventually, openFresh, shareDesk } from "./app-host.mjs";

const SHOWN = {
  name: 96,
  identity: 130,
  guardian_name: 96,
  guardian_phone: 130,
  guardian_relation: 72,
  join_state: 92,
  invited_on: 108,
  joined_on: 108,
};
const columns = Object.entries(SHOWN).map(([column, width_px]) => ({ column, width_px, is_hidden: false }));
const PEOPLE = [
  { name: "王小明", guardian_name: "王建国", guardian_phone: "13800138000", guardian_relation: "father" },
  { name: "王小芳", guardian_name: "王健国", guardian_relation: "father" },
  { name: "欧阳静", identity: "staff" },
];
const NAMES = ["王小明", "王小芳", "欧阳静"];

describe("cells that offer something", { timeout: 300_000 }, () => {
  let app;
  let page;

  const { step } = shareDesk("editors", async (desk) => {
    ({ app, page } = await openFresh(desk));
    for (const cells of PEOPLE)
      await call("add_member", { cells: Object.entries(cells).map(([column, text]) => ({ column, text })) });
    await speak("zh");
  });

  const call = (name, args) => callApp(page, name, args);
  /** What stands below the list; a screen reader is told it too. */
  const note = (text) => page.locator(".grid-item-note", { hasText: text }).waitFor();
  const speak = async (language) => {
    await call("set_preferences", { language, theme: "light", density: "compact", columns });
    await page.reload();
    await page.getByRole("gridcell", { name: "王小明" }).waitFor();
  };
  const at = async (name, column) => {
    await page.getByRole("gridcell", { name, exact: true }).first().click();
    for (let step = 0; step < Object.keys(SHOWN).indexOf(column); step += 1)
      await page.keyboard.press("ArrowRight");
  };
  const guardiansOf = async (name) => {
    const [member] = await call("find_members", { text: name, limit: 1 });
    const { guardians } = await call("member_detail", { id: member.id });
    return guardians.map((one) => [one.name, one.relation, one.members]);
  };
  const cellsOf = async (name) => {
    const [member] = await call("find_members", { text: name, limit: 1 });
    const detail = await call("member_detail", { id: member.id });
    return Object.fromEntries(detail.columns.map((column, i) => [column, detail.row.cells[i]]));
  };

  step("a sister's guardian is found by initials and chosen with the arrow keys, so that both share him", async () => {
    await at("王小芳", "guardian_name");
    await page.keyboard.type("wjg");
    const known = page.getByRole("option", { name: /王建国.*王小明的监护人/ });
    await known.waitFor();
    await note("把“王健国”改名为“wjg”");
    await checkScreen(app, "editors-guardian", { names: ["wjg"] });
    await page.keyboard.press("ArrowDown");
    assert.equal(await known.getAttribute("aria-selected"), "true");
    await page.keyboard.press("Enter");
    await eventually(() => guardiansOf("王小芳"), [["王建国", "father", 2]], "one guardian of both");
    assert.deepEqual(await guardiansOf("王小明"), [["王建国", "father", 2]]);
    // The phone came along, masked as it is.
    await page.getByRole("gridcell", { name: "138****8000" }).nth(1).waitFor();
  });

  step("a new name for a shared guardian says for whom it is, and Ctrl+Z takes it back", async () => {
    await at("王小芳", "guardian_name");
    await page.keyboard.type("王建军");
    await note("把“王建国”改名为“王建军”，王小明的监护人也随之改名");
    await checkScreen(app, "editors-shared");
    await page.keyboard.press("Enter");
    await eventually(() => guardiansOf("王小明"), [["王建军", "father", 2]], "renamed for both");
    await page.keyboard.press("Control+z");
    await eventually(() => guardiansOf("王小明"), [["王建国", "father", 2]], "taken back");
    await page.keyboard.press("Control+z");
    await eventually(() => guardiansOf("王小芳"), [["王健国", "father", 1]], "the one who stood there");
  });

  step("a new name is a new guardian, though others begin like it", async () => {
    await at("欧阳静", "guardian_name");
    await page.keyboard.type("王建");
    await note("新的监护人“王建”");
    await page.keyboard.press("Enter");
    await eventually(() => guardiansOf("欧阳静"), [["王建", "", 1]], "somebody new");
    await page.keyboard.press("Control+z");
    await eventually(() => guardiansOf("欧阳静"), [], "nobody");
  });

  step("one person is several things: typed behind a comma, ticked with Space", async () => {
    await at("王小明", "identity");
    await page.keyboard.type("学生、家");
    await page.getByRole("option", { name: "家长" }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("gridcell", { name: "学生、家长" }).waitFor();
    await at("欧阳静", "identity");
    await page.keyboard.press("F2");
    await page.getByRole("option", { name: "教职工", checked: true }).waitFor();
    for (let down = 0; down < 3; down += 1) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    await page.getByRole("option", { name: "家长", checked: true }).waitFor();
    await checkScreen(app, "editors-identity");
    await page.keyboard.press("Enter");
    await page.getByRole("gridcell", { name: "教职工、家长" }).waitFor();
    assert.equal((await cellsOf("欧阳静")).identity, "staff;parent");
    const { total } = await call("open_view", {
      filters: [{ test: "any_of", column: "identity", values: ["parent"] }],
    });
    assert.equal(total, 2);
    // The panel has boxes for them.
    await page.keyboard.press("ArrowUp");
    await page.getByRole("gridcell", { name: "欧阳静" }).first().click();
    await page.keyboard.press("Alt+Enter");
    const panel = page.getByRole("complementary", { name: "成员详情" });
    const boxes = panel.getByRole("group", { name: "身份" });
    assert.equal(await boxes.getByRole("checkbox", { name: "家长" }).isChecked(), true);
    await boxes.getByRole("checkbox", { name: "家长" }).uncheck();
    await eventually(async () => (await cellsOf("欧阳静")).identity, "staff", "unticked in the panel");
    await checkScreen(app, "editors-panel");
    await page.keyboard.press("Escape");
  });

  step("the day of the invitation stands in a column that is sorted by and not typed in", async () => {
    const [member] = await call("find_members", { text: "王小芳", limit: 1 });
    await call("invite", { members: { by: "ids", ids: [member.id] }, days: 14, replaces_open: false });
    const day = (await cellsOf("王小芳")).invited_on;
    assert.match(day, /^\d{4}-\d\d-\d\d$/);
    await page.getByRole("gridcell", { name: day }).waitFor();
    await page.getByRole("columnheader", { name: "邀请日期" }).click();
    const first = async () =>
      page.locator("[role=row][aria-rowindex='2'] [role=gridcell]").first().textContent();
    await eventually(first, "王小芳", "those who were invited stand first");
    await at("欧阳静", "joined_on");
    await page.keyboard.type("2026");
    await page.locator(".ant-message", { hasText: "这一列由系统填写" }).waitFor();
    await checkScreen(app, "editors-days");
    await page.getByRole("columnheader", { name: "邀请日期" }).click();
  });

  step("the same in English", async () => {
    await speak("en");
    await at("王小芳", "guardian_name");
    await page.keyboard.type("wjg");
    await page.getByRole("option", { name: /王建国.*Guardian of 王小明/ }).waitFor();
    await note("“王健国” is renamed to “wjg”");
    await checkScreen(app, "editors-guardian-en", { language: "en", names: NAMES });
    await page.keyboard.press("Escape");
    await at("王小明", "identity");
    await page.keyboard.press("F2");
    await page.getByRole("option", { name: "Parent", checked: true }).waitFor();
    await checkScreen(app, "editors-identity-en", { language: "en", names: NAMES });
    await page.keyboard.press("Escape");
  });
});
