use super::*;
use proptest::prelude::*;

fn preset(id: &str) -> Layout {
    Layout::find_named(id).expect("shipped")
}

/// Reads a shipped layout with the value at `path` replaced.
fn spoilt(path: &str, value: &str) -> LayoutFault {
    let mut file: serde_json::Value = serde_json::from_str(&preset("labels").to_json()).expect("JSON");
    let value: serde_json::Value = serde_json::from_str(value).expect("JSON");
    match file.pointer_mut(path) {
        Some(place) => *place = value,
        None => {
            let (parent, key) = path.rsplit_once('/').expect("a path");
            file.pointer_mut(parent)
                .and_then(|parent| parent.as_object_mut())
                .expect("an object")
                .insert(key.into(), value);
        }
    }
    Layout::read(file.to_string().as_bytes()).expect_err("is refused")
}

#[test]
fn the_shipped_layouts_are_read_by_the_door_for_anybodys() {
    assert_eq!(presets().len(), 14);
    for layout in presets() {
        assert_eq!(&Layout::read(layout.to_json().as_bytes()).expect("reads"), layout);
        assert_eq!(presets().iter().filter(|other| other.id == layout.id).count(), 1);
    }
    assert_eq!(preset("labels").id, "avery-l7159");
    assert_eq!(preset("letter").id, "a4-letter");
    assert_eq!(Layout::find_named("poster"), None);
}

#[test]
fn stocks_have_their_makers_measures() {
    let last = |id: &str| {
        let stock = preset(id).stock;
        let places = usize::from(stock.grid.columns) * usize::from(stock.grid.rows);
        let (left, top) = stock.corner_mm(places - 1);
        let edge = |value: f64| (value * 100.0).round() / 100.0;
        (places, edge(left + stock.label.width_mm), edge(top + stock.label.height_mm))
    };
    assert_eq!(last("avery-l7159"), (24, 202.83, 284.2));
    assert_eq!(last("avery-l7160"), (21, 202.83, 281.85));
    assert_eq!(last("avery-l7163"), (14, 205.35, 281.85));
    assert_eq!(last("avery-l7651"), (65, 205.25, 286.3));
    assert_eq!(last("avery-3474"), (24, 210.0, 296.0));
    assert_eq!(last("avery-5160"), (30, 211.14, 266.7));
    assert_eq!(last("avery-5163"), (10, 211.97, 266.7));
    assert_eq!(last("avery-5371"), (10, 196.85, 266.7));
    assert_eq!(last("avery-c32015"), (8, 193.0, 265.5));
    assert_eq!(last("cr80-10-up"), (10, 190.6, 283.45));
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    use LayoutProblem::*;
    let cases: [(&str, &str, &str, LayoutProblem); 22] = [
        ("/format", "2", "format", OtherFormat),
        ("/id", "\"Über\"", "id", BadId),
        ("/name/zh", "\"\"", "name.zh", BadLength),
        ("/stock/grid/columns", "0", "stock.grid.columns", OutOfRange),
        ("/stock/grid/rows", "9", "stock.grid.top_mm", OffTheSheet),
        ("/stock/grid/pitch_x_mm", "20", "stock.grid.pitch_x_mm", LabelsOverlap),
        ("/stock/label/width_mm", "1e300", "stock.label.width_mm", OutOfRange),
        ("/stock/grid/left_mm", "-1", "stock.grid.left_mm", OutOfRange),
        ("/stock/grid/columns", "\"three\"", "stock.grid.columns", NotASetting),
        ("/stock/colour", "1", "stock.colour", NotASetting),
        ("/design/front", "[]", "design.front", NothingOnIt),
        ("/design/front/0/box/x_mm", "60", "design.front[0].box", OffTheLabel),
        ("/design/front/0/box/x_mm", "0.5", "design.front[0].box", OffTheLabel),
        ("/design/front/0/box/width_mm", "12", "design.front[0].box", CodeTooSmall),
        ("/design/front/1/box/x_mm", "20", "design.front[1].box", CodeCovered),
        ("/design/front/1/items/0/text", "\"{nmae}\"", "design.front[1].items[0].text", UnknownWord),
        ("/design/front/1/items/0/size_pt", "[1, 8]", "design.front[1].items[0].size_pt", TypeTooSmall),
        ("/design/front/1/items/0/size_pt", "[9, 8]", "design.front[1].items[0].size_pt", OutOfRange),
        ("/design/front/1/items/0/leading", "90", "design.front[1].items[0].leading", OutOfRange),
        ("/design/front/1/items/0/ink", "\"red\"", "design.front[1]", NotASetting),
        ("/design/front/1/kind", "\"video\"", "design.front[1]", NotASetting),
        (
            "/design/page/0",
            r#"{"kind":"code","box":{"x_mm":1,"y_mm":1,"width_mm":20,"height_mm":20}}"#,
            "design.page",
            CodeOnThePage,
        ),
    ];
    for (path, value, place, problem) in cases {
        let fault = spoilt(path, value);
        assert_eq!(fault.problem, problem, "{path} {value}: {fault}");
        assert!(fault.place.starts_with(place), "{path} {value}: {fault}");
    }
    let two = r#"[{"kind":"code","box":{"x_mm":1,"y_mm":1,"width_mm":20,"height_mm":20}}]"#;
    assert_eq!(spoilt("/design/back", two).problem, TwoCodes);
}

