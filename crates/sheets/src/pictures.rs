//! Codes as single pictures in one ZIP file, in a folder for each group, under names that Windows takes too.

use crate::failure::SheetError;
use crate::pdf::{Flow, Progress, Summary};
use crate::png::code_png;
use crate::run::{Person, SheetRun};
use crate::svg::code_svg;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{Seek, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// What a picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Picture {
    /// So many dots a side.
    Png(u32),
    Svg,
}

/// Writes the codes of everybody in the run. No pages are laid out; progress counts people as pages.
///
/// # Errors
/// [`SheetError::NobodyToPrint`], [`SheetError::LinkTooLong`], [`SheetError::PictureSizeOutOfRange`],
/// [`SheetError::Cancelled`], and those of `out`.
pub fn export_pictures(
    run: &SheetRun,
    out: impl Write + Seek,
    picture: Picture,
    progress: &mut dyn FnMut(Progress) -> Flow,
) -> Result<Summary, SheetError> {
    let total = run.groups.iter().map(|group| group.people.len()).sum();
    if total == 0 {
        return Err(SheetError::NobodyToPrint);
    }
    // The date of each file is the first that there is, so that the same run gives the same bytes.
    let (ending, method) = match picture {
        Picture::Png(_) => ("png", CompressionMethod::Stored),
        Picture::Svg => ("svg", CompressionMethod::Deflated),
    };
    let options = SimpleFileOptions::default().compression_method(method);
    let mut zip = ZipWriter::new(out);
    let mut taken = HashSet::new();
    let mut done = 0;
    for (at, group) in run.groups.iter().enumerate() {
        let folder: Vec<String> = group.heading.split('/').map(safe).filter(|part| !part.is_empty()).collect();
        for (index, person) in group.people.iter().enumerate() {
            let bytes = match picture {
                Picture::Png(px) => code_png(&person.link, px),
                Picture::Svg => code_svg(&person.link).map(String::into_bytes),
            };
            let bytes = bytes.map_err(|error| match error {
                SheetError::LinkTooLong { .. } => SheetError::LinkTooLong { group: at, person: index },
                other => other,
            })?;
            zip.start_file(free_name(&folder, &person, ending, &mut taken), options).map_err(failed)?;
            zip.write_all(&bytes)?;
            done += 1;
            let now = Progress { pages_done: done, pages_total: total, people_done: done };
            if progress(now) == Flow::Cancel {
                return Err(SheetError::Cancelled);
            }
        }
    }
    let bytes = zip.finish().map_err(failed)?.stream_position()?;
    Ok(Summary { pages: 0, people: done, codes: done, proofed: 0, bytes })
}

fn failed(error: zip::result::ZipError) -> SheetError {
    match error {
        zip::result::ZipError::Io(error) => SheetError::OutputFailed(error),
        other => SheetError::OutputFailed(std::io::Error::other(other)),
    }
}

/// Number and name; people of the same get a count. Windows takes no two names that differ by case only.
fn free_name(folder: &[String], person: &Person, ending: &str, taken: &mut HashSet<u64>) -> String {
    let name = safe(&format!("{} {}", person.card_number, person.name));
    let name = if name.is_empty() { "code".to_owned() } else { name };
    let path = |name: &str| folder.iter().map(String::as_str).chain([name]).collect::<Vec<_>>().join("/");
    let mut free = path(&format!("{name}.{ending}"));
    let mut count = 2;
    while !taken.insert(mark_of(&free)) {
        free = path(&format!("{name} ({count}).{ending}"));
        count += 1;
    }
    free
}

/// Stands for a name, whatever its case: the names of a great many files would fill the memory. Always the same for one.
fn mark_of(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.to_lowercase().hash(&mut hasher);
    hasher.finish()
}

/// Most characters of a name: file systems take 255 bytes, of which a character needs up to four.
const MOST: usize = 56;
/// Names of devices; on Windows no file may be called so, whatever its ending.
const DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

