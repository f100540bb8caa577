//! An administrator who knows every verb of the program that changes the roster. What a verb is done to follows from
//! three numbers, taken modulo whatever there is, so that a property test can make a life's work of them.

mod batches;
mod definitions;
mod members;
mod people;
mod tree;

use crate::office::Office;
use mingce_app::Outcome;
use mingce_ipc::Code;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::roster::{CellText, Column, PageRequest, ViewInfo, ViewQuery};
use std::cell::Cell;
use std::path::PathBuf;

macro_rules! verbs {
    ($($name:ident = $work:path;)*) => {
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Verb { $($name),* }

        impl Verb {
            pub const ALL: &'static [Verb] = &[$(Verb::$name),*];

            fn work(self) -> fn(&Administrator<'_>, [u8; 3]) -> Outcome<()> {
                match self { $(Verb::$name => $work),* }
            }
        }
    };
}

verbs! {
    CreateDepartment = tree::create;
    RenameDepartment = tree::rename;
    MoveDepartment = tree::move_to;
    SetDepartmentKind = tree::set_kind;
    SetLeader = tree::set_leader;
    MergeDepartment = tree::merge;
    ArchiveDepartment = tree::archive;
    RestoreDepartment = tree::restore;
    RemoveDepartment = tree::remove;
    AddMember = members::add;
    EditCell = members::edit;
    SetStatus = members::set_status;
    Paste = members::paste;
    Fill = members::fill;
    Clear = members::clear;
    SetField = members::set_field;
    Replace = members::replace;
    MoveMembers = members::move_to;
    RemoveMembers = members::remove;
    MergeMembers = members::merge;
    TellApart = members::tell_apart;
    AddGuardian = people::add_guardian;
    EditGuardian = people::edit_guardian;
    LinkGuardian = people::link_guardian;
    RemoveGuardian = people::remove_guardian;
    AddPlace = people::add_place;
    EditPlace = people::edit_place;
    RemovePlace = people::remove_place;
    MakeMain = people::make_main;
    SetPhoto = people::set_photo;
    RemovePhoto = people::remove_photo;
    Invite = people::invite;
    RevokeInvitation = people::revoke_invitation;
    DefineTag = definitions::define_tag;
    ChangeTag = definitions::change_tag;
    RemoveTag = definitions::remove_tag;
    TagMembers = definitions::tag_members;
    DefineField = definitions::define_field;
    ChangeField = definitions::change_field;
    ArrangeFields = definitions::arrange_fields;
    ArchiveField = definitions::archive_field;
    RemoveField = definitions::remove_field;
    Import = batches::import;
    ApplyPhotos = batches::apply_photos;
    ApplyYear = batches::apply_year;
    RestoreFromHistory = batches::restore_from_history;
    RestoreFromPast = batches::restore_from_past;
}

pub struct Administrator<'o> {
    pub office: &'o Office,
    /// Where files to be brought in are written.
    folder: PathBuf,
    files: Cell<u32>,
}

impl<'o> Administrator<'o> {
    pub fn new(office: &'o Office, folder: PathBuf) -> Self {
        std::fs::create_dir_all(&folder).expect("the test's own folder");
        Self { office, folder, files: Cell::new(0) }
    }

    /// Does it, if the program lets them; a refusal is an answer like any other, a failure of the program is not.
    pub fn work(&self, verb: Verb, numbers: [u8; 3]) -> Outcome<()> {
        let done = verb.work()(self, numbers);
        if let Err(failure) = &done {
            assert!(!matches!(failure.code, Code::Internal), "{verb:?}: {failure:?}");
        }
        done
    }

    fn file(&self, name: &str, content: &[u8]) -> String {
        self.files.set(self.files.get() + 1);
        let path = self.folder.join(format!("{}-{name}", self.files.get()));
        std::fs::write(&path, content).expect("the test's own folder");
        path.to_str().expect("a plain path").to_owned()
    }

    fn view(&self) -> Outcome<ViewInfo> {
        self.office.app.open_view(ViewQuery::default())
    }

    fn members(&self) -> Outcome<Vec<String>> {
        let ViewInfo { view, total, .. } = self.view()?;
        let page = self.office.app.page(PageRequest { view, start: 0, count: total, columns: Vec::new() })?;
        Ok(page.rows.into_iter().map(|row| row.id).collect())
    }

    fn departments(&self) -> Outcome<Vec<String>> {
        Ok(self.office.app.departments(Nothing {})?.into_iter().map(|node| node.id).collect())
    }

    fn a_member(&self, number: u8) -> Outcome<String> {
        pick(&self.members()?, number)
    }

    fn a_department(&self, number: u8) -> Outcome<String> {
        pick(&self.departments()?, number)
    }

    /// One of them, or none.
    fn a_department_or_none(&self, number: u8) -> Outcome<Option<String>> {
        let all: Vec<Option<String>> = [None].into_iter().chain(self.departments()?.into_iter().map(Some)).collect();
        pick(&all, number)
    }
}

fn pick<T: Clone>(all: &[T], number: u8) -> Outcome<T> {
    let place = usize::from(number).checked_rem(all.len()).ok_or(Code::NotFound)?;
    Ok(all[place].clone())
}

fn among(words: &[&'static str], number: u8) -> String {
    words[usize::from(number) % words.len()].to_owned()
}

fn cell(column: Column, text: impl Into<String>) -> CellText {
    CellText { column, text: text.into() }
}
