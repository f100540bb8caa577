/**
 * Photos in a browser, on the real use cases: one from a file, cropped by keyboard; one from the camera, which Chromium
 * makes up; a folder of them matched to members, corrected by hand, applied and taken back. Needs mingce-devhost, mingce
 * and ui/dist. Run: node --test tests/e2e/photos.spec.mjs
 */

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe } from "node:test";
import { answerDialog, callApp, checkScreen, openFresh, shareDesk } from "./app-host.mjs";
import { portrait } from "./portrait.mjs";

describe("photos of members", { timeout: 300_000 }, () => {
  let app;
  let page;

  // Chromium makes a camera up and asks nobody.
  const flags = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];
  const { office, step } = shareDesk(
    "photos",
    async (desk) => {
      ({ app, page } = await openFresh(desk, { permissions: ["camera"] }));
      for (const [name, card_number] of [
        ["张伟", "20260101"],
        ["章薇", "20260102"],
        ["王芳", "20260103"],
        ["王芳", "20260104"],
      ])
        await call("add_member", {
          cells: [
            { column: "name", text: name },
            { column: "card_number", text: card_number },
          ],
        });
    },
    { flags },
  );

  const call = (name, args) => callApp(page, name, args);
  const goTo = (name) => page.getByRole("navigation").getByRole("link", { name }).click();
  const panel = () => page.getByRole("complementary");
  const openPanel = async (name) => {
    await page.getByRole("gridcell", { name, exact: true }).first().click();
    await page.keyboard.press("Alt+Enter");
    await panel().getByRole("textbox", { name: "姓名" }).waitFor();
  };
  const menu = async (item) => {
    await panel().getByRole("button", { name: /照片/ }).first().click();
    await page.getByRole("menuitem", { name: item }).click();
  };
  const hasPhoto = () => panel().locator(".panel-photo img");

  step("a photo from a file is cropped with the keyboard alone", async () => {
    await openPanel("张伟");
    const file = office.file("张伟.png");
    writeFileSync(file, portrait([224, 180, 150]));
    await answerDialog(page, file);
    await panel().getByRole("button", { name: "为张伟添加照片" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menu", { name: "照片" }).waitFor();
    await page.keyboard.press("Enter");
    const frame = page.getByRole("application", { name: "裁剪框" });
    await frame.waitFor();
    await frame.focus();
    const before = await frame.evaluate((box) => box.style.cssText);
    for (const key of ["+", "+", "+", "ArrowDown", "Shift+ArrowRight"]) await page.keyboard.press(key);
    assert.notEqual(await frame.evaluate((box) => box.style.cssText), before);
    await checkScreen(app, "photo-crop", { names: ["张伟"] });
    await page.getByRole("button", { name: "使用这张照片" }).press("Enter");
    await hasPhoto().waitFor();
    await checkScreen(app, "photo-panel", { names: ["张伟"] });
    await menu("查看大图");
    await page.getByRole("dialog").getByRole("img", { name: "张伟的照片" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
  });

  step("what is no picture is refused in words", async () => {
    const file = office.file("照片.heic");
    writeFileSync(file, Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1"));
    await answerDialog(page, file);
    await menu("从文件选择…");
    await page.getByText(/不支持这种照片格式.*另存为 JPEG/).waitFor();
    await hasPhoto().waitFor();
  });

  step("a photo is taken with the camera, taken again, and cropped", async () => {
    await openPanel("章薇");
    await menu("用摄像头拍照…");
    const shoot = page.getByRole("button", { name: "拍照", exact: true });
    await page.waitForFunction(() => document.querySelector("video")?.videoWidth > 0);
    await checkScreen(app, "photo-camera", { names: ["章薇", "fake_device_0", "fake_device"] });
    await shoot.click();
    await page.getByRole("application", { name: "裁剪框" }).waitFor();
    await page.getByRole("button", { name: "重拍" }).click();
    await page.waitForFunction(() => document.querySelector("video")?.videoWidth > 0);
    await shoot.click();
    await page.getByRole("button", { name: "使用这张照片" }).click();
    await hasPhoto().waitFor();
    const tracks = await page.evaluate(() => document.querySelector("video"));
    assert.equal(tracks, null, "the camera is let go");
  });

  step("without leave for the camera there are words and another way", async () => {
    await page.evaluate(() => {
      const refuse = async () => {
        throw new DOMException("", "NotAllowedError");
      };
      Object.defineProperty(navigator.mediaDevices, "getUserMedia", { value: refuse, configurable: true });
    });
    await menu("用摄像头拍照…");
    await page.getByText("没有获准使用摄像头。").waitFor();
    await checkScreen(app, "photo-no-camera", { names: ["章薇"] });
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
  });

  step("a photo is taken away, and undo brings it back", async () => {
    await menu("移除照片");
    await hasPhoto().waitFor({ state: "detached" });
    await page.getByRole("heading", { name: "修改记录" }).click();
    await page.keyboard.press("Control+z");
    await hasPhoto().waitFor();
    await page.keyboard.press("Escape");
  });

  step("a folder is matched, corrected, applied as one batch and taken back", async () => {
    const folder = office.file("照片");
    mkdirSync(folder);
    const files = {
      "20260101.png": [200, 150, 120],
      "章薇-新.png": [230, 190, 160],
      "王芳.png": [210, 170, 140],
      "20260104_王芳.png": [190, 140, 110],
      "谁的.png": [220, 180, 150],
    };
    for (const [name, colour] of Object.entries(files)) writeFileSync(join(folder, name), portrait(colour));
    writeFileSync(join(folder, "损坏.jpg"), "not a picture");
    writeFileSync(join(folder, "说明.txt"), "-");
    await goTo("照片");
    await page.getByRole("heading", { name: "批量照片" }).waitFor();
    await checkScreen(app, "photos-choose", { names: ["jpg"] });
    await answerDialog(page, folder);
    await page.getByRole("button", { name: "选择文件夹" }).click();
    const list = (name) => page.getByRole("list", { name });
    const show = (name) => page.locator(".ant-segmented-item", { hasText: name }).click();
    const names = ["张伟", "章薇", "王芳", "谁的", "png", "jpg"];
    await list("已匹配").getByText("20260104_王芳.png").waitFor();
    await page.getByText("另有 1 个不是照片的文件").waitFor();
    await show("已有照片 2");
    await list("已有照片").getByText("20260101.png").waitFor();
    await page.getByRole("checkbox", { name: /替换 2 位成员已有的照片/ }).click();
    await page.getByRole("button", { name: "设置 3 张照片" }).waitFor();
    await show("不能用 1");
    await list("不能用").getByText("格式不支持").waitFor();
    await show("没找到人 1");
    await list("没找到人").locator("img").waitFor();
    await checkScreen(app, "photos-unmatched", { names });
    // 王芳 is two people; a person says which. Then nobody is in doubt any more.
    await show("不确定 1");
    await list("不确定")
      .getByRole("radio", { name: /20260103/ })
      .click();
    // The file that nobody was found for is asked about next.
    await list("没找到人").locator("img").waitFor();
    await show("已匹配 2");
    await list("已匹配").getByText("手工指定").waitFor();
    await page.getByRole("button", { name: "设置 4 张照片" }).waitFor();
    const chosen = list("已匹配").getByRole("listitem").filter({ hasText: "手工指定" });
    await chosen.getByRole("button", { name: "调整裁剪" }).click();
    const frame = page.getByRole("application", { name: "裁剪框" });
    await frame.focus();
    await page.keyboard.press("+");
    await page.getByRole("button", { name: "使用这张照片" }).click();
    await chosen.getByRole("button", { name: "已调整" }).waitFor();
    await list("已匹配").locator("img").nth(1).waitFor();
    await checkScreen(app, "photos-matched", { names });
    await chosen.getByRole("button", { name: /^不\s*用$/ }).click();
    await page.getByRole("button", { name: "设置 3 张照片" }).waitFor();
    await chosen.getByRole("button", { name: /^恢\s*复$/ }).click();
    await page.getByRole("button", { name: "设置 4 张照片" }).click();
    await page.getByText("已设置 4 张照片").waitFor();
    await checkScreen(app, "photos-done", { names });
    await page.getByRole("button", { name: "查看名册" }).click();
    await page.getByRole("grid").waitFor();
    const filled = await call("open_view", {
      filters: [{ test: "is_filled", column: "photo" }],
      sort: [],
    });
    assert.equal(filled.total, 4);
    await call("undo", {});
    const before = await call("open_view", { filters: [{ test: "is_filled", column: "photo" }], sort: [] });
    assert.equal(before.total, 2);
  });

  step("the history shows photos, not what they are called", async () => {
    await goTo("名册");
    await openPanel("张伟");
    await panel()
      .getByRole("list")
      .filter({ has: page.locator(".portrait") })
      .first()
      .waitFor();
    const text = await panel().innerText();
    assert.doesNotMatch(text, /[0-9a-f]{64}/);
    await checkScreen(app, "photo-history", { names: ["张伟"] });
  });

  step("the same in English and in the dark, with a column of photos", async () => {
    const preferences = await call("preferences", {});
    const photo = { column: "photo", width_px: 64, is_hidden: false };
    const columns = [
      { column: "card_number", width_px: 124, is_hidden: false },
      { column: "name", width_px: 104, is_hidden: false },
      photo,
    ];
    await call("set_preferences", {
      ...preferences,
      language: "en",
      theme: "dark",
      density: "roomy",
      columns,
    });
    await page.reload();
    await page.locator(".grid-picture img").nth(1).waitFor();
    await page.getByRole("gridcell", { name: "章薇", exact: true }).click();
    await page.keyboard.press("Alt+Enter");
    await panel().locator(".panel-photo img").waitFor();
    await checkScreen(app, "photo-grid-en-dark", { language: "en" });
    const file = office.file("照片/20260101.png");
    await answerDialog(page, file);
    await panel()
      .getByRole("button", { name: /Photo of/ })
      .click();
    await page.getByRole("menuitem", { name: "From a file…" }).click();
    await page.getByRole("application", { name: "Crop frame" }).waitFor();
    await checkScreen(app, "photo-crop-en-dark", { language: "en" });
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("link", { name: "Photos" }).click();
    await answerDialog(page, office.file("照片"));
    await page.getByRole("button", { name: "Choose a folder" }).click();
    await page.getByRole("list").locator("img").first().waitFor();
    await checkScreen(app, "photos-review-en-dark", { language: "en" });
  });
});
