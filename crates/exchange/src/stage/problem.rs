//! What is wrong with a row, where, and what the user can do about it. The value stands apart from everything else, so
//! that a problem can be logged and counted without it.

use crate::read::ValueKind;
use mingce_model::check;
use serde::{Deserialize, Serialize};

/// What was found. Codes are never reused.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ProblemCode {
    /// A rule of the field is broken.
    Rule(check::Problem),
    /// The rules let it pass, but a person should look.
    Caution(check::Warning),
    /// An ID number of which the spreadsheet kept 15 digits. What is lost is lost: it is never repaired.
    ResidentIdSpoiled,
    /// A card or phone number in exponent form or with more digits than a spreadsheet keeps.
    NumberSpoiled,
    /// The column's other numbers begin with zeros; this one is too short by what a spreadsheet takes away.
    LeadingZerosLost,
    /// The cell shows `#N/A`, `#REF!` …
    FormulaFault,
    /// A date was read from the number that a spreadsheet stores for it.
    DateFromSerial,
    DepartmentTooDeep,
    /// Two departments have the same path.
    DepartmentAmbiguous,
    /// Nobody can be put into a department that was put away.
    DepartmentArchived,
    GuardianWithoutName,
    /// The cell holds several phone numbers: the first goes in, the others are kept in the note.
    SeveralPhones,
    /// Not an id of ours; the row is matched by its other values.
    RecordIdMalformed,
    /// `other_row` has the same card number.
    CardNumberRepeated,
    DocumentNumberRepeated,
    /// `other_row` is about the same member.
    MemberRepeated,
    /// Somebody whom another system's package names by an id that nobody on the roster has.
    MemberUnknown,
    /// Several members fit.
    MemberAmbiguous,
    /// The card number belongs to one member, the document number to another.
    MembersDisagree,
    /// The card number belongs to a member of another name with another document.
    CardNumberOfAnother,
    /// Somebody of this name is there, with the same birth date, phone or department, or the row has no number to tell by.
    PossibleDuplicate,
    /// A department file: the number of the one above is not in the file.
    DepartmentParentMissing,
    DepartmentNumberRepeated,
    /// The row says that its member leads a department, and names none.
    LeaderWithoutDepartment,
    /// Not among the choices of a field that the organisation defined.
    CustomChoiceUnknown,
    /// `other_row` has the same value in a field in which no two may have the same.
    CustomValueRepeated,
    /// Somebody on the roster has it.
    CustomValueTaken,
    /// Nothing in a field in which everybody should have something.
    CustomValueMissing,
    /// More tags than an organisation can have.
    TooManyTags,
}

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth a look; the row goes in.
    Caution,
    /// This cell cannot go in; the rest of the row can, if the user says so.
    Cell,
    /// The row cannot go in.
    Row,
}

/// What the user can do. From this the words of the next step are found.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// Format the column as text and enter the number again from the source.
    EnterAgainAsText,
    /// Agree to the offered value, or enter the number with its zeros.
    RestoreZeros,
    FillIn,
    Correct,
    Shorten,
    /// Use one of the words that the field knows.
    UseKnownWord,
    /// Use one of the field's choices, or add this one to them.
    AddChoice,
    /// Get the number without asterisks.
    GetFullNumber,
    RepairFormula,
    /// Open the text file again with another encoding.
    ReopenWithOtherEncoding,
    RemoveOneRow,
    /// Add a card or document number by which the member can be told apart.
    AddNumber,
    /// Make sure who is meant.
    CheckPerson,
    CheckValue,
    RenameDepartment,
}

impl Remedy {
    pub fn code(self) -> &'static str {
        match self {
            Self::EnterAgainAsText => "enter_again_as_text",
            Self::RestoreZeros => "restore_zeros",
            Self::FillIn => "fill_in",
            Self::Correct => "correct",
            Self::Shorten => "shorten",
            Self::UseKnownWord => "use_known_word",
            Self::AddChoice => "add_choice",
            Self::GetFullNumber => "get_full_number",
            Self::RepairFormula => "repair_formula",
            Self::ReopenWithOtherEncoding => "reopen_with_other_encoding",
            Self::RemoveOneRow => "remove_one_row",
            Self::AddNumber => "add_number",
            Self::CheckPerson => "check_person",
            Self::CheckValue => "check_value",
            Self::RenameDepartment => "rename_department",
        }
    }
}

