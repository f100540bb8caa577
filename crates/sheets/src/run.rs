//! What to print: the people by group, the words and the layout.

use crate::fonts::Fonts;
use crate::layout::Layout;
use crate::paging::Leaf;
use crate::printer::Printer;
use crate::words::Words;

/// One print job. The same run gives the same bytes, always.
#[derive(Debug, Clone)]
pub struct SheetRun {
    /// Who invites, as the people know it.
    pub organisation: String,
    /// In print order. Each group with people starts on a sheet of its own; empty ones are passed over.
    pub groups: Vec<Group>,
    /// Everything printed that is not data.
    pub words: Words,
    /// Where things stand.
    pub layout: Layout,
    /// A list of the group's people on pages before its own, on the same paper.
    pub list: Option<Layout>,
    pub printer: Printer,
    /// Labels of the first sheet that are already gone, counted by rows from the top left.
    pub used_places: usize,
    /// What to draw with.
    pub fonts: Fonts,
}

/// People who are handed out together: a class, a department.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// Printed at the head of each of its pages, and in the PDF's table of contents.
    pub heading: String,
    pub people: People,
}

/// The people of a group in print order, packed: a run may be of a million.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct People {
    /// Name, number and the end of the link of each, one after the other.
    texts: String,
    places: Vec<Packed>,
    /// What mostly is the same for everybody: departments, and what links begin with.
    departments: Vec<String>,
    starts: Vec<String>,
}

/// Where somebody's texts end, and which of the shared ones are theirs.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Packed {
    name: usize,
    card_number: u32,
    link: u32,
    department: u32,
    start: u32,
}

impl People {
    pub fn len(&self) -> usize {
        self.places.len()
    }
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    pub fn push(&mut self, person: &Person) {
        let begins = person.link.rfind('/').map_or(0, |at| at + 1);
        let (start, end) = person.link.split_at(begins);
        self.texts.push_str(&person.name);
        let name = self.texts.len();
        self.texts.push_str(&person.card_number);
        self.texts.push_str(end);
        let department = shared(&mut self.departments, &person.department);
        let start = shared(&mut self.starts, start);
        // No text of one person is longer.
        let length = |text: &str| u32::try_from(text.len()).unwrap_or(u32::MAX);
        let (card_number, link) = (length(&person.card_number), length(end));
        self.places.push(Packed { name, card_number, link, department, start });
    }

    /// The person at the index; somebody without a name and link where there is nobody.
    pub fn get(&self, index: usize) -> Person {
        let Some(packed) = self.places.get(index) else { return Person::default() };
        let end_of = |packed: &Packed| packed.name + packed.card_number as usize + packed.link as usize;
        let begin = index.checked_sub(1).and_then(|before| self.places.get(before)).map_or(0, end_of);
        let number_end = packed.name + packed.card_number as usize;
        let text = |from: usize, to: usize| self.texts.get(from..to).unwrap_or_default();
        let of = |all: &[String], at: u32| all.get(at as usize).cloned().unwrap_or_default();
        Person {
            name: text(begin, packed.name).to_owned(),
            department: of(&self.departments, packed.department),
            card_number: text(packed.name, number_end).to_owned(),
            link: of(&self.starts, packed.start) + text(number_end, end_of(packed)),
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = Person> + '_ {
        (0..self.len()).map(|index| self.get(index))
    }

    /// Bytes that they take, about.
    pub fn bytes(&self) -> usize {
        let shared = self.departments.iter().chain(&self.starts).map(|text| text.len() + size_of::<String>());
        self.texts.len() + self.places.len() * size_of::<Packed>() + shared.sum::<usize>()
    }
}

/// The number of the text, which is mostly the one that came last.
fn shared(all: &mut Vec<String>, text: &str) -> u32 {
    if all.last().is_none_or(|last| last != text) {
        all.push(text.to_owned());
    }
    u32::try_from(all.len() - 1).unwrap_or(u32::MAX)
}

impl FromIterator<Person> for People {
    fn from_iter<T: IntoIterator<Item = Person>>(all: T) -> Self {
        let mut people = Self::default();
        all.into_iter().for_each(|person| people.push(&person));
        people
    }
}

impl From<Vec<Person>> for People {
    fn from(all: Vec<Person>) -> Self {
        all.into_iter().collect()
    }
}

impl std::fmt::Debug for People {
    /// Says nothing but how many they are.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "People({})", self.len())
    }
}

/// One invited person. Fields may be empty, but for the link.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    pub department: String,
    pub card_number: String,
    /// The invitation link, exactly as the code shall carry it.
    pub link: String,
}

impl std::fmt::Debug for Person {
    /// Says nothing: a person's data and link belong in no log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Person(…)")
    }
}

impl SheetRun {
    /// The layout of a sheet that is for this.
    pub(crate) fn layout_of(&self, leaf: Leaf) -> &Layout {
        match (leaf, &self.list) {
            (Leaf::List, Some(list)) => list,
            _ => &self.layout,
        }
    }

    /// A run with the bundled fonts, on unused sheets, for a printer that is not off.
    pub fn of(organisation: impl Into<String>, groups: Vec<Group>, words: Words, layout: Layout) -> Self {
        Self {
            organisation: organisation.into(),
            groups,
            words,
            layout,
            list: None,
            printer: Printer::default(),
            used_places: 0,
            fonts: Fonts::bundled(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn person() -> impl Strategy<Value = Person> {
        let link =
            prop::sample::select(vec!["", "HTTPS://A.CN/J/ABC", "HTTPS://A.CN/J/DEF", "https://b/x/j/abc", "ABC", "/"]);
        let department = prop::sample::select(vec!["", "高一/1班", "高一/2班"]);
        ("[张李a/]{0,3}", "[0-9a/]{0,3}", department, link).prop_map(|(name, card_number, department, link)| Person {
            name,
            card_number,
            department: department.into(),
            link: link.into(),
        })
    }

    proptest! {
        #[test]
        fn people_come_back_as_they_went_in(all in prop::collection::vec(person(), 0..20)) {
            let people = People::from(all.clone());
            prop_assert_eq!(people.len(), all.len());
            prop_assert!(people.iter().eq(all));
        }
    }

    #[test]
    fn a_great_many_take_little_room() {
        let of = |n: usize| Person {
            name: "欧阳静怡".into(),
            department: "第一中学/高中部/高一/高一(3)班".into(),
            card_number: format!("S2026{n:06}"),
            link: format!("HTTPS://ROSTER.SCHOOL.EXAMPLE.CN/J/{n:026}"),
        };
        let people: People = (0..10_000).map(of).collect();
        assert!(people.bytes() < 10_000 * 80, "{} bytes", people.bytes());
        assert_eq!(people.get(9_999), of(9_999));
    }
}
