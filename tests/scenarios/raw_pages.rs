//! A roster's file and its log as they lie on the disk, unsealed page by page: whatever a page holds, in use or free.

use aes::Aes256;
use cbc::Decryptor;
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use std::path::Path;

/// As the store makes the file (`connection.rs` of mingce-store).
const PAGE: usize = 8_192;
/// A page's last bytes: what its cipher began with, and HMAC-SHA256.
const IV: usize = 16;
const RESERVED: usize = IV + 32;
/// The first page begins with the salt, in clear.
const SALT: usize = 16;
/// SQLite's write-ahead log: a header, and a smaller one before each page.
const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// Every byte of the database and of its log, unsealed.
pub fn unsealed(database: &Path, key: &[u8; 32]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let file = std::fs::read(database).expect("the roster's file");
    for (place, page) in file.chunks_exact(PAGE).enumerate() {
        bytes.extend(unseal(page, key, place == 0));
    }
    let mut log = database.as_os_str().to_owned();
    log.push("-wal");
    let log = std::fs::read(log).unwrap_or_default();
    for frame in log.get(LOG_HEADER..).unwrap_or_default().chunks_exact(FRAME_HEADER + PAGE) {
        let is_first = frame[..4] == 1u32.to_be_bytes();
        bytes.extend(unseal(&frame[FRAME_HEADER..], key, is_first));
    }
    bytes
}

fn unseal(page: &[u8], key: &[u8; 32], is_first: bool) -> Vec<u8> {
    let (sealed, reserved) = page.split_at(PAGE - RESERVED);
    let mut clear = sealed[if is_first { SALT } else { 0 }..].to_vec();
    let cipher = Decryptor::<Aes256>::new_from_slices(key, &reserved[..IV]).expect("their sizes");
    cipher.decrypt_padded::<NoPadding>(&mut clear).expect("whole blocks");
    clear
}

/// Whether the text lies anywhere in the bytes.
pub fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}