impl ProblemCode {
    pub fn code(self) -> &'static str {
        match self {
            Self::Rule(problem) => problem.code(),
            Self::Caution(warning) => warning.code(),
            Self::ResidentIdSpoiled => "resident_id_spoiled_by_spreadsheet",
            Self::NumberSpoiled => "number_spoiled_by_spreadsheet",
            Self::LeadingZerosLost => "leading_zeros_lost",
            Self::FormulaFault => "formula_fault",
            Self::DateFromSerial => "date_from_serial_number",
            Self::DepartmentTooDeep => "department_too_deep",
            Self::DepartmentAmbiguous => "department_ambiguous",
            Self::DepartmentArchived => "department_archived",
            Self::GuardianWithoutName => "guardian_without_name",
            Self::SeveralPhones => "several_phones",
            Self::RecordIdMalformed => "record_id_malformed",
            Self::CardNumberRepeated => "card_number_repeated",
            Self::DocumentNumberRepeated => "document_number_repeated",
            Self::MemberRepeated => "member_repeated",
            Self::MemberUnknown => "member_unknown",
            Self::MemberAmbiguous => "member_ambiguous",
            Self::MembersDisagree => "members_disagree",
            Self::CardNumberOfAnother => "card_number_of_another",
            Self::PossibleDuplicate => "possible_duplicate",
            Self::DepartmentParentMissing => "department_parent_missing",
            Self::DepartmentNumberRepeated => "department_number_repeated",
            Self::LeaderWithoutDepartment => "leader_without_department",
            Self::CustomChoiceUnknown => "custom_choice_unknown",
            Self::CustomValueRepeated => "custom_value_repeated",
            Self::CustomValueTaken => "value_taken",
            Self::CustomValueMissing => "custom_value_missing",
            Self::TooManyTags => "too_many_tags",
        }
    }

    /// Whether a row with it could be about somebody who is not on the roster.
    pub(crate) fn leaves_room_for_another(self) -> bool {
        !matches!(self, Self::CardNumberOfAnother | Self::MembersDisagree)
    }

    pub fn severity(self) -> Severity {
        match self {
            Self::Caution(_)
            | Self::DateFromSerial
            | Self::SeveralPhones
            | Self::RecordIdMalformed
            | Self::CustomValueMissing
            | Self::PossibleDuplicate => Severity::Caution,
            Self::Rule(check::Problem::RequiredMissing)
            | Self::LeadingZerosLost
            | Self::CardNumberRepeated
            | Self::DocumentNumberRepeated
            | Self::MemberRepeated
            | Self::MemberUnknown
            | Self::MemberAmbiguous
            | Self::MembersDisagree
            | Self::CardNumberOfAnother
            | Self::DepartmentParentMissing
            | Self::DepartmentNumberRepeated => Severity::Row,
            _ => Severity::Cell,
        }
    }

    pub fn remedy(self) -> Remedy {
        use check::Problem as P;
        match self {
            Self::ResidentIdSpoiled | Self::NumberSpoiled | Self::Rule(P::NumberSpoiled) => Remedy::EnterAgainAsText,
            Self::LeadingZerosLost => Remedy::RestoreZeros,
            Self::FormulaFault => Remedy::RepairFormula,
            Self::Rule(P::RequiredMissing)
            | Self::GuardianWithoutName
            | Self::LeaderWithoutDepartment
            | Self::CustomValueMissing => Remedy::FillIn,
            Self::CustomChoiceUnknown => Remedy::AddChoice,
            Self::CustomValueRepeated | Self::CustomValueTaken => Remedy::Correct,
            Self::TooManyTags => Remedy::CheckValue,
            Self::Rule(P::TextTooLong | P::NameTooLong | P::CardNumberTooLong) | Self::DepartmentTooDeep => {
                Remedy::Shorten
            }
            Self::Rule(P::ChoiceUnknown) => Remedy::UseKnownWord,
            Self::Rule(P::NumberMasked) => Remedy::GetFullNumber,
            Self::Rule(P::CharacterDamaged) => Remedy::ReopenWithOtherEncoding,
            Self::Rule(P::DepartmentNameSeparator) | Self::DepartmentAmbiguous => Remedy::RenameDepartment,
            Self::Rule(_) => Remedy::Correct,
            Self::CardNumberRepeated
            | Self::DocumentNumberRepeated
            | Self::MemberRepeated
            | Self::DepartmentNumberRepeated => Remedy::RemoveOneRow,
            Self::MemberAmbiguous => Remedy::AddNumber,
            Self::MemberUnknown | Self::MembersDisagree | Self::CardNumberOfAnother | Self::PossibleDuplicate => {
                Remedy::CheckPerson
            }
            Self::Caution(_) | Self::DateFromSerial | Self::SeveralPhones | Self::RecordIdMalformed => {
                Remedy::CheckValue
            }
            Self::DepartmentParentMissing | Self::DepartmentArchived => Remedy::Correct,
        }
    }
}

/// One thing wrong with one row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// As the spreadsheet numbers it, from 1.
    pub row: u32,
    /// From 0; `None` when it is about the row as a whole.
    pub column: Option<u16>,
    pub value_kind: ValueKind,
    pub code: ProblemCode,
    /// The row that this one disagrees with.
    pub other_row: Option<u32>,
    /// What the cell holds. Personal data: shown to the user, never logged.
    pub value: String,
    /// What the user may agree to instead.
    pub proposal: Option<String>,
}

/// The letters of a column as spreadsheets show them: 0 is `A`, 26 is `AA`.
pub fn column_letters(column: u16) -> String {
    let mut letters = Vec::new();
    let mut rest = u32::from(column) + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(b'A' + (rest % 26) as u8);
        rest /= 26;
    }
    letters.iter().rev().map(|letter| char::from(*letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_letters_of_spreadsheets() {
        for (column, letters) in
            [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")]
        {
            assert_eq!(column_letters(column), letters);
        }
    }
}
