//! A roster whose computer was signed out from elsewhere is locked at the next contact, until its account signs in again.
//!
//! What is on the disk stays as it was: sealed, unsent edits with it. The mark outlives the program.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

const FILE: &str = "locked";

/// Whether the roster in a folder is locked.
pub(crate) struct Lock {
    is_locked: AtomicBool,
    mark: PathBuf,
}

impl Lock {
    /// As it was left.
    pub(crate) fn of(folder: &Path) -> Self {
        let mark = folder.join(FILE);
        Self { is_locked: AtomicBool::new(mark.exists()), mark }
    }

    pub(crate) fn is_locked(&self) -> bool {
        self.is_locked.load(Ordering::Acquire)
    }

    /// Locks; where the mark cannot be written, until the program ends.
    pub(crate) fn lock(&self) {
        if !self.is_locked.swap(true, Ordering::AcqRel) {
            let _ = std::fs::write(&self.mark, b"");
        }
    }

    /// The account has signed in.
    pub(crate) fn unlock(&self) {
        let _ = std::fs::remove_file(&self.mark);
        self.is_locked.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_outlives_the_program_until_somebody_signs_in() {
        let folder = tempfile::tempdir().unwrap();
        let lock = Lock::of(folder.path());
        assert!(!lock.is_locked());
        lock.lock();
        assert!(lock.is_locked() && Lock::of(folder.path()).is_locked());
        lock.unlock();
        assert!(!lock.is_locked() && !Lock::of(folder.path()).is_locked());
    }
}
