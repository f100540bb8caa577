//! Whose photo a file is, by its name: the card number, the name, or the name within a class. Nothing is guessed: where
//! two may be meant, a person says who.

use crate::failure::{Outcome, told};
use crate::session::Session;
use crate::typed;
use mingce_ipc::photo::PhotoMatch;
use mingce_model::tree::name_key;
use mingce_model::{Field, Kind, Record, RecordId, Value};
use std::collections::BTreeSet;

/// Members of one name looked at.
const NAMESAKES_MAX: usize = 50;
/// A shorter piece of a file's name is no card number, unless it is all of it.
const NUMBER_CHARACTERS_MIN: usize = 3;
/// Pieces of one file's name that are looked for.
const PIECES_MAX: usize = 8;
/// How cameras and telephones begin the names that they make up; the number behind it counts pictures, not people.
const CAMERAS: [&str; 11] =
    ["img", "dsc", "pxl", "mvimg", "mmexport", "wechatimg", "微信图片", "screenshot", "截图", "scan", "image"];
/// Two words of a name that cannot both be right: the number is one member's and the name another's.
pub(super) const NUMBER_AND_NAME_DIFFER: &str = "number_and_name_differ";

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Found {
    One { member: RecordId, by: PhotoMatch },
    Several { members: Vec<RecordId>, reason: Option<&'static str> },
    Nobody,
}

/// What a file's name says.
#[derive(Debug, PartialEq, Eq)]
struct Words {
    whole: String,
    pieces: Vec<String>,
}

/// Finds the member for a file's name without its ending; `folders` are those that it lies in.
pub(super) fn find(session: &Session, stem: &str, folders: &[String]) -> Outcome<Found> {
    let words = Words::of(stem);
    let numbered = by_number(session, &words)?;
    let named = by_name(session, &words)?;
    let ids = |records: &[Record]| records.iter().map(|record| record.id).collect::<Vec<_>>();
    match numbered.as_slice() {
        [] => {}
        [only] if named.is_empty() || named.iter().any(|record| record.id == only.id) => {
            return Ok(Found::One { member: only.id, by: PhotoMatch::CardNumber });
        }
        [_] => {
            let members = [ids(&numbered), ids(&named)].concat();
            return Ok(Found::Several { members, reason: Some(NUMBER_AND_NAME_DIFFER) });
        }
        several => return Ok(Found::Several { members: ids(several), reason: None }),
    }
    match named.as_slice() {
        [] => Ok(Found::Nobody),
        [only] => Ok(Found::One { member: only.id, by: PhotoMatch::Name }),
        several => {
            let there = in_place(session, several, &words, folders)?;
            match there.as_slice() {
                [only] => Ok(Found::One { member: *only, by: PhotoMatch::NameAndPlace }),
                _ => Ok(Found::Several { members: ids(several), reason: None }),
            }
        }
    }
}

impl Words {
    fn of(stem: &str) -> Self {
        let is_break = |c: char| c.is_whitespace() || "_-.()[]+&,，、（）【】＿－—．～~#@=".contains(c);
        let mut pieces: Vec<String> = Vec::new();
        for part in stem.split(is_break) {
            pieces.push(part.to_owned());
            // 张三20230101 and 20230101张三: a number and a name without anything between.
            let runs = runs(part);
            if runs.len() > 1 {
                pieces.extend(runs);
            }
            // 高一3班张三: what stands behind the name of a class or office.
            if let Some((_, name)) = part.rsplit_once(['班', '级', '部', '组', '科', '室', '处', '院', '系']) {
                pieces.push(name.to_owned());
            }
        }
        let mut seen = BTreeSet::new();
        pieces.retain(|piece| !piece.is_empty() && seen.insert(piece.clone()));
        pieces.truncate(PIECES_MAX);
        Self { whole: stem.trim().to_owned(), pieces }
    }
}

/// The text parted where letters and digits of numbers meet other writing.
fn runs(text: &str) -> Vec<String> {
    let is_of_number = |c: char| c.is_ascii_alphanumeric() || ('０'..='９').contains(&c);
    let mut runs: Vec<String> = Vec::new();
    let mut last = None;
    for c in text.chars() {
        let kind = is_of_number(c);
        match runs.last_mut() {
            Some(run) if last == Some(kind) => run.push(c),
            _ => runs.push(c.to_string()),
        }
        last = Some(kind);
    }
    runs
}

fn by_number(session: &Session, words: &Words) -> Outcome<Vec<Record>> {
    let mut found = with_number(session, &words.whole)?;
    let lower = words.whole.to_lowercase();
    if CAMERAS.iter().any(|camera| lower.starts_with(camera)) {
        return Ok(found);
    }
    for piece in &words.pieces {
        let could_be = piece.chars().count() >= NUMBER_CHARACTERS_MIN && piece.chars().any(char::is_numeric);
        if found.is_empty() && could_be {
            found = with_number(session, piece)?;
        }
    }
    Ok(found)
}

/// Members with the number in any case; a number belongs to one, but two computers may not know of each other yet.
fn with_number(session: &Session, text: &str) -> Outcome<Vec<Record>> {
    let Some(number) = read(session, Field::MemberCardNumber, text) else { return Ok(Vec::new()) };
    let mut found: Vec<Record> = Vec::new();
    for spelling in BTreeSet::from([number.to_uppercase(), number.to_lowercase(), number]) {
        for record in told(session.store.find_by(Field::MemberCardNumber, &Value::from(spelling), NAMESAKES_MAX))? {
            if !found.iter().any(|other| other.id == record.id) {
                found.push(record);
            }
        }
    }
    Ok(found)
}

fn by_name(session: &Session, words: &Words) -> Outcome<Vec<Record>> {
    for text in std::iter::once(&words.whole).chain(&words.pieces) {
        // Numbers are no names, and a single letter or character is nobody's.
        if text.chars().any(char::is_numeric) || text.chars().count() < 2 {
            continue;
        }
        let Some(name) = read(session, Field::MemberName, text) else { continue };
        let mut found = told(session.store.find_by(Field::MemberName, &Value::from(name), NAMESAKES_MAX))?;
        if found.len() > 1 {
            let is_here = |record: &Record| record.text(Field::MemberStatus) != Some("left");
            let here = found.iter().filter(|record| is_here(record)).count();
            if here > 0 {
                found.retain(is_here);
            }
        }
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// Those whose department, or one above it, is named by the file or its folders.
fn in_place(session: &Session, members: &[Record], words: &Words, folders: &[String]) -> Outcome<Vec<RecordId>> {
    let mut named: BTreeSet<String> = words.pieces.iter().chain(folders).map(|text| name_key(text)).collect();
    // 3班张三: the class stands before the name.
    named.extend(words.pieces.iter().filter_map(|piece| {
        let end = piece.rfind('班')? + '班'.len_utf8();
        Some(name_key(&piece[..end]))
    }));
    let tree = told(session.store.departments())?;
    let mut there = Vec::new();
    for member in members {
        let mut departments = vec![member.reference(Field::MemberDepartment)];
        let further = told(session.store.find_by(Field::AffiliationMember, &Value::from(member.id), NAMESAKES_MAX))?;
        departments.extend(further.iter().map(|place| place.reference(Field::AffiliationDepartment)));
        let mut nodes = departments.into_iter().flatten().filter_map(|id| tree.get(id));
        let is_there = nodes.any(|node| {
            let whole = name_key(&node.path.replace('/', ""));
            named.contains(&whole) || node.path.split('/').any(|step| named.contains(&name_key(step)))
        });
        if is_there {
            there.push(member.id);
        }
    }
    Ok(there)
}

/// The text in its stored form, if it keeps the field's rules.
fn read(session: &Session, field: Field, text: &str) -> Option<String> {
    debug_assert_eq!(field.kind(), Kind::Member);
    let checked = typed::read(field, text, session.host.today(), None).ok()?;
    checked.value.as_text().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(stem: &str) -> Vec<String> {
        Words::of(stem).pieces
    }

    #[test]
    fn a_files_name_is_taken_apart_in_the_ways_people_write_them() {
        assert_eq!(pieces("3班_张三"), ["3班", "3", "班", "张三"]);
        assert_eq!(pieces("张三-20230101"), ["张三", "20230101"]);
        assert_eq!(pieces("张三20230101"), ["张三20230101", "张三", "20230101"]);
        assert_eq!(pieces("２０２３０１张三"), ["２０２３０１张三", "２０２３０１", "张三"]);
        assert!(pieces("高一3班张三").contains(&"张三".to_owned()));
        assert!(pieces("张三（1）").contains(&"张三".to_owned()));
        assert!(pieces("IMG_2024 s2023001").contains(&"s2023001".to_owned()));
        assert!(pieces(&"_a".repeat(1_000)).len() <= PIECES_MAX);
    }
}
