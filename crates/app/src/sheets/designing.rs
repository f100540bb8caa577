//! A layout under somebody's hands: drawn for people of the roster, looked over, and given pictures. Nothing is kept here.

use super::{day, layouts, number_words, own_layouts, printing};
use crate::departments;
use crate::failure::{Outcome, told};
use crate::photos;
use crate::session::Session;
use data_encoding::BASE64;
use mingce_codes::Token;
use mingce_ipc::layout::{DraftLayout, LayoutDrawing, LayoutFinding, LayoutPerson, ReadPicture};
use mingce_ipc::{Code, Failure};
use mingce_model::{Field, RecordId};
use mingce_sheets::layout::PICTURE_SIDE_MAX;
use mingce_sheets::{Fonts, Group, LayoutPicture, People, Person, Printer, SheetError, Side, View, Words};
use std::collections::HashSet;
use std::ops::ControlFlow;
use std::path::Path;

/// Labels of a sheet that are drawn while it is designed.
const DRAWN_MAX: usize = 200;
/// People whom one call tries.
const TRIED_MAX: usize = 8;
/// How long an invitation is usually valid.
const USUAL_MS: i64 = 14 * 24 * 60 * 60 * 1_000;
/// Sides of a picture that are tried until it is small enough.
const SIDES: [u32; 6] = [PICTURE_SIDE_MAX, 480, 360, 260, 180, 120];

/// Why somebody is tried, and who stands in where the roster has nobody: names as they do occur.
const MADE_UP: [(&str, &str); 3] =
    [("longest", "阿卜杜热西提·买买提艾力·吐尔逊江"), ("rarest", "𬱖㛃䶮"), ("ordinary", "张小明")];

/// Who has the longest name, who the rarest characters, and the first who has neither.
pub(crate) fn people(session: &Session) -> Outcome<Vec<LayoutPerson>> {
    let mut longest: Option<(usize, RecordId, String)> = None;
    let mut rarest: Option<(u32, RecordId, String)> = None;
    let mut ordinary: Option<(RecordId, String)> = None;
    told(session.store.scan_people(&mut |person| {
        let (wide, rare) = (width(person.name), rarity(person.name));
        if longest.as_ref().is_none_or(|(known, ..)| wide > *known) {
            longest = Some((wide, person.id, person.name.to_owned()));
        }
        if rare > 0 && rarest.as_ref().is_none_or(|(known, ..)| rare > *known) {
            rarest = Some((rare, person.id, person.name.to_owned()));
        }
        if ordinary.is_none() && rare == 0 && (4..=6).contains(&wide) {
            ordinary = Some((person.id, person.name.to_owned()));
        }
        ControlFlow::Continue(())
    }))?;
    let found = [longest.map(|(_, id, name)| (id, name)), rarest.map(|(_, id, name)| (id, name)), ordinary];
    let told = |((why, made_up), found): ((&str, &str), Option<(RecordId, String)>)| match found {
        Some((id, name)) => LayoutPerson { why: why.to_owned(), member: id.to_string(), name },
        None => LayoutPerson { why: why.to_owned(), member: String::new(), name: made_up.to_owned() },
    };
    Ok(MADE_UP.into_iter().zip(found).map(told).collect())
}

/// A Han character is as wide as two letters.
fn width(name: &str) -> usize {
    name.chars().map(|c| if u32::from(c) >= 0x1100 { 2 } else { 1 }).sum()
}

/// How far the rarest character is from those that every font has; 0 for a name that any program shows.
fn rarity(name: &str) -> u32 {
    let of = |c: char| match u32::from(c) {
        0x20000.. => 4,
        0x3400..=0x4DBF => 3,
        0x9FA6..=0x9FFF | 0xF900..=0xFAFF => 2,
        0x0180..=0x2FFF if c.is_alphabetic() => 1,
        _ => 0,
    };
    name.chars().map(of).max().unwrap_or_default()
}

