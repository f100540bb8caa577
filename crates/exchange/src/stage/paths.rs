//! Department paths of a file, each kept once however many rows name it.

use super::problem::ProblemCode;
use mingce_model::check::Problem;
use mingce_model::tree::{self, SEPARATORS, join_path, name_key, parse_path};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// A department path in [`Paths`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct PathId(pub(crate) u32);

/// The distinct paths, by number.
#[derive(Clone, Default, Debug)]
pub struct Paths {
    names: Vec<Vec<String>>,
    /// Cells seen before, as they stood in the file.
    by_text: HashMap<String, Result<Option<PathId>, ProblemCode>>,
    by_key: HashMap<String, PathId>,
    /// Paths that are spelt in several ways: what they are called depends on which row comes first.
    spelt_otherwise: HashSet<PathId>,
}

impl Paths {
    /// Reads a cell; `None` when it names nothing. `separator` parts the names beside the usual marks and is the same
    /// for all cells of a file.
    pub(crate) fn read(&mut self, text: &str, separator: char) -> Result<Option<PathId>, ProblemCode> {
        if let Some(known) = self.by_text.get(text) {
            return *known;
        }
        let usual = SEPARATORS.contains(&separator);
        let plain = in_plain_width(text);
        let parsed = if usual { parse_path(&plain) } else { parse_path(&plain.replace(separator, "/")) };
        let read = match parsed {
            None if text.split(SEPARATORS).count() > tree::DEPTH_MAX => Err(ProblemCode::DepartmentTooDeep),
            None => Err(ProblemCode::Rule(Problem::TextTooLong)),
            Some(names) if names.is_empty() => Ok(None),
            Some(names) => Ok(Some(self.intern(names))),
        };
        // A file in which every row has another text gains nothing from being remembered.
        if self.by_text.len() < 100_000 {
            self.by_text.insert(text.to_owned(), read);
        }
        read
    }

    /// The number of the path with these names, width, case and white space aside.
    pub(crate) fn intern(&mut self, names: Vec<String>) -> PathId {
        let key = key_of(&names);
        if let Some(id) = self.by_key.get(&key) {
            if self.names[id.0 as usize] != names {
                self.spelt_otherwise.insert(*id);
            }
            return *id;
        }
        let id = PathId(self.names.len() as u32);
        self.names.push(names);
        self.by_key.insert(key, id);
        id
    }

    /// The path with these names below another, or that one itself when it ends with them: a row of the sheet `3班` may
    /// name its class once more.
    pub(crate) fn below(&mut self, above: Option<PathId>, names: &[String]) -> PathId {
        let mut whole: Vec<String> = above.map(|path| self.names(path).to_vec()).unwrap_or_default();
        let key = |names: &[String]| key_of(names);
        let ends_alike = whole.len() >= names.len() && key(&whole[whole.len() - names.len()..]) == key(names);
        if let Some(above) = above.filter(|_| ends_alike || whole.len() + names.len() > tree::DEPTH_MAX) {
            return above;
        }
        whole.extend_from_slice(names);
        self.intern(whole)
    }

    /// The path of what lies above; nothing above the top.
    pub(crate) fn above(&mut self, path: PathId) -> Option<PathId> {
        let (_, above) = self.names(path).split_last()?;
        (!above.is_empty()).then(|| above.to_vec()).map(|above| self.intern(above))
    }

    /// The names from the top.
    pub fn names(&self, id: PathId) -> &[String] {
        self.names.get(id.0 as usize).map_or(&[], Vec::as_slice)
    }

    /// The path as it is written: `高一/3班`.
    pub fn text(&self, id: PathId) -> String {
        join_path(self.names(id).iter().map(String::as_str))
    }

    pub(crate) fn is_spelt_otherwise(&self, id: PathId) -> bool {
        self.spelt_otherwise.contains(&id)
    }

    pub fn len(&self) -> usize {
        self.names.len()
    }

    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

/// Marks between the paths of one cell that few names hold.
const LIST_MARKS: [char; 2] = [';', '；'];
/// Marks that stand in names too, or where a long path is broken in two lines.
const LOOSE_MARKS: [char; 4] = [',', '，', '、', '\n'];

/// The paths that a cell names which may name several. Marks of names part them only where every part is a whole path
/// and all begin at the same place: `学校/高一,学校/合唱团`, but not `数学、物理组`.
pub(crate) fn parted(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let marks: &[char] = if text.contains(LIST_MARKS) {
        &LIST_MARKS
    } else if text.contains(LOOSE_MARKS) && are_whole(text.split(LOOSE_MARKS), separator) {
        &LOOSE_MARKS
    } else {
        &[]
    };
    text.split(marks).filter(|part| !part.trim().is_empty())
}

/// Whether the cell's own text shows that it names several: each part is a path of several steps.
pub(crate) fn shows_several(text: &str, separator: char) -> bool {
    let parts: Vec<&str> = parted(text, separator).collect();
    parts.len() > 1 && parts.iter().all(|part| steps(part, separator).nth(1).is_some())
}

fn steps(path: &str, separator: char) -> impl Iterator<Item = &str> {
    let parts = path.split(move |c| c == separator || SEPARATORS.contains(&c));
    parts.map(str::trim).filter(|step| !step.is_empty())
}

fn are_whole<'p>(paths: impl Iterator<Item = &'p str>, separator: char) -> bool {
    let mut first: Option<String> = None;
    for path in paths.filter(|path| !path.trim().is_empty()) {
        let mut steps = steps(path, separator);
        let Some(top) = steps.next().map(name_key).filter(|_| steps.next().is_some()) else { return false };
        if *first.get_or_insert_with(|| top.clone()) != top {
            return false;
        }
    }
    true
}

