//! What the grid shows: views opened by a query, pages of them, cells as text.

use crate::columns::{self, GuardianPart, Source};
use crate::days::{day_of, moments_of};
use crate::departments;
use crate::failure::{Outcome, told};
use crate::lock;
use crate::masking;
use crate::rules::Rules;
use crate::session::{Session, version};
use mingce_ipc::roster::{
    Block, CellProblem, Column, Direction, Filter, Locate, Mark, Matching, Page, PageRequest, Range, Row, ViewInfo,
    ViewQuery,
};
use mingce_ipc::{Code, Failure};
use mingce_model::custom::CustomField;
use mingce_model::{Field, RecordId, Value, parse_date};
use mingce_store as store;
use std::collections::VecDeque;
use std::sync::Arc;

/// Rows of one page or copied block at the most.
const ROWS_MAX: u32 = 20_000;
/// Views kept at a time: the grid's, the palette's and a few the user may go back to.
const VIEWS_MAX: usize = 16;

/// Open views, the newest last.
#[derive(Default)]
pub(crate) struct Views {
    next: u64,
    open: VecDeque<(String, Arc<store::View>)>,
}

impl Views {
    fn keep(&mut self, view: store::View) -> (String, Arc<store::View>) {
        self.next += 1;
        let name = self.next.to_string();
        let view = Arc::new(view);
        self.open.push_back((name.clone(), view.clone()));
        if self.open.len() > VIEWS_MAX {
            self.open.pop_front();
        }
        (name, view)
    }
}

pub(crate) fn find(session: &Session, name: &str) -> Outcome<Arc<store::View>> {
    let views = lock(&session.views);
    let found = views.open.iter().find(|(other, _)| other == name);
    found.map(|(_, view)| view.clone()).ok_or_else(|| Failure::from(Code::NotFound).with("view", "closed"))
}

pub(crate) fn store_column(column: Column) -> store::Column {
    match columns::source(column) {
        Source::Member(field) => store::Column::Field(field),
        Source::DepartmentPath => store::Column::DepartmentPath,
        Source::Guardian(GuardianPart::Name) => store::Column::GuardianName,
        Source::Guardian(GuardianPart::Phone) => store::Column::GuardianPhone,
        Source::Guardian(GuardianPart::Relation) => store::Column::GuardianRelation,
        Source::JoinState => store::Column::JoinState,
        Source::InvitedOn => store::Column::InvitedAt,
        Source::JoinedOn => store::Column::Field(Field::MemberJoinedAt),
        Source::Photo => store::Column::Field(Field::MemberPhoto),
        Source::Custom(field) => store::Column::Custom(field),
        Source::Tags => store::Column::Tags,
    }
}

/// The query in the store's words.
pub(crate) fn query(session: &Session, asked: &ViewQuery) -> Outcome<store::Query> {
    let customs = told(session.store.custom_fields())?;
    let value = |column: Column, text: &str| match columns::source(column) {
        Source::Member(field) => crate::typed::read(field, text, session.host.today(), None)
            .map_or_else(|_| Value::from(text), |checked| checked.value),
        Source::Custom(id) => match customs.iter().find(|field| field.id == id).map(|field| field.read(text)) {
            Some(Ok(value)) if !value.is_null() => value,
            _ => Value::from(text),
        },
        _ => Value::from(text),
    };
    let filters = asked
        .filters
        .iter()
        .map(|filter| {
            let (column, test) = match filter {
                Filter::Is { column, value: text } => (*column, store::Test::Is(value(*column, text))),
                Filter::IsNot { column, value: text } => (*column, store::Test::IsNot(value(*column, text))),
                Filter::Contains { column, value } => (*column, store::Test::Contains(value.clone())),
                Filter::NotContains { column, value } => (*column, store::Test::NotContains(value.clone())),
                Filter::StartsWith { column, value } => (*column, store::Test::StartsWith(value.clone())),
                Filter::AtLeast { column, value: text } => (*column, store::Test::AtLeast(value(*column, text))),
                Filter::AtMost { column, value: text } => (*column, store::Test::AtMost(value(*column, text))),
                Filter::AnyOf { column, values } => {
                    let any = values.iter().map(|text| match text.trim() {
                        "" => Value::Null,
                        _ => value(*column, text),
                    });
                    (*column, store::Test::AnyOf(any.collect()))
                }
                Filter::IsEmpty { column } => (*column, store::Test::IsEmpty),
                Filter::IsFilled { column } => (*column, store::Test::IsFilled),
            };
            let test = match columns::source(column) {
                Source::InvitedOn | Source::JoinedOn => on_days(test),
                _ => test,
            };
            store::Filter { column: store_column(column), test }
        })
        .collect();
    if !masking::may_reveal_now(session) {
        refuse_reading_out(asked, &customs)?;
    }
    let sort = asked
        .sort
        .iter()
        .map(|sort| {
            let direction = match sort.direction {
                Direction::Ascending => store::Direction::Ascending,
                Direction::Descending => store::Direction::Descending,
            };
            (store_column(sort.column), direction)
        })
        .collect();
    let mark = asked.mark.map(|mark| match mark {
        Mark::Pending => store::Mark::Pending,
        Mark::Conflict => store::Mark::Conflict,
        Mark::Refused => store::Mark::Refused,
    });
    Ok(store::Query {
        department: asked.department.as_deref().map(departments::id).transpose()?,
        text: asked.text.clone(),
        masked: masked_text(session),
        filters,
        matching: match asked.matching.unwrap_or_default() {
            Matching::All => store::Matching::All,
            Matching::Any => store::Matching::Any,
        },
        mark,
        sort,
        now_ms: session.host.now_ms(),
    })
}

