//! Which files may be handed to the system's viewer: documents that Mingce itself writes, and nothing that a system
//! would run. A web view that was taken over must not start a program through us.

use std::path::Path;

/// File name endings that Mingce writes and a system only shows.
const SHOWN: [&str; 6] = ["pdf", "xlsx", "csv", "png", "svg", "txt"];

/// Whether the system's viewer may be asked to open this path: an existing plain file of a kind that is only shown.
pub(crate) fn may_open(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
    path.is_absolute() && path.is_file() && ending.is_some_and(|ending| SHOWN.contains(&ending.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_documents_that_are_there_may_be_opened() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        for (name, opens) in
            [("邀请单.pdf", true), ("LIST.CSV", true), ("run.desktop", false), ("setup.exe", false), ("pdf", false)]
        {
            let path = folder.path().join(name);
            std::fs::write(&path, b"x").expect("a file for the test");
            assert_eq!(may_open(&path), opens, "{name}");
        }
        assert!(!may_open(&folder.path().join("missing.pdf")));
        assert!(!may_open(Path::new("relative.pdf")));
        assert!(!may_open(Path::new("https://example.org/a.pdf")));
        std::fs::create_dir(folder.path().join("folder.pdf")).expect("a folder for the test");
        assert!(!may_open(&folder.path().join("folder.pdf")));
    }
}
