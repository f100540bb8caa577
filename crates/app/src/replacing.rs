//! Find and replace over a view: looked through in chunks, first without writing, then as one operation.

use crate::cells::Editor;
use crate::failure::{Outcome, told};
use crate::grid;
use crate::masking;
use crate::rewrite::{Purpose, Rewriting, Step, Walk};
use crate::session::Session;
use crate::views;
use mingce_ipc::Code;
use mingce_ipc::bulk::{Extent, FoundCell, LetterCase, Replace, ReplacePlan};
use mingce_ipc::roster::{Column, EditOutcome};
use mingce_model::{Field, choice_words};
use mingce_store::{Label, MemberRow};
use std::borrow::Cow;

/// Found cells shown at the most; all are counted.
const SHOWN: usize = 500;

pub(crate) fn plan(session: &Session, wanted: &Replace) -> Outcome<ReplacePlan> {
    let mut plan = ReplacePlan::default();
    let (editor, _) = run(session, wanted, Purpose::Try, &mut |found| {
        plan.found += 1;
        if plan.cells.len() < SHOWN {
            plan.cells.push(found);
        }
    })?;
    plan.changed = editor.outcome.changed_cells;
    plan.refused_count = editor.outcome.refused_count;
    Ok(plan)
}

pub(crate) fn replace(session: &Session, wanted: &Replace) -> Outcome<EditOutcome> {
    let (editor, touched) = run(session, wanted, Purpose::Write, &mut |_| {})?;
    Ok(grid::outcome(session, editor, &touched))
}

fn run<'a>(
    session: &'a Session,
    wanted: &Replace,
    purpose: Purpose,
    tell: &mut dyn FnMut(FoundCell),
) -> Outcome<(Editor<'a>, mingce_store::Touched)> {
    if wanted.find.is_empty() {
        return Err(Code::Malformed.into());
    }
    let view = views::find(session, &wanted.view)?;
    let needle = Needle::of(wanted);
    let mut editor = Editor::new(session)?;
    let now_ms = session.host.now_ms();
    let customs = told(session.store.custom_fields())?;
    // Whoever may not see a number sees its mask, and could read it out by what is found in it.
    let is_closed = |column: Column| {
        wanted.extent != Extent::Whole
            && masking::is_masked_column(column, &customs)
            && !masking::may_reveal_now(session)
    };
    let columns: Vec<Column> = wanted.columns.iter().copied().filter(|column| !is_closed(*column)).collect();
    let walk = Walk::over(&view, [(0, view.len())]);
    let job = wanted.job.as_deref();
    let touched = Rewriting { label: Label::Replace, walk, job, purpose }.run(session, &mut |step, edits| {
        let Step::Member { place, member, .. } = step else { return Ok(()) };
        let hits = hits(wanted, &columns, &needle, member, now_ms);
        if hits.is_empty() {
            return Ok(());
        }
        let row = u32::try_from(place).unwrap_or(u32::MAX);
        let words: Vec<Cow<'_, str>> = hits.iter().map(|hit| word_of(wanted, hit.column, &hit.to)).collect();
        let texts: Vec<(Column, &str)> =
            hits.iter().map(|hit| hit.column).zip(words.iter().map(|word| &**word)).collect();
        let (listed, counted) = (editor.outcome.refused.len(), editor.outcome.refused_count);
        editor.change(row, member, &texts, edits)?;
        let has_refused = editor.outcome.refused_count > counted;
        for hit in hits {
            let fresh = if has_refused { &editor.outcome.refused[listed..] } else { &[] };
            let code = fresh.iter().find(|cell| cell.column == hit.column).map(|cell| cell.code.clone());
            let name = member.member.get(Field::MemberName).to_string();
            let shown = |text| masking::cell(session, &customs, member.member.id, hit.column, text);
            tell(FoundCell { row, name, column: hit.column, from: shown(hit.from), to: shown(hit.to), code });
        }
        Ok(())
    })?;
    Ok((editor, touched))
}

struct Hit {
    column: Column,
    from: String,
    to: String,
}

/// The member's cells that hold the text, as people see them.
fn hits(wanted: &Replace, columns: &[Column], needle: &Needle, member: &MemberRow, now_ms: i64) -> Vec<Hit> {
    let mut found = Vec::new();
    for column in columns {
        let cell = views::cell(member, *column, now_ms);
        if cell.is_empty() {
            continue;
        }
        let from = label_of(wanted, *column, &cell);
        if let Some(to) = needle.replace(&from, &wanted.replacement) {
            found.push(Hit { column: *column, from, to });
        }
    }
    found
}

/// Between several choices in one cell, as people see them, where nothing else is said.
const BETWEEN: &str = "、";

fn between(wanted: &Replace) -> &str {
    wanted.between.as_deref().filter(|between| !between.trim().is_empty()).unwrap_or(BETWEEN)
}

/// The cell as it is shown: a choice, or several, by their labels.
fn label_of(wanted: &Replace, column: Column, cell: &str) -> String {
    let labels = || wanted.labels.iter().filter(|label| label.column == column);
    let shown = |word: &str| labels().find(|label| label.word == word).map_or(word, |label| &label.label).to_owned();
    match column {
        Column::Identity => choice_words(cell).map(shown).collect::<Vec<_>>().join(between(wanted)),
        _ => shown(cell),
    }
}

