//! A stream of bytes in sealed chunks: nobody without the key reads it, changes it, or cuts it anywhere unnoticed.
//!
//! The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015) as age 1 uses it: ChaCha20-Poly1305 over chunks
//! of 64 KiB under a key of this file alone, which HKDF-SHA-256 makes of the operator's key and 32 random bytes. The nonce
//! counts the chunks and marks the last.

use super::key::BackupKey;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use hkdf::Hkdf;
use sha2::Sha256;
use std::io::{self, Read, Write};

/// What every backup begins with.
pub(super) const MAGIC: &[u8; 16] = b"mingce backup 1\n";
const SALT_BYTES: usize = 32;
const MARK_BYTES: usize = 8;
const HEAD_BYTES: usize = MAGIC.len() + MARK_BYTES + SALT_BYTES;
const CHUNK_BYTES: usize = 64 * 1024;
const TAG_BYTES: usize = 16;

/// Why a sealed stream cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Unsealed {
    /// It is no backup of ours.
    NotABackup,
    /// It was made with another key.
    OtherKey,
}

struct Cipher {
    cipher: ChaCha20Poly1305,
    head: [u8; HEAD_BYTES],
    number: u64,
}

impl Cipher {
    fn new(key: &BackupKey, head: [u8; HEAD_BYTES]) -> Self {
        let hkdf = Hkdf::<Sha256>::new(Some(&head[HEAD_BYTES - SALT_BYTES..]), key.bytes());
        let mut of_file = [0; 32];
        hkdf.expand(b"mingce backup 1 file", &mut of_file).expect("HKDF gives 32 bytes");
        Self { cipher: ChaCha20Poly1305::new(&Key::from(of_file)), head, number: 0 }
    }

    fn nonce(&mut self, is_last: bool) -> Nonce {
        let mut nonce = [0; 12];
        nonce[3..11].copy_from_slice(&self.number.to_be_bytes());
        nonce[11] = u8::from(is_last);
        self.number += 1;
        Nonce::from(nonce)
    }

    fn seal(&mut self, plain: &[u8], is_last: bool) -> io::Result<Vec<u8>> {
        let nonce = self.nonce(is_last);
        self.cipher.encrypt(&nonce, Payload { msg: plain, aad: &self.head }).map_err(|_| damaged())
    }

    fn open(&mut self, sealed: &[u8], is_last: bool) -> io::Result<Vec<u8>> {
        let nonce = self.nonce(is_last);
        self.cipher.decrypt(&nonce, Payload { msg: sealed, aad: &self.head }).map_err(|_| damaged())
    }
}

pub(super) fn damaged() -> io::Error {
    io::Error::from(io::ErrorKind::InvalidData)
}

/// Seals what is written to it.
pub(super) struct SealedWriter<W: Write> {
    out: W,
    cipher: Cipher,
    plain: Vec<u8>,
}

impl<W: Write> SealedWriter<W> {
    pub(super) fn new(mut out: W, key: &BackupKey, salt: [u8; SALT_BYTES]) -> io::Result<Self> {
        let mut head = [0; HEAD_BYTES];
        head[..MAGIC.len()].copy_from_slice(MAGIC);
        head[MAGIC.len()..MAGIC.len() + MARK_BYTES].copy_from_slice(&key.mark());
        head[HEAD_BYTES - SALT_BYTES..].copy_from_slice(&salt);
        out.write_all(&head)?;
        Ok(Self { out, cipher: Cipher::new(key, head), plain: Vec::with_capacity(CHUNK_BYTES) })
    }

    /// Writes the last chunk. Without it the stream counts as cut.
    pub(super) fn finish(mut self) -> io::Result<W> {
        let sealed = self.cipher.seal(&self.plain, true)?;
        self.out.write_all(&sealed)?;
        Ok(self.out)
    }
}

impl<W: Write> Write for SealedWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.plain.len() == CHUNK_BYTES && !bytes.is_empty() {
            let sealed = self.cipher.seal(&self.plain, false)?;
            self.out.write_all(&sealed)?;
            self.plain.clear();
        }
        let taken = bytes.len().min(CHUNK_BYTES - self.plain.len());
        self.plain.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Opens what a `SealedWriter` wrote.
pub(super) struct SealedReader<R: Read> {
    from: R,
    cipher: Cipher,
    /// The chunk that comes next: whether one is the last shows only by what follows.
    ahead: Vec<u8>,
    plain: Vec<u8>,
    read: usize,
    is_over: bool,
}