/// A test of days for a column that holds moments. What is no day is none of them.
fn on_days(test: store::Test) -> store::Test {
    let moments = |value: &Value| value.as_text().and_then(parse_date).and_then(moments_of);
    let none = || store::Test::Within(Vec::new());
    match test {
        store::Test::Is(value) if !value.is_null() => store::Test::Within(moments(&value).into_iter().collect()),
        store::Test::IsNot(value) if !value.is_null() => store::Test::NotWithin(moments(&value).into_iter().collect()),
        store::Test::AnyOf(values) => store::Test::Within(values.iter().filter_map(moments).collect()),
        store::Test::AtLeast(day) => {
            moments(&day).map_or_else(none, |moments| store::Test::AtLeast(Value::Int(moments.start)))
        }
        store::Test::AtMost(day) => {
            moments(&day).map_or_else(none, |moments| store::Test::AtMost(Value::Int(moments.end - 1)))
        }
        other => other,
    }
}

/// How a text finds masked values in this session.
pub(crate) fn masked_text(session: &Session) -> store::Masked {
    if masking::may_reveal_now(session) { store::Masked::ByParts } else { store::Masked::Whole }
}

/// Whoever may not see masked values could read them out with tests on parts of them, and from their order.
fn refuse_reading_out(asked: &ViewQuery, customs: &[CustomField]) -> Outcome<()> {
    let tested = asked.filters.iter().filter_map(|filter| match filter {
        Filter::Contains { column, .. }
        | Filter::NotContains { column, .. }
        | Filter::StartsWith { column, .. }
        | Filter::AtLeast { column, .. }
        | Filter::AtMost { column, .. } => Some(*column),
        Filter::Is { .. }
        | Filter::IsNot { .. }
        | Filter::AnyOf { .. }
        | Filter::IsEmpty { .. }
        | Filter::IsFilled { .. } => None,
    });
    let mut columns = tested.chain(asked.sort.iter().map(|sort| sort.column));
    match columns.find(|column| masking::is_masked_column(*column, customs)) {
        Some(column) => Err(Failure::from(Code::RevealForbidden).with("column", columns::word(column).to_string())),
        None => Ok(()),
    }
}

pub(crate) fn open(session: &Session, asked: &ViewQuery) -> Outcome<ViewInfo> {
    let view = told(session.store.find_members(&query(session, asked)?))?;
    let (name, view) = lock(&session.views).keep(view);
    Ok(ViewInfo { view: name, version: version(view.version()), total: u32::try_from(view.len()).unwrap_or(u32::MAX) })
}

pub(crate) fn page(session: &Session, asked: &PageRequest) -> Outcome<Page> {
    let view = find(session, &asked.view)?;
    let shown: Vec<RecordId> = asked.columns.iter().copied().filter_map(columns::custom_of).collect();
    let customs = if shown.is_empty() { Vec::new() } else { told(session.store.custom_fields())? };
    let (start, count) = (asked.start as usize, asked.count.min(ROWS_MAX) as usize);
    // Before they are read: what is written meanwhile may be in the page or not, and has a version that follows.
    let version = version(session.store.version());
    let members = told(session.store.page_with(&view, start, count, store::Customs::Some(&shown)))?;
    let rows = members.iter().map(|member| row(session, member.as_ref(), &asked.columns, &customs)).collect();
    Ok(Page { version, total: u32::try_from(view.len()).unwrap_or(u32::MAX), start: asked.start, rows })
}

