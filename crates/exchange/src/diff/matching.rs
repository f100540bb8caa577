//! Finds whom each row is about: by id, card number, document number, and only then by name with something else.

use super::places::{Place, Places};
use super::roster::{MemberKey, Roster};
use crate::stage::{PathId, Paths, ProblemCode, StagedRow};
use jiff::civil::Date;
use mingce_model::check::document_identity;
use mingce_model::{Field, Record, RecordId, birth_date, birth_date_of};

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

/// Where what is found by one of a row's numbers goes.
type Slot = fn(&mut ByNumber) -> &mut Vec<Record>;

/// Matches a batch of rows with few questions.
pub(crate) fn match_rows<R: Roster>(
    rows: &[StagedRow],
    places: &mut Places,
    paths: &Paths,
    roster: &mut R,
) -> Result<Vec<Match>, R::Error> {
    let mut keys = Vec::new();
    let mut owners: Vec<(usize, Slot)> = Vec::new();
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

/// What is known of a row that a number did not lead to anybody.
struct Unmatched<'r> {
    row: &'r StagedRow,
    born: Option<Date>,
    /// Where the member would be, if that department exists.
    department: Option<Option<RecordId>>,
}

/// Whether a member of a row's name is whom the row is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Namesake {
    Same,
    /// Something says so, something else does not, or not enough says anything.
    Perhaps,
    Another,
}

impl Unmatched<'_> {
    fn against(&self, member: &Record) -> Namesake {
        let row = self.row;
        let born = birth_date_of(member);
        let is_born_otherwise = matches!((self.born, born), (Some(a), Some(b)) if a != b);
        let is_born_so = self.born.is_some() && self.born == born;
        let phone = row.text(Field::MemberPhone);
        let differs = is_born_otherwise
            || differ(row.text(Field::MemberCardNumber), member.text(Field::MemberCardNumber))
            || differ(staged_identity(row), known_identity(member));
        if is_born_so || phone.is_some() && phone == member.text(Field::MemberPhone) {
            return if differs { Namesake::Perhaps } else { Namesake::Same };
        }
        let is_there = self.department == Some(member.reference(Field::MemberDepartment));
        // The last resort of a file that knows nothing else.
        if is_there && self.born.is_none() && phone.is_none() && !has_number(row) {
            return Namesake::Same;
        }
        // Of one class, or of a row that has no number, the name alone is worth a question.
        let is_told_apart = is_born_otherwise || differ(staged_identity(row), known_identity(member));
        if !is_told_apart && (is_there || !has_number(row)) { Namesake::Perhaps } else { Namesake::Another }
    }
}

fn has_number(row: &StagedRow) -> bool {
    [Field::MemberCardNumber, Field::MemberDocumentNumber].iter().any(|field| row.get(*field).is_some())
}

fn match_by_name<R: Roster>(
    rows: &[StagedRow],
    matches: &mut [Option<Match>],
    places: &mut Places,
    paths: &Paths,
    roster: &mut R,
) -> Result<(), R::Error> {
    let unmatched = rows.iter().zip(matches).filter(|(_, found)| found.is_none());
    let named: Vec<_> = unmatched.filter_map(|(row, found)| Some((row, row.text(Field::MemberName)?, found))).collect();
    let keys: Vec<MemberKey<'_>> = named.iter().map(|it| MemberKey::Name(it.1)).collect();
    if keys.is_empty() {
        return Ok(());
    }
    for ((row, _, found), members) in named.into_iter().zip(roster.find_members(&keys)?) {
        if members.is_empty() {
            continue;
        }
        let department = match row.department.map(|path: PathId| places.find(path, paths)) {
            None | Some(Place::Top) => Some(None),
            Some(Place::Known(id) | Place::Archived(Some(id))) => Some(Some(id)),
            // Nobody can be in a department that does not exist.
            Some(Place::New(_) | Place::Unclear | Place::TooDeep | Place::Archived(None)) => None,
        };
        let number = row.text(Field::MemberDocumentNumber);
        let born = birth_date(row.text(Field::MemberBirthDate), staged_kind(row), number);
        let wanted = Unmatched { row, born, department };
        let (mut same, mut perhaps) = (Vec::new(), Vec::new());
        for member in members {
            match wanted.against(&member) {
                Namesake::Same => same.push(member),
                Namesake::Perhaps => perhaps.push(member),
                Namesake::Another => {}
            }
        }
        *found = match (same.is_empty(), perhaps.is_empty()) {
            (false, _) => Some(single(same)),
            (true, false) => Some(Match::NobodyButSimilar(perhaps)),
            (true, true) => None,
        };
    }
    Ok(())
}
