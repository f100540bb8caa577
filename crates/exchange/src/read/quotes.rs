//! Quotation marks of a text table that are opened and never closed: they would swallow the rows below.

use std::cell::RefCell;
use std::io::{self, Read};
use std::rc::Rc;

/// Rows of which it is told.
const TOLD: usize = 1_000;
const BLOCK: usize = 64 << 10;

/// Rows, as the spreadsheet counts, in which a mark is opened that is not closed.
pub(crate) type Unclosed = Rc<RefCell<Vec<u32>>>;

/// Leaves out every mark that opens a cell and does not close it: the cell then ends where its line does. A cell may hold
/// line ends, but what closes it is followed by the next cell or line; a mark in the middle of a later cell closes
/// nothing that was opened lines above.
pub(crate) struct Quotes<R> {
    /// Lines end with `\n`.
    inner: R,
    delimiter: u8,
    /// A cell that is longer is not one.
    cell_bytes: usize,
    row: u32,
    begins_cell: bool,
    /// Read from `inner`, and from `at` on not looked at.
    pending: Vec<u8>,
    at: usize,
    /// Looked at, and from `sent` on not handed out.
    ready: Vec<u8>,
    sent: usize,
    unclosed: Unclosed,
}

impl<R: Read> Quotes<R> {
    pub(crate) fn new(inner: R, delimiter: u8, cell_bytes: usize, unclosed: Unclosed) -> Self {
        Self {
            inner,
            delimiter,
            cell_bytes,
            row: 1,
            begins_cell: true,
            pending: Vec::new(),
            at: 0,
            ready: Vec::new(),
            sent: 0,
            unclosed,
        }
    }

    /// Reads on; answers whether there was more.
    fn read_block(&mut self) -> io::Result<bool> {
        self.pending.drain(..self.at);
        self.at = 0;
        let before = self.pending.len();
        self.pending.resize(before + BLOCK, 0);
        let read = self.inner.read(&mut self.pending[before..]);
        self.pending.truncate(before + *read.as_ref().unwrap_or(&0));
        Ok(read? > 0)
    }

    /// Hands bytes on that stand outside of quotation marks.
    fn pass(&mut self, count: usize) {
        let passed = &self.pending[self.at..self.at + count];
        if let Some(last) = passed.last() {
            self.begins_cell = *last == b'\n' || *last == self.delimiter;
            let lines = memchr::memchr_iter(b'\n', passed).count();
            self.row = self.row.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        }
        self.ready.extend_from_slice(passed);
        self.at += count;
    }

    /// How long the cell is whose opening mark comes next, with both marks; `None` when it is not closed.
    fn length_of_quoted(&mut self) -> io::Result<Option<usize>> {
        let mut seen = 1;
        let mut has_lines = false;
        loop {
            let Some(ahead) = memchr::memchr(b'"', &self.pending[self.at + seen..]) else {
                has_lines |= memchr::memchr(b'\n', &self.pending[self.at + seen..]).is_some();
                seen = self.pending.len() - self.at;
                if seen > self.cell_bytes || !self.read_block()? {
                    return Ok(None);
                }
                continue;
            };
            has_lines |= memchr::memchr(b'\n', &self.pending[self.at + seen..][..ahead]).is_some();
            seen += ahead + 1;
            if seen > self.cell_bytes {
                return Ok(None);
            }
            if self.at + seen == self.pending.len() && !self.read_block()? {
                return Ok(Some(seen));
            }
            match self.pending[self.at + seen] {
                b'"' => seen += 1,
                byte if byte == self.delimiter || byte == b'\n' || !has_lines => return Ok(Some(seen)),
                _ => return Ok(None),
            }
        }
    }

    /// Makes some bytes ready; none at the end.
    fn prepare(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.sent = 0;
        while self.ready.is_empty() {
            if self.at == self.pending.len() && !self.read_block()? {
                return Ok(());
            }
            while self.at < self.pending.len() && self.ready.len() < BLOCK {
                let left = self.pending.len() - self.at;
                match memchr::memchr(b'"', &self.pending[self.at..]) {
                    None => self.pass(left),
                    Some(ahead) if ahead > 0 => self.pass(ahead),
                    Some(_) if !self.begins_cell => self.pass(1),
                    Some(_) => match self.length_of_quoted()? {
                        Some(length) => {
                            self.ready.extend_from_slice(&self.pending[self.at..self.at + length]);
                            self.at += length;
                            self.begins_cell = false;
                        }
                        None => {
                            let mut unclosed = self.unclosed.borrow_mut();
                            if unclosed.len() < TOLD {
                                unclosed.push(self.row);
                            }
                            self.at += 1;
                            self.begins_cell = false;
                        }
                    },
                }
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Quotes<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.sent == self.ready.len() {
            self.prepare()?;
        }
        let count = buffer.len().min(self.ready.len() - self.sent);
        buffer[..count].copy_from_slice(&self.ready[self.sent..self.sent + count]);
        self.sent += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a byte at a time, so that every place is the end of a block once.
    struct Slow<'t>(&'t [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.0.len().min(buffer.len()).min(1);
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn passed(text: &str) -> (String, Vec<u32>) {
        let unclosed = Unclosed::default();
        let mut out = String::new();
        Quotes::new(Slow(text.as_bytes()), b',', 100, Rc::clone(&unclosed)).read_to_string(&mut out).unwrap();
        let mut whole = String::new();
        Quotes::new(text.as_bytes(), b',', 100, Unclosed::default()).read_to_string(&mut whole).unwrap();
        assert_eq!(out, whole);
        (out, Rc::try_unwrap(unclosed).unwrap().into_inner())
    }

    #[test]
    fn sound_cells_stay_as_they_are() {
        for text in ["", "a,b\n", "\"a\nb\",\"c\"\"\n\"\n\"\",1\n", "5\" pipe,\"x\"\n", "\"a\"b,\"c\"", "a,\"b\"\"\""] {
            assert_eq!(passed(text), (text.to_owned(), vec![]));
        }
    }

    #[test]
    fn a_mark_that_closes_nothing_is_left_out_and_its_row_told() {
        assert_eq!(passed("a,\"b\nc,d\n"), ("a,b\nc,d\n".to_owned(), vec![1]));
        assert_eq!(passed("\"a\nb\",c\nd,\"e\nf,\"g\"\n"), ("\"a\nb\",c\nd,e\nf,\"g\"\n".to_owned(), vec![2]));
        assert_eq!(passed("\"\"\"a\nb,c\n"), ("\"\"a\nb,c\n".to_owned(), vec![1]));
        let long = format!("\"{}\nb\"\n", "a".repeat(200));
        assert_eq!(passed(&long).1, [1]);
    }
}
