//! What a person does in the real window, with the system's real keyring: first run, restart, a workbook brought in.
//! WebDriver cannot reach the system's file dialogs, so files come as the program's argument ("open with").
//!
//! `cargo xtask test` names the driver and makes a session with a screen and a keyring. Without a driver there is no
//! window to look at, and each journey says so and ends.

mod window;
mod workbook;

use fantoccini::key::Key;
use tempfile::TempDir;
use window::{Outcome, Window};

const PASSWORD: &str = "一句只有我知道的话";

/// First run: an organisation on this computer.
async fn create_organisation(window: &Window) -> Outcome {
    window.click_text("button", "新建组织").await?;
    window.fill("#name", "第一小学").await?;
    window.fill("#adminName", "李老师").await?;
    window.fill("#phone", "13800138000").await?;
    window.fill("#password", PASSWORD).await?;
    window.fill("#repeat", PASSWORD).await?;
    window.click_text("button", "建立并开始").await?;
    window.wait_for(".shell-rail").await?;
    Ok(())
}

/// One member, added in the form.
async fn add_member(window: &Window, name: &str, card_number: &str) -> Outcome {
    window.click_text("button", "新增成员").await?;
    window.fill("input[name=name]", name).await?;
    window.fill("input[name=card_number]", card_number).await?;
    window.click(".ant-modal-footer button[type=submit]").await?;
    window.wait_until_gone(".ant-modal-footer").await?;
    window.wait_for_text("[role=gridcell]", card_number).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_run_leads_to_a_first_edit() -> Outcome {
    let home = tempfile::tempdir()?;
    let Some(window) = Window::open(&home, None).await? else { return Ok(()) };
    create_organisation(&window).await?;
    add_member(&window, "欧阳娜娜", "20260001").await?;
    // By keyboard in the grid.
    window.click_text("[role=gridcell]", "欧阳娜娜").await?;
    window.press("司马相如").await?;
    window.press(&Key::Enter.to_string()).await?;
    window.wait_for_text("[role=gridcell]", "司马相如").await?;
    // What was edited reaches the service in this program by itself.
    window.wait_for_text(".status-bar", "已同步").await?;
    window.picture("first-day").await?;
    window.close().await?;
    assert_is_encrypted(&home, "司马相如");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_finds_the_key_and_the_members() -> Outcome {
    let home = tempfile::tempdir()?;
    let Some(window) = Window::open(&home, None).await? else { return Ok(()) };
    create_organisation(&window).await?;
    add_member(&window, "尉迟恭", "20260002").await?;
    window.close().await?;

    let Some(window) = Window::open(&home, None).await? else { return Ok(()) };
    // No password is asked: the key lies in the keyring.
    window.click_text(".start-list button", "第一小学").await?;
    window.wait_for_text("[role=gridcell]", "尉迟恭").await?;
    window.wait_for_text("[role=gridcell]", "20260002").await?;
    window.picture("second-day").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_becomes_members_and_sheets_to_print() -> Outcome {
    let home = tempfile::tempdir()?;
    let file = home.path().join("新生名单.xlsx");
    workbook::write(&file)?;
    let Some(window) = Window::open(&home, Some(&file)).await? else { return Ok(()) };
    // The file waits until there is a roster to bring it into.
    create_organisation(&window).await?;
    window.wait_for_text(".plan-facts", "新生名单.xlsx").await?;
    window.click_text("button", "预览").await?;
    window.wait_for_text(".plan-problem", "身份证号被电子表格改坏").await?;
    window.wait_for_text(".plan-problem", &format!("F{}", workbook::SPOILED_ROW)).await?;
    window.picture("import-preview").await?;
    window.click_text("button", &format!("导入 {} 人", workbook::SOUND_ROWS)).await?;
    window.click_text("button", "查看名册").await?;
    window.wait_for_text("[role=gridcell]", "张三丰").await?;
    window.wait_for_text(".status-bar", &format!("共 {} 人", workbook::SOUND_ROWS)).await?;

    window.click("a[href='#/invitations']").await?;
    window.click_text("button", "生成邀请").await?;
    window.wait_for_text(".ant-table-tbody", "张三丰").await?;
    window.click_text("button", "打印邀请单").await?;
    let sheet = window.wait_for("img.sheets-page").await?;
    let drawn = sheet.attr("src").await?.unwrap_or_default();
    assert!(drawn.starts_with("data:image/svg+xml"), "a page is drawn");
    let width = window.number("return document.querySelector('img.sheets-page').naturalWidth").await?;
    assert!(width > 100, "the web view could draw the page, {width} px wide");
    window.wait_for_text("[role=status]", &format!("{} 人", workbook::SOUND_ROWS)).await?;
    window.picture("print-preview").await?;
    window.close().await
}

/// No file of the home has the text in it, in either of the encodings that a database would use.
fn assert_is_encrypted(home: &TempDir, text: &str) {
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut folders = vec![home.path().to_path_buf()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the home").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(bytes) = std::fs::read(&path) {
                files += 1;
                for needle in [text.as_bytes(), &wide] {
                    assert!(!bytes.windows(needle.len()).any(|part| part == needle), "{} is readable", path.display());
                }
            }
        }
    }
    assert!(files > 1, "the roster and the service have files");
}
