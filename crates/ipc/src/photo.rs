//! Photos of members: one at a time, and a folder of them matched to people.
//!
//! A photo is named by the SHA-256 of its bytes. Pictures travel as `data:` addresses of a bounded size.

use crate::roster::FoundMember;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where a picture comes from that shall become a photo.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum PictureSource {
    File {
        path: String,
    },
    /// From the camera, or a file that has no path: its bytes in Base64.
    Bytes {
        base64: String,
    },
    /// A row of a plan.
    Planned {
        plan: String,
        row: u32,
    },
}

/// Which part of an upright picture becomes the photo, in parts of its width and height: left and top edge, and the
/// width. The height follows from the photo's ratio. What lies outside the picture is moved into it.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct PhotoCrop {
    pub x: f64,
    pub y: f64,
    pub width: f64,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct OpenPicture {
    pub source: PictureSource,
}

/// A picture that is held until it is closed, to be cropped.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct OpenedPicture {
    pub picture: String,
    /// Upright, in pixels.
    pub width: u32,
    pub height: u32,
    /// The whole picture, upright and small, as a `data:` address.
    pub preview: String,
    /// The part that is proposed.
    pub crop: PhotoCrop,
    /// Width by height of a photo.
    pub ratio: f64,
    /// The smallest `width` of a crop that gives a photo that is not blurred.
    pub sharp_width: f64,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PictureRef {
    pub picture: String,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct SetPhoto {
    pub member: String,
    pub picture: String,
    pub crop: PhotoCrop,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PhotoRef {
    pub hash: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PhotoRefs {
    /// At most 200.
    pub hashes: Vec<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PhotoPicture {
    pub hash: String,
    /// A `data:` address; null while the photo is not on this computer. It is fetched then, and `photos` tells of it.
    pub data: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PlanPhotos {
    /// Folders and files.
    pub paths: Vec<String>,
    #[ts(optional)]
    pub job: Option<String>,
}

/// What becomes of a file of the plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PhotoVerdict {
    /// Will be the member's photo.
    Matched,
    /// The member has a photo already.
    Known,
    /// Several members may be meant.
    Ambiguous,
    Unmatched,
    /// Another file of the plan is for the same member.
    Repeated,
    /// Not a picture that can be used.
    Unusable,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
pub struct PhotoCounts {
    pub matched: u32,
    pub known: u32,
    pub ambiguous: u32,
    pub unmatched: u32,
    pub repeated: u32,
    pub unusable: u32,
    pub left_out: u32,
    /// Photos that `apply_photos` would set.
    pub to_set: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PhotoPlan {
    pub plan: String,
    /// Name of the folder or of the only file.
    pub title: String,
    pub counts: PhotoCounts,
    /// Files that are no pictures and were passed over.
    pub passed_over: u32,
    /// There were more files than can be taken at once.
    pub is_cut: bool,
    /// Photos that members have already are replaced.
    pub replaces: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PhotoPlanPageRequest {
    pub plan: String,
    #[ts(optional)]
    pub verdict: Option<PhotoVerdict>,
    pub start: u32,
    pub count: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PhotoPlanPage {
    pub total: u32,
    pub rows: Vec<PlannedPhoto>,
}

/// How a file's member was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PhotoMatch {
    CardNumber,
    Name,
    /// The name, and the class in the name of the file or folder.
    NameAndPlace,
    Chosen,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PlannedPhoto {
    /// Names the row in the other calls.
    pub row: u32,
    /// Below the folder that was opened.
    pub file: String,
    pub verdict: PhotoVerdict,
    pub matched_by: Option<PhotoMatch>,
    pub member: Option<FoundMember>,
    /// Those who may be meant; at most ten.
    pub candidates: Vec<FoundMember>,
    /// `unsupported`, `unreadable`, `too_large`, `too_small`; `number_and_name_differ` for an ambiguous one.
    pub reason: Option<String>,
    pub is_left_out: bool,
    /// Somebody has set the part that is taken.
    pub is_adjusted: bool,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct ChangePhotoPlan {
    pub plan: String,
    pub change: PhotoPlanChange,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum PhotoPlanChange {
    /// Whose photo it is.
    Choose {
        row: u32,
        member: Option<String>,
    },
    LeaveOut {
        row: u32,
    },
    TakeIn {
        row: u32,
    },
    Crop {
        row: u32,
        crop: PhotoCrop,
    },
    /// Whether photos that members have already are replaced.
    Replace {
        replaces: bool,
    },
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PhotoPlanRef {
    pub plan: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PlannedPicturesAsked {
    pub plan: String,
    /// At most 24.
    pub rows: Vec<u32>,
}

/// What the photo of a row will look like, small.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PlannedPicture {
    pub row: u32,
    /// A `data:` address; null when the file cannot be read as a picture.
    pub data: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ApplyPhotos {
    pub plan: String,
    #[ts(optional)]
    pub job: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PhotosApplied {
    pub batch: String,
    /// Members who have another photo now.
    pub set: u32,
    /// Those who had this very photo already.
    pub unchanged: u32,
    /// The first of those that could not be used after all.
    pub failed: Vec<FailedPhoto>,
    pub failed_count: u32,
    pub version: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct FailedPhoto {
    pub file: String,
    /// As in `PlannedPhoto`, or `file_failed` or `member_gone`.
    pub reason: String,
}
