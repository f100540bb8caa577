//! Consent: who agreed to what for whom, in which words, when, and when it was taken back (个人信息保护法 14 to 16, 29, 31).
//!
//! The ledger only grows. Every entry carries a hash of all before it, so that a change or a gap is noticed, and a cut by
//! whoever kept an earlier last link. It holds no names, phones or numbers: people are record ids, texts are their versions
//! and hashes.

mod ledger;
mod ledgers;
mod statements;

pub use ledger::{Broken, Entry, Giver, LedgerWriter, first_link, link_after, verify};
pub use ledgers::{Checked, LedgerError, Ledgers};
pub use statements::{Statement, StatementError, Statements};

/// What is agreed to, each by itself (个人信息保护法 29: sensitive kinds need a consent of their own).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Purpose {
    /// A personal account and an electronic card.
    Account,
    /// The document's number, compared with the roster to know the person.
    Document,
    /// The face on the card. Nobody needs to agree to it to get one.
    Photo,
}

impl Purpose {
    pub const ALL: [Self; 3] = [Self::Account, Self::Document, Self::Photo];

    pub fn word(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Document => "document",
            Self::Photo => "photo",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.word() == word)
    }
}

/// What was done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Act {
    Given,
    /// Asked, and the answer was no.
    Refused,
    Withdrawn,
}

impl Act {
    pub const ALL: [Self; 3] = [Self::Given, Self::Refused, Self::Withdrawn];

    pub fn word(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.word() == word)
    }
}

/// How it was said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// By a tick on the member page, after phone and document agreed with the roster.
    Page,
    /// The same, and the guardian's name typed in full, as the roster has it.
    SignedName,
    /// On the card's own pages, by whoever is signed in there.
    Card,
}

impl Way {
    pub const ALL: [Self; 3] = [Self::Page, Self::SignedName, Self::Card];

    pub fn word(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::SignedName => "signed_name",
            Self::Card => "card",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.word() == word)
    }
}
