//! Layouts of the organisation's own: records like any other, synced to colleagues, with a history and a way back. What
//! their parts may hold only crates/sheets knows, so whatever comes from elsewhere is read by its door before it is used.

use crate::failure::{Outcome, told};
use crate::host::new_id;
use crate::lock;
use crate::session::Session;
use mingce_ipc::layout::LayoutContent;
use mingce_ipc::{Code, Failure};
use mingce_model::custom::LAYOUTS_MAX;
use mingce_model::tree::name_key;
use mingce_model::{Edit, Field, Kind, Record, RecordId, Value};
use mingce_sheets::layout::{LAYOUT_FORMAT, Titles};
use mingce_sheets::{Layout, LayoutFault, presets};
use mingce_store::Label;
use serde_json::{Value as Json, json};
use std::ops::ControlFlow;

/// Where layouts were kept before they were records, on this computer alone.
const KEPT_BEFORE: &str = "layouts";
/// Characters of `Field::LayoutName`.
const NAME_CHARACTERS: usize = 60;
/// Short names of two shipped layouts, see `Layout::find_named`.
const SHORT_NAMES: [&str; 2] = ["labels", "letter"];

/// A layout of one's own as it is kept. It may be one that this program cannot read.
pub(super) struct Own {
    pub(super) record: Record,
    pub(super) layout: Result<Layout, LayoutFault>,
}

impl Own {
    fn of(record: Record) -> Self {
        let layout = read(&record);
        Self { record, layout }
    }

    pub(super) fn name(&self) -> &str {
        self.record.text(Field::LayoutName).unwrap_or_default()
    }

    /// To be mended in the designer: a layout may not be one that prints, as long as it is one.
    pub(super) fn readable(&self) -> Result<Layout, LayoutFault> {
        match &self.layout {
            Ok(layout) => Ok(layout.clone()),
            Err(_) => Layout::read_draft(file_of(&self.record).to_string().as_bytes()),
        }
    }

    /// Stands for what is kept now.
    pub(super) fn state(&self) -> String {
        let digests = self.record.values.iter().flat_map(|value| value.digest().0);
        digests.map(|byte| format!("{byte:02x}")).collect()
    }
}

fn read(record: &Record) -> Result<Layout, LayoutFault> {
    Layout::read(file_of(record).to_string().as_bytes())
}

/// The record as the file that it stands for.
fn file_of(record: &Record) -> Json {
    let part = |field: Field| -> Json {
        record.text(field).and_then(|text| serde_json::from_str(text).ok()).unwrap_or(Json::Null)
    };
    let name = record.text(Field::LayoutName).unwrap_or_default();
    let mut file = json!({
        "format": record.int(Field::LayoutFormat).unwrap_or_default(),
        "id": record.id.to_string(),
        "name": { "zh": name, "en": name },
        "stock": part(Field::LayoutStock),
        "design": part(Field::LayoutDesign),
    });
    if record.text(Field::LayoutPictures).is_some() {
        file["pictures"] = part(Field::LayoutPictures);
    }
    file
}

/// All of them, by name.
pub(super) fn all(session: &Session) -> Outcome<Vec<Own>> {
    adopt(session)?;
    let mut found = listed(session)?;
    found.extend(offered(session, &found)?);
    sort(&mut found);
    Ok(found)
}

fn sort(layouts: &mut [Own]) {
    layouts.sort_by_cached_key(|own| (name_key(own.name()), own.record.id));
}

fn listed(session: &Session) -> Outcome<Vec<Own>> {
    let mut found = Vec::new();
    told(session.store.scan(Kind::Layout, &mut |record| {
        found.push(Own::of(record));
        ControlFlow::Continue(())
    }))?;
    sort(&mut found);
    Ok(found)
}

/// One of them by its id, or by its name.
pub(super) fn find(session: &Session, wanted: &str) -> Outcome<Option<Own>> {
    adopt(session)?;
    if let Ok(id) = wanted.parse::<RecordId>() {
        return Ok(match told(session.store.get(Kind::Layout, id))? {
            Some(record) => Some(Own::of(record)),
            None => offered(session, &[])?.into_iter().find(|own| own.record.id == id),
        });
    }
    let key = name_key(wanted);
    Ok(all(session)?.into_iter().find(|own| name_key(own.name()) == key))
}

fn not_found() -> Failure {
    Failure::from(Code::NotFound).with("field", "layout")
}

