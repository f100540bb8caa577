//! Finding members: which ones, in which order. The answer is a list of row numbers; pages of it are read elsewhere.

use crate::departments::Departments;
use crate::find_related::CustomFields;
use crate::headcount::unbroken_rows;
use crate::sorted::SortKey;
use crate::{Store, StoreError, headcount, rows};
use mingce_model::{Field, Form, Kind, RecordId, Value, choice_sets, choice_words};
use rusqlite::types::Value as Sql;
use std::ops::Range;

/// What a condition or an order looks at.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Column {
    /// A field of the member.
    Field(Field),
    /// The path of the main department.
    DepartmentPath,
    GuardianName,
    GuardianPhone,
    GuardianRelation,
    /// `none`, `invited`, `expired`, `joined`, `refused`.
    JoinState,
    /// When the newest invitation was made that was not taken back, in milliseconds.
    InvitedAt,
    /// What the member has in the custom field of that id.
    Custom(RecordId),
    /// Names of the member's tags.
    Tags,
}

/// Whether a department's path is meant.
type PathTest = Box<dyn Fn(&str) -> bool>;

/// A condition on one column.
#[derive(Clone, PartialEq, Debug)]
pub enum Test {
    Is(Value),
    IsNot(Value),
    /// The text holds this part; upper and lower case of ASCII letters are the same.
    Contains(String),
    NotContains(String),
    StartsWith(String),
    /// This value or a greater one; an empty cell is neither.
    AtLeast(Value),
    /// This value or a smaller one; an empty cell is neither.
    AtMost(Value),
    /// A number in one of these ranges; an empty cell is in none.
    Within(Vec<Range<i64>>),
    NotWithin(Vec<Range<i64>>),
    /// One of these; `Null` stands for an empty cell.
    AnyOf(Vec<Value>),
    IsEmpty,
    IsFilled,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Filter {
    pub column: Column,
    pub test: Test,
}

/// How filters hold together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Matching {
    #[default]
    All,
    Any,
}

/// What a member's edits wait for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Mark {
    /// Has edits that the service has not answered.
    Pending,
    /// Has an open conflict.
    Conflict,
    /// Has an edit that the service would not take.
    Refused,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Direction {
    Ascending,
    Descending,
}

/// How a text finds values that are shown masked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Masked {
    /// By any part of them.
    #[default]
    ByParts,
    /// Only whole: for those who may not see them, who could read them out part by part.
    Whole,
}

/// Which members, in which order.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// In this department or below it, by main department or further place.
    pub department: Option<RecordId>,
    /// Name, spelling, initials, number, phone; every word must match.
    pub text: Option<String>,
    pub masked: Masked,
    pub filters: Vec<Filter>,
    /// Whether all filters must hold or one is enough.
    pub matching: Matching,
    pub mark: Option<Mark>,
    /// Empty: by rank when there is a text, otherwise in the order they were added. Empty values come last.
    pub sort: Vec<(Column, Direction)>,
    /// The present, milliseconds since 1970 UTC, for what has expired.
    pub now_ms: i64,
}

/// The rows of members in order, as they were when the view was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    pub(crate) rows: Vec<u32>,
    version: u64,
}

impl View {
    pub fn len(&self) -> usize {
        self.rows.len()
    }
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
    /// The roster's version that it shows.
    pub fn version(&self) -> u64 {
        self.version
    }
}

