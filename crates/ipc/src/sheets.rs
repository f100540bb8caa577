//! Sheets of invitations: the printer, a run and its pages.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A printer, or one of its trays, that sheets are made for. Stays on this computer.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct PrinterSettings {
    /// Empty for one that is not kept yet.
    #[serde(default)]
    pub id: String,
    /// As the office calls it, with its tray; empty for the one that nobody has named.
    #[serde(default)]
    pub name: String,
    /// 300 or 600.
    pub dpi: u16,
    /// Over which edge the paper is turned: `long` or `short`.
    pub turned_over: String,
    pub shift_x_mm: f64,
    pub shift_y_mm: f64,
    /// What the ruler of 100 mm on the calibration sheet measures.
    pub ruler_x_mm: f64,
    pub ruler_y_mm: f64,
    pub back_shift_x_mm: f64,
    pub back_shift_y_mm: f64,
    /// Each code is read back from the finished page.
    pub proofs: bool,
}

/// Every printer that is remembered; there is always one.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct Printers {
    pub all: Vec<PrinterSettings>,
    /// `PrinterSettings::id` of the one that was used last.
    pub last: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PrinterRef {
    pub id: String,
}

/// The calibration sheet on the paper of a layout, for a printer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct CalibrationSheet {
    pub layout: String,
    pub language: String,
    /// Absent: as for [`PrepareSheets::printer`].
    #[ts(optional)]
    pub printer: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
pub struct PrepareSheets {
    /// `LayoutRow::id`, or the name of one of the organisation's own; `labels` and `letter` are short for the two used most.
    pub layout: String,
    #[ts(optional)]
    pub department: Option<String>,
    /// Words on the sheet: `zh` or `en`.
    pub language: String,
    /// People of a class by `number`, by `name`, or by a field of the organisation's own, such as the seat, as `custom:` with
    /// its id; absent: by number.
    #[ts(optional)]
    pub order: Option<String>,
    /// Labels of the first sheet that are gone already, counted by rows.
    #[ts(optional)]
    pub used_places: Option<u32>,
    /// Members who are not printed this time.
    #[ts(optional)]
    pub left_out: Option<Vec<String>>,
    /// Only these invitations.
    #[ts(optional)]
    pub invitations: Option<Vec<String>>,
    /// Only codes of which nobody has said yet that they came out well.
    #[ts(optional)]
    pub is_only_unprinted: Option<bool>,
    /// Before the sheets of each class a list of its people for the teacher to tick, on the same paper: A4.
    #[ts(optional)]
    pub is_with_list: Option<bool>,
    /// `PrinterSettings::id`; absent: the one that this layout was last printed with, or else the one used last.
    #[ts(optional)]
    pub printer: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct SheetRun {
    pub run: String,
    pub pages: u32,
    pub people: u32,
    pub groups: u32,
    /// Address in the codes; phones must be able to reach it.
    pub link_base: String,
    /// The address is only reachable on this computer.
    pub is_loopback: bool,
    /// Codes whose invitation the service does not know yet.
    pub not_synced: u32,
    /// Codes made on another computer, which cannot be printed here.
    pub elsewhere: u32,
    /// Codes of people who have left; they are not printed.
    pub left: u32,
    /// Codes of people whom the roster has nothing to check by; nobody can join with them yet.
    pub uncheckable: u32,
    /// Codes with squares so small that phones may fail on them.
    pub small_codes: u32,
    /// `PrinterSettings::id` of the printer that the pages are made for.
    pub printer: String,
    /// Names with characters that no font here can draw.
    pub missing_glyphs: Vec<MissingGlyph>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct MissingGlyph {
    pub member: String,
    pub member_name: String,
    pub characters: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct SheetPageRequest {
    pub run: String,
    pub page: u32,
}

/// One page as SVG, drawn from the same list as the PDF.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct SheetPage {
    pub svg: String,
    /// Height beside width.
    pub ratio: f64,
    /// What can be clicked. The first page has its empty labels too.
    pub labels: Vec<SheetLabel>,
}

/// A label on a page, in hundredths of the page's width and height from the top left.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct SheetLabel {
    /// Counted by rows from the top left; only on the first page, where one may begin with it.
    pub place: Option<u32>,
    pub member: Option<String>,
    pub member_name: String,
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct SaveSheets {
    pub run: String,
    pub path: String,
}

/// Everybody's code as a picture, in a ZIP file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct SavePictures {
    pub run: String,
    pub path: String,
    /// `png` or `svg`.
    pub picture: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct SavedSheets {
    pub path: String,
    #[ts(type = "number")]
    pub bytes: u64,
    pub codes: u32,
    /// Codes that were read back from the finished pages.
    pub proofed: u32,
    /// `RunRow::number`, to say later what came out well; null where there is no code on the paper.
    pub number: Option<u32>,
    /// Where it went to be printed; null where it was only saved.
    pub sent_to: Option<SentTo>,
}

/// A sheet without anybody on it that was printed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Sent {
    pub sent_to: SentTo,
}

/// Where a document went to be printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SentTo {
    /// The system's print dialog, which was not declined.
    Dialog,
    /// The system's viewer, from where it can be printed.
    Viewer,
    /// The person closed the dialog without printing.
    Nowhere,
}