pub(super) fn load(session: &Session, wanted: &str) -> Outcome<Own> {
    find(session, wanted)?.ok_or_else(not_found)
}

/// What a person makes or changes; checked as a file would be.
pub(super) struct Wanted {
    pub(super) name: String,
    pub(super) content: Layout,
}

impl Wanted {
    fn put(self, record: Record) -> Record {
        let text = |value: Result<String, serde_json::Error>| value.map(Value::text).unwrap_or_default();
        let pictures = match self.content.pictures.is_empty() {
            true => Value::Null,
            false => text(serde_json::to_string(&self.content.pictures)),
        };
        record
            .with(Field::LayoutName, self.name)
            .with(Field::LayoutFormat, i64::from(LAYOUT_FORMAT))
            .with(Field::LayoutStock, text(serde_json::to_string(&self.content.stock)))
            .with(Field::LayoutDesign, text(serde_json::to_string(&self.content.design)))
            .with(Field::LayoutPictures, pictures)
    }
}

/// Keeps a new layout.
pub(super) fn create(session: &Session, wanted: Wanted) -> Outcome<Own> {
    create_beside(session, wanted, &listed(session)?)
}

fn create_beside(session: &Session, wanted: Wanted, known: &[Own]) -> Outcome<Own> {
    if known.len() >= LAYOUTS_MAX {
        let failure = Failure::from(Code::LayoutUnusable).with("place", "");
        return Err(failure.with("problem", "too_many_layouts"));
    }
    let id = new_id(&*session.host)?;
    let name = check_name(session, &wanted.name, None, known)?;
    let record = fitting(Wanted { name, ..wanted }.put(Record::empty(Kind::Layout, id)))?;
    session.write(Label::Layout, Some(Edit::create(&record)))?;
    Ok(Own::of(record))
}

/// Puts what is wanted in the place of what is kept. With `state` only if that is still what was looked at.
pub(super) fn change(session: &Session, id: &str, wanted: Wanted, state: Option<&str>) -> Outcome<Own> {
    let before = load(session, id)?;
    if state.is_some_and(|state| state != before.state()) {
        return Err(Failure::from(Code::Stale).with("kind", Kind::Layout.name()));
    }
    let name = check_name(session, &wanted.name, Some(before.record.id), &listed(session)?)?;
    let after = fitting(Wanted { name, ..wanted }.put(before.record.clone()))?;
    session.write(Label::Layout, Edit::between(&before.record, &after))?;
    Ok(Own::of(after))
}

/// Another name; what it holds need not be readable here.
pub(super) fn rename(session: &Session, id: &str, name: &str) -> Outcome<Own> {
    let before = load(session, id)?;
    let name = check_name(session, name, Some(before.record.id), &listed(session)?)?;
    let after = before.record.clone().with(Field::LayoutName, name);
    session.write(Label::Layout, Edit::between(&before.record, &after))?;
    Ok(Own::of(after))
}

pub(super) fn remove(session: &Session, id: &str) -> Outcome<()> {
    let own = load(session, id)?;
    session.write(Label::Layout, Some(Edit::remove(&own.record)))?;
    Ok(())
}

fn refused(rule: &str) -> Failure {
    Failure::from(Code::Invalid).with("field", Field::LayoutName.name()).with("rule", rule)
}

/// The name as it is kept: not that of a shipped layout nor of another own one.
fn check_name(session: &Session, name: &str, own: Option<RecordId>, known: &[Own]) -> Outcome<String> {
    let read = crate::typed::read(Field::LayoutName, name, session.host.today(), None);
    let name = read.map_err(|problem| refused(problem.code()))?.value.to_string();
    // A record's id is looked for first.
    let is_id = name.parse::<RecordId>().is_ok();
    if is_id || is_taken(&name, own, known) { Err(refused("name_taken")) } else { Ok(name) }
}

fn is_taken(name: &str, own: Option<RecordId>, known: &[Own]) -> bool {
    let key = name_key(name);
    let shipped = presets().iter().flat_map(|layout| [&layout.id, &layout.name.zh, &layout.name.en]);
    let is_shipped = shipped.map(String::as_str).chain(SHORT_NAMES).any(|other| name_key(other) == key);
    is_shipped || known.iter().any(|other| Some(other.record.id) != own && name_key(other.name()) == key)
}