/// Wide letters and digits as narrow ones: `３班` is typed by accident, and would be the name of every pupil's class.
fn in_plain_width(text: &str) -> Cow<'_, str> {
    let is_wide = |c: char| matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ');
    if !text.contains(is_wide) {
        return Cow::Borrowed(text);
    }
    let narrow = |c: char| if is_wide(c) { char::from_u32(c as u32 - 0xFEE0).unwrap_or(c) } else { c };
    Cow::Owned(text.chars().map(narrow).collect())
}

/// Equal for paths that mean the same place.
pub(crate) fn key_of(names: &[impl AsRef<str>]) -> String {
    let mut key = String::new();
    for name in names {
        key.push_str(&name_key(name.as_ref()));
        key.push('/');
    }
    key
}

/// The department that a sheet's name stands for; `3` is a class, as under the heading 班级. Empty for a name that is none.
pub(crate) fn names_of_sheet(name: &str) -> Vec<String> {
    parse_path(&Dress::Class.on(name)).unwrap_or_default()
}

/// What is added to a bare number, as spreadsheets are filled in: under 班级 `3` is `3班`, under 年级 `2023` is `2023级`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Dress {
    Class,
    Year,
    Nothing,
}

impl Dress {
    pub(crate) fn of(heading: &str) -> Self {
        if heading.contains('班') {
            Self::Class
        } else if heading.contains('级') {
            Self::Year
        } else {
            Self::Nothing
        }
    }

    pub(crate) fn on(self, value: &str) -> Cow<'_, str> {
        let value = value.trim();
        let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        match self {
            Self::Class if is_number && value.len() <= 2 => Cow::Owned(format!("{value}班")),
            Self::Year if is_number && value.len() == 4 => Cow::Owned(format!("{value}级")),
            _ => Cow::Borrowed(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_kept_once() {
        let mut paths = Paths::default();
        let first = paths.read("高一/3班", '/').unwrap();
        assert_eq!(paths.read("高一 > ３班", '/').unwrap(), first);
        assert_ne!(paths.read("高一-3班", '/').unwrap(), first);
        assert_eq!(paths.read("高一|3班", '|').unwrap(), first);
        assert_eq!(paths.read("/", '/'), Ok(None));
        assert_eq!(paths.read(&"a/".repeat(13), '/'), Err(ProblemCode::DepartmentTooDeep));
        assert_eq!(paths.text(first.unwrap()), "高一/3班");
    }

    #[test]
    fn a_cell_names_several_where_its_marks_can_part_nothing_else() {
        let parts = |text: &'static str| parted(text, '/').collect::<Vec<_>>();
        assert_eq!(parts("学校/高一/1班；学校/社团/合唱团;"), ["学校/高一/1班", "学校/社团/合唱团"]);
        assert_eq!(parts("1班;合唱团"), ["1班", "合唱团"]);
        assert_eq!(parts("学校/高一/1班\n学校/社团/合唱团"), ["学校/高一/1班", "学校/社团/合唱团"]);
        assert_eq!(parts("学校/高一, 学校/合唱团"), ["学校/高一", " 学校/合唱团"]);
        for one in ["学校/数学、物理组", "学校/数学、物理/实验组", "高一\n3班", "数学,物理"] {
            assert_eq!(parts(one), [one]);
        }
        assert_eq!(parted("公司-研发,公司-测试", '-').count(), 2);
        assert!(shows_several("学校/高一;社团/合唱团", '/'));
        assert!(!shows_several("1班;合唱团", '/'), "a name may hold such a mark");
        assert!(!shows_several("学校/高一;", '/'));
    }

    #[test]
    fn bare_numbers_are_dressed_as_their_heading_says() {
        let dressed = |value, heading| Dress::of(heading).on(value).into_owned();
        assert_eq!(dressed("3", "班级"), "3班");
        assert_eq!(dressed("2023", "年级"), "2023级");
        assert_eq!(dressed("高一", "年级"), "高一");
        assert_eq!(dressed("3", "部门"), "3");
    }
}