/// A shown choice back as its word; whatever else was typed stays.
fn word_of<'a>(wanted: &'a Replace, column: Column, text: &'a str) -> Cow<'a, str> {
    let labels = || wanted.labels.iter().filter(|label| label.column == column);
    let word = |text: &'a str| labels().find(|label| label.label == text.trim()).map_or(text, |label| &label.word);
    match column {
        Column::Identity => Cow::Owned(text.split(between(wanted).trim()).map(word).collect::<Vec<_>>().join(";")),
        _ => Cow::Borrowed(word(text)),
    }
}

/// The text looked for, character by character.
struct Needle {
    characters: Vec<char>,
    extent: Extent,
    letter_case: LetterCase,
}

impl Needle {
    fn of(wanted: &Replace) -> Self {
        let mut needle = Self { characters: Vec::new(), extent: wanted.extent, letter_case: wanted.letter_case };
        needle.characters = wanted.find.chars().map(|character| needle.folded(character)).collect();
        needle
    }

    /// One character for one, so that places in the folded text are places in the text.
    fn folded(&self, character: char) -> char {
        match self.letter_case {
            LetterCase::Same => character,
            LetterCase::Any => character.to_lowercase().next().unwrap_or(character),
        }
    }

    /// The text with all it holds of the needle replaced; nothing when it holds none.
    fn replace(&self, text: &str, replacement: &str) -> Option<String> {
        let characters: Vec<char> = text.chars().collect();
        let is_at = |at: usize| {
            characters
                .get(at..at + self.characters.len())
                .is_some_and(|part| part.iter().zip(&self.characters).all(|(a, b)| self.folded(*a) == *b))
        };
        if self.extent == Extent::Whole {
            let is_whole = characters.len() == self.characters.len() && is_at(0);
            return is_whole.then(|| replacement.to_owned());
        }
        let mut made = String::new();
        let mut has_found = false;
        let mut at = 0;
        while at < characters.len() {
            if is_at(at) {
                has_found = true;
                made.push_str(replacement);
                at += self.characters.len();
            } else {
                made.push(characters[at]);
                at += 1;
            }
        }
        has_found.then_some(made)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mingce_ipc::bulk::ChoiceLabel;

    fn replaced(text: &str, find: &str, replacement: &str, extent: Extent, letter_case: LetterCase) -> Option<String> {
        let characters = Vec::new();
        let mut needle = Needle { characters, extent, letter_case };
        needle.characters = find.chars().map(|character| needle.folded(character)).collect();
        needle.replace(text, replacement)
    }

    #[test]
    fn several_choices_stand_in_a_cell_as_the_language_parts_them() {
        let label =
            |word: &str, label: &str| ChoiceLabel { column: Column::Identity, word: word.into(), label: label.into() };
        let wanted = |between: Option<&str>, labels: [&str; 2]| Replace {
            view: String::new(),
            columns: Vec::new(),
            find: String::new(),
            replacement: String::new(),
            extent: Extent::Part,
            letter_case: LetterCase::Any,
            labels: vec![label("student", labels[0]), label("staff", labels[1])],
            between: between.map(str::to_owned),
            job: None,
        };
        let english = wanted(Some(", "), ["Student", "Staff"]);
        let chinese = ["学生", "教职工"];
        for (wanted, shown) in [
            (&english, "Student, Staff"),
            (&wanted(None, chinese), "学生、教职工"),
            (&wanted(Some(" "), chinese), "学生、教职工"),
        ] {
            assert_eq!(label_of(wanted, Column::Identity, "student;staff"), shown);
            assert_eq!(word_of(wanted, Column::Identity, shown), "student;staff");
        }
        assert_eq!(word_of(&english, Column::Identity, "Staff,Student"), "staff;student");
    }

    #[test]
    fn every_place_is_replaced_and_nothing_else() {
        let part = |text, find, by| replaced(text, find, by, Extent::Part, LetterCase::Any);
        assert_eq!(part("高一/3班 高一", "高一", "高二"), Some("高二/3班 高二".into()));
        assert_eq!(part("aaa", "aa", "b"), Some("ba".into()));
        assert_eq!(part("Abc ABC", "abc", "x"), Some("x x".into()));
        assert_eq!(part("张三", "李", "王"), None);
        assert_eq!(part("张三", "张三丰", "王"), None);
        // A letter whose small form is two characters long.
        assert_eq!(part("İz", "z", "s"), Some("İs".into()));
    }

    #[test]
    fn a_whole_cell_and_the_same_case_can_be_asked_for() {
        assert_eq!(replaced("男生", "男", "女", Extent::Whole, LetterCase::Any), None);
        assert_eq!(replaced("男", "男", "女", Extent::Whole, LetterCase::Any), Some("女".into()));
        assert_eq!(replaced("ab AB", "AB", "x", Extent::Part, LetterCase::Same), Some("ab x".into()));
    }
}
