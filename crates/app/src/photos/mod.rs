//! Photos of members: one picture cropped and set, photos shown, a folder of them matched and set.

mod applying;
mod matching;
mod plan;

pub(crate) use applying::apply;
pub(crate) use plan::{PhotoPlans, change, close as close_plan, page, pictures, plan};

use crate::departments;
use crate::failure::{Outcome, told};
use crate::lock;
use crate::session::{Session, version};
use data_encoding::BASE64;
use mingce_ipc::photo::{
    OpenPicture, OpenedPicture, PhotoCrop, PhotoPicture, PhotoRef, PhotoRefs, PictureSource, SetPhoto,
};
use mingce_ipc::roster::EditOutcome;
use mingce_ipc::{Code, Failure};
use mingce_model::{Edit, Field, Kind, PhotoHash, Record, Value};
use mingce_photos::{Crop, PhotoError, SOURCE_BYTES_MAX};
use mingce_store::{Label, NewPhoto, PhotoOrigin};
use std::collections::VecDeque;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use tokio::runtime::Handle;

/// Pictures held at a time: the one that is being cropped and one that was left open.
const HELD_MAX: usize = 2;
/// Small forms of one call at the most.
const SMALL_MAX: usize = 200;
/// Longest edge of the picture that a part is chosen of.
const PREVIEW_EDGE: u32 = 900;

/// Pictures that are being cropped, the newest last.
#[derive(Default)]
pub(crate) struct Pictures {
    next: u64,
    open: VecDeque<(String, Arc<Vec<u8>>)>,
}

pub(crate) fn open(session: &Session, wanted: &OpenPicture) -> Outcome<OpenedPicture> {
    let (bytes, chosen) = match &wanted.source {
        PictureSource::File { path } => (read_file(Path::new(path))?, None),
        PictureSource::Bytes { base64 } => (decode(base64)?, None),
        PictureSource::Planned { plan, row } => {
            let (path, crop) = plan::source_of(session, plan, *row)?;
            (read_file(&path)?, crop)
        }
    };
    let size = told(mingce_photos::look(&bytes))?;
    let preview = told(mingce_photos::preview(&bytes, PREVIEW_EDGE))?;
    let mut pictures = lock(&session.pictures);
    pictures.next += 1;
    let name = pictures.next.to_string();
    pictures.open.push_back((name.clone(), Arc::new(bytes)));
    if pictures.open.len() > HELD_MAX {
        pictures.open.pop_front();
    }
    Ok(OpenedPicture {
        picture: name,
        width: size.width,
        height: size.height,
        preview: data_address(&preview),
        crop: chosen.unwrap_or_else(|| shown_crop(Crop::proposed(size))),
        ratio: f64::from(mingce_photos::WIDTH) / f64::from(mingce_photos::HEIGHT),
        sharp_width: (f64::from(mingce_photos::WIDTH) / f64::from(size.width)).min(1.0),
    })
}

pub(crate) fn close(session: &Session, name: &str) {
    lock(&session.pictures).open.retain(|(other, _)| other != name);
}

pub(crate) fn set(session: &Session, wanted: &SetPhoto) -> Outcome<EditOutcome> {
    let id = departments::id(&wanted.member)?;
    let before = told(session.store.get(Kind::Member, id))?.ok_or(Code::NotFound)?;
    let held = lock(&session.pictures).open.iter().find(|(name, _)| *name == wanted.picture).cloned();
    let (_, bytes) = held.ok_or(Code::ImportGone)?;
    let photo = told(mingce_photos::prepare(&bytes, Some(crop_of(wanted.crop))))?;
    let new = NewPhoto { jpeg: &photo.jpeg, thumbnail: &photo.thumbnail };
    told(session.store.put_photos(&[new], PhotoOrigin::Here, session.host.now_ms()))?;
    let outcome = write(session, &before, photo.hash.into())?;
    close(session, &wanted.picture);
    Ok(outcome)
}

