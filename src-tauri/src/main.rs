//! Starts the desktop app; everything else is in the library beside it.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    mingce_shell::run()
}
