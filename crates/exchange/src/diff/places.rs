//! Where the file's department paths lead: to departments that exist, or to ones that would have to be made.

use crate::stage::{PathId, Paths, ProblemCode, key_of};
use mingce_model::tree::{DEPTH_MAX, Department, Tree, kind_guess, name_key};
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
    /// Several departments share the path, or its end.
    Unclear,
    /// Below where it would come, there is no room for so many.
    TooDeep,
    /// A department that was put away, or one that would have to be made below it: nobody can be put there.
    Archived(Option<RecordId>),
}

/// Where the paths of a file begin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Begin {
    /// At the top, as systems write them.
    AtTop,
    /// Wherever whoever typed the list thought that everybody knows: `3班` in `实验中学/高中部/高一/3班`.
    Anywhere,
}

/// The roster's departments and the new ones, by path.
pub(crate) struct Places {
    tree: Tree,
    begin: Begin,
    /// New departments come below this one.
    under: Option<DepartmentId>,
    /// Departments by the key of their name; made when it is first asked for.
    by_name: Option<HashMap<String, Vec<DepartmentId>>>,
    /// Paths that were found by how departments' paths end, in the order in which they were asked for.
    by_end: Vec<PathId>,
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
            begin: Begin::AtTop,
            under: None,
            by_name: None,
            by_end: Vec::new(),
            organisation_name: organisation_name.map(name_key),
            organisation_kind: organisation_kind.to_owned(),
            found: HashMap::new(),
            new: Vec::new(),
            new_by_name: HashMap::new(),
            keys: HashMap::new(),
        }
    }

    pub(crate) fn beginning(self, begin: Begin) -> Self {
        Self { begin, ..self }
    }

    /// Makes new departments below this one, if it is there.
    pub(crate) fn under(mut self, department: Option<RecordId>) -> Self {
        self.under = department.map(DepartmentId).filter(|id| self.tree.get(*id).is_some());
        self
    }

    pub(crate) fn find(&mut self, path: PathId, paths: &Paths) -> Place {
        if let Some(place) = self.found.get(&path) {
            return *place;
        }
        let names = self.below_organisation(paths.names(path));
        let (place, is_by_end) = match self.start_of(&names) {
            Start::Unclear => (Place::Unclear, false),
            Start::At(above) => (self.follow(above, &names), false),
            Start::EndOf(id, steps) => (self.follow(Above::Known(id.0), &names[steps..]), true),
        };
        if is_by_end {
            self.by_end.push(path);
        }
        self.found.insert(path, place);
        place
    }

    /// From where the path is to be followed. What stands at the top is meant before anything deeper.
    fn start_of(&mut self, names: &[&str]) -> Start {
        let top = Start::At(Above::Top);
        let Some(first) = names.first() else { return top };
        if !self.named(None, first).is_empty() {
            return top;
        }
        let below = self.under.map_or(top, |id| Start::At(Above::Known(id.0)));
        if self.under.is_some_and(|id| !self.named(Some(id), first).is_empty()) || self.begin == Begin::AtTop {
            return below;
        }
        for steps in (1..=names.len()).rev() {
            match self.ending_with(&names[..steps])[..] {
                [] => {}
                [id] => return Start::EndOf(id, steps),
                _ => return Start::Unclear,
            }
        }
        below
    }

    fn named(&self, parent: Option<DepartmentId>, name: &str) -> Vec<DepartmentId> {
        let key = name_key(name);
        let has_name = |id: &&DepartmentId| self.tree.get(**id).is_some_and(|it| name_key(&it.name) == key);
        self.tree.children(parent).iter().filter(has_name).copied().collect()
    }

    /// The departments whose paths end with the names; those below the department chosen for new ones come first.
    fn ending_with(&mut self, names: &[&str]) -> Vec<DepartmentId> {
        let (tree, under) = (&self.tree, self.under);
        let by_name = self.by_name.get_or_insert_with(|| {
            let mut by_name: HashMap<String, Vec<DepartmentId>> = HashMap::new();
            // Last year's classes are called like this year's.
            let in_use = tree.in_order().into_iter().filter(|(id, _)| !tree.is_archived(*id));
            for department in in_use.filter_map(|(id, _)| tree.get(id)) {
                by_name.entry(name_key(&department.name)).or_default().push(department.id);
            }
            by_name
        });
        let named = names.last().and_then(|last| by_name.get(&name_key(last)));
        let ends_so = |id: &&DepartmentId| {
            let line = tree.line(**id);
            line.len() >= names.len()
                && line[line.len() - names.len()..]
                    .iter()
                    .zip(names)
                    .all(|(it, name)| name_key(&it.name) == name_key(name))
        };
        let all: Vec<DepartmentId> = named.into_iter().flatten().filter(ends_so).copied().collect();
        let lies_below = |id: &&DepartmentId| under.is_some_and(|under| tree.is_within(**id, under));
        let below: Vec<DepartmentId> = all.iter().filter(lies_below).copied().collect();
        if below.is_empty() { all } else { below }
    }

    /// WeCom and DingTalk begin every path with the organisation itself, which is no department here.
    fn below_organisation<'n>(&self, names: &'n [String]) -> Vec<&'n str> {
        let starts_with_organisation = !names.is_empty()
            && self.organisation_name.as_ref() == Some(&name_key(&names[0]))
            && self.tree.child_named(None, &names[0]).is_none();
        names.iter().skip(usize::from(starts_with_organisation)).map(String::as_str).collect()
    }

    fn follow(&mut self, start: Above, names: &[&str]) -> Place {
        let mut above = start;
        if let Above::Known(id) = start
            && self.tree.depth(DepartmentId(id)) + names.len() > DEPTH_MAX
        {
            return Place::TooDeep;
        }
        for name in names {
            let known_above = match above {
                Above::Top => Some(None),
                Above::Known(id) => Some(Some(DepartmentId(id))),
                Above::New(_) => None,
            };
            let known: Vec<DepartmentId> = match known_above {
                None => Vec::new(),
                Some(parent) => self.named(parent, name),
            };
            above = match known[..] {
                [id] => Above::Known(id.0),
                [] if self.is_archived(above) => return Place::Archived(None),
                [] => Above::New(self.make(above, name)),
                _ => return Place::Unclear,
            };
        }
        match above {
            Above::Top => Place::Top,
            Above::Known(id) if self.is_archived(above) => Place::Archived(Some(id)),
            Above::Known(id) => Place::Known(id),
            Above::New(index) => Place::New(index),
        }
    }

    fn is_archived(&self, place: Above) -> bool {
        matches!(place, Above::Known(id) if self.tree.is_archived(DepartmentId(id)))
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

    /// Whether the department lies at the path: then naming it changes nothing, even where another has the same path, or
    /// one that ends alike.
    pub(crate) fn is_at(&mut self, department: RecordId, path: PathId, paths: &Paths) -> bool {
        let asked = key_of(&self.below_organisation(paths.names(path)));
        let tree = &self.tree;
        let key = self.keys.entry(department).or_insert_with(|| {
            let names: Vec<&str> = tree.line(DepartmentId(department)).iter().map(|it| it.name.as_str()).collect();
            key_of(&names)
        });
        *key == asked
            || self.begin == Begin::Anywhere
                && self.found.get(&path) == Some(&Place::Unclear)
                && key.strip_suffix(&asked).is_some_and(|above| above.ends_with('/'))
    }

    /// Looks for all paths that the file names anew, in this order: then it is the order that says which new departments
    /// there are and how they are called, not what was asked for on the way.
    pub(crate) fn settle(&mut self, named: impl Iterator<Item = (PathId, Use)>, paths: &Paths) {
        self.found.clear();
        self.by_end.clear();
        self.new.clear();
        self.new_by_name.clear();
        for (path, used) in named {
            let place = self.find(path, paths);
            if used == Use::Needed {
                self.need(place);
            }
        }
    }

    pub(crate) fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Where a path leads that was found before.
    pub(crate) fn at(&self, path: PathId) -> Option<Place> {
        self.found.get(&path).copied()
    }

    /// Every path that was looked for.
    pub(crate) fn paths(&self) -> impl Iterator<Item = PathId> {
        self.found.keys().copied()
    }

    /// Departments that would be made, each behind the one above it.
    pub(crate) fn made(&self) -> &[NewDepartment] {
        &self.new
    }

    /// Paths that were taken for the ends of departments' paths.
    pub(crate) fn by_end(&self) -> &[PathId] {
        &self.by_end
    }
}

/// Whether a row that goes in needs what it names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Use {
    Named,
    Needed,
}

/// From where a path is followed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Start {
    At(Above),
    /// The path of this department ends with so many of the names.
    EndOf(DepartmentId, usize),
    Unclear,
}

impl Place {
    pub(crate) fn problem(self) -> Option<ProblemCode> {
        match self {
            Place::Unclear => Some(ProblemCode::DepartmentAmbiguous),
            Place::TooDeep => Some(ProblemCode::DepartmentTooDeep),
            Place::Archived(_) => Some(ProblemCode::DepartmentArchived),
            Place::Known(_) | Place::New(_) | Place::Top => None,
        }
    }
}
