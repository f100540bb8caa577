//! The store from outside: real encrypted files in temporary folders.

mod converging;
mod finding;
mod inviting;
mod marking;
mod opening;
mod pages;
mod photos;
mod remembering;
mod restoring;
mod runs;
mod service;
mod setting;
mod support;
mod syncing;
mod undoing;
mod verifying;
mod writing;
