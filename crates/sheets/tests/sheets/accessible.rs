//! The accessible PDF by what its standards ask (ISO 14289-1, ISO 19005-2 level A), read with qpdf and poppler. What no
//! reader here can judge is left to a validator; see docs/decisions.

use std::collections::BTreeMap;
use std::process::Command;

use crate::support::{layout, run, short_link};
use mingce_sheets::{Flow, Proof, SheetRun, export_accessible_pdf, export_pdf};
use serde_json::Value;

fn output_of(program: &str, arguments: &[&str]) -> String {
    let out = Command::new(program).args(arguments).output().unwrap_or_else(|error| {
        panic!("{program} is needed to check the PDFs (Debian packages poppler-utils and qpdf): {error}")
    });
    assert!(out.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).into_owned()
}

/// A file and its objects by name, `obj:7 0 R`.
struct File {
    path: String,
    objects: serde_json::Map<String, Value>,
    trailer: Value,
    _folder: tempfile::TempDir,
}

fn written(run: &SheetRun) -> File {
    let folder = tempfile::tempdir().expect("creates");
    let path = folder.path().join("sheets.pdf").to_str().expect("UTF-8").to_owned();
    let mut file = Vec::new();
    let summary = export_accessible_pdf(run, &mut file, Proof::EveryCode, &mut |_| Flow::Continue).expect("prints");
    assert_eq!(summary.proofed, summary.codes);
    std::fs::write(&path, file).expect("writes");
    assert!(output_of("qpdf", &["--check", &path]).contains("No syntax or stream encoding errors found"));
    let json: Value = serde_json::from_str(&output_of("qpdf", &["--json=2", &path])).expect("JSON");
    let objects = json["qpdf"][1].as_object().expect("objects").clone();
    let trailer = objects["trailer"]["value"].clone();
    File { path, objects, trailer, _folder: folder }
}

impl File {
    /// What a reference leads to; anything else is itself.
    fn at<'f>(&'f self, value: &'f Value) -> &'f Value {
        match value.as_str().and_then(|name| self.objects.get(&format!("obj:{name}"))) {
            Some(object) => object.get("value").unwrap_or(&object["stream"]["dict"]),
            None => value,
        }
    }

    fn catalog(&self) -> &Value {
        self.at(&self.trailer["/Root"])
    }

    /// Elements of the tree with the element above each, by reference.
    fn elements(&self) -> Vec<(String, String)> {
        let root = self.catalog()["/StructTreeRoot"].as_str().expect("a tree").to_owned();
        let mut open = vec![root];
        let mut found = Vec::new();
        while let Some(above) = open.pop() {
            let node = self.at(&Value::String(above.clone())).clone();
            for kid in node["/K"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                found.push((kid.to_owned(), above.clone()));
                open.push(kid.to_owned());
            }
        }
        found
    }

    /// The pages' content streams, as they are drawn.
    fn contents(&self) -> Vec<String> {
        let pages: Value =
            serde_json::from_str(&output_of("qpdf", &["--json=2", "--json-key=pages", &self.path])).expect("JSON");
        let pages = pages["pages"].as_array().expect("pages");
        let stream = |page: &Value| {
            let number = page["contents"][0].as_str().expect("content").split(' ').next().expect("a number").to_owned();
            output_of("qpdf", &[&format!("--show-object={number}"), "--filtered-stream-data", &self.path])
        };
        pages.iter().map(stream).collect()
    }
}

