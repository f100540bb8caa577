//! The store from outside: real encrypted files in temporary folders.

mod finding;
mod opening;
mod support;
mod writing;
