//! `--map`: which column is for which field.

use crate::session;
use mingce_ipc::custom::CustomFieldRow;
use mingce_ipc::import::{ImportFile, NewField};
use mingce_ipc::{Code, Failure};

/// Asks for a field that the import makes.
pub(crate) const NEW_FIELD: &str = "new_field";

/// Headings that `--map` names: the row that holds them is the row of headings. A column's letters are none.
pub(crate) fn named_headings(maps: &[String]) -> Result<Vec<String>, Failure> {
    let mut named = Vec::new();
    for map in maps {
        let (heading, _) = session::pair(map)?;
        if !is_letters(heading) {
            named.push(heading.to_owned());
        }
    }
    Ok(named)
}

/// `A` to `XFD`.
fn is_letters(heading: &str) -> bool {
    (1..=3).contains(&heading.len()) && heading.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// The fields that columns are made into: what the file proposes, and nothing else was asked for.
pub(crate) fn new_fields(file: &ImportFile, targets: &[String]) -> Vec<NewField> {
    let columns = file.columns.iter().zip(targets).enumerate();
    let made = columns.filter(|(_, (_, target))| *target == NEW_FIELD).map(|(index, (column, _))| NewField {
        column: u32::try_from(index).unwrap_or(u32::MAX),
        name: column.field_name.clone(),
        form: column.form.clone(),
        choices: column.choices.clone(),
        data_class: column.data_class.clone(),
    });
    made.collect()
}

/// What each column is for; `--map` names our fields by their words and the organisation's by their names.
pub(crate) fn targets(file: &ImportFile, fields: &[CustomFieldRow], maps: &[String]) -> Result<Vec<String>, Failure> {
    let mut targets: Vec<String> = file.columns.iter().map(|column| column.target.clone()).collect();
    for map in maps {
        let (heading, field) = session::pair(map)?;
        let index = file
            .columns
            .iter()
            .position(|column| column.heading == heading || column.letter == heading)
            .ok_or_else(|| Failure::from(Code::Malformed).with("heading", heading))?;
        // A numbered field without its number is the first: `guardian_phone` is `guardian_phone_1`.
        let first = format!("{field}_1");
        let named = fields.iter().find(|defined| !defined.is_archived && defined.name.trim() == field.trim());
        let named = named.map(|defined| format!("custom:{}", defined.id));
        let target = file
            .targets
            .iter()
            .find(|word| *word == field)
            .or_else(|| file.targets.iter().find(|word| **word == first))
            .or_else(|| file.targets.iter().find(|word| Some(*word) == named.as_ref()))
            .filter(|word| *word != NEW_FIELD)
            .ok_or_else(|| Failure::from(Code::Malformed).with("field", field))?;
        // One column for one field: the one named on the command line wins over a guess.
        if target != "ignore" {
            for other in targets.iter_mut().filter(|other| *other == target) {
                *other = "ignore".to_owned();
            }
        }
        targets[index] = target.clone();
    }
    Ok(targets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verbs::defined;
    use mingce_ipc::import::ImportColumn;

    const DORMITORY: &str = "019a0000-0000-7000-8000-000000000001";
    const LOCKER: &str = "019a0000-0000-7000-8000-000000000002";

    fn file(columns: &[(&str, &str)]) -> ImportFile {
        let column = |(index, (heading, target)): (usize, &(&str, &str))| ImportColumn {
            letter: ["A", "B", "C"][index].into(),
            heading: (*heading).into(),
            field_name: (*heading).into(),
            samples: Vec::new(),
            target: (*target).into(),
            confidence: 100,
            form: "text".into(),
            choices: Vec::new(),
            data_class: "ordinary".into(),
        };
        let own = [DORMITORY, LOCKER].map(|id| format!("custom:{id}"));
        let targets = ["ignore", "name", "guardian_phone_1", "new_field"].map(str::to_owned);
        ImportFile {
            import: "import-1".into(),
            path: String::new(),
            file_name: String::new(),
            format: String::new(),
            text: None,
            sheets: Vec::new(),
            sheet: String::new(),
            header_row: 1,
            row_count: 0,
            columns: columns.iter().enumerate().map(column).collect(),
            targets: targets.into_iter().chain(own).collect(),
            is_remembered: false,
            is_delta: false,
            remarks: Vec::new(),
        }
    }

    fn mapped(maps: &[&str]) -> Result<Vec<String>, Failure> {
        let archived = CustomFieldRow { is_archived: true, ..defined(LOCKER, "储物柜") };
        let file = file(&[("姓名", "name"), ("寝室", "ignore"), ("监护人 / 电话", "ignore")]);
        targets(
            &file,
            &[defined(DORMITORY, "住宿"), archived],
            &maps.iter().map(|map| (*map).to_owned()).collect::<Vec<_>>(),
        )
    }

    #[test]
    fn a_column_goes_into_a_field_of_the_organisation_by_its_name() {
        let field = format!("custom:{DORMITORY}");
        assert_eq!(mapped(&["寝室=住宿"]).unwrap(), ["name", field.as_str(), "ignore"]);
        assert_eq!(
            mapped(&["C= 住宿 ", "监护人 / 电话=guardian_phone"]).unwrap(),
            ["name", "ignore", "guardian_phone_1"]
        );
        assert_eq!(mapped(&["C=住宿", "B=住宿"]).unwrap(), ["name", field.as_str(), "ignore"], "the last one has it");
    }

    #[test]
    fn a_column_that_a_package_alone_has_is_made_a_field_unless_it_is_mapped() {
        let file = file(&[("姓名", "name"), ("metadata.bus", "new_field"), ("metadata.house", "new_field")]);
        let maps = ["metadata.house=住宿".to_owned()];
        let targets = targets(&file, &[defined(DORMITORY, "住宿")], &maps).unwrap();
        let made: Vec<(u32, String)> =
            new_fields(&file, &targets).into_iter().map(|new| (new.column, new.name)).collect();
        assert_eq!(made, [(1, "metadata.bus".to_owned())]);
    }

    #[test]
    fn what_is_no_field_is_refused_and_named() {
        for (map, param) in [("寝室=储物柜", "field"), ("寝室=new_field", "field"), ("宿舍=住宿", "heading")]
        {
            let failure = mapped(&[map]).unwrap_err();
            assert_eq!(failure.code, Code::Malformed);
            assert!(failure.params.contains_key(param), "{map}");
        }
    }

    #[test]
    fn letters_are_no_headings() {
        let maps = ["A=name", "AB=note", "Vorname Nachname=name", "QQ号=note"].map(str::to_owned);
        assert_eq!(named_headings(&maps).unwrap(), ["Vorname Nachname", "QQ号"]);
    }
}
