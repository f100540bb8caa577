//! Keeps a spreadsheet from running a cell of a CSV file as a formula (OWASP, CSV injection; ASVS 5.0, 1.2.10).
//!
//! The guard is one apostrophe in front. It is put in front of everything that would look guarded already, so that
//! taking one away always gives back what was written.

use std::borrow::Cow;

/// Marks that begin a formula, or that let one begin in the next cell; the wide forms are taken as formulas by East
/// Asian versions of Excel.
const MARKS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

fn needs_guard(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(MARKS)
}

/// The text as it is written to CSV.
pub fn guarded(text: &str) -> Cow<'_, str> {
    if needs_guard(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text as it was before [`guarded`]; everything else is left alone.
pub fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if needs_guard(rest) => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_are_disarmed_and_nothing_else_is_touched() {
        assert_eq!(guarded("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(guarded("+85291234567"), "'+85291234567");
        assert_eq!(guarded("张三"), "张三");
        assert_eq!(guarded("'440524188001010014"), "'440524188001010014");
        assert_eq!(unguarded("'440524188001010014"), "'440524188001010014");
        assert_eq!(unguarded("'=1"), "=1");
    }

    proptest! {
        #[test]
        fn every_text_comes_back_and_never_as_a_formula(text in "['=+@a\t\r\n＝-]{0,6}") {
            let written = guarded(&text);
            prop_assert!(!written.starts_with(MARKS));
            prop_assert_eq!(unguarded(&written), text.as_str());
        }
    }
}
