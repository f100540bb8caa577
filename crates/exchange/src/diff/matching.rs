//! Finds whom each row is about: by id, card number, document number, and only then by name with something else.

use super::places::{Place, Places};
use super::roster::{MemberKey, Roster};
use crate::stage::{PathId, Paths, ProblemCode, StagedRow};
use mingce_model::check::document_identity;
use mingce_model::{Field, Record, RecordId};

/// Whom a row is about.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Match {
    Member(Box<Record>),
    Nobody,
    /// Nobody, but somebody much like it.
    NobodyButSimilar(Vec<Record>),
    /// Not to be told, with those it could be.
    Unclear(ProblemCode, Vec<Record>),
}

/// The number by which one holder is known, whatever the count of reissues.
fn identity_of<'r>(kind: Option<&str>, number: &'r str) -> &'r str {
    document_identity(kind.unwrap_or_default(), number)
}

fn staged_kind(row: &StagedRow) -> Option<&str> {
    row.text(Field::MemberDocumentKind).or(row.document_kind_guess)
}

fn known_identity(record: &Record) -> Option<&str> {
    let number = record.text(Field::MemberDocumentNumber)?;
    Some(identity_of(record.text(Field::MemberDocumentKind), number))
}

fn staged_identity(row: &StagedRow) -> Option<&str> {
    Some(identity_of(staged_kind(row), row.text(Field::MemberDocumentNumber)?))
}

/// Both have a value, and not the same.
fn differ(a: Option<&str>, b: Option<&str>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if a != b)
}

/// Answers of one row's numbers.
#[derive(Default)]
struct ByNumber {
    id: Vec<Record>,
    card: Vec<Record>,
    document: Vec<Record>,
}

/// Matches a batch of rows with few questions.
pub(crate) fn match_rows<R: Roster>(
    rows: &[StagedRow],
    places: &mut Places,
    paths: &Paths,
    roster: &mut R,
) -> Result<Vec<Match>, R::Error> {
    let mut keys = Vec::new();
    let mut owners: Vec<(usize, fn(&mut ByNumber) -> &mut Vec<Record>)> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        if let Some(id) = row.record_id {
            keys.push(MemberKey::Id(id));
            owners.push((index, |found| &mut found.id));
        }
        if let Some(number) = row.text(Field::MemberCardNumber) {
            keys.push(MemberKey::CardNumber(number));
            owners.push((index, |found| &mut found.card));
        }
        if let Some(number) = row.text(Field::MemberDocumentNumber) {
            let is_permit = staged_kind(row) == Some("hong_kong_macau_permit") && number.len() >= 9;
            keys.push(if is_permit {
                MemberKey::PermitHolder(identity_of(staged_kind(row), number))
            } else {
                MemberKey::DocumentNumber(number)
            });
            owners.push((index, |found| &mut found.document));
        }
    }
    let mut found: Vec<ByNumber> = rows.iter().map(|_| ByNumber::default()).collect();
    for ((index, slot), records) in owners.into_iter().zip(roster.find_members(&keys)?) {
        *slot(&mut found[index]) = records;
    }
    let mut matches: Vec<Option<Match>> =
        rows.iter().zip(found).map(|(row, found)| match_by_number(row, found)).collect();
    match_by_name(rows, &mut matches, places, paths, roster)?;
    Ok(matches.into_iter().map(|found| found.unwrap_or(Match::Nobody)).collect())
}

fn contains(records: &[Record], id: RecordId) -> bool {
    records.iter().any(|record| record.id == id)
}

