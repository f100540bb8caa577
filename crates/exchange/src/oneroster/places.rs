//! Where the classes and organisations of a package are on the roster, and what becomes of their names: what a source
//! calls otherwise since it was heard of last is renamed, what only the roster calls otherwise is not.

use super::{CLASSES, ORGS, Remark};
use crate::stage::key_of;
use jiff::civil::date;
use mingce_model::Field;
use mingce_model::check::{Context, check_text};
use std::collections::{HashMap, HashSet};

/// Where a class or an organisation of another system is on the roster.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourcePlace {
    pub path: String,
    /// What that system called it when it was heard of last; `None` where that is not known.
    pub called: Option<String>,
}

/// Places on the roster by the ids of other systems.
pub type KnownPlaces = HashMap<String, SourcePlace>;

/// A class or an organisation that a package tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ToldPlace {
    pub id: String,
    /// As the package has it, or where it is once the package is imported.
    pub path: String,
    /// What the package calls it.
    pub name: String,
}

/// A department of the roster that its source calls otherwise by now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Renamed {
    /// Its path before anything is renamed.
    pub path: String,
    pub name: String,
    /// The file that says so, and the row in it.
    pub file: &'static str,
    pub row: u32,
}

/// What a row of the package calls a class or an organisation.
pub(super) struct Called {
    pub file: &'static str,
    pub row: u64,
    pub id: String,
    pub name: String,
}

/// The names settled.
#[derive(Default)]
pub(super) struct Settled {
    /// Where everything is once the names are changed, by the source's ids.
    pub paths: HashMap<String, String>,
    pub renamed: Vec<Renamed>,
    /// The roster keeps a name of its own for so many, by file.
    pub kept: Vec<Remark>,
}

pub(super) fn settle(called: &[Called], known: &KnownPlaces) -> Settled {
    let mut names: HashMap<&str, (&Called, String)> = HashMap::new();
    let mut kept: HashMap<&'static str, u64> = HashMap::new();
    for told in called {
        let Some(place) = known.get(&told.id) else { continue };
        if place.path.is_empty() || last_step(&place.path) == told.name {
            continue;
        }
        let is_news = place.called.as_ref() != Some(&told.name);
        let name = if is_news { fitting(&told.name) } else { None };
        match name {
            Some(name) if !names.contains_key(place.path.as_str()) => {
                names.insert(&place.path, (told, name));
            }
            _ => *kept.entry(told.file).or_default() += 1,
        }
    }
    while let Some(path) = colliding(&names, known) {
        if let Some((told, _)) = names.remove(path) {
            *kept.entry(told.file).or_default() += 1;
        }
    }
    let paths = known.iter().map(|(id, place)| (id.clone(), path_after(&place.path, &names))).collect();
    let renamed = |(path, (told, name)): (&str, (&Called, String))| Renamed {
        path: path.to_owned(),
        name,
        file: told.file,
        row: u32::try_from(told.row).unwrap_or(u32::MAX),
    };
    let mut renamed: Vec<Renamed> = names.into_iter().map(renamed).collect();
    renamed.sort_by_key(|it| (it.file != ORGS, it.row));
    let in_order = [ORGS, CLASSES].into_iter().filter_map(|file| Some((file, *kept.get(file)?)));
    Settled { paths, renamed, kept: in_order.map(|(file, rows)| Remark::NamesKept { file, rows }).collect() }
}

/// A name that a department can have.
fn fitting(name: &str) -> Option<String> {
    // A name has nothing to do with the day.
    let context = Context { today: date(2000, 1, 1), document_kind: None };
    let checked = check_text(Field::DepartmentName, name, &context).ok()?;
    checked.value.as_text().map(str::to_owned)
}

