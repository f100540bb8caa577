//! What a fuzzer calls for layouts: a file that a user made, read and checked. Whatever the bytes are, nothing panics, and
//! what is taken comes back as it was.

use mingce_sheets::Layout;

/// A layout's file.
pub fn layout(bytes: &[u8]) {
    let Ok(layout) = Layout::read(bytes) else { return };
    assert!(layout.places() > 0, "a sheet has room for somebody");
    assert_eq!(Layout::read(layout.to_json().as_bytes()).as_ref(), Ok(&layout));
}