impl Store {
    /// Finds members. The view stays as it is whatever is written afterwards; removed members leave gaps in its pages.
    pub fn find_members(&self, query: &Query) -> Result<View, StoreError> {
        let version = self.version();
        let is_plain = query.department.is_none() && query.filters.is_empty() && query.mark.is_none();
        let is_searched = query.text.as_deref().is_some_and(|text| !crate::search::words_of(text).is_empty());
        // What a window shows first waits neither for everybody nor for the departments.
        if is_plain
            && query.sort.is_empty()
            && !is_searched
            && let Some(rows) = self.readers.read(unbroken_rows)?
        {
            return Ok(View { rows, version });
        }
        // Ranks of departments are read by the SQL function, so they must be there before.
        let departments = self.department_tree()?;
        let hits = match query.text.as_deref().map(str::trim) {
            Some(text) if is_searched => Some(self.search_as(text, query.masked)?),
            _ => None,
        };
        let rows = match hits {
            Some(hits) if is_plain && query.sort.is_empty() => hits.iter().map(|hit| hit.row).collect(),
            Some(hits) => {
                let few = (hits.len() <= FEW_HITS).then_some(hits.as_slice());
                let asked = self.select_rows(query, &departments, few)?;
                if query.sort.is_empty() {
                    let among = Among::of(&asked);
                    hits.iter().map(|hit| hit.row).filter(|row| among.has(*row)).collect()
                } else {
                    let among = Among::of(&hits.iter().map(|hit| hit.row).collect::<Vec<_>>());
                    asked.into_iter().filter(|row| among.has(*row)).collect()
                }
            }
            None => self.select_rows(query, &departments, None)?,
        };
        Ok(View { rows, version })
    }

    /// Where a member stands in a view.
    pub fn locate(&self, view: &View, member: RecordId) -> Result<Option<usize>, StoreError> {
        let found = self.readers.read(|conn| rows::find(conn, Kind::Member, member))?;
        let row = found.and_then(|stored| u32::try_from(stored.row).ok());
        Ok(row.and_then(|row| view.rows.iter().position(|other| *other == row)))
    }

    /// How many guardians the member with most of them has, of those in the view.
    pub fn most_guardians(&self, view: &View) -> Result<usize, StoreError> {
        let among = Among::of(&view.rows);
        self.readers.read(|conn| {
            let sql = "SELECT m.row, count(*) FROM guardianship s JOIN guardian g ON g.id = s.guardian
                JOIN member m ON m.id = s.member GROUP BY s.member";
            let mut statement = conn.prepare_cached(sql)?;
            let mut found = statement.query([])?;
            let mut most = 0;
            while let Some(row) = found.next()? {
                if among.has(row.get(0)?) {
                    most = most.max(row.get::<_, u32>(1)? as usize);
                }
            }
            Ok(most)
        })
    }

    /// Members on the roster.
    pub fn member_count(&self) -> Result<u64, StoreError> {
        Ok(self.readers.read(headcount::of)?.unsigned_abs())
    }
}

/// A set of row numbers, one bit each.
struct Among(Vec<u64>);

impl Among {
    fn of(rows: &[u32]) -> Self {
        let words = rows.iter().max().map_or(0, |most| *most as usize / 64 + 1);
        let mut bits = vec![0u64; words];
        for row in rows {
            bits[*row as usize / 64] |= 1 << (row % 64);
        }
        Self(bits)
    }
    fn has(&self, row: u32) -> bool {
        self.0.get(row as usize / 64).is_some_and(|word| word & (1 << (row % 64)) != 0)
    }
}

/// So few hits are given to the statement, so that it filters and sorts no more than these.
const FEW_HITS: usize = 20_000;