/// The name, or the first of `name 2`, `name 3` … that is free.
pub(super) fn free_name(name: &str, known: &[Own]) -> String {
    let cut = |most: usize| name.trim().chars().take(most).collect::<String>().trim().to_owned();
    let plain = cut(NAME_CHARACTERS);
    let numbered = (2..).map(|number| format!("{} {number}", cut(NAME_CHARACTERS - 5)));
    let mut names = std::iter::once(plain).chain(numbered);
    names.find(|name| !is_taken(name, None, known)).unwrap_or_default()
}

/// Every part within what a record may hold.
fn fitting(record: Record) -> Outcome<Record> {
    for field in [Field::LayoutStock, Field::LayoutDesign, Field::LayoutPictures] {
        let mingce_model::Form::Json(most) = field.form() else { continue };
        if record.text(field).is_some_and(|text| text.chars().count() > most) {
            let failure = Failure::from(Code::LayoutUnusable).with("place", field.name());
            return Err(failure.with("problem", "file_too_large"));
        }
    }
    Ok(record)
}

/// What a window says a layout holds, read like a file.
pub(super) fn layout_of(content: &LayoutContent, name: &str) -> Result<Layout, LayoutFault> {
    let mut file = serde_json::to_value(content).unwrap_or_default();
    file["format"] = LAYOUT_FORMAT.into();
    file["id"] = "draft".into();
    file["name"] = json!({ "zh": name, "en": name });
    Layout::read_draft(file.to_string().as_bytes())
}

/// The other way round: in the shape of the window's types, which is that of the file.
pub(super) fn content_of(layout: &Layout) -> Outcome<LayoutContent> {
    let content = json!({ "stock": layout.stock, "design": layout.design, "pictures": layout.pictures });
    serde_json::from_value(content).map_err(|_| Code::Internal.into())
}

/// Layouts as they were kept on this computer before they were records.
fn kept_before(session: &Session) -> Outcome<Vec<Json>> {
    match told(session.store.setting(KEPT_BEFORE))? {
        Some(Json::Array(kept)) => Ok(kept),
        _ => Ok(Vec::new()),
    }
}

/// One of them, as it is or to be mended in the designer. Another version's stay as they are until that version is here.
fn read_before(kept: &Json) -> Option<Layout> {
    let layout = Layout::read_draft(kept.to_string().as_bytes()).ok()?;
    (layout.format == LAYOUT_FORMAT).then_some(layout)
}

/// Makes records of them. What is not read, or refused for now, stays where it was and keeps nobody from the others.
fn adopt(session: &Session) -> Outcome<()> {
    if session.limit().is_some() || kept_before(session)?.is_empty() {
        return Ok(());
    }
    let _alone = lock(&session.adopting);
    let kept = kept_before(session)?;
    let mut known = listed(session)?;
    let left = sift(&kept, |content| {
        // It may have been cut short after it had made the record.
        if known.iter().any(|own| is_of(own, &content)) {
            return true;
        }
        let name = free_name(&content.name.zh, &known);
        let made = create_beside(session, Wanted { name, content }, &known);
        let is_made = made.is_ok();
        known.extend(made);
        is_made
    });
    if left.len() == kept.len() { Ok(()) } else { told(session.store.set_setting(KEPT_BEFORE, &Json::from(left))) }
}

/// Hands over what can be read; answers what has to stay.
fn sift(kept: &[Json], mut take_in: impl FnMut(Layout) -> bool) -> Vec<Json> {
    kept.iter().filter(|one| !read_before(one).is_some_and(&mut take_in)).cloned().collect()
}

fn is_of(own: &Own, content: &Layout) -> bool {
    let is_same = |layout: &Layout| {
        (&layout.stock, &layout.design, &layout.pictures) == (&content.stock, &content.design, &content.pictures)
    };
    name_key(own.name()) == name_key(&content.name.zh) && own.readable().is_ok_and(|layout| is_same(&layout))
}

/// Those kept before, for an account that makes no records: to look at and to print with.
fn offered(session: &Session, known: &[Own]) -> Outcome<Vec<Own>> {
    if session.limit().is_none() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for kept in kept_before(session)? {
        let Some(content) = read_before(&kept) else { continue };
        let name = free_name(&content.name.zh, known);
        // Nobody gave it an id, and it has to have the same one each time.
        let mut random = [0; 10];
        random[..8].copy_from_slice(&Value::from(kept.to_string()).digest().0);
        let record = Record::empty(Kind::Layout, RecordId::from_parts(0, random));
        found.push(Own::of(Wanted { name, content }.put(record)));
    }
    Ok(found)
}