/// `None` when the numbers lead nowhere.
fn match_by_number(row: &StagedRow, mut found: ByNumber) -> Option<Match> {
    if let Some(member) = found.id.pop() {
        if !found.card.is_empty() && !contains(&found.card, member.id) {
            return Some(Match::Unclear(ProblemCode::CardNumberOfAnother, found.card));
        }
        if !found.document.is_empty() && !contains(&found.document, member.id) {
            found.document.insert(0, member);
            return Some(Match::Unclear(ProblemCode::MembersDisagree, found.document));
        }
        return Some(Match::Member(Box::new(member)));
    }
    let name = row.text(Field::MemberName);
    match found.card.len() {
        0 => {}
        1 => {
            let member = found.card.remove(0);
            if !found.document.is_empty() && !contains(&found.document, member.id) {
                // Whoever else it may be cannot be given the number that this one has.
                return Some(Match::Unclear(ProblemCode::MembersDisagree, vec![member]));
            }
            // A card number given out again: everything else belongs to somebody else.
            let is_another =
                differ(name, member.text(Field::MemberName)) && differ(staged_identity(row), known_identity(&member));
            return Some(if is_another {
                Match::Unclear(ProblemCode::CardNumberOfAnother, vec![member])
            } else {
                Match::Member(Box::new(member))
            });
        }
        _ => {
            let (fitting, others): (Vec<Record>, Vec<Record>) =
                found.card.into_iter().partition(|member| contains(&found.document, member.id));
            return Some(if fitting.is_empty() {
                Match::Unclear(ProblemCode::MemberAmbiguous, others)
            } else {
                single(fitting)
            });
        }
    }
    match found.document.len() {
        0 => None,
        1 => Some(single(found.document)),
        _ => {
            let (fitting, others): (Vec<Record>, Vec<Record>) =
                found.document.into_iter().partition(|member| member.text(Field::MemberName) == name);
            Some(if fitting.is_empty() {
                Match::Unclear(ProblemCode::MemberAmbiguous, others)
            } else {
                single(fitting)
            })
        }
    }
}

fn single(mut members: Vec<Record>) -> Match {
    match members.len() {
        1 => Match::Member(Box::new(members.remove(0))),
        _ => Match::Unclear(ProblemCode::MemberAmbiguous, members),
    }
}

/// The names to ask for, from the surest to the least sure. `department` is where the member would be, if that exists.
fn name_keys<'r>(row: &'r StagedRow, department: Option<Option<RecordId>>) -> Vec<MemberKey<'r>> {
    let Some(name) = row.text(Field::MemberName) else { return Vec::new() };
    let mut keys = Vec::new();
    if let Some(birth_date) = row.text(Field::MemberBirthDate) {
        keys.push(MemberKey::NameAndBirthDate { name, birth_date });
    }
    if let Some(phone) = row.text(Field::MemberPhone) {
        keys.push(MemberKey::NameAndPhone { name, phone });
    }
    let has_number = [Field::MemberCardNumber, Field::MemberDocumentNumber].iter().any(|it| row.get(*it).is_some());
    if let Some(department) = department
        && keys.is_empty()
        && !has_number
    {
        keys.push(MemberKey::NameAndDepartment { name, department });
    }
    keys
}

fn match_by_name<R: Roster>(
    rows: &[StagedRow],
    matches: &mut [Option<Match>],
    places: &mut Places,
    paths: &Paths,
    roster: &mut R,
) -> Result<(), R::Error> {
    let mut keys = Vec::new();
    let mut owners = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        if matches[index].is_some() {
            continue;
        }
        let department = match row.department.map(|path: PathId| places.find(path, paths)) {
            None | Some(Place::Top) => Some(None),
            Some(Place::Known(id)) => Some(Some(id)),
            // Nobody can be in a department that does not exist.
            Some(Place::New(_) | Place::Unclear) => None,
        };
        let asked = name_keys(row, department);
        owners.extend(std::iter::repeat_n(index, asked.len()));
        keys.extend(asked);
    }
    if keys.is_empty() {
        return Ok(());
    }
    for (index, members) in owners.into_iter().zip(roster.find_members(&keys)?) {
        let row = &rows[index];
        let is_settled = matches!(matches[index], Some(Match::Member(_) | Match::Unclear(..)));
        if is_settled || members.is_empty() {
            continue;
        }
        let (similar, fitting): (Vec<Record>, Vec<Record>) = members.into_iter().partition(|member| {
            differ(row.text(Field::MemberCardNumber), member.text(Field::MemberCardNumber))
                || differ(staged_identity(row), known_identity(member))
                || differ(row.text(Field::MemberBirthDate), member.text(Field::MemberBirthDate))
        });
        if !fitting.is_empty() {
            matches[index] = Some(single(fitting));
        } else if !similar.is_empty() {
            matches[index] = Some(Match::NobodyButSimilar(similar));
        }
    }
    Ok(())
}
