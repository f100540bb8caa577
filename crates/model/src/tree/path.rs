//! Departments written as a path, `高一/3班`, as files and people write them.

use crate::check::text::{fold_word, line};

/// Divide the names of a path, and so cannot stand in a name. The first is the one written.
pub const SEPARATORS: [char; 4] = ['/', '>', '／', '＞'];
/// Characters (code points) that a department's name may have.
pub const NAME_CHARACTERS_MAX: usize = 64;

/// Writes names, the outermost first, as a path.
pub fn join_path<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut path = String::new();
    for name in names {
        if !path.is_empty() {
            path.push(SEPARATORS[0]);
        }
        path.push_str(name);
    }
    path
}

/// Reads a path into cleaned names, the outermost first; empty names are left out. `None` when a name is too long, holds
/// control characters, or the path is deeper than `DEPTH_MAX`.
pub fn parse_path(path: &str) -> Option<Vec<String>> {
    let mut names = Vec::new();
    for part in path.split(SEPARATORS) {
        let name = line(part, NAME_CHARACTERS_MAX).ok()?;
        if name.is_empty() {
            continue;
        }
        if names.len() == super::DEPTH_MAX {
            return None;
        }
        names.push(name);
    }
    Some(names)
}

/// What two names of siblings must not share: width, case and white space aside they must differ.
pub fn name_key(name: &str) -> String {
    fold_word(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_with_any_separator_and_written_with_one() {
        for path in ["高一/3班", " 高一 > 3班 ", "高一／3班", "高一＞3班/", "/高一//3班"] {
            let names = parse_path(path).unwrap();
            assert_eq!(names, ["高一", "3班"], "{path}");
            assert_eq!(join_path(names.iter().map(String::as_str)), "高一/3班");
        }
        assert_eq!(parse_path("高一-3班").unwrap(), ["高一-3班"]);
        assert_eq!(parse_path(" / ").unwrap(), Vec::<String>::new());
        assert_eq!(parse_path(&"a/".repeat(13)), None);
        assert_eq!(parse_path(&"长".repeat(65)), None);
    }

    #[test]
    fn a_path_holds_the_names_that_the_field_takes() {
        assert_eq!(crate::Field::DepartmentName.form(), crate::Form::Text(NAME_CHARACTERS_MAX));
    }

    #[test]
    fn width_case_and_space_make_no_other_name() {
        assert_eq!(name_key("３ 班"), name_key("3班"));
        assert_eq!(name_key("A部"), name_key("ａ部"));
        assert_eq!(name_key("高一（3）班"), name_key("高一(3)班"));
        assert_ne!(name_key("3班"), name_key("三班"));
    }
}
