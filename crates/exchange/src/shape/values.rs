//! What a column's values look like, without regard to its heading.

use crate::read::{Cell, ValueKind};
use mingce_model::Field;
use mingce_model::check::{document_kind_guess, parse_choice, parse_date};

use super::Target;

/// Counts over the values of one column in the sample.
#[derive(Clone, Default, Debug)]
pub(crate) struct Profile {
    filled: u32,
    mobile_phones: u32,
    documents: u32,
    sexes: u32,
    dates: u32,
    years: u32,
    emails: u32,
    han_names: u32,
    paths: u32,
    /// Whole numbers, each one more than the one before it.
    rising_by_one: u32,
    previous: Option<u64>,
}

impl Profile {
    pub(crate) fn add(&mut self, cell: &Cell<'_>) {
        let text = cell.text();
        let text = text.trim();
        if text.is_empty() || text.len() > 400 {
            return;
        }
        self.filled += 1;
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let is_number = digits == text.len();
        let shown = text.trim_start_matches(['+', '\'']);
        self.mobile_phones += u32::from(is_mobile(shown.strip_prefix("86").unwrap_or(shown)));
        self.documents += u32::from(text.len() >= 15 && document_kind_guess(text).is_some());
        self.sexes +=
            u32::from(matches!(text, "男" | "女" | "male" | "female" | "Male" | "Female" | "M" | "F" | "♂" | "♀"));
        self.dates += u32::from(cell.kind() == ValueKind::Date || (digits >= 6 && parse_date(text).is_some()));
        self.years += u32::from(is_year(text));
        self.emails += u32::from(text.contains('@') && text.contains('.') && !text.contains(' '));
        self.han_names += u32::from(is_name_like(text));
        self.paths += u32::from(text.contains('/') && text.chars().any(|c| c > '\u{2E80}') && digits * 2 < text.len());
        if is_number && let Ok(number) = text.parse::<u64>() {
            self.rising_by_one += u32::from(self.previous.is_none_or(|previous| number == previous + 1));
            self.previous = Some(number);
        }
    }

    fn share(&self, count: u32) -> f32 {
        if self.filled == 0 { 0.0 } else { count as f32 / self.filled as f32 }
    }

    /// A running number: of no use on a roster.
    pub(crate) fn is_counter(&self) -> bool {
        self.filled >= 3 && self.rising_by_one == self.filled && self.previous.is_some_and(|last| last < 1_000_000)
    }

    /// How well the values fit the target, 0 to 1; `None` when values cannot tell.
    pub(crate) fn fit(&self, target: Target) -> Option<f32> {
        if self.filled == 0 {
            return None;
        }
        let count = match target {
            Target::Field(Field::MemberPhone) | Target::GuardianPhone(_) => self.mobile_phones,
            Target::Field(Field::MemberDocumentNumber) => self.documents,
            Target::Field(Field::MemberSex) => self.sexes,
            Target::Field(Field::MemberEmail) => self.emails,
            Target::Field(Field::MemberBirthDate) => self.dates,
            _ => return None,
        };
        Some(self.share(count))
    }

    /// Values that cannot be what the heading says, whatever else they are.
    pub(crate) fn contradicts(&self, target: Target) -> bool {
        let mostly = |count| self.filled >= 3 && self.share(count) > 0.8;
        match target {
            Target::Field(Field::MemberName) | Target::GuardianName(_) => {
                mostly(self.mobile_phones) || mostly(self.documents) || mostly(self.dates) || mostly(self.sexes)
            }
            Target::Field(Field::MemberCardNumber) => {
                mostly(self.sexes) || mostly(self.documents) || mostly(self.han_names) || self.is_counter_from_one()
            }
            Target::Field(Field::MemberIdentity) => mostly(self.documents),
            Target::Field(Field::MemberEntryYear) => mostly(self.mobile_phones) || mostly(self.han_names),
            _ => false,
        }
    }

    fn is_counter_from_one(&self) -> bool {
        self.is_counter() && self.previous == Some(u64::from(self.filled))
    }

    /// What the values alone suggest.
    pub(crate) fn guess(&self) -> Option<(Target, f32)> {
        if self.filled == 0 || self.is_counter() {
            return None;
        }
        let candidates = [
            (Target::Field(Field::MemberDocumentNumber), self.documents, 0.75),
            (Target::Field(Field::MemberPhone), self.mobile_phones, 0.7),
            (Target::Field(Field::MemberSex), self.sexes, 0.75),
            (Target::Field(Field::MemberEmail), self.emails, 0.75),
            (Target::Field(Field::MemberBirthDate), self.dates, 0.5),
            (Target::DepartmentPath, self.paths, 0.5),
            (Target::Field(Field::MemberName), self.han_names, 0.4),
        ];
        candidates
            .into_iter()
            .find(|(_, count, _)| self.share(*count) > 0.7)
            .map(|(target, count, confidence)| (target, confidence * self.share(count)))
    }
}

fn is_mobile(text: &str) -> bool {
    let plain: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b' ' | b'-')).collect();
    matches!(plain.as_slice(), [b'1', b'3'..=b'9', rest @ ..] if rest.len() == 9 && rest.iter().all(u8::is_ascii_digit))
}

fn is_year(text: &str) -> bool {
    let year = text.trim_end_matches(['级', '年']);
    year.len() == 4 && (year.starts_with("19") || year.starts_with("20")) && year.bytes().all(|b| b.is_ascii_digit())
}

fn is_name_like(text: &str) -> bool {
    let count = text.chars().count();
    (2..=4).contains(&count)
        && text.chars().all(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c))
        && parse_choice(Field::MemberIdentity, text).is_none()
        && parse_choice(Field::MemberStatus, text).is_none()
        && !text.ends_with(['班', '级', '部', '系', '科', '长', '室'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(values: &[&str]) -> Profile {
        let mut profile = Profile::default();
        for value in values {
            profile.add(&Cell::Text((*value).into()));
        }
        profile
    }

    #[test]
    fn columns_are_known_by_their_values() {
        let guess = |values: &[&str]| profile(values).guess().map(|(target, _)| target.name());
        assert_eq!(guess(&["13800138000", "138-0013-8001", "+8613900139000"]).as_deref(), Some("phone"));
        assert_eq!(guess(&["11010519491231002X", "440524188001010014"]).as_deref(), Some("document_number"));
        assert_eq!(guess(&["男", "女", "男"]).as_deref(), Some("sex"));
        assert_eq!(guess(&["2008-01-02", "2009年3月4日"]).as_deref(), Some("birth_date"));
        assert_eq!(guess(&["张三", "李四", "欧阳娜娜"]).as_deref(), Some("name"));
        assert_eq!(guess(&["1", "2", "3", "4"]), None);
        assert_eq!(guess(&["红色", "学生", "3班"]), None);
    }

    #[test]
    fn a_running_number_is_no_card_number() {
        assert!(profile(&["1", "2", "3"]).contradicts(Target::Field(Field::MemberCardNumber)));
        assert!(!profile(&["20230001", "20230002", "20230003"]).contradicts(Target::Field(Field::MemberCardNumber)));
    }
}
