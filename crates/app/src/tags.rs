//! Tags: defined by the organisation, given to members and taken from them, many at a time.

use crate::cells_extra::tagging;
use crate::departments;
use crate::failure::{Outcome, told};
use crate::host::new_id;
use crate::jobs::Job;
use crate::rewrite::{CHUNK, Purpose, Rewriting, Step, Walk, streamed};
use crate::session::{Session, version};
use mingce_ipc::custom::{ArrangeTags, DefineTag, RemoveTag, TagMembers, TagRow};
use mingce_ipc::roster::EditOutcome;
use mingce_ipc::{Code, Failure};
use mingce_model::custom::{TAG_DIVIDERS, TAGS_MAX};
use mingce_model::tree::name_key;
use mingce_model::{Edit, Field, Kind, Record, RecordId, Value};
use mingce_store::Label;

pub(crate) fn list(session: &Session) -> Outcome<Vec<TagRow>> {
    Ok(told(session.store.tags())?
        .into_iter()
        .map(|(tag, count)| TagRow {
            id: tag.id.to_string(),
            name: tag.text(Field::TagName).unwrap_or_default().to_owned(),
            colour: tag.text(Field::TagColour).unwrap_or_default().to_owned(),
            count: u32::try_from(count).unwrap_or(u32::MAX),
        })
        .collect())
}

fn refused(field: Field, rule: &str) -> Failure {
    Failure::from(Code::Invalid).with("field", field.name()).with("rule", rule)
}

/// Makes a tag or changes one; answers its id.
pub(crate) fn define(session: &Session, wanted: &DefineTag) -> Outcome<RecordId> {
    let known = told(session.store.tags())?;
    let before = match &wanted.id {
        Some(id) => Some(told(session.store.get(Kind::Tag, departments::id(id)?))?.ok_or(Code::NotFound)?),
        None if known.len() >= TAGS_MAX => return Err(Code::TooMany.into()),
        None => None,
    };
    let id = match &before {
        Some(record) => record.id,
        None => new_id(&*session.host)?,
    };
    let read = |field: Field, text: &str| {
        let read = crate::typed::read(field, text, session.host.today(), None);
        read.map(|checked| checked.value).map_err(|problem| refused(field, problem.code()))
    };
    let name = read(Field::TagName, &wanted.name)?;
    let text = name.as_text().unwrap_or_default();
    if text.contains(TAG_DIVIDERS) {
        return Err(refused(Field::TagName, "tag_name_divider"));
    }
    let is_same = |tag: &Record| name_key(tag.text(Field::TagName).unwrap_or_default()) == name_key(text);
    if known.iter().any(|(other, _)| other.id != id && is_same(other)) {
        return Err(refused(Field::TagName, "name_taken"));
    }
    let last = known.iter().filter_map(|(tag, _)| tag.int(Field::TagPosition)).max().unwrap_or(0);
    let fresh = || Record::empty(Kind::Tag, id).with(Field::TagPosition, last.saturating_add(1));
    let record = before.clone().unwrap_or_else(fresh);
    let after = record.with(Field::TagName, name).with(Field::TagColour, read(Field::TagColour, &wanted.colour)?);
    let edit = match &before {
        Some(before) => Edit::between(before, &after),
        None => Some(Edit::create(&after)),
    };
    session.write(Label::Tag, edit)?;
    Ok(id)
}

pub(crate) fn arrange(session: &Session, wanted: &ArrangeTags) -> Outcome<()> {
    let mut edits = Vec::new();
    for (id, place) in wanted.ids.iter().zip(1i64..) {
        let before = told(session.store.get(Kind::Tag, departments::id(id)?))?.ok_or(Code::NotFound)?;
        edits.extend(Edit::between(&before, &before.clone().with(Field::TagPosition, place)));
    }
    session.write(Label::Tag, edits)?;
    Ok(())
}

/// Removes the tag and takes it from everybody, as one operation.
pub(crate) fn remove(session: &Session, wanted: &RemoveTag) -> Outcome<()> {
    let id = departments::id(&wanted.id)?;
    let tag = told(session.store.get(Kind::Tag, id))?.ok_or(Code::NotFound)?;
    let given = told(session.store.tags())?.into_iter().find(|(known, _)| known.id == id).map_or(0, |(_, given)| given);
    let job = Job::begin(session, wanted.job.as_deref(), usize::try_from(given).unwrap_or(usize::MAX));
    let (of, mut after, mut done) = (Value::from(id), 0, 0u32);
    let mut last = Some(Edit::remove(&tag));
    let mut more = |made: &mut Vec<Edit>| -> Outcome<bool> {
        job.go_on(done)?;
        let (taggings, row) = told(session.store.find_by_after(Field::TaggingTag, &of, after, CHUNK))?;
        if taggings.is_empty() {
            made.extend(last.take());
            return Ok(!made.is_empty());
        }
        after = row;
        done = done.saturating_add(u32::try_from(taggings.len()).unwrap_or(u32::MAX));
        made.extend(taggings.iter().map(Edit::remove));
        Ok(true)
    };
    let operation = session.operation(Label::Tag)?;
    let touched = streamed(&mut more, |edits, stop| session.store.write_with(&operation, edits, stop))?;
    session.tell_changed(&touched);
    Ok(())
}

/// Gives tags to all of the members and takes others from them.
pub(crate) fn tag_members(session: &Session, wanted: &TagMembers) -> Outcome<EditOutcome> {
    let ids = |texts: &[String]| texts.iter().map(|id| departments::id(id)).collect::<Outcome<Vec<RecordId>>>();
    let (add, remove) = (ids(&wanted.add)?, ids(&wanted.remove)?);
    for id in add.iter().chain(&remove) {
        told(session.store.get(Kind::Tag, *id))?.ok_or(Code::NotFound)?;
    }
    let mut changed = 0;
    let walk = Walk::of(session, &wanted.members)?;
    let job = wanted.job.as_deref();
    let touched =
        Rewriting { label: Label::Tag, walk, job, purpose: Purpose::Write }.run(session, &mut |step, edits| {
            let Step::Member { member, .. } = step else { return Ok(()) };
            let has = |tag: &RecordId| member.tags.iter().any(|own| own.id == *tag);
            let id = member.member.id;
            let before = edits.len();
            edits.extend(add.iter().filter(|tag| !has(tag)).map(|tag| Edit::create(&tagging(id, *tag))));
            edits.extend(remove.iter().filter(|tag| has(tag)).map(|tag| Edit::remove(&tagging(id, *tag))));
            changed += u32::from(edits.len() > before);
            Ok(())
        })?;
    Ok(EditOutcome { changed_cells: changed, version: version(touched.version), ..EditOutcome::default() })
}
