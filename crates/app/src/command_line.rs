//! What the command line asks beside the calls of `ipc`.

use crate::failure::{Outcome, told};
use crate::{App, departments, grid, members, sheets};
use mingce_ipc::Code;
use mingce_ipc::roster::{EditCell, EditOutcome};
use mingce_ipc::sheets::SheetRunRef;

impl App {
    /// A member by card number or id.
    pub fn member_by_reference(&self, text: &str) -> Outcome<String> {
        Ok(members::by_reference(&*self.session()?, text)?.to_string())
    }
    /// Several cells of one member as one operation.
    pub fn edit_cells(&self, edits: Vec<EditCell>) -> Outcome<EditOutcome> {
        grid::edit_cells(&*self.session()?, &edits)
    }
    /// A department by its path, `高一/3班`.
    pub fn department_by_path(&self, path: &str) -> Outcome<String> {
        let session = self.session()?;
        let names = mingce_model::tree::parse_path(path).ok_or(Code::NotFound)?;
        let found = departments::tree(&session)?.find(&names).ok_or(Code::NotFound)?;
        Ok(found.to_string())
    }
    /// The path of a department; empty for an unknown one.
    pub fn department_path(&self, id: &str) -> String {
        let path = || -> Outcome<String> {
            let departments = told(self.session()?.store.department_tree())?;
            Ok(departments.get(departments::id(id)?).map(|node| node.path.to_string()).unwrap_or_default())
        };
        path().unwrap_or_default()
    }
    /// The link in the code of a member's open invitation that was made here.
    pub fn invitation_link(&self, member: &str) -> Outcome<String> {
        sheets::link_of_member(self, &*self.session()?, departments::id(member)?)
    }
    /// Lets a prepared run go.
    pub fn close_sheets(&self, wanted: SheetRunRef) -> Outcome<()> {
        sheets::close(&*self.session()?, &wanted.run);
        Ok(())
    }
}
