//! Where the file's department paths lead: to departments that exist, or to ones that would have to be made.

use crate::stage::{PathId, Paths, ProblemCode, key_of};
use mingce_model::tree::{Department, Tree, kind_guess, name_key};
use mingce_model::{DepartmentId, RecordId};
use std::collections::HashMap;

/// Above a new department: nothing, one on the roster, or another new one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Above {
    Top,
    Known(RecordId),
    New(u32),
}

/// A department that the import would make.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct NewDepartment {
    pub above: Above,
    pub name: String,
    /// A word of `DepartmentKind`.
    pub kind: &'static str,
    pub position: Option<i64>,
    /// Whether a row that goes in needs it.
    pub is_needed: bool,
}

/// Where one path leads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    Known(RecordId),
    New(u32),
    /// The organisation itself: no department.
    Top,
    /// Several departments share the path.
    Unclear,
}

/// The roster's departments and the new ones, by path.
pub(crate) struct Places {
    tree: Tree,
    organisation_name: Option<String>,
    organisation_kind: String,
    found: HashMap<PathId, Place>,
    new: Vec<NewDepartment>,
    new_by_name: HashMap<(Above, String), u32>,
    keys: HashMap<RecordId, String>,
}

impl Places {
    pub(crate) fn new(departments: Vec<Department>, organisation_name: Option<&str>, organisation_kind: &str) -> Self {
        Self {
            tree: Tree::new(departments),
            organisation_name: organisation_name.map(name_key),
            organisation_kind: organisation_kind.to_owned(),
            found: HashMap::new(),
            new: Vec::new(),
            new_by_name: HashMap::new(),
            keys: HashMap::new(),
        }
    }

    pub(crate) fn find(&mut self, path: PathId, paths: &Paths) -> Place {
        if let Some(place) = self.found.get(&path) {
            return *place;
        }
        let place = self.follow(self.below_organisation(paths.names(path)));
        self.found.insert(path, place);
        place
    }

    /// WeCom and DingTalk begin every path with the organisation itself, which is no department here.
    fn below_organisation<'n>(&self, names: &'n [String]) -> Vec<&'n str> {
        let starts_with_organisation = !names.is_empty()
            && self.organisation_name.as_ref() == Some(&name_key(&names[0]))
            && self.tree.child_named(None, &names[0]).is_none();
        names.iter().skip(usize::from(starts_with_organisation)).map(String::as_str).collect()
    }

    fn follow(&mut self, names: Vec<&str>) -> Place {
        let mut above = Above::Top;
        for name in names {
            let known_above = match above {
                Above::Top => Some(None),
                Above::Known(id) => Some(Some(DepartmentId(id))),
                Above::New(_) => None,
            };
            let known: Vec<DepartmentId> = match known_above {
                None => Vec::new(),
                Some(parent) => {
                    let key = name_key(name);
                    let has_name = |id: &&DepartmentId| self.tree.get(**id).is_some_and(|it| name_key(&it.name) == key);
                    self.tree.children(parent).iter().filter(has_name).copied().collect()
                }
            };
            above = match known[..] {
                [id] => Above::Known(id.0),
                [] => Above::New(self.make(above, name)),
                _ => return Place::Unclear,
            };
        }
        match above {
            Above::Top => Place::Top,
            Above::Known(id) => Place::Known(id),
            Above::New(index) => Place::New(index),
        }
    }

    fn make(&mut self, above: Above, name: &str) -> u32 {
        let next = self.new.len() as u32;
        let index = *self.new_by_name.entry((above, name_key(name))).or_insert(next);
        if index == next {
            self.new.push(NewDepartment {
                above,
                name: name.to_owned(),
                kind: kind_guess(name, &self.organisation_kind),
                position: None,
                is_needed: false,
            });
        }
        index
    }

    /// Marks a new department and those above it as needed.
    pub(crate) fn need(&mut self, place: Place) {
        let mut at = match place {
            Place::New(index) => Above::New(index),
            _ => return,
        };
        while let Above::New(index) = at {
            let department = &mut self.new[index as usize];
            department.is_needed = true;
            at = department.above;
        }
    }

    pub(crate) fn set_position(&mut self, index: u32, position: i64) {
        self.new[index as usize].position = Some(position);
    }

    pub(crate) fn above(&self, index: u32) -> Above {
        self.new[index as usize].above
    }

    /// Whether the department lies at the path: then naming it changes nothing, even where another has the same path.
    pub(crate) fn is_at(&mut self, department: RecordId, path: PathId, paths: &Paths) -> bool {
        let asked = key_of(&self.below_organisation(paths.names(path)));
        let tree = &self.tree;
        let key = self.keys.entry(department).or_insert_with(|| {
            let names: Vec<&str> = tree.line(DepartmentId(department)).iter().map(|it| it.name.as_str()).collect();
            key_of(&names)
        });
        *key == asked
    }

    pub(crate) fn into_parts(self) -> (Tree, HashMap<PathId, Place>, Vec<NewDepartment>) {
        (self.tree, self.found, self.new)
    }
}

impl Place {
    pub(crate) fn problem(self) -> Option<ProblemCode> {
        (self == Place::Unclear).then_some(ProblemCode::DepartmentAmbiguous)
    }
}