/// The text as a name of a file or folder on any system: Microsoft, "Naming Files, Paths, and Namespaces".
fn safe(text: &str) -> String {
    let name: String = text
        .trim()
        .chars()
        // Marks of direction and width zero turn a name into what it is not.
        .filter(
            |c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'),
        )
        .map(|c| if c.is_control() || r#"<>:"/\|?*"#.contains(c) { '_' } else { c })
        .take(MOST)
        .collect();
    let name = name.trim_end_matches([' ', '.']).trim_start();
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_uppercase();
    let is_numbered = |device: &str| {
        stem.strip_prefix(device).is_some_and(|rest| rest.chars().count() == 1 && "0123456789¹²³".contains(rest))
    };
    if DEVICES.contains(&stem.as_str()) || is_numbered("COM") || is_numbered("LPT") {
        format!("_{name}")
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Layout;
    use crate::run::Group;
    use crate::words::Words;
    use proptest::prelude::*;
    use std::io::{Cursor, Read};

    fn person(card_number: &str, name: &str) -> Person {
        let link = "https://join.example.cn/J/ABCDEFGHIJKLMNOPQRSTUVWXYZ".into();
        Person { name: name.into(), card_number: card_number.into(), link, ..Person::default() }
    }

    fn exported(people: Vec<Person>, picture: Picture) -> Vec<u8> {
        let groups = vec![Group { heading: "高一年级/1班".into(), people: people.into() }];
        let run = SheetRun::of("", groups, Words::english(""), Layout::find_named("labels").expect("shipped"));
        let mut out = Cursor::new(Vec::new());
        let summary = export_pictures(&run, &mut out, picture, &mut |_| Flow::Continue).expect("written");
        let bytes = out.into_inner();
        assert_eq!(summary.bytes, bytes.len() as u64);
        bytes
    }

    #[test]
    fn everybody_has_a_picture_of_their_own_in_the_folder_of_the_class() {
        let people =
            || vec![person("01", "张三"), person("01", "张三"), person("", "a/b"), person("A", ""), person("a", "")];
        let bytes = exported(people(), Picture::Svg);
        assert_eq!(bytes, exported(people(), Picture::Svg), "the same every time");
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a ZIP file");
        let names: Vec<String> = zip.file_names().map(|name| name.expect("UTF-8").into_owned()).collect();
        let wanted = ["01 张三.svg", "01 张三 (2).svg", "a_b.svg", "A.svg", "a (2).svg"];
        assert_eq!(names, wanted.map(|name| format!("高一年级/1班/{name}")));
        let mut text = String::new();
        zip.by_index(0).expect("there").read_to_string(&mut text).expect("text");
        assert!(text.starts_with("<svg"));
        let bytes = exported(people(), Picture::Png(256));
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a ZIP file");
        let mut picture = Vec::new();
        zip.by_name("高一年级/1班/01 张三.png").expect("there").read_to_end(&mut picture).expect("bytes");
        assert!(picture.starts_with(b"\x89PNG"));
    }

    #[test]
    fn names_that_windows_does_not_take_are_changed() {
        for (text, name) in [
            ("CON", "_CON"),
            ("con.txt", "_con.txt"),
            ("COM1", "_COM1"),
            ("COM10", "COM10"),
            ("lpt²", "_lpt²"),
            ("买买提·艾力 .", "买买提·艾力"),
            ("<>:\"/\\|?*\u{7}", "__________"),
            ("..", ""),
            ("a\u{202e}gnp.exe", "agnp.exe"),
        ] {
            assert_eq!(safe(text), name, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn no_name_leads_out_of_its_folder_or_is_too_long(text in "\\PC{0,300}") {
            let name = safe(&text);
            prop_assert!(name.len() < 240 && !name.contains(['/', '\\', ':']) && !name.ends_with(['.', ' ']));
        }
    }
}