#[test]
fn every_piece_of_content_belongs_to_one_element_or_is_decoration() {
    for (name, sizes) in [("letter", vec![2, 1]), ("labels", vec![30, 3]), ("cr80-10-up", vec![12])] {
        let file = written(&run(&sizes, layout(name), short_link));
        let catalog = file.catalog();
        assert_eq!(catalog["/MarkInfo"]["/Marked"], true);
        assert_eq!(catalog["/Lang"], "u:zh-CN");
        assert_eq!(catalog["/ViewerPreferences"]["/DisplayDocTitle"], true);

        let elements = file.elements();
        let by_name: BTreeMap<&str, &str> = elements.iter().map(|(id, above)| (&**id, &**above)).collect();
        assert_eq!(by_name.len(), elements.len(), "nothing hangs in two places");
        for (id, above) in &elements {
            let element = file.at(&Value::String(id.clone())).clone();
            assert_eq!(element["/P"], above.as_str(), "{name}: the way back");
            let role = element["/S"].as_str().expect("a role").to_owned();
            assert!(["/Document", "/Sect", "/H1", "/H2", "/P", "/Figure"].contains(&role.as_str()), "{role}");
            if role == "/Figure" {
                assert!(element["/Alt"].as_str().is_some_and(|words| words.chars().count() > 4), "{name}: words");
            }
        }

        // From the pages to the elements and back.
        let tree = file.at(&file.at(&catalog["/StructTreeRoot"])["/ParentTree"]).clone();
        let mut by_page: BTreeMap<i64, Vec<String>> = BTreeMap::new();
        for node in tree["/Kids"].as_array().expect("nodes") {
            let numbers = file.at(node)["/Nums"].as_array().expect("entries").clone();
            for pair in numbers.chunks(2) {
                let list = file.at(&pair[1]).as_array().expect("a list").clone();
                let ids = list.iter().map(|id| id.as_str().expect("a reference").to_owned());
                by_page.insert(pair[0].as_i64().expect("a number"), ids.collect());
            }
        }
        let contents = file.contents();
        assert_eq!(by_page.len(), contents.len());
        for ((page, ids), content) in by_page.iter().zip(&contents) {
            for (number, id) in ids.iter().enumerate() {
                assert_eq!(file.at(&Value::String(id.clone()))["/K"], number, "{name} page {page}");
                assert!(by_name.contains_key(id.as_str()));
                let open = format!("<</MCID {number}>>BDC");
                assert!(content.lines().filter(|line| line.ends_with(&open)).count() >= 1, "{name}: {open}");
            }
            assert!(!content.contains(&format!("/MCID {}>>", ids.len())), "nothing else is numbered");
            let mut depth = 0;
            for line in content.lines() {
                if line.ends_with("BDC") || line.ends_with("BMC") {
                    depth += 1;
                } else if line == "EMC" {
                    depth -= 1;
                }
                let draws = [" Tj", ">Tj", " f", " Do Q", "f Q"].iter().any(|end| line.ends_with(end));
                assert!(!draws || depth > 0, "{name}: {line} belongs to nothing");
                assert!((0..=2).contains(&depth));
            }
            assert_eq!(depth, 0);
        }
    }
}

#[test]
fn the_metadata_says_what_the_document_says_and_colours_are_told() {
    let file = written(&run(&[2], layout("letter"), short_link));
    let catalog = file.catalog();
    let number = catalog["/Metadata"].as_str().expect("metadata").split(' ').next().expect("a number");
    let said = output_of("qpdf", &[&format!("--show-object={number}"), "--raw-stream-data", &file.path]);
    let title =
        file.at(&file.trailer["/Info"])["/Title"].as_str().expect("a title").trim_start_matches("u:").to_owned();
    assert!(said.contains(&format!("<rdf:li xml:lang=\"x-default\">{title}</rdf:li>")), "{said}");
    for part in ["<pdfaid:part>2<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<", "<pdf:Producer>Mingce<"] {
        assert!(said.contains(part), "{part}");
    }
    let intent = file.at(&catalog["/OutputIntents"][0]);
    assert_eq!(intent["/S"], "/GTS_PDFA1");
    assert_eq!(file.at(&intent["/DestOutputProfile"])["/N"], 3);
    for row in output_of("pdffonts", &[&file.path]).lines().skip(2) {
        let columns: Vec<_> = row.split_whitespace().collect();
        assert_eq!(columns[columns.len() - 5..columns.len() - 2], ["yes", "yes", "yes"], "{row}");
    }
}

#[test]
fn it_is_read_by_class_and_person_with_the_link_in_the_place_of_the_code() {
    let run = run(&[2, 1], layout("labels"), short_link);
    let file = written(&run);
    let read = output_of("pdfinfo", &["-struct-text", &file.path]);
    let mut from = 0;
    for person in run.groups.iter().flat_map(|group| group.people.iter()) {
        let at = read[from..].find(&person.name).unwrap_or_else(|| panic!("in order: {read}"));
        from += at;
    }
    assert_eq!(read.matches("Figure").count(), 3, "{read}");
    let alternatives: Vec<&Value> =
        file.objects.values().filter_map(|object| object.get("value")?.get("/Alt")).collect();
    for person in run.groups.iter().flat_map(|group| group.people.iter()) {
        let told = alternatives.iter().filter(|words| words.as_str().is_some_and(|words| words.contains(&person.link)));
        assert_eq!(told.count(), 1);
    }
}

#[test]
fn it_is_the_same_paper_and_the_same_bytes_each_time() {
    let run = run(&[30], layout("labels"), short_link);
    let made = |accessible: bool| {
        let mut file = Vec::new();
        let mut go_on = |_| Flow::Continue;
        let written = match accessible {
            true => export_accessible_pdf(&run, &mut file, Proof::None, &mut go_on),
            false => export_pdf(&run, &mut file, Proof::None, &mut go_on),
        };
        written.expect("prints");
        file
    };
    assert_eq!(made(true), made(true));
    let folder = tempfile::tempdir().expect("creates");
    let pictures = [true, false].map(|accessible| {
        let path = folder.path().join(format!("{accessible}.pdf"));
        std::fs::write(&path, made(accessible)).expect("writes");
        let out = Command::new("pdftoppm").args(["-gray", "-r", "60"]).arg(&path).output().expect("poppler is here");
        out.stdout
    });
    assert!(pictures[0] == pictures[1], "the same on paper");
}
