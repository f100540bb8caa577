//! What is not newer than what is here changes nothing: the one check of this room that a simulation takes away to see
//! that it would be missed. Without the feature `simulation`, which no shipped program has, it cannot be taken away.

#[cfg(feature = "simulation")]
thread_local! {
    static IS_MISSING: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Whether a version of a record says more than the one that is known.
pub(crate) fn is_news(ver: u64, known: u64) -> bool {
    #[cfg(feature = "simulation")]
    if IS_MISSING.get() {
        return true;
    }
    ver > known
}

/// Runs the call without the check, in this thread only.
#[cfg(feature = "simulation")]
pub fn without_version_skip<T>(call: impl FnOnce() -> T) -> T {
    struct Restored;
    impl Drop for Restored {
        fn drop(&mut self) {
            IS_MISSING.set(false);
        }
    }
    IS_MISSING.set(true);
    let _restored = Restored;
    call()
}
