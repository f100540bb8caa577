//! The frame of a PDF file: objects one after the other, then the table of where they stand (ISO 32000-1, 7.5).

use std::io::Write;

use pdf_writer::{Chunk, Ref, Settings};
use sha2::{Digest, Sha256};

use crate::failure::SheetError;

/// A PDF file on its way out. Remembers eight bytes an object.
pub(super) struct PdfFile<'w, W> {
    out: &'w mut W,
    written: u64,
    /// Where each object begins, by number; 0 for a number not yet written.
    offsets: Vec<u64>,
    /// Over everything written: the file's identity.
    digest: Sha256,
}

impl<'w, W: Write> PdfFile<'w, W> {
    pub fn start(out: &'w mut W) -> Result<Self, SheetError> {
        let mut file = Self { out, written: 0, offsets: Vec::new(), digest: Sha256::new() };
        // Bytes above 127 tell programs that move files that this one is not text (7.5.2).
        file.write(b"%PDF-1.7\n%\xE5\x90\x8D\xE5\x86\x8C\n")?;
        Ok(file)
    }

    /// A number for an object still to be written. Each must be written before the end.
    pub fn take_ref(&mut self) -> Ref {
        self.offsets.push(0);
        // A file of 2^31 objects would be beyond the ten digits of an offset long before.
        Ref::new(i32::try_from(self.offsets.len()).unwrap_or(i32::MAX))
    }

    /// Writes the one object that `fill` puts in the chunk under the number `id`.
    pub fn object(&mut self, id: Ref, fill: impl FnOnce(&mut Chunk)) -> Result<(), SheetError> {
        let mut chunk = Chunk::with_settings(Settings { pretty: false });
        fill(&mut chunk);
        debug_assert!(chunk.refs().eq([id]), "one object at a time");
        self.offsets[id.get() as usize - 1] = self.written;
        self.write(chunk.as_bytes())
    }

    /// The table of objects and the trailer; answers the length of the file.
    pub fn finish(mut self, catalog: Ref, info: Ref) -> Result<u64, SheetError> {
        debug_assert!(self.offsets.iter().all(|&offset| offset != 0), "every number given out was written");
        let table_at = self.written;
        let size = self.offsets.len() + 1;
        let id: String = self.digest.clone().finalize()[..16].iter().map(|byte| format!("{byte:02X}")).collect();
        let mut table = Vec::with_capacity(size * 20 + 256);
        table.extend_from_slice(format!("xref\n0 {size}\n0000000000 65535 f \n").as_bytes());
        for offset in &self.offsets {
            table.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
        }
        let (catalog, info) = (catalog.get(), info.get());
        table.extend_from_slice(
            format!(
                "trailer\n<</Size {size}/Root {catalog} 0 R/Info {info} 0 R/ID[<{id}><{id}>]>>\nstartxref\n{table_at}\n%%EOF\n"
            )
            .as_bytes(),
        );
        self.write(&table)?;
        self.out.flush()?;
        Ok(self.written)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), SheetError> {
        self.out.write_all(bytes)?;
        self.digest.update(bytes);
        self.written += bytes.len() as u64;
        Ok(())
    }
}