pub(crate) struct Builder<'a> {
    now_ms: i64,
    departments: &'a Departments,
    pub(crate) customs: CustomFields,
    pub(crate) wheres: Vec<String>,
    pub(crate) parameters: Vec<Sql>,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(now_ms: i64, departments: &'a Departments, customs: CustomFields) -> Self {
        Self { now_ms, departments, customs, wheres: Vec::new(), parameters: Vec::new() }
    }

    pub(crate) fn bind(&mut self, value: impl Into<Sql>) -> String {
        self.parameters.push(value.into());
        format!("?{}", self.parameters.len())
    }

    /// A subquery of ids, given as one JSON parameter so that the statement does not grow with the branch.
    fn ids(&mut self, ids: impl Iterator<Item = RecordId>) -> String {
        let ids: Vec<String> = ids.map(|id| format!("\"{}\"", id.0.simple())).collect();
        let place = self.bind(format!("[{}]", ids.join(",")));
        format!("(SELECT unhex(value) FROM json_each({place}))")
    }

    pub(crate) fn department(&mut self, id: RecordId) {
        let branch: Vec<RecordId> = self.departments.branch(id).iter().map(|node| node.id).collect();
        let ids = self.ids(branch.into_iter());
        self.wheres.push(format!(
            "(member.department IN {ids} OR member.id IN (SELECT member FROM affiliation WHERE department IN {ids}))"
        ));
    }

    pub(crate) fn filter(&mut self, filter: &Filter) -> String {
        match filter.column {
            Column::DepartmentPath => self.path_condition(&filter.test),
            Column::Custom(field) => self.custom_condition(field, &filter.test),
            Column::Tags => self.tag_condition(&filter.test),
            Column::GuardianName => self.guardian_condition("g.name", &filter.test),
            Column::GuardianPhone => self.guardian_condition("g.phone", &filter.test),
            Column::GuardianRelation => self.guardian_condition("s.relation", &filter.test),
            Column::Field(field) => {
                let column = column_of(field);
                match (field, field.form()) {
                    (Field::MemberIdentity, Form::Choices(words)) => self.identity_condition(words, &filter.test),
                    (_, Form::Choices(words)) => self.test_set(&column, words, &filter.test),
                    _ => self.test(&column, Some(field), &filter.test),
                }
            }
            Column::InvitedAt => self.test(INVITED_AT, None, &filter.test),
            Column::JoinState => {
                let state = join_state(self.now_ms);
                match &filter.test {
                    Test::IsEmpty => format!("{state} = 'none'"),
                    Test::IsFilled => format!("{state} <> 'none'"),
                    test => self.test(&state, None, test),
                }
            }
        }
    }

    pub(crate) fn test(&mut self, column: &str, field: Option<Field>, test: &Test) -> String {
        match test {
            Test::IsEmpty | Test::Is(Value::Null) => format!("{column} IS NULL"),
            Test::IsFilled | Test::IsNot(Value::Null) => format!("{column} IS NOT NULL"),
            Test::Is(value) => format!("{column} = {}", self.bind_value(field, value)),
            Test::IsNot(value) => format!("{column} IS NOT {}", self.bind_value(field, value)),
            Test::Contains(part) => self.like(column, format!("%{}%", escaped(part))),
            Test::NotContains(part) => {
                format!("({column} IS NULL OR NOT {})", self.like(column, format!("%{}%", escaped(part))))
            }
            Test::StartsWith(part) => self.like(column, format!("{}%", escaped(part))),
            Test::AtLeast(value) => format!("{column} >= {}", self.bind_value(field, value)),
            Test::AtMost(value) => format!("{column} <= {}", self.bind_value(field, value)),
            Test::Within(ranges) => {
                let within = |range: &Range<i64>| {
                    let (start, end) = (self.bind(range.start), self.bind(range.end));
                    format!("({column} >= {start} AND {column} < {end})")
                };
                let all: Vec<String> = ranges.iter().map(within).collect();
                if all.is_empty() { "0".to_owned() } else { format!("({})", all.join(" OR ")) }
            }
            Test::NotWithin(ranges) => {
                format!("({column} IS NULL OR NOT {})", self.test(column, field, &Test::Within(ranges.clone())))
            }
            Test::AnyOf(values) => {
                let (empty, filled): (Vec<&Value>, Vec<&Value>) = values.iter().partition(|value| value.is_null());
                let places: Vec<String> = filled.into_iter().map(|value| self.bind_value(field, value)).collect();
                let or_empty = if empty.is_empty() { String::new() } else { format!(" OR {column} IS NULL") };
                format!("({column} IN ({}){or_empty})", places.join(", "))
            }
        }
    }

    /// A column of several words: one of them passes, or none does for what asks for none.
    pub(crate) fn test_set(&mut self, column: &str, words: &[&str], test: &Test) -> String {
        let holding = |wanted: &[&Value]| -> Vec<Value> {
            let wanted: Vec<&str> = wanted.iter().filter_map(|value| value.as_text()).flat_map(choice_words).collect();
            let sets = choice_sets(words).into_iter();
            sets.filter(|set| choice_words(set).any(|word| wanted.contains(&word))).map(Value::Text).collect()
        };
        let (wanted, is_negated) = match test {
            Test::Is(value) if !value.is_null() => (holding(&[value]), false),
            Test::IsNot(value) if !value.is_null() => (holding(&[value]), true),
            Test::AnyOf(values) => {
                let empty = values.iter().filter(|value| value.is_null()).cloned();
                let filled: Vec<&Value> = values.iter().filter(|value| !value.is_null()).collect();
                (holding(&filled).into_iter().chain(empty).collect(), false)
            }
            other => return self.test(column, None, other),
        };
        let condition = self.test(column, None, &Test::AnyOf(wanted));
        if is_negated { format!("({column} IS NULL OR NOT {condition})") } else { condition }
    }

    fn like(&mut self, column: &str, pattern: String) -> String {
        format!("{column} LIKE {} ESCAPE '\\'", self.bind(pattern))
    }

    fn bind_value(&mut self, field: Option<Field>, value: &Value) -> String {
        let is_reference = field.is_some_and(|field| matches!(field.form(), Form::Ref(_)));
        match value {
            Value::Null => self.bind(Sql::Null),
            Value::Int(number) => self.bind(*number),
            Value::Text(text) => match text.parse::<RecordId>() {
                Ok(id) if is_reference => self.bind(id.as_bytes().to_vec()),
                _ => self.bind(text.clone()),
            },
        }
    }

    fn path_condition(&mut self, test: &Test) -> String {
        let (negated, matches): (_, PathTest) = match test {
            Test::IsEmpty | Test::Is(Value::Null) => return "member.department IS NULL".to_owned(),
            Test::IsFilled | Test::IsNot(Value::Null) => return "member.department IS NOT NULL".to_owned(),
            Test::Is(value) | Test::IsNot(value) => {
                let text = value.to_string();
                (matches!(test, Test::IsNot(_)), Box::new(move |path| path == text))
            }
            Test::Contains(part) | Test::NotContains(part) => {
                let part = part.to_lowercase();
                let is_negated = matches!(test, Test::NotContains(_));
                (is_negated, Box::new(move |path| path.to_lowercase().contains(&part)))
            }
            Test::StartsWith(part) => {
                let part = part.to_lowercase();
                (false, Box::new(move |path| path.to_lowercase().starts_with(&part)))
            }
            // A path is no number.
            Test::Within(_) => return "0".to_owned(),
            Test::NotWithin(_) => return "1".to_owned(),
            Test::AtLeast(value) => {
                let least = value.to_string();
                (false, Box::new(move |path| *path >= *least))
            }
            Test::AtMost(value) => {
                let most = value.to_string();
                (false, Box::new(move |path| *path <= *most))
            }
            Test::AnyOf(values) => {
                let paths: Vec<String> = values.iter().map(Value::to_string).collect();
                if values.iter().any(Value::is_null) {
                    let found = self.branches(|path| paths.iter().any(|one| one == path));
                    return format!("(member.department IS NULL OR member.department IN {found})");
                }
                (false, Box::new(move |path| paths.iter().any(|one| one == path)))
            }
        };
        let ids = self.branches(matches);
        if negated {
            format!("(member.department IS NULL OR member.department NOT IN {ids})")
        } else {
            format!("member.department IN {ids}")
        }
    }

    /// The departments with such a path.
    fn branches(&mut self, matches: impl Fn(&str) -> bool) -> String {
        let nodes = self.departments.nodes().iter();
        let found: Vec<RecordId> = nodes.filter(|node| matches(&node.path)).map(|node| node.id).collect();
        self.ids(found.into_iter())
    }

    /// A member's guardians: one of them passes, or none does for the negative tests.
    fn guardian_condition(&mut self, column: &str, test: &Test) -> String {
        let (prefix, inner) = match test {
            Test::IsEmpty | Test::Is(Value::Null) => ("NOT ", Test::IsFilled),
            Test::IsNot(Value::Null) => ("", Test::IsFilled),
            Test::IsNot(value) => ("NOT ", Test::Is(value.clone())),
            Test::NotContains(part) => ("NOT ", Test::Contains(part.clone())),
            Test::AnyOf(values) if values.iter().any(Value::is_null) => {
                let filled: Vec<Value> = values.iter().filter(|value| !value.is_null()).cloned().collect();
                let (none, one) = (
                    self.guardian_condition(column, &Test::IsEmpty),
                    self.guardian_condition(column, &Test::AnyOf(filled)),
                );
                return format!("({none} OR {one})");
            }
            other => ("", other.clone()),
        };
        let condition = self.test(column, None, &inner);
        format!(
            "{prefix}EXISTS (SELECT 1 FROM guardianship s JOIN guardian g ON g.id = s.guardian
            WHERE s.member = member.id AND {condition})"
        )
    }

    pub(crate) fn order(&mut self, column: Column) -> SortKey {
        let guardian = |column: &str| {
            format!(
                "(SELECT {column} FROM guardianship s JOIN guardian g ON g.id = s.guardian
                WHERE s.member = member.id ORDER BY s.row LIMIT 1)"
            )
        };
        match column {
            Column::Field(Field::MemberName) => SortKey::plain("member.name_key"),
            Column::Field(Field::MemberDepartment) | Column::DepartmentPath => {
                SortKey::plain("department_rank(member.department)")
            }
            Column::Field(field) => match field.form() {
                Form::Choice(words) => SortKey::plain(choice_order(&column_of(field), words)),
                Form::Choices(words) => {
                    let sets = choice_sets(words);
                    let sets: Vec<&str> = sets.iter().map(String::as_str).collect();
                    SortKey::plain(choice_order(&column_of(field), &sets))
                }
                Form::Int | Form::Year | Form::Instant | Form::Date => SortKey::plain(column_of(field)),
                _ => SortKey::by_number(column_of(field)),
            },
            Column::GuardianName => SortKey::by_number(guardian("g.name")),
            Column::GuardianPhone => SortKey::by_number(guardian("g.phone")),
            Column::GuardianRelation => SortKey::plain(guardian("s.relation")),
            Column::Custom(field) => self.custom_order(field),
            Column::Tags => self.tag_order(),
            Column::InvitedAt => SortKey::plain(INVITED_AT),
            Column::JoinState => {
                let words = ["joined", "invited", "expired", "refused", "none"];
                SortKey::plain(choice_order(&join_state(self.now_ms), &words))
            }
        }
    }
}

