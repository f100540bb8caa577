//! Prints labels from a table, for measuring speed: `labels TABLE.tsv OUT.pdf`.
//! The table has number, name, class and link in each line, sorted by class; each class becomes a group.

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};

use mingce_sheets::{Flow, Group, Layout, People, Person, Proof, SheetRun, Words, export_pdf};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let [table, out] = arguments.as_slice() else { return Err("usage: labels TABLE.tsv OUT.pdf".into()) };
    let mut groups: Vec<Group> = Vec::new();
    for (at, line) in BufReader::new(File::open(table)?).lines().enumerate() {
        let line = line?;
        let fields: Vec<_> = line.split('\t').collect();
        let [number, name, class, link] = fields.as_slice() else {
            return Err(format!("line {}: not four columns", at + 1).into());
        };
        if groups.last().is_none_or(|group| group.heading != *class) {
            groups.push(Group { heading: (*class).into(), people: People::default() });
        }
        let person = Person {
            name: (*name).into(),
            department: (*class).into(),
            card_number: (*number).into(),
            link: (*link).into(),
        };
        if let Some(group) = groups.last_mut() {
            group.people.push(&person);
        }
    }
    let run = SheetRun::of(
        "示例中学",
        groups,
        Words::chinese("2026年9月8日"),
        Layout::find_named("labels").ok_or("not shipped")?,
    );
    let summary = export_pdf(&run, &mut File::create(out)?, Proof::None, &mut |_| Flow::Continue)?;
    println!("{} people on {} pages, {} bytes", summary.people, summary.pages, summary.bytes);
    Ok(())
}