pub(crate) fn remove(session: &Session, member: &str) -> Outcome<EditOutcome> {
    let before = told(session.store.get(Kind::Member, departments::id(member)?))?.ok_or(Code::NotFound)?;
    write(session, &before, Value::Null)
}

fn write(session: &Session, before: &Record, photo: Value) -> Outcome<EditOutcome> {
    let edit = Edit::between(before, &before.clone().with(Field::MemberPhoto, photo));
    let changed_cells = u32::from(edit.is_some());
    let touched = session.write(Label::Photo, edit)?;
    let version = version(touched.version.max(session.store.version()));
    Ok(EditOutcome { changed_cells, version, ..EditOutcome::default() })
}

/// A photo whole. Fetched when it is not here: whoever asks for it whole waits for it.
pub(crate) fn whole(session: &Session, wanted: &PhotoRef, runtime: &Handle) -> Outcome<PhotoPicture> {
    let hash = hash_of(&wanted.hash)?;
    let mut found = told(session.store.photo(hash))?;
    if found.is_none() && told(runtime.block_on(session.lanes.fetch_photo(hash)))? {
        found = told(session.store.photo(hash))?;
    }
    Ok(PhotoPicture { hash: wanted.hash.clone(), data: found.as_deref().map(data_address) })
}

/// Small forms of photos that are here; the others are fetched in the background.
pub(crate) fn small(session: &Session, wanted: &PhotoRefs) -> Outcome<Vec<PhotoPicture>> {
    let asked = &wanted.hashes[..wanted.hashes.len().min(SMALL_MAX)];
    let hashes: Vec<PhotoHash> = asked.iter().map(|hash| hash_of(hash)).collect::<Outcome<_>>()?;
    let found = told(session.store.thumbnails(&hashes))?;
    if let Some(fetcher) = &*lock(&session.fetcher) {
        let missing = hashes.iter().zip(&found).filter(|(_, found)| found.is_none()).map(|(hash, _)| *hash);
        fetcher.wanted.add(missing);
    }
    let shown = |(hash, found): (&String, Option<Vec<u8>>)| PhotoPicture {
        hash: hash.clone(),
        data: found.as_deref().map(data_address),
    };
    Ok(asked.iter().zip(found).map(shown).collect())
}

fn hash_of(text: &str) -> Outcome<PhotoHash> {
    text.parse().map_err(|_| Failure::from(Code::Malformed).with("photo", "no_hash"))
}

/// Reads a picture of a bounded size.
pub(crate) fn read_file(path: &Path) -> Outcome<Vec<u8>> {
    let file = std::fs::File::open(path).map_err(|_| Code::FileFailed)?;
    let mut bytes = Vec::new();
    file.take(SOURCE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(|_| Code::FileFailed)?;
    if bytes.len() as u64 > SOURCE_BYTES_MAX { Err(Code::PhotoTooLarge.into()) } else { Ok(bytes) }
}

fn decode(base64: &str) -> Outcome<Vec<u8>> {
    if base64.len() as u64 / 4 * 3 > SOURCE_BYTES_MAX {
        return Err(Code::PhotoTooLarge.into());
    }
    BASE64.decode(base64.as_bytes()).map_err(|_| Failure::from(Code::Malformed).with("picture", "not_base64"))
}

fn data_address(jpeg: &[u8]) -> String {
    let mut address = String::from("data:image/jpeg;base64,");
    BASE64.encode_append(jpeg, &mut address);
    address
}

fn crop_of(crop: PhotoCrop) -> Crop {
    Crop { x: crop.x, y: crop.y, width: crop.width }
}

fn shown_crop(crop: Crop) -> PhotoCrop {
    PhotoCrop { x: crop.x, y: crop.y, width: crop.width }
}

/// The code that a picture's fault is told under.
pub(crate) fn code(error: PhotoError) -> Code {
    match error {
        PhotoError::Unsupported => Code::PhotoUnsupported,
        PhotoError::Unreadable => Code::PhotoUnreadable,
        PhotoError::TooLarge => Code::PhotoTooLarge,
        PhotoError::TooSmall => Code::PhotoTooSmall,
    }
}
