//! XLSX and XLSM (ECMA-376), streamed: only the table of shared strings is held in memory.

mod formats;
mod markup;
mod row;
mod sheet;
mod strings;

use super::dates::Epoch;
use super::handle::Handle;
use super::limits::Limits;
use super::package::zip_error;
use super::rows::{RowSink, Sheet};
use crate::{ExchangeError, Run};
use formats::NumberFormat;
use markup::{Markup, Token};
use sheet::{Book, Look};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::Read;
use strings::SharedStrings;
use zip::ZipArchive;

pub(crate) struct XlsxFile {
    parts: Parts,
    /// The parts of the sheets that hold cells, in the order of the tabs.
    sheets: Vec<String>,
    strings: SharedStrings,
    formats: Vec<NumberFormat>,
    epoch: Epoch,
    /// What was found in sheets that were looked through.
    looks: HashMap<usize, Look>,
}

/// One line of a `.rels` part: what the package's parts are to each other.
struct Relation {
    id: String,
    kind: String,
    target: String,
}

pub(crate) fn open(handle: Handle, limits: &Limits) -> Result<(XlsxFile, Vec<Sheet>), ExchangeError> {
    let mut parts = Parts::new(handle)?;
    let root = relations(parts.open("_rels/.rels")?.ok_or(ExchangeError::Damaged)?)?;
    let book = root.iter().find(|relation| relation.kind.ends_with("/officeDocument"));
    let book = absolute("", &book.ok_or(ExchangeError::UnknownFormat)?.target);
    let (folder, name) = book.rsplit_once('/').unwrap_or(("", &book));
    let beside = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let relations = relations(parts.open(&format!("{beside}_rels/{name}.rels"))?.ok_or(ExchangeError::Damaged)?)?;
    let target = |kind: &str| {
        let relation = relations.iter().find(|relation| relation.kind.ends_with(kind));
        relation.map(|relation| absolute(folder, &relation.target))
    };
    let strings = match target("/sharedStrings").map(|path| parts.open(&path)).transpose()?.flatten() {
        Some(part) if part.size() > limits.shared_strings_bytes => {
            return Err(ExchangeError::UnpacksTooLarge { limit_bytes: limits.shared_strings_bytes });
        }
        Some(part) => SharedStrings::read(part, limits)?,
        None => SharedStrings::default(),
    };
    let formats = match target("/styles").map(|path| parts.open(&path)).transpose()?.flatten() {
        Some(part) => formats::read(part)?,
        None => Vec::new(),
    };
    let listed = Listed::read(parts.open(&book)?.ok_or(ExchangeError::Damaged)?, &relations, folder)?;
    let sheets = listed.paths.iter().map(|path| parts.real_name(path)).collect();
    let file = XlsxFile { parts, sheets, strings, formats, epoch: listed.epoch, looks: HashMap::new() };
    Ok((file, listed.sheets))
}

/// What the workbook's own part says.
struct Listed {
    sheets: Vec<Sheet>,
    paths: Vec<String>,
    epoch: Epoch,
}

impl Listed {
    fn read(part: impl Read, relations: &[Relation], folder: &str) -> Result<Self, ExchangeError> {
        let mut listed = Self { sheets: Vec::new(), paths: Vec::new(), epoch: Epoch::default() };
        let mut markup = Markup::new(part)?;
        while let Some(token) = markup.next()? {
            let Token::Open(tag) = token else { continue };
            match tag.name() {
                b"workbookPr" if tag.attribute(b"date1904")?.is_some_and(|value| matches!(&*value, "1" | "true")) => {
                    listed.epoch = Epoch::Year1904;
                }
                b"sheet" => {
                    let id = tag.attribute(b"id")?.unwrap_or_default();
                    let relation = relations.iter().find(|relation| relation.id == id).ok_or(ExchangeError::Damaged)?;
                    // Chart sheets and dialogs hold no rows.
                    if relation.kind.ends_with("/worksheet") {
                        let state = tag.attribute(b"state")?;
                        listed.sheets.push(Sheet {
                            name: tag.attribute(b"name")?.unwrap_or_default().into_owned(),
                            is_hidden: state.is_some_and(|state| state != "visible"),
                        });
                        listed.paths.push(absolute(folder, &relation.target));
                    }
                }
                _ => {}
            }
        }
        Ok(listed)
    }
}

