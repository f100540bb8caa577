//! A plan carried out: the pictures are made into photos a few at a time, then all members get theirs as one operation.

use super::plan::{Plan, find};
use super::{crop_of, read_file};
use crate::failure::{Outcome, told};
use crate::jobs::Job;
use crate::lock;
use crate::session::{Session, version};
use mingce_ipc::photo::{ApplyPhotos, FailedPhoto, PhotoCrop, PhotosApplied};
use mingce_model::{Edit, Field, Kind, PhotoHash, RecordId};
use mingce_photos::{Photo, Size};
use mingce_store::{Base, Label, NewPhoto, PhotoOrigin};
use std::ops::ControlFlow;
use std::path::PathBuf;

/// Pictures decoded at the same time, and how many pixels all of them may have.
const AT_ONCE: usize = 4;
const PIXELS_AT_ONCE: u64 = 25_000_000;
/// Failures listed; all are counted.
const LISTED: usize = 200;

struct Wanted {
    path: PathBuf,
    file: String,
    size: Size,
    member: RecordId,
    crop: Option<PhotoCrop>,
}

pub(crate) fn apply(session: &Session, asked: &ApplyPhotos) -> Outcome<PhotosApplied> {
    let plan = find(session, &asked.plan)?;
    let wanted = wanted(&lock(&*plan));
    let total = wanted.len();
    let job = Job::begin(session, asked.job.as_deref(), total);
    let mut applied = PhotosApplied {
        batch: String::new(),
        set: 0,
        unchanged: 0,
        failed: Vec::new(),
        failed_count: 0,
        version: version(session.store.version()),
    };
    let mut photos: Vec<(RecordId, PhotoHash, String)> = Vec::with_capacity(total);
    let mut rest = wanted.as_slice();
    while !rest.is_empty() {
        job.go_on(u32::try_from(total - rest.len()).unwrap_or(u32::MAX))?;
        let (these, later) = rest.split_at(fitting(rest));
        rest = later;
        let made = make(these);
        let fresh: Vec<NewPhoto<'_>> = made
            .iter()
            .filter_map(|photo| photo.as_ref().ok())
            .map(|photo| NewPhoto { jpeg: &photo.jpeg, thumbnail: &photo.thumbnail })
            .collect();
        told(session.store.put_photos(&fresh, PhotoOrigin::Here, session.host.now_ms()))?;
        for (wanted, photo) in these.iter().zip(&made) {
            match photo {
                Ok(photo) => photos.push((wanted.member, photo.hash, wanted.file.clone())),
                Err(reason) => note_failure(&mut applied, &wanted.file, reason),
            }
        }
    }
    write(session, &job, photos, &mut applied)?;
    Ok(applied)
}

fn wanted(plan: &Plan) -> Vec<Wanted> {
    let of = |row: &super::plan::Row| {
        let (size, member) = (row.size?, row.member?);
        plan.takes(row).then(|| Wanted { path: row.path.clone(), file: row.file.clone(), size, member, crop: row.crop })
    };
    plan.rows.iter().filter_map(of).collect()
}

/// How many of the next pictures can be in memory together; one of any size always.
fn fitting(rest: &[Wanted]) -> usize {
    let mut pixels = 0;
    let fits = rest.iter().take(AT_ONCE).take_while(|wanted| {
        pixels += u64::from(wanted.size.width) * u64::from(wanted.size.height);
        pixels <= PIXELS_AT_ONCE
    });
    fits.count().max(1)
}

fn make(these: &[Wanted]) -> Vec<Result<Photo, &'static str>> {
    let one = |wanted: &Wanted| {
        let bytes = read_file(&wanted.path).map_err(|_| "file_failed")?;
        mingce_photos::prepare(&bytes, wanted.crop.map(crop_of)).map_err(|error| error.word())
    };
    std::thread::scope(|scope| {
        let working: Vec<_> = these.iter().map(|wanted| scope.spawn(move || one(wanted))).collect();
        // A decoder that gave up on a picture leaves the others alone.
        working.into_iter().map(|work| work.join().unwrap_or(Err("unreadable"))).collect()
    })
}

fn note_failure(applied: &mut PhotosApplied, file: &str, reason: &str) {
    applied.failed_count += 1;
    if applied.failed.len() < LISTED {
        applied.failed.push(FailedPhoto { file: file.to_owned(), reason: reason.to_owned() });
    }
}

/// Gives all members their photos as one operation.
fn write(
    session: &Session,
    job: &Job<'_>,
    photos: Vec<(RecordId, PhotoHash, String)>,
    applied: &mut PhotosApplied,
) -> Outcome<()> {
    let mut edits = Vec::with_capacity(photos.len());
    for (member, hash, file) in photos {
        let Some(before) = told(session.store.get(Kind::Member, member))? else {
            note_failure(applied, &file, "member_gone");
            continue;
        };
        match Edit::between(&before, &before.clone().with(Field::MemberPhoto, hash)) {
            Some(edit) => edits.push(edit),
            None => applied.unchanged += 1,
        }
    }
    let operation = session.operation(Label::Photo)?.with_base(Base::TakeCurrent);
    applied.set = u32::try_from(edits.len()).unwrap_or(u32::MAX);
    let mut is_cancelled = |_: u64| match job.go_on(applied.set) {
        Ok(()) => ControlFlow::Continue(()),
        Err(_) => ControlFlow::Break(()),
    };
    let touched = told(session.store.write_with(&operation, edits, &mut is_cancelled))?;
    session.tell_changed(&touched);
    if touched.changed > 0 {
        applied.batch = operation.id.to_string();
        applied.version = version(touched.version);
    }
    Ok(())
}