/// A shipped layout with its front changed as a file is.
fn with_front(change: impl FnOnce(&mut Vec<serde_json::Value>)) -> Layout {
    let mut file: serde_json::Value = serde_json::from_str(&preset("labels").to_json()).expect("JSON");
    change(file.pointer_mut("/design/front").and_then(|front| front.as_array_mut()).expect("a list"));
    Layout::read_draft(file.to_string().as_bytes()).expect("is a layout, if a bad one")
}

fn text_of(length: usize) -> serde_json::Value {
    serde_json::json!({"kind": "text", "text": "字".repeat(length), "size_pt": [6, 8]})
}

#[test]
fn more_text_than_can_be_laid_out_is_refused_before_it_is() {
    let put = |items: Vec<serde_json::Value>| with_front(|front| front[1]["items"] = items.into());
    let fault = |layout: &Layout| layout.faults().into_iter().find(|fault| fault.problem.stops_drawing());
    assert_eq!(fault(&put(vec![text_of(2_000)])), None);
    let long = fault(&put(vec![text_of(2_001)])).expect("is told");
    assert_eq!((long.place.as_str(), long.problem), ("design.front[1].items[0].text", LayoutProblem::TooMuchText));
    let many = fault(&put(vec![text_of(2_000); 6])).expect("is told");
    assert_eq!((many.place.as_str(), many.problem), ("design", LayoutProblem::TooMuchText));
    // What braces become counts, and so does how often.
    let links = serde_json::json!({"kind": "text", "text": "{link}".repeat(300), "size_pt": [6, 8]});
    assert!(fault(&put(vec![links])).is_some());
    let person = crate::Person { name: "王小明".into(), link: "HTTPS://A.CN/J/A".into(), ..Default::default() };
    let group = crate::Group { heading: "一班".into(), people: vec![person].into() };
    let run = crate::SheetRun::of("", vec![group], crate::Words::english(""), put(vec![text_of(2_000); 6]));
    let drawn = crate::draft(&run, crate::View::Label(crate::Side::Front));
    assert!(matches!(drawn, Err(crate::SheetError::LayoutUnusable(_))));
}

#[test]
fn faults_end_somewhere_and_none_that_stops_drawing_is_missed() {
    let layout = with_front(|front| {
        let code = front[0].clone();
        front.extend((0..57).map(|_| code.clone()));
        let mut texts = front[1].clone();
        texts["items"] = vec![text_of(2_001)].into();
        front.push(texts);
    });
    let faults = layout.faults();
    assert_eq!(faults.last().map(|fault| fault.problem), Some(LayoutProblem::AndMore));
    assert!(faults.iter().any(|fault| fault.problem == LayoutProblem::TooMuchText));
    assert_eq!(faults.len(), 102);
    let few = with_front(|front| front[0]["box"]["width_mm"] = 1.into());
    assert!(few.faults().iter().all(|fault| fault.problem != LayoutProblem::AndMore));
}

#[test]
fn pictures_by_the_thousand_are_counted_and_none_is_unpacked() {
    let mut layout = preset("labels");
    let png = LayoutPicture::of_pixels(4, 4, &[9; 64]).expect("a picture").png().to_vec();
    for number in 0..1_000 {
        layout.pictures.insert(format!("p{number}"), LayoutPicture::read(png.clone()).expect("a picture"));
    }
    let text = layout.to_json();
    assert!(text.len() <= MOST_BYTES, "{} bytes", text.len());
    let read = Layout::read_draft(text.as_bytes()).expect("is a layout, if a bad one");
    let fault = Layout::read(text.as_bytes()).expect_err("is refused");
    assert_eq!((fault.place.as_str(), fault.problem), ("pictures", LayoutProblem::PicturesTooLarge));
    assert!(fault.problem.stops_drawing());
    assert!(read.pictures.values().all(|picture| !picture.is_unpacked()));
}