/// One that must not be renamed, because another department would be called like it.
fn colliding<'k>(names: &HashMap<&'k str, (&Called, String)>, known: &'k KnownPlaces) -> Option<&'k str> {
    if names.is_empty() {
        return None;
    }
    let mut holders: HashMap<String, &str> = HashMap::new();
    let distinct: HashSet<&str> = known.values().map(|place| place.path.as_str()).collect();
    let mut distinct: Vec<&str> = distinct.into_iter().filter(|path| !path.is_empty()).collect();
    distinct.sort_unstable();
    for path in distinct {
        let after = path_after(path, names);
        let steps: Vec<&str> = after.split('/').collect();
        if let Some(other) = holders.insert(key_of(&steps), path) {
            let renamed = [path, other].into_iter().find(|path| names.contains_key(path));
            // Where two come together only because what lies above them does, that comes first.
            return renamed.or_else(|| names.keys().copied().min());
        }
    }
    None
}

/// A path with every step called as it is to be.
fn path_after(path: &str, names: &HashMap<&str, (&Called, String)>) -> String {
    let mut after = String::with_capacity(path.len());
    let mut end = 0;
    for step in path.split('/') {
        end += step.len() + usize::from(end > 0);
        let name = names.get(&path[..end]).map_or(step, |(_, name)| name.as_str());
        if !after.is_empty() {
            after.push('/');
        }
        after.push_str(name);
    }
    after
}

fn last_step(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(places: &[(&str, &str, Option<&str>)]) -> KnownPlaces {
        let place =
            |path: &str, called: Option<&str>| SourcePlace { path: path.to_owned(), called: called.map(str::to_owned) };
        places.iter().map(|(id, path, called)| ((*id).to_owned(), place(path, *called))).collect()
    }

    fn told(names: &[(&str, &str)]) -> Vec<Called> {
        let called = |(row, (id, name)): (u64, &(&str, &str))| Called {
            file: CLASSES,
            row,
            id: (*id).to_owned(),
            name: (*name).to_owned(),
        };
        (2..).zip(names).map(called).collect()
    }

    fn renamed(settled: &Settled) -> Vec<(&str, &str)> {
        settled.renamed.iter().map(|it| (it.path.as_str(), it.name.as_str())).collect()
    }

    #[test]
    fn classes_that_move_up_take_each_others_names() {
        let known = known(&[("a", "高一/1班", Some("1班")), ("b", "高一/2班", Some("2班")), ("g", "高一", None)]);
        let settled = settle(&told(&[("a", "2班"), ("b", "3班")]), &known);
        assert_eq!(renamed(&settled), [("高一/1班", "2班"), ("高一/2班", "3班")]);
        assert_eq!((settled.paths["a"].as_str(), settled.paths["b"].as_str()), ("高一/2班", "高一/3班"));
        assert!(settled.kept.is_empty());
    }

    #[test]
    fn a_name_that_another_has_is_not_taken() {
        let known = known(&[("a", "高一/1班", None), ("b", "高一/2班", None), ("x", "", None)]);
        let settled = settle(&told(&[("a", "２班"), ("x", "top")]), &known);
        assert!(settled.renamed.is_empty());
        assert_eq!(settled.paths["a"], "高一/1班");
        assert_eq!(settled.kept.len(), 1);
    }

    #[test]
    fn a_name_of_the_rosters_own_stays_until_the_source_has_another() {
        let known = known(&[("a", "高一/火箭班", Some("1班"))]);
        assert!(settle(&told(&[("a", "1班")]), &known).renamed.is_empty());
        assert_eq!(renamed(&settle(&told(&[("a", "2班")]), &known)), [("高一/火箭班", "2班")]);
    }

    #[test]
    fn what_lies_below_a_renamed_one_is_found_below_it() {
        let known = known(&[("g", "高一", None), ("a", "高一/1班", None)]);
        let settled = settle(&told(&[("g", "高二")]), &known);
        assert_eq!(settled.paths["a"], "高二/1班");
        assert_eq!(settled.renamed.len(), 1);
    }
}
