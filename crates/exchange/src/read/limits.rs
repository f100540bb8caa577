//! What a file may cost at most. Checked before and while it is read (OWASP ASVS 5.0, 5.2.3).

/// Bounds for one file. The defaults fit a million members on an ordinary computer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Size of the file as it lies on disk.
    pub file_bytes: u64,
    /// Sum of all parts of an XLSX or ODS package, unpacked.
    pub unpacked_bytes: u64,
    /// The table of shared strings of an XLSX package, unpacked: the one part that is held in memory.
    pub shared_strings_bytes: u64,
    /// Strings in that table.
    pub shared_strings: u64,
    /// Parts in a package.
    pub parts: usize,
    /// Rows of a sheet, counted to the last one that is not empty. Excel's own bound is 1,048,576.
    pub rows: u32,
    /// Columns of a sheet, counted to the last one that is not empty.
    pub columns: u16,
    /// Characters in a cell. Excel's own bound is 32,767.
    pub cell_characters: usize,
    /// Cells of all sheets of an XLS file, which has to be held in memory as a whole.
    pub xls_cells: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 256 << 20,
            unpacked_bytes: 2 << 30,
            shared_strings_bytes: 384 << 20,
            shared_strings: 10_000_000,
            parts: 20_000,
            rows: 1_048_576,
            columns: 512,
            cell_characters: 32_767,
            xls_cells: 8_000_000,
        }
    }
}