#[test]
fn what_is_no_layout_is_told_by_line_and_column() {
    for (bytes, place) in [(&b""[..], "line 1"), (b"{\n \"format\": 1,,", "line 2"), (b"\xFF\xFE", "line 1")] {
        let fault = Layout::read(bytes).expect_err("is refused");
        assert_eq!(fault.problem, LayoutProblem::NotJson);
        assert!(fault.place.starts_with(place), "{fault}");
    }
    let mut two = preset("labels").to_json().into_bytes();
    two.extend_from_slice(b"{}");
    assert_eq!(Layout::read(&two).expect_err("is refused").problem, LayoutProblem::NotJson);
    let large = vec![b' '; MOST_BYTES + 1];
    assert_eq!(Layout::read(&large).expect_err("is refused").problem, LayoutProblem::FileTooLarge);
    let deep = "[".repeat(100_000);
    assert!(Layout::read(deep.as_bytes()).is_err());
    let mut marked = b"\xEF\xBB\xBF".to_vec();
    marked.extend_from_slice(preset("letter").to_json().as_bytes());
    assert!(Layout::read(&marked).is_ok());
}

#[test]
fn the_schema_knows_every_setting_of_the_shipped_layouts() {
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../presets/layout.schema.json")).expect("JSON");
    for layout in presets() {
        let file = serde_json::from_str(&layout.to_json()).expect("JSON");
        agree(&schema, &schema, &file, &layout.id);
    }
}

/// The part of JSON Schema that ours uses: `$ref`, `properties` with `required`, `items`, `oneOf` by kind, `enum`.
fn agree(whole: &serde_json::Value, schema: &serde_json::Value, value: &serde_json::Value, at: &str) {
    if let Some(link) = schema["$ref"].as_str() {
        return agree(whole, whole.pointer(&link[1..]).expect("is there"), value, at);
    }
    if let Some(kinds) = schema["oneOf"].as_array() {
        let fits = |one: &&serde_json::Value| one["properties"]["kind"]["const"] == value["kind"];
        return agree(whole, kinds.iter().find(fits).unwrap_or_else(|| panic!("{at}: unknown kind")), value, at);
    }
    if let Some(words) = schema["enum"].as_array() {
        assert!(words.contains(value), "{at}");
    }
    if let Some(object) = value.as_object() {
        for (key, inner) in object {
            let known = &schema["properties"][key];
            assert!(!known.is_null(), "{at}.{key} is not in the schema");
            agree(whole, known, inner, &format!("{at}.{key}"));
        }
        for key in schema["required"].as_array().into_iter().flatten() {
            assert!(object.contains_key(key.as_str().expect("a key")), "{at} lacks {key}");
        }
    }
    for (number, inner) in value.as_array().into_iter().flatten().enumerate() {
        agree(whole, &schema["items"], inner, &format!("{at}[{number}]"));
    }
}

proptest! {
    #[test]
    fn reading_any_bytes_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Layout::read(&bytes);
    }

    /// A file with any one number changed is refused, or a layout that prints.
    #[test]
    fn a_changed_number_is_refused_or_prints(
        layout in proptest::sample::select(presets()),
        at in any::<prop::sample::Index>(),
        number in prop_oneof![any::<f64>(), -50.0f64..400.0, Just(0.0)],
    ) {
        let mut file: serde_json::Value = serde_json::from_str(&layout.to_json()).expect("JSON");
        let mut numbers = Vec::new();
        collect_numbers(&file, String::new(), &mut numbers);
        let path: &String = at.get(&numbers);
        *file.pointer_mut(path).expect("found above") = serde_json::json!(number);
        if let Ok(layout) = Layout::read(file.to_string().as_bytes()) {
            let person = crate::Person { name: "王小明".into(), link: "HTTPS://A.CN/J/A".into(), ..Default::default() };
            let people = vec![person].into();
            let group = crate::Group { heading: "一班".into(), people };
            let run = crate::SheetRun::of("", vec![group], crate::Words::english(""), layout);
            prop_assert!(crate::page_svg(&run, 0).is_ok());
        }
    }
}

fn collect_numbers(value: &serde_json::Value, at: String, found: &mut Vec<String>) {
    match value {
        serde_json::Value::Number(_) => found.push(at),
        serde_json::Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                collect_numbers(item, format!("{at}/{number}"), found);
            }
        }
        serde_json::Value::Object(items) => {
            for (key, item) in items {
                collect_numbers(item, format!("{at}/{key}"), found);
            }
        }
        _ => {}
    }
}