/// A text as a pattern that stands for itself.
fn escaped(part: &str) -> String {
    part.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

fn column_of(field: Field) -> String {
    match field.kind() {
        Kind::Member => format!("member.\"{}\"", field.name()),
        // A field of another kind is never filled in for a member.
        _ => "NULL".to_owned(),
    }
}

fn choice_order(column: &str, words: &[&str]) -> String {
    let cases: Vec<String> =
        words.iter().enumerate().map(|(place, word)| format!("WHEN '{word}' THEN {place}")).collect();
    format!("CASE {column} {} END", cases.join(" "))
}

/// When the member was invited: read from an index alone, for everybody where they are ordered by it.
const INVITED_AT: &str = "(SELECT max(i.created_at) FROM invitation i
    WHERE i.member = member.id AND coalesce(i.is_revoked, 0) = 0)";

/// The word for how far a member has come with joining. The newest unanswered invitation counts.
fn join_state(now_ms: i64) -> String {
    format!(
        "coalesce(member.join_state, (SELECT CASE WHEN max(i.expires_at) > {now_ms} THEN 'invited'
            WHEN max(i.expires_at) IS NOT NULL THEN 'expired' END
            FROM invitation i WHERE i.member = member.id AND i.state IS NULL AND coalesce(i.is_revoked, 0) = 0), 'none')"
    )
}