impl XlsxFile {
    /// Streams the rows of the sheet at the place among the sheets.
    pub(crate) fn read_rows(
        &mut self,
        index: usize,
        limits: &Limits,
        run: &mut Run<'_>,
        sink: &mut RowSink<'_>,
    ) -> Result<(), ExchangeError> {
        let merges = self.look(index)?.merges.clone();
        let rows_expected = self.look(index)?.rows;
        sink.expect_rows(Some(rows_expected));
        let name = self.sheets.get(index).ok_or(ExchangeError::SheetNotFound)?;
        let book = Book { strings: &self.strings, formats: &self.formats, epoch: self.epoch };
        let part = self.parts.archive.by_name(name).map_err(zip_error)?;
        sheet::read_rows(part, merges, &book, limits, run, sink)
    }

    /// How many rows the sheet has, blank ones with a format among them.
    pub(crate) fn estimate_rows(&mut self, index: usize) -> Result<u64, ExchangeError> {
        Ok(self.look(index)?.rows)
    }

    fn look(&mut self, index: usize) -> Result<&Look, ExchangeError> {
        let name = self.sheets.get(index).ok_or(ExchangeError::SheetNotFound)?;
        match self.looks.entry(index) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(place) => {
                let look = sheet::look_through(self.parts.archive.by_name(name).map_err(zip_error)?)?;
                Ok(place.insert(look))
            }
        }
    }
}

/// The parts of a package, found whatever the case of their names.
struct Parts {
    archive: ZipArchive<Handle>,
    names: HashMap<String, String>,
}

impl Parts {
    fn new(handle: Handle) -> Result<Self, ExchangeError> {
        let archive = ZipArchive::new(handle).map_err(zip_error)?;
        let mut names = HashMap::with_capacity(archive.len());
        for name in archive.file_names() {
            let name = name.map_err(zip_error)?;
            names.insert(name.replace('\\', "/").to_ascii_lowercase(), name.into_owned());
        }
        Ok(Self { archive, names })
    }

    fn real_name(&self, path: &str) -> String {
        self.names.get(&path.to_ascii_lowercase()).cloned().unwrap_or_else(|| path.to_owned())
    }

    fn open(&mut self, path: &str) -> Result<Option<zip::read::ZipFile<'_, Handle>>, ExchangeError> {
        let name = self.real_name(path);
        match self.archive.by_name(&name) {
            Ok(part) => Ok(Some(part)),
            Err(zip::result::ZipError::FileNotFound) => Ok(None),
            Err(error) => Err(zip_error(error)),
        }
    }
}

/// More relations than a workbook of a roster has are not read.
const MAX_RELATIONS: usize = 20_000;

fn relations(part: impl Read) -> Result<Vec<Relation>, ExchangeError> {
    let mut markup = Markup::new(part)?;
    let mut relations = Vec::new();
    while let Some(token) = markup.next()? {
        if let Token::Open(tag) = token
            && tag.name() == b"Relationship"
            && relations.len() < MAX_RELATIONS
        {
            let text = |name: &[u8]| Ok::<_, ExchangeError>(tag.attribute(name)?.unwrap_or_default().into_owned());
            relations.push(Relation { id: text(b"Id")?, kind: text(b"Type")?, target: text(b"Target")? });
        }
    }
    Ok(relations)
}

/// The path of a target within the package (ECMA-376 part 2, 6.5.3.4): from its root, or from the folder.
fn absolute(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let mut steps: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => folder.split('/').filter(|step| !step.is_empty()).collect(),
    };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_lead_into_the_package() {
        assert_eq!(absolute("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(absolute("xl", "/xl/worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(absolute("xl", "../data\\./a.xml"), "data/a.xml");
        assert_eq!(absolute("", "../../xl/workbook.xml"), "xl/workbook.xml");
    }
}
