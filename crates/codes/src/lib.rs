//! Invitation tokens and the links that carry them: make, write down, read back, hash; and signatures (Ed25519).
//! Pure: the random bytes come from the caller, and nothing here reads a clock, a disk or a network.
//! A token is a secret until it is used: it must never be logged, and only its hash may reach the service's tables.

mod link;
pub mod signing;
mod token;

pub use link::{LinkUnreadable, link, parse_link};
pub use token::{TOKEN_TEXT_CHARS, Token, TokenUnreadable};
