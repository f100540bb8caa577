//! A Windows of our own under Wine, in target/windows: nothing of the user's is touched.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::process;

/// Every program of Rust takes its random bytes from bcryptprimitives.dll, which Debian's Wine 8 lacks. This one hands
/// the request to the function that Wine has.
const PRIMITIVES: &str = r#"#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID bytes, ULONG length);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T length) {
    while (length > 0) {
        ULONG part = length > 0x10000000 ? 0x10000000 : (ULONG)length;
        if (!SystemFunction036(bytes, part)) return FALSE;
        bytes += part;
        length -= part;
    }
    return TRUE;
}
"#;

/// Debian's place for it; plain `wine` first asks for a 32-bit one.
const WINE: [&str; 2] = ["/usr/lib/wine/wine64", "/usr/bin/wine64"];

/// Makes the prefix and gives it what Wine 8 lacks.
pub(crate) fn prepare(folder: &Path) -> Result<()> {
    process::run(command(folder).args(["wineboot", "--init"]))?;
    let system = prefix(folder).join("drive_c/windows/system32");
    ensure!(system.exists(), "Wine made no system folder");
    let library = system.join("bcryptprimitives.dll");
    if !library.exists() {
        let source = folder.join("bcryptprimitives.c");
        fs::write(&source, PRIMITIVES)?;
        let mut compiler = process::command("x86_64-w64-mingw32-gcc");
        process::run(compiler.args(["-shared", "-O2", "-o"]).arg(&library).arg(source).arg("-ladvapi32"))?;
    }
    Ok(())
}

/// A command under Wine; the program to run and its arguments are to be added.
pub(crate) fn command(folder: &Path) -> Command {
    let mut command = process::command(wine().unwrap_or(WINE[0]));
    lend(folder, &mut command);
    // Given a terminal, it changes its settings and does not always put them back.
    command.stdin(Stdio::null());
    command
}

/// Names our prefix to a command that will start Wine itself.
pub(crate) fn lend(folder: &Path, command: &mut Command) {
    command.env("WINEPREFIX", prefix(folder)).env("WINEDEBUG", "-all").env("WINEARCH", "win64");
    // Without it, Wine offers to download parts for pages and .NET.
    command.env("WINEDLLOVERRIDES", "mscoree=;mshtml=").env_remove("DISPLAY");
}

/// A script that runs a test program under Wine for cargo.
pub(crate) fn runner(folder: &Path) -> Result<PathBuf> {
    let wine = wine().context("Wine is not installed")?;
    let script = folder.join("run-under-wine");
    fs::write(&script, format!("#!/bin/sh\nexec {wine} \"$@\" </dev/null\n"))?;
    process::run(process::command("chmod").arg("+x").arg(&script))?;
    Ok(script)
}

fn wine() -> Option<&'static str> {
    WINE.into_iter().find(|path| Path::new(path).exists())
}

fn prefix(folder: &Path) -> PathBuf {
    folder.join("wine")
}