impl<R: Read> SealedReader<R> {
    pub(super) fn new(mut from: R, key: &BackupKey) -> io::Result<Result<Self, Unsealed>> {
        let head = read_up_to(&mut from, HEAD_BYTES)?;
        let Ok(head) = <[u8; HEAD_BYTES]>::try_from(head) else { return Ok(Err(Unsealed::NotABackup)) };
        if &head[..MAGIC.len()] != MAGIC {
            return Ok(Err(Unsealed::NotABackup));
        }
        if head[MAGIC.len()..MAGIC.len() + MARK_BYTES] != key.mark() {
            return Ok(Err(Unsealed::OtherKey));
        }
        let ahead = read_up_to(&mut from, CHUNK_BYTES + TAG_BYTES)?;
        let cipher = Cipher::new(key, head);
        Ok(Ok(Self { from, cipher, ahead, plain: Vec::new(), read: 0, is_over: false }))
    }
}

impl<R: Read> Read for SealedReader<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        while self.read == self.plain.len() && !self.is_over {
            let next = read_up_to(&mut self.from, CHUNK_BYTES + TAG_BYTES)?;
            self.is_over = next.is_empty();
            let sealed = std::mem::replace(&mut self.ahead, next);
            self.plain = self.cipher.open(&sealed, self.is_over)?;
            self.read = 0;
        }
        let given = bytes.len().min(self.plain.len() - self.read);
        bytes[..given].copy_from_slice(&self.plain[self.read..self.read + given]);
        self.read += given;
        Ok(given)
    }
}

/// So many bytes, or fewer at the end.
fn read_up_to(from: &mut impl Read, count: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(count);
    from.by_ref().take(count as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(n: u8) -> BackupKey {
        BackupKey::new([n; 32])
    }

    fn sealed(plain: &[u8]) -> Vec<u8> {
        let mut writer = SealedWriter::new(Vec::new(), &key(1), [3; 32]).unwrap();
        writer.write_all(plain).unwrap();
        writer.finish().unwrap()
    }

    fn opened(bytes: &[u8], key: &BackupKey) -> io::Result<Result<Vec<u8>, Unsealed>> {
        let mut plain = Vec::new();
        Ok(match SealedReader::new(bytes, key)? {
            Ok(mut reader) => reader.read_to_end(&mut plain).map(|_| Ok(plain))?,
            Err(unsealed) => Err(unsealed),
        })
    }

    #[test]
    fn what_was_sealed_opens_whatever_its_length() {
        for length in [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 200_000] {
            let plain: Vec<u8> = (0..length).map(|i| (i % 251) as u8).collect();
            assert_eq!(opened(&sealed(&plain), &key(1)).unwrap().unwrap(), plain);
        }
    }

    #[test]
    fn a_changed_byte_a_cut_and_a_joint_are_noticed() {
        let plain = vec![7; 2 * CHUNK_BYTES];
        let whole = sealed(&plain);
        for at in [MAGIC.len() + MARK_BYTES, HEAD_BYTES, HEAD_BYTES + CHUNK_BYTES + 40, whole.len() - 1] {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            assert!(opened(&changed, &key(1)).is_err(), "byte {at}");
        }
        let chunk = CHUNK_BYTES + TAG_BYTES;
        for cut in [HEAD_BYTES, HEAD_BYTES + 5, HEAD_BYTES + chunk, whole.len() - 1] {
            assert!(opened(&whole[..cut], &key(1)).is_err(), "cut at {cut}");
        }
        let mut swapped = whole[..HEAD_BYTES].to_vec();
        swapped.extend_from_slice(&whole[HEAD_BYTES + chunk..]);
        swapped.extend_from_slice(&whole[HEAD_BYTES..HEAD_BYTES + chunk]);
        assert!(opened(&swapped, &key(1)).is_err());
        let mut longer = whole.clone();
        longer.extend_from_slice(&whole[HEAD_BYTES..]);
        assert!(opened(&longer, &key(1)).is_err());
    }

    #[test]
    fn another_key_and_another_file_are_told_apart() {
        assert_eq!(opened(&sealed(b"x"), &key(2)).unwrap().unwrap_err(), Unsealed::OtherKey);
        assert_eq!(opened(b"PK", &key(1)).unwrap().unwrap_err(), Unsealed::NotABackup);
        assert_eq!(opened(&[0; 100], &key(1)).unwrap().unwrap_err(), Unsealed::NotABackup);
    }
}