pub(crate) fn draft(session: &Session, wanted: &DraftLayout) -> Outcome<LayoutDrawing> {
    let unusable = |finding: LayoutFinding| LayoutDrawing {
        svg: String::new(),
        left_mm: 0.0,
        top_mm: 0.0,
        width_mm: 0.0,
        height_mm: 0.0,
        faults: vec![finding],
        advice: Vec::new(),
    };
    let layout = match own_layouts::layout_of(&wanted.content, "x") {
        Ok(layout) => layout,
        Err(fault) => return Ok(unusable(layouts::finding(&fault))),
    };
    let view = match wanted.view.as_str() {
        "front" => View::Label(Side::Front),
        "back" => View::Label(Side::Back),
        "sheet" => View::Sheet(Side::Front),
        "sheet_back" => View::Sheet(Side::Back),
        _ => return Err(Failure::from(Code::Malformed).with("view", "unknown")),
    };
    let mut tried = Vec::new();
    for one in wanted.people.iter().take(TRIED_MAX) {
        tried.push(person(session, one)?);
    }
    if tried.is_empty() {
        tried.push(person(session, &LayoutPerson { why: "ordinary".into(), ..nobody() })?);
    }
    let heading = tried[0].department.clone();
    // The sheet is full of the same few people.
    let drawn = match view {
        View::Label(_) => tried.len(),
        View::Sheet(_) => layout.places().clamp(tried.len(), DRAWN_MAX),
    };
    let people: People = tried.iter().cycle().take(drawn).cloned().collect();
    let is_chinese = wanted.language == "zh";
    let expiry = day(session.host.now_ms().saturating_add(USUAL_MS), is_chinese);
    let mut words = if is_chinese { Words::chinese(expiry) } else { Words::english(expiry) };
    let (chinese, english) = number_words(&session.profile.organisation_kind, &HashSet::new());
    let number = if is_chinese { chinese } else { english };
    words.number = format!("{number} {{number}}");
    words.list.number = number.to_owned();
    // Where this printer is off is no part of a layout.
    let kept = printing::Kept::load(session)?;
    let dots = printing::for_sheets(kept.choose(None, &layout.id)?).dots;
    let printer = Printer { dots, ..Printer::default() };
    let run = mingce_sheets::SheetRun {
        organisation: session.profile.organisation_name.clone(),
        groups: vec![Group { heading, people }],
        words,
        layout,
        list: None,
        printer,
        used_places: 0,
        fonts: Fonts::bundled(),
    };
    let drawn = match mingce_sheets::draft(&run, view) {
        Ok(drawn) => drawn,
        Err(SheetError::LayoutUnusable(fault)) => {
            let mut all = unusable(layouts::finding(&fault));
            all.faults = run.layout.faults().iter().map(layouts::finding).collect();
            return Ok(all);
        }
        Err(error) => return told(Err(error)),
    };
    let advice = drawn.advice.iter().map(|advice| LayoutFinding {
        place: advice.place.clone(),
        problem: advice.what.word().to_owned(),
        detail: advice.detail,
    });
    Ok(LayoutDrawing {
        svg: drawn.svg,
        left_mm: drawn.left_mm,
        top_mm: drawn.top_mm,
        width_mm: drawn.width_mm,
        height_mm: drawn.height_mm,
        faults: drawn.faults.iter().map(layouts::finding).collect(),
        advice: advice.collect(),
    })
}

fn nobody() -> LayoutPerson {
    LayoutPerson { why: String::new(), member: String::new(), name: String::new() }
}

/// Somebody as they stand on a label, with a link of the length that links have here and that opens nothing.
fn person(session: &Session, wanted: &LayoutPerson) -> Outcome<Person> {
    let link = mingce_codes::link(&link_base(session)?, &Token::from_random_bytes([0x5A; 16]));
    let known = match wanted.member.is_empty() {
        true => None,
        false => told(session.store.member(departments::id(&wanted.member)?))?,
    };
    let organisation = &session.profile.organisation_name;
    Ok(match known {
        Some(row) => Person {
            name: row.member.get(Field::MemberName).to_string(),
            department: match row.department_path.is_empty() {
                true => organisation.clone(),
                false => row.department_path.to_string(),
            },
            card_number: row.member.get(Field::MemberCardNumber).to_string(),
            link,
        },
        None => {
            let made_up = MADE_UP.iter().find(|(why, _)| *why == wanted.why).unwrap_or(&MADE_UP[2]);
            Person { name: made_up.1.into(), department: organisation.clone(), card_number: "20260001".into(), link }
        }
    })
}

/// The address that the last run's codes had: drawing asks nobody.
fn link_base(session: &Session) -> Outcome<String> {
    let kept = told(session.store.setting("public_url"))?;
    let kept = kept.and_then(|value| value.as_str().map(str::to_owned));
    Ok(kept.unwrap_or_else(|| session.service_url.clone()))
}

/// A picture for a layout: made anew of its pixels alone, and as small as a layout's picture has to be.
pub(crate) fn picture(path: &Path) -> Outcome<ReadPicture> {
    let bytes = photos::read_file(path)?;
    for side in SIDES {
        let pixels = told(mingce_photos::pixels(&bytes, side))?;
        if let Some(made) = LayoutPicture::of_pixels(pixels.width, pixels.height, &pixels.rgba) {
            let (width, height) = made.size();
            return Ok(ReadPicture { base64: BASE64.encode(made.png()), width, height });
        }
    }
    Err(Code::PhotoTooLarge.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart_by_width_and_rarity() {
        assert!(width("欧阳娜娜") > width("Li Na") && width("Li Na") > width("李"));
        assert_eq!(["张小明", "O’Connor", "李䶮", "𬱖", "鿍", "Нұрсұлтан"].map(rarity), [0, 0, 3, 4, 2, 1]);
    }
}