/// A member as a row of the grid; a removed one is an empty row, so that those below keep their places.
pub(crate) fn row(
    session: &Session,
    member: Option<&store::MemberRow>,
    columns: &[Column],
    customs: &[CustomField],
) -> Row {
    let Some(member) = member else {
        return Row {
            id: String::new(),
            cells: vec![String::new(); columns.len()],
            mark: None,
            problems: Vec::new(),
            masked: Vec::new(),
            is_away: false,
        };
    };
    let now_ms = session.host.now_ms();
    let mark = member.mark.map(|mark| match mark {
        store::Mark::Pending => Mark::Pending,
        store::Mark::Conflict => Mark::Conflict,
        store::Mark::Refused => Mark::Refused,
    });
    let wrong = Rules::of(session, customs).wrong_with(member.into());
    let problems = wrong.into_iter().filter_map(|wrong| {
        let cell = columns.iter().position(|column| *column == wrong.column)?;
        let code = wrong.code.to_owned();
        Some(CellProblem { cell: u32::try_from(cell).ok()?, code, is_warning: wrong.is_warning })
    });
    let problems = problems.collect();
    let mut cells: Vec<String> = columns.iter().map(|column| cell(member, *column, now_ms)).collect();
    let masked = masking::mask_cells(session, customs, member.member.id, columns, &mut cells);
    let is_away = member.member.text(Field::MemberStatus).is_some_and(|status| status != "active");
    Row { id: member.member.id.to_string(), cells, mark, problems, masked, is_away }
}

/// One cell as text: words for choices, ISO dates, paths. Unmasked.
pub(crate) fn cell(member: &store::MemberRow, column: Column, now_ms: i64) -> String {
    match columns::source(column) {
        Source::Member(field) => member.member.get(field).to_string(),
        Source::DepartmentPath => member.department_path.to_string(),
        Source::Guardian(part) => {
            let Some(guardian) = member.guardians.first() else { return String::new() };
            match part {
                GuardianPart::Name => guardian.name.clone(),
                GuardianPart::Phone => guardian.phone.clone().unwrap_or_default(),
                GuardianPart::Relation => guardian.relation.clone().unwrap_or_default(),
            }
        }
        Source::JoinState => join_word(member.join, now_ms).to_owned(),
        Source::InvitedOn => day_text(member.invited_at_ms),
        Source::JoinedOn => day_text(member.joined_at_ms()),
        Source::Photo => member.member.get(Field::MemberPhoto).to_string(),
        Source::Tags => crate::cells_extra::tags_text(&member.tags),
        Source::Custom(id) => {
            member.custom.iter().find(|(field, _)| *field == id).map(|(_, value)| value.clone()).unwrap_or_default()
        }
    }
}

pub(crate) fn day_text(at_ms: Option<i64>) -> String {
    at_ms.and_then(day_of).map(|day| day.to_string()).unwrap_or_default()
}

fn photo_mark(hash: &str) -> &'static str {
    if hash.is_empty() { "" } else { "✓" }
}

pub(crate) fn join_word(join: store::Join, now_ms: i64) -> &'static str {
    match join {
        store::Join::NotInvited => "none",
        store::Join::Invited { expires_at_ms, .. } if expires_at_ms <= now_ms => "expired",
        store::Join::Invited { .. } => "invited",
        store::Join::Joined => "joined",
        store::Join::Refused => "refused",
    }
}

/// A cell as it is, for what never leaves Rust as it is.
pub(crate) struct WholeCell {
    pub(crate) column: Column,
    pub(crate) text: String,
    /// The window may not show it so.
    pub(crate) is_hidden: bool,
}

/// The cells of a range, row by row; empty ones where a member is gone.
pub(crate) fn read_whole(session: &Session, range: &Range) -> Outcome<Vec<Vec<WholeCell>>> {
    let view = find(session, &range.view)?;
    let count = range.end.saturating_sub(range.start).min(ROWS_MAX);
    let members = told(session.store.page(&view, range.start as usize, count as usize))?;
    let now_ms = session.host.now_ms();
    let customs = told(session.store.custom_fields())?;
    let rows = members.iter().map(|member| {
        let cell = |column: &Column| {
            let column = *column;
            let Some(member) = member else { return WholeCell { column, text: String::new(), is_hidden: false } };
            let text = cell(member, column, now_ms);
            let is_hidden = masking::is_hidden(session, &customs, member.member.id, column, &text);
            WholeCell { column, text, is_hidden }
        };
        range.columns.iter().map(cell).collect()
    });
    Ok(rows.collect())
}

/// The cells of a range as the window may show them.
pub(crate) fn read_range(session: &Session, range: &Range) -> Outcome<Block> {
    let rows = read_whole(session, range)?.into_iter().map(|cells| {
        let shown = cells.into_iter().map(|WholeCell { column, text, is_hidden }| match columns::source(column) {
            // What a photo is called says nothing to anybody.
            Source::Photo => photo_mark(&text).to_owned(),
            _ if is_hidden => masking::mask_text(column, text),
            _ => text,
        });
        shown.collect()
    });
    Ok(Block { rows: rows.collect() })
}

pub(crate) fn locate(session: &Session, asked: &Locate) -> Outcome<Option<u32>> {
    let view = find(session, &asked.view)?;
    let place = told(session.store.locate(&view, departments::id(&asked.id)?))?;
    Ok(place.and_then(|place| u32::try_from(place).ok()))
}
