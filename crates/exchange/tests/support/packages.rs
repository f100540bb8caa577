//! OneRoster packages of other systems, made for the tests.

use super::{MemoryRoster, understand_with};
use mingce_exchange::shape::{Target, field_name};
use mingce_model::custom::{CustomField, CustomForm};
use mingce_model::{Kind, Record};
use std::io::{Cursor, Write};

pub fn package(files: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub const ORGS: &str = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n\
    d1,,,City District,district,,\ns1,,,Lincoln High,school,,d1\n";
pub const CLASSES: &str = "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods\n\
    c1,,,Maths / A,10,k1,,scheduled,,s1,t1,,,\nc2,,,10B,10,k1,,homeroom,,s1,t1,,,\n";
pub const ENROLLMENTS: &str = "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate\n\
    e1,,,c1,s1,u1,student,,,\ne2,,,c2,s1,u1,student,,,\ne3,,,c9,s1,u1,student,,,\ne4,,,c2,s1,u2,teacher,true,,\n";

/// The file's columns that a roster has no place for, made into fields of text, as the app proposes them.
pub fn kept_in_fields(bytes: &[u8], roster: &mut MemoryRoster) -> Vec<String> {
    let (workbook, _, shape) = understand_with(bytes.to_vec(), &roster.fields());
    let mut names = Vec::new();
    for column in workbook.columns_to_keep() {
        if shape.proposed.columns[column] != Target::Ignore {
            continue;
        }
        let field = CustomField {
            id: roster.new_id(),
            name: field_name(&shape.columns[column].heading).to_owned(),
            form: CustomForm::Text,
            choices: Vec::new(),
            is_required: false,
            is_unique: false,
            data_class: "ordinary".into(),
            position: None,
            is_archived: false,
        };
        names.push(field.name.clone());
        let mut record = Record::empty(Kind::CustomField, field.id);
        field.write_to(&mut record);
        roster.insert(record);
    }
    names
}
