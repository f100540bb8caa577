//! A folder of pictures matched to members: looked at, corrected by hand, and then applied as a whole.
//!
//! Only headers are read here; the pictures themselves when they are shown or applied.

use super::matching::{self, Found};
use super::{code, data_address, read_file, shown_crop};
use crate::departments;
use crate::failure::{Outcome, told};
use crate::jobs::Job;
use crate::lock;
use crate::session::Session;
use mingce_ipc::photo::{
    ChangePhotoPlan, PhotoCounts, PhotoCrop, PhotoMatch, PhotoPlan, PhotoPlanChange, PhotoPlanPage,
    PhotoPlanPageRequest, PhotoVerdict, PlanPhotos, PlannedPhoto, PlannedPicture, PlannedPicturesAsked,
};
use mingce_ipc::roster::FoundMember;
use mingce_ipc::{Code, Failure};
use mingce_model::{Field, Kind, RecordId};
use mingce_photos::{Crop, PhotoError, SOURCE_BYTES_MAX, Size};
use std::collections::{HashMap, VecDeque};
use std::fs::{DirEntry, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// Files of one plan.
const FILES_MAX: usize = 100_000;
/// Folders below the one that was opened.
const DEPTH_MAX: usize = 5;
/// Plans kept at a time.
const PLANS_MAX: usize = 2;
/// Rows of one page.
const ROWS_MAX: u32 = 500;
const CANDIDATES_MAX: usize = 10;
/// Pictures of one call.
const PICTURES_MAX: usize = 24;
/// Read first of each file: headers are hardly ever longer.
const HEAD_BYTES: u64 = 128 * 1024;
/// Files that people take for pictures; others are passed over without a word.
const ENDINGS: [&str; 15] =
    ["jpg", "jpeg", "jpe", "jfif", "png", "webp", "heic", "heif", "hif", "avif", "bmp", "tif", "tiff", "gif", "dng"];

/// Open plans, the newest last.
#[derive(Default)]
pub(crate) struct PhotoPlans {
    next: u64,
    open: VecDeque<(String, Arc<Mutex<Plan>>)>,
}

pub(super) struct Plan {
    title: String,
    pub(super) rows: Vec<Row>,
    passed_over: u32,
    is_cut: bool,
    pub(super) replaces: bool,
}

pub(super) struct Row {
    pub(super) path: PathBuf,
    pub(super) file: String,
    pub(super) size: Option<Size>,
    pub(super) member: Option<RecordId>,
    matched_by: Option<PhotoMatch>,
    candidates: Vec<RecordId>,
    reason: Option<&'static str>,
    has_photo: bool,
    is_left_out: bool,
    pub(super) crop: Option<PhotoCrop>,
    verdict: PhotoVerdict,
}

pub(super) fn find(session: &Session, name: &str) -> Outcome<Arc<Mutex<Plan>>> {
    let plans = lock(&session.photo_plans);
    let found = plans.open.iter().find(|(other, _)| other == name);
    found.map(|(_, plan)| plan.clone()).ok_or_else(|| Code::ImportGone.into())
}

pub(crate) fn close(session: &Session, name: &str) {
    lock(&session.photo_plans).open.retain(|(other, _)| other != name);
}

pub(crate) fn plan(session: &Session, wanted: &PlanPhotos) -> Outcome<PhotoPlan> {
    let mut walk = Walk::default();
    for path in &wanted.paths {
        walk.enter(Path::new(path))?;
    }
    let job = Job::begin(session, wanted.job.as_deref(), walk.files.len());
    let mut rows = Vec::with_capacity(walk.files.len());
    for (done, (path, folders)) in walk.files.into_iter().enumerate() {
        if done % 20 == 0 {
            job.go_on(u32::try_from(done).unwrap_or(u32::MAX))?;
        }
        rows.push(row(session, path, &folders)?);
    }
    let title = wanted.paths.first().map(|path| file_name(Path::new(path))).unwrap_or_default();
    let mut plan = Plan { title, rows, passed_over: walk.passed_over, is_cut: walk.is_cut, replaces: false };
    plan.judge();
    let mut plans = lock(&session.photo_plans);
    plans.next += 1;
    let name = plans.next.to_string();
    let answer = plan.told(&name);
    plans.open.push_back((name, Arc::new(Mutex::new(plan))));
    if plans.open.len() > PLANS_MAX {
        plans.open.pop_front();
    }
    Ok(answer)
}

/// Files found so far, with the folders below the opened one that they lie in.
#[derive(Default)]
struct Walk {
    files: Vec<(PathBuf, Vec<String>)>,
    passed_over: u32,
    is_cut: bool,
}

impl Walk {
    fn enter(&mut self, path: &Path) -> Outcome<()> {
        let kind = std::fs::metadata(path).map_err(|_| Code::FileFailed)?;
        if !kind.is_dir() {
            self.take(path.to_owned(), Vec::new());
            return Ok(());
        }
        // A folder of one class is often what is opened.
        self.look_into(path, &[file_name(path)], 0)
    }

    fn look_into(&mut self, folder: &Path, folders: &[String], depth: usize) -> Outcome<()> {
        let listed = std::fs::read_dir(folder).map_err(|_| Code::FileFailed)?;
        let mut entries: Vec<DirEntry> = listed.filter_map(Result::ok).take(FILES_MAX + 1).collect();
        entries.sort_by_key(DirEntry::file_name);
        for entry in entries {
            // Links are not followed: they lead out of what was chosen, or in circles.
            let Ok(kind) = entry.file_type() else { continue };
            let name = file_name(&entry.path());
            if name.starts_with('.') || name.starts_with("__MACOSX") {
                continue;
            }
            if kind.is_dir() && depth < DEPTH_MAX {
                let below = [folders, &[name]].concat();
                // A folder that may not be read is like an empty one.
                let _ = self.look_into(&entry.path(), &below, depth + 1);
            } else if kind.is_file() {
                self.take(entry.path(), folders.to_vec());
            }
            if self.is_cut {
                break;
            }
        }
        Ok(())
    }

    fn take(&mut self, path: PathBuf, folders: Vec<String>) {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
        if !ENDINGS.contains(&ending.as_str()) {
            self.passed_over = self.passed_over.saturating_add(1);
        } else if self.files.len() >= FILES_MAX {
            self.is_cut = true;
        } else {
            self.files.push((path, folders));
        }
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn row(session: &Session, path: PathBuf, folders: &[String]) -> Outcome<Row> {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let below = folders.get(1..).unwrap_or_default();
    let file = below.iter().cloned().chain([file_name(&path)]).collect::<Vec<_>>().join("/");
    let mut row = Row {
        path,
        file,
        size: None,
        member: None,
        matched_by: None,
        candidates: Vec::new(),
        reason: None,
        has_photo: false,
        is_left_out: false,
        crop: None,
        verdict: PhotoVerdict::Unmatched,
    };
    match look(&row.path) {
        Ok(size) => row.size = Some(size),
        Err(reason) => {
            row.reason = Some(reason);
            return Ok(row);
        }
    }
    match matching::find(session, &stem, folders)? {
        Found::One { member, by } => row.choose(session, Some(member), Some(by))?,
        Found::Several { mut members, reason } => {
            members.dedup();
            members.truncate(CANDIDATES_MAX);
            (row.candidates, row.reason) = (members, reason);
        }
        Found::Nobody => {}
    }
    Ok(row)
}

/// The picture's size by its header, or a word for why it cannot be used.
fn look(path: &Path) -> Result<Size, &'static str> {
    let file = File::open(path).map_err(|_| "file_failed")?;
    if file.metadata().is_ok_and(|kind| kind.len() > SOURCE_BYTES_MAX) {
        return Err(PhotoError::TooLarge.word());
    }
    let mut head = Vec::new();
    (&file).take(HEAD_BYTES).read_to_end(&mut head).map_err(|_| "file_failed")?;
    match mingce_photos::look(&head) {
        Err(PhotoError::Unreadable) if head.len() as u64 == HEAD_BYTES => {
            (&file).take(SOURCE_BYTES_MAX).read_to_end(&mut head).map_err(|_| "file_failed")?;
            mingce_photos::look(&head).map_err(PhotoError::word)
        }
        other => other.map_err(PhotoError::word),
    }
}

impl Row {
    fn choose(&mut self, session: &Session, member: Option<RecordId>, by: Option<PhotoMatch>) -> Outcome<()> {
        let record = match member {
            Some(id) => Some(told(session.store.get(Kind::Member, id))?.ok_or(Code::NotFound)?),
            None => None,
        };
        self.has_photo = record.is_some_and(|record| !record.get(Field::MemberPhoto).is_null());
        (self.member, self.matched_by) = (member, by);
        Ok(())
    }

    fn is_usable(&self) -> bool {
        self.size.is_some()
    }
}

impl Plan {
    /// Says of every row what becomes of it: the first file of a member counts.
    fn judge(&mut self) {
        let mut first: HashMap<RecordId, usize> = HashMap::new();
        for (place, row) in self.rows.iter().enumerate() {
            if let Some(member) = row.member.filter(|_| row.is_usable() && !row.is_left_out) {
                first.entry(member).or_insert(place);
            }
        }
        for (place, row) in self.rows.iter_mut().enumerate() {
            row.verdict = match row.member {
                _ if !row.is_usable() => PhotoVerdict::Unusable,
                Some(member) if first.get(&member).is_some_and(|first| *first != place) => PhotoVerdict::Repeated,
                Some(_) if row.has_photo => PhotoVerdict::Known,
                Some(_) => PhotoVerdict::Matched,
                None if row.candidates.is_empty() => PhotoVerdict::Unmatched,
                None => PhotoVerdict::Ambiguous,
            };
        }
    }

    /// Whether the row's photo would be set.
    pub(super) fn takes(&self, row: &Row) -> bool {
        let is_chosen = match row.verdict {
            PhotoVerdict::Matched => true,
            PhotoVerdict::Known => self.replaces,
            PhotoVerdict::Ambiguous | PhotoVerdict::Unmatched | PhotoVerdict::Repeated | PhotoVerdict::Unusable => {
                false
            }
        };
        is_chosen && !row.is_left_out
    }

    fn told(&self, name: &str) -> PhotoPlan {
        let mut counts = PhotoCounts::default();
        for row in &self.rows {
            let count = match row.verdict {
                PhotoVerdict::Matched => &mut counts.matched,
                PhotoVerdict::Known => &mut counts.known,
                PhotoVerdict::Ambiguous => &mut counts.ambiguous,
                PhotoVerdict::Unmatched => &mut counts.unmatched,
                PhotoVerdict::Repeated => &mut counts.repeated,
                PhotoVerdict::Unusable => &mut counts.unusable,
            };
            *count += 1;
            counts.left_out += u32::from(row.is_left_out);
            counts.to_set += u32::from(self.takes(row));
        }
        PhotoPlan {
            plan: name.to_owned(),
            title: self.title.clone(),
            counts,
            passed_over: self.passed_over,
            is_cut: self.is_cut,
            replaces: self.replaces,
        }
    }
}

pub(crate) fn change(session: &Session, wanted: &ChangePhotoPlan) -> Outcome<PhotoPlan> {
    let plan = find(session, &wanted.plan)?;
    let mut plan = lock(&*plan);
    match &wanted.change {
        PhotoPlanChange::Choose { row, member } => {
            let member = member.as_deref().map(departments::id).transpose()?;
            let row = row_of(&mut plan, *row)?;
            row.choose(session, member, member.map(|_| PhotoMatch::Chosen))?;
            // Whoever says whose photo it is wants it in.
            row.is_left_out = row.is_left_out && member.is_none();
        }
        PhotoPlanChange::LeaveOut { row } => row_of(&mut plan, *row)?.is_left_out = true,
        PhotoPlanChange::TakeIn { row } => row_of(&mut plan, *row)?.is_left_out = false,
        PhotoPlanChange::Crop { row, crop } => row_of(&mut plan, *row)?.crop = Some(*crop),
        PhotoPlanChange::Replace { replaces } => plan.replaces = *replaces,
    }
    plan.judge();
    Ok(plan.told(&wanted.plan))
}

fn row_of(plan: &mut Plan, row: u32) -> Outcome<&mut Row> {
    plan.rows.get_mut(row as usize).ok_or_else(|| Failure::from(Code::Malformed).with("row", "unknown"))
}

pub(crate) fn page(session: &Session, asked: &PhotoPlanPageRequest) -> Outcome<PhotoPlanPage> {
    let plan = find(session, &asked.plan)?;
    let plan = lock(&*plan);
    let fitting = |row: &&(usize, &Row)| asked.verdict.is_none_or(|verdict| row.1.verdict == verdict);
    let all: Vec<(usize, &Row)> = plan.rows.iter().enumerate().collect();
    let total = all.iter().filter(fitting).count();
    let tree = told(session.store.departments())?;
    let person = |id: RecordId| -> Outcome<Option<FoundMember>> {
        let Some(record) = told(session.store.get(Kind::Member, id))? else { return Ok(None) };
        let department = record.reference(Field::MemberDepartment).and_then(|id| tree.get(id));
        Ok(Some(FoundMember {
            id: id.to_string(),
            name: record.get(Field::MemberName).to_string(),
            card_number: record.get(Field::MemberCardNumber).to_string(),
            department: department.map(|node| node.path.to_string()).unwrap_or_default(),
        }))
    };
    let mut rows = Vec::new();
    for (place, row) in all.iter().filter(fitting).skip(asked.start as usize).take(asked.count.min(ROWS_MAX) as usize) {
        let candidates = row.candidates.iter().filter_map(|id| person(*id).transpose()).collect::<Outcome<_>>()?;
        rows.push(PlannedPhoto {
            row: u32::try_from(*place).unwrap_or(u32::MAX),
            file: row.file.clone(),
            verdict: row.verdict,
            matched_by: row.matched_by,
            member: row.member.map(person).transpose()?.flatten(),
            candidates,
            reason: row.reason.filter(|_| row.member.is_none()).map(str::to_owned),
            is_left_out: row.is_left_out,
            is_adjusted: row.crop.is_some(),
        });
    }
    Ok(PhotoPlanPage { total: u32::try_from(total).unwrap_or(u32::MAX), rows })
}

/// The file of a row and the part that would be taken of it.
pub(super) fn source_of(session: &Session, plan: &str, row: u32) -> Outcome<(PathBuf, Option<PhotoCrop>)> {
    let plan = find(session, plan)?;
    let mut plan = lock(&*plan);
    let row = row_of(&mut plan, row)?;
    let crop = row.crop.or_else(|| row.size.map(|size| shown_crop(Crop::proposed(size))));
    Ok((row.path.clone(), crop))
}

/// What the photos of some rows will look like.
pub(crate) fn pictures(session: &Session, asked: &PlannedPicturesAsked) -> Outcome<Vec<PlannedPicture>> {
    let mut pictures = Vec::new();
    for row in asked.rows.iter().take(PICTURES_MAX) {
        let (path, crop) = source_of(session, &asked.plan, *row)?;
        // What cannot be read any more shows as nothing here, and says why when it is applied.
        let photo = read_file(&path).ok().and_then(|bytes| prepared(&bytes, crop).ok());
        pictures.push(PlannedPicture { row: *row, data: photo.map(|photo| data_address(&photo.thumbnail)) });
    }
    Ok(pictures)
}

fn prepared(bytes: &[u8], crop: Option<PhotoCrop>) -> Result<mingce_photos::Photo, Code> {
    mingce_photos::prepare(bytes, crop.map(super::crop_of)).map_err(code)
}