/// A part of a layout for people: how large the paper is, how much stands on it. Nothing for other fields.
pub(crate) fn shown(field: Field, text: &str) -> Option<String> {
    let number = |value: &Json| value.as_f64().map(|number| format!("{number}")).unwrap_or_default();
    let read = || serde_json::from_str::<Json>(text).ok();
    match field {
        Field::LayoutStock => read().map(|stock| {
            let size = |of: &Json| format!("{} × {} mm", number(&of["width_mm"]), number(&of["height_mm"]));
            let grid = &stock["grid"];
            let (columns, rows) = (number(&grid["columns"]), number(&grid["rows"]));
            format!("{} · {columns} × {rows} · {}", size(&stock["sheet"]), size(&stock["label"]))
        }),
        Field::LayoutDesign => read().map(|design| {
            let count = |part: &str| design[part].as_array().map_or(0, Vec::len);
            // What differs in nothing but places has another mark all the same.
            let mark = Value::from(text).digest().0;
            let (page, front, back) = (count("page"), count("front"), count("back"));
            format!("{page} + {front} + {back} (#{:02x}{:02x})", mark[0], mark[1])
        }),
        Field::LayoutPictures => read().and_then(|pictures| {
            let names: Vec<String> = pictures.as_object()?.keys().cloned().collect();
            Some(names.join(", "))
        }),
        _ => None,
    }
}

/// A layout to be written as a file, under one name.
pub(super) fn titled(layout: Layout, name: &str) -> Layout {
    Layout { name: Titles { zh: name.to_owned(), en: name.to_owned() }, ..layout }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_windows_shape_of_a_layout_is_that_of_its_file() {
        for layout in presets() {
            let content = content_of(layout).unwrap();
            let read = layout_of(&content, "x").unwrap();
            assert_eq!((&read.stock, &read.design), (&layout.stock, &layout.design), "{}", layout.id);
        }
    }

    #[test]
    fn what_was_kept_before_is_handed_over_and_whatever_is_not_taken_stays() {
        let file = |name: &str| {
            let mut file: Json = serde_json::from_str(&presets()[0].to_json()).unwrap();
            file["name"]["zh"] = name.into();
            file
        };
        let mut faulty = file("要改的");
        faulty["stock"]["grid"]["rows"] = 80.into();
        let mut newer = file("新格式");
        newer["format"] = 2.into();
        let broken = json!({ "name": "坏的" });
        let kept = [file("一"), broken.clone(), file("满了"), faulty, newer.clone(), file("二")];
        let mut met = Vec::new();
        let left = sift(&kept, |layout| {
            met.push(layout.name.zh.clone());
            layout.name.zh != "满了"
        });
        assert_eq!(met, ["一", "满了", "要改的", "二"]);
        assert_eq!(left, [broken, file("满了"), newer]);
    }

    #[test]
    fn what_was_taken_in_is_known_again() {
        let layout = &presets()[0];
        let record = Record::empty(Kind::Layout, RecordId::from_parts(1, [7; 10]));
        let own = Own::of(Wanted { name: layout.name.zh.clone(), content: layout.clone() }.put(record));
        assert!(is_of(&own, layout));
        assert!(!is_of(&own, &titled(layout.clone(), "另一个")));
        assert!(!is_of(&own, &titled(presets()[1].clone(), own.name())));
    }

    #[test]
    fn a_name_that_is_taken_gets_a_number() {
        assert_eq!(free_name("labels", &[]), "labels 2");
        assert_eq!(free_name(&presets()[0].name.zh, &[]), format!("{} 2", presets()[0].name.zh));
        assert_eq!(free_name(" 我们的 ", &[]), "我们的");
        let long = "长".repeat(90);
        assert_eq!(free_name(&long, &[]).chars().count(), NAME_CHARACTERS);
    }

    #[test]
    fn every_shipped_layout_fits_a_record() {
        for layout in presets() {
            let record = Record::empty(Kind::Layout, RecordId::from_parts(1, [7; 10]));
            let wanted = Wanted { name: "x".into(), content: layout.clone() };
            let record = fitting(wanted.put(record)).unwrap();
            let back = read(&record).unwrap();
            assert_eq!((&back.stock, &back.design), (&layout.stock, &layout.design));
            let stock = shown(Field::LayoutStock, record.text(Field::LayoutStock).unwrap()).unwrap();
            assert!(stock.contains(" mm · "), "{stock}");
        }
    }
}
