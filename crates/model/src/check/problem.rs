//! What can be wrong with a value, as closed lists of codes. A code is never reused and never holds personal data;
//! the words and the remedy for each code are the caller's.

macro_rules! codes {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            /// Every one, in the order of declaration.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The lasting word for it, used on the wire, in exports and as key of the words people read.
            pub fn code(self) -> &'static str {
                match self { $($name::$variant => $code),* }
            }

            /// Finds it by its word.
            pub fn from_code(code: &str) -> Option<$name> {
                match code { $($code => Some($name::$variant),)* _ => None }
            }
        }
    };
}
pub(crate) use codes;

codes! {
    /// Why a value cannot be stored.
    Problem {
        /// A field that the record cannot do without is empty.
        RequiredMissing = "required_missing",
        TextTooLong = "text_too_long",
        /// A control or invisible format character that is not white space.
        ControlCharacter = "control_character",
        /// U+FFFD: the text was damaged when it was decoded.
        CharacterDamaged = "character_damaged",
        /// More than 50 characters, 民委发〔2016〕33 号.
        NameTooLong = "name_too_long",
        NameWithoutLetters = "name_without_letters",
        /// `/` or `>` in a department's name: they divide the names of a path.
        DepartmentNameSeparator = "department_name_separator",
        PhoneMalformed = "phone_malformed",
        /// A fixed line; invitations and checks need a mobile number.
        PhoneLandline = "phone_landline",
        /// Asterisks instead of digits: a masked copy of the number.
        NumberMasked = "number_masked",
        /// A spreadsheet kept only 15 digits of the number.
        NumberSpoiled = "number_spoiled",
        CardNumberCharacters = "card_number_characters",
        CardNumberTooLong = "card_number_too_long",
        /// No number as readers show it: digits and the letters A to F.
        ChipNumberCharacters = "chip_number_characters",
        /// Fewer characters than any chip's number has, or more.
        ChipNumberLength = "chip_number_length",
        /// More chips than one member can have.
        ChipNumbersTooMany = "chip_numbers_too_many",
        DateMalformed = "date_malformed",
        /// Before 1800 or after 2200.
        DateOutOfRange = "date_out_of_range",
        BirthDateInFuture = "birth_date_in_future",
        /// `valid_until` before `valid_from`.
        ValidityReversed = "validity_reversed",
        NumberMalformed = "number_malformed",
        NumberOutOfRange = "number_out_of_range",
        ChoiceUnknown = "choice_unknown",
        EmailMalformed = "email_malformed",
        ReferenceMalformed = "reference_malformed",
        HexMalformed = "hex_malformed",
        JsonMalformed = "json_malformed",
        /// Neither 18 characters nor the 15 digits issued before 1999-10-01.
        ResidentIdLength = "resident_id_length",
        ResidentIdCharacters = "resident_id_characters",
        ResidentIdChecksum = "resident_id_checksum",
        /// No such day in the calendar.
        ResidentIdBirthDate = "resident_id_birth_date",
        ResidentIdBornInFuture = "resident_id_born_in_future",
        /// Area 000000.
        ResidentIdArea = "resident_id_area",
        /// Area not 810000, 820000 or 830000.
        ResidencePermitArea = "residence_permit_area",
        /// The number belongs to another kind of document than the one named.
        DocumentKindMismatch = "document_kind_mismatch",
        HongKongMacauPermitMalformed = "hong_kong_macau_permit_malformed",
        TaiwanPermitMalformed = "taiwan_permit_malformed",
        ForeignPermanentResidentMalformed = "foreign_permanent_resident_malformed",
        PassportMalformed = "passport_malformed",
    }
}

codes! {
    /// What a person should look at although the value can be stored.
    Warning {
        /// No such area in GB/T 2260, or one in which no such numbers are issued.
        ResidentIdAreaUnknown = "resident_id_area_unknown",
        /// The number has the right shape, but its range is not known to be given out.
        PhonePrefixUnallocated = "phone_prefix_unallocated",
        SexDiffersFromId = "sex_differs_from_id",
        BirthDateDiffersFromId = "birth_date_differs_from_id",
        /// A document number without the kind of document.
        DocumentKindMissing = "document_kind_missing",
        /// A kind of document without its number.
        DocumentNumberMissing = "document_number_missing",
        /// A question mark, an empty box or a private-use character: a rare character was probably lost.
        NameCharacterSuspect = "name_character_suspect",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_code_is_unique_and_leads_back() {
        let codes: HashSet<&str> = Problem::ALL
            .iter()
            .map(|problem| problem.code())
            .chain(Warning::ALL.iter().map(|warning| warning.code()))
            .collect();
        assert_eq!(codes.len(), Problem::ALL.len() + Warning::ALL.len());
        for problem in Problem::ALL {
            assert_eq!(Problem::from_code(problem.code()), Some(*problem));
        }
        for warning in Warning::ALL {
            assert_eq!(Warning::from_code(warning.code()), Some(*warning));
        }
        assert!(codes.iter().all(|code| code.chars().all(|c| c.is_ascii_lowercase() || c == '_')));
    }
}
