//! Sheets as a reader has them: pictures of pages, and the finished file as independent programs see it.

mod mutations;
mod pages;
#[cfg_attr(windows, allow(dead_code, reason = "poppler and qpdf are not at hand there"))]
mod support;

#[cfg(not(windows))]
mod accessible;
#[cfg(not(windows))]
mod every_preset;
#[cfg(not(windows))]
mod readers;
#[cfg(not(windows))]
mod reference;