/// A line of the log of sheets. Stays on this computer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct RunRow {
    pub number: u32,
    /// `pdf`, `print`, `pictures`; `void`: codes were voided for new ones.
    pub way: String,
    pub actor: String,
    #[ts(type = "number")]
    pub at: i64,
    /// `LayoutRow::id`, and its name while it is here.
    pub layout: String,
    pub layout_zh: String,
    pub layout_en: String,
    pub pages: u32,
    pub people: u32,
    /// A word of `InvitationRow::voided_for`.
    pub reason: Option<String>,
    #[ts(type = "number | null")]
    pub checked_at: Option<i64>,
    /// So many came out well.
    pub printed: u32,
    /// There is paper of it to look at.
    pub is_paper: bool,
    /// Codes were voided, and that was undone.
    pub is_undone: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct RunsAsked {
    /// Only older ones than this number.
    #[ts(optional)]
    pub before: Option<u32>,
    pub count: u32,
    /// Only those whose paper nobody has looked at.
    #[ts(optional)]
    pub is_only_unchecked: Option<bool>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct RunLabelsAsked {
    pub number: u32,
    /// Only those in whose name or number it stands.
    #[ts(optional)]
    pub text: Option<String>,
    /// `RunLabelRow::place` to begin with.
    pub start: u32,
    pub count: u32,
}

/// Whose code stood where. Names are those of the roster now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct RunLabelRow {
    pub place: u32,
    pub page: u32,
    pub invitation: String,
    pub member: String,
    pub member_name: String,
    pub card_number: String,
    pub department: String,
    /// A word of `InvitationRow::state`; empty when it is no longer there.
    pub state: String,
    pub is_printed: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct RunLabels {
    pub rows: Vec<RunLabelRow>,
    /// Where to go on, or null at the end.
    pub next: Option<u32>,
}

/// What of a run came out well.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "which", rename_all = "snake_case")]
pub enum CameOut {
    All {},
    /// Up to this page, from 1.
    UpTo {
        page: u32,
    },
    Pages {
        pages: Vec<u32>,
    },
    /// All labels but these invitations'.
    AllBut {
        invitations: Vec<String>,
    },
    Nothing {},
}

/// Marks what came out well as printed, and nothing else of the run; said again, it counts instead of what was said before.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct CheckRun {
    pub number: u32,
    pub came_out: CameOut,
    #[ts(optional)]
    pub job: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct RunChecked {
    pub printed: u32,
    pub version: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct SheetRunRef {
    pub run: String,
}

/// One code as SVG.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct CodePicture {
    pub svg: String,
}
