//! The list of calls.

use crate::bulk::*;
use crate::code::{Code, Failure};
use crate::department::*;
use crate::import::*;
use crate::invitation::*;
use crate::profile::*;
use crate::roster::*;
use crate::sync::*;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// No arguments, or nothing to answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
pub struct Nothing {}

macro_rules! calls {
    ($($(#[doc = $doc:literal])* $name:ident($args:ty) -> $answer:ty;)*) => {
        /// Every call. All block: a host runs them off its UI thread.
        pub trait Calls {
            $($(#[doc = $doc])* fn $name(&self, args: $args) -> Result<$answer, Failure>;)*
        }

        /// Names of all calls.
        pub const NAMES: &[&str] = &[$(stringify!($name)),*];

        /// Runs the named call with JSON arguments; blocks.
        pub fn dispatch(calls: &impl Calls, name: &str, args: serde_json::Value) -> Result<serde_json::Value, Failure> {
            match name {
                $(stringify!($name) => {
                    let args: $args = serde_json::from_value(args).map_err(|_| Failure::from(Code::Malformed))?;
                    let answer = calls.$name(args)?;
                    serde_json::to_value(answer).map_err(|_| Failure::from(Code::Internal))
                })*
                _ => Err(Failure::from(Code::Malformed).with("call", "unknown")),
            }
        }

        pub(crate) fn describe(visit: &mut crate::typescript::Visit<'_>) {
            $(visit.call::<$args, $answer>(stringify!($name), &[$($doc),*]);)*
        }
    };
}

calls! {
    /// Version, the open roster, all rosters on this computer.
    app_state(Nothing) -> AppState;
    preferences(Nothing) -> Preferences;
    set_preferences(Preferences) -> Nothing;
    /// Makes an organisation at its service and opens its roster.
    create_organisation(CreateOrganisation) -> ProfileSummary;
    /// Signs in; opens the roster, or lists organisations to choose from.
    sign_in(SignIn) -> SignInOutcome;
    /// Signs the open roster in again after its token was refused.
    sign_in_again(Password) -> Nothing;
    open_profile(ProfileId) -> ProfileSummary;
    close_profile(Nothing) -> Nothing;
    /// Keeps a damaged roster file aside, so that signing in can rebuild it.
    set_aside_profile(ProfileId) -> Nothing;
    embedded_service(Nothing) -> EmbeddedService;
    share_on_network(ShareOnNetwork) -> EmbeddedService;
    devices(Nothing) -> Vec<DeviceRow>;
    revoke_device(RecordRef) -> Nothing;
    doctor(Nothing) -> Vec<DoctorLine>;

    departments(Nothing) -> Vec<DepartmentNode>;
    create_department(CreateDepartment) -> RecordRef;
    rename_department(RenameDepartment) -> Nothing;
    move_department(MoveDepartment) -> Nothing;
    /// Only an empty one; others are merged into a new home.
    /// Only an empty one; others are merged into a new home.
    remove_department(RecordRef) -> Nothing;
    department_detail(RecordRef) -> DepartmentDetail;
    set_department_kind(SetDepartmentKind) -> Nothing;
    set_leader(SetLeader) -> Nothing;
    /// What the merge would do; nothing is written.
    plan_merge(MergeDepartment) -> MergeOutcome;
    merge_department(MergeDepartment) -> MergeOutcome;
    /// Puts it away with everything below it.
    archive_department(RecordRef) -> Nothing;
    /// Brings it back, with those above it that are archived.
    restore_department(RecordRef) -> Nothing;

    open_view(ViewQuery) -> ViewInfo;
    page(PageRequest) -> Page;
    /// Cells as text for the clipboard.
    read_range(Range) -> Block;
    /// Row of a member in a view, or null.
    locate(Locate) -> Option<u32>;
    edit_cell(EditCell) -> EditOutcome;
    paste_block(PasteBlock) -> EditOutcome;
    /// What the paste would do; nothing is written.
    plan_paste(PasteBlock) -> PastePlan;
    fill(Fill) -> EditOutcome;
    clear_cells(Ranges) -> EditOutcome;
    add_member(AddMember) -> RecordRef;
    remove_members(RemoveMembers) -> EditOutcome;
    move_members(MoveMembers) -> EditOutcome;
    set_field(SetField) -> EditOutcome;
    /// What the replacing would do; nothing is written.
    plan_replace(Replace) -> ReplacePlan;
    replace_cells(Replace) -> EditOutcome;
    /// Stops the job; what it did so far is taken back.
    cancel_job(JobRef) -> Nothing;
    edit_guardian(EditGuardian) -> EditOutcome;
    /// The person is no longer the member's guardian; for a sibling they still are.
    remove_guardian(GuardianRef) -> EditOutcome;
    saved_views(Nothing) -> Vec<SavedView>;
    keep_view(SavedView) -> SavedView;
    remove_view(RecordRef) -> Nothing;
    member_detail(RecordRef) -> MemberDetail;
    find_members(Find) -> Vec<FoundMember>;
    undo_state(Nothing) -> UndoState;
    undo(Nothing) -> Undone;
    redo(Nothing) -> Undone;
    undo_batch(BatchRef) -> Undone;

    open_import(OpenImport) -> ImportFile;
    plan_import(PlanImport) -> ImportPlan;
    plan_page(PlanPageRequest) -> PlanPage;
    apply_import(ApplyImport) -> ImportApplied;
    close_import(ImportRef) -> Nothing;
    /// Stops the import's reading or applying; nothing is left half done.
    cancel_import(ImportRef) -> Nothing;
    export_members(Export) -> Exported;

    sync_status(Nothing) -> SyncStatus;
    sync_now(Nothing) -> SyncDone;
    conflicts(Nothing) -> Vec<ConflictRow>;
    resolve_conflicts(Resolve) -> EditOutcome;
    refusals(Nothing) -> Vec<RefusalRow>;
    /// Gives the refused edit up: the record shows what the service has.
    drop_refusal(RefusalRef) -> Nothing;

    invitations(InvitationQuery) -> InvitationPage;
    invite(Invite) -> Invited;
    revoke_invitations(InvitationRefs) -> EditOutcome;
    prepare_sheets(PrepareSheets) -> SheetRun;
    sheet_page(SheetPageRequest) -> SheetPage;
    save_sheets(SaveSheets) -> Saved;
    /// Opens the system's print dialog, or the PDF in the system's viewer.
    print_sheets(SheetRunRef) -> Saved;
    save_code(SaveCode) -> Saved;
    /// The imports made on this computer, newest first.
    import_history(Nothing) -> Vec<ImportRecord>;
    /// Takes an import back and tells which later changes stay.
    undo_import(BatchRef) -> ImportUndone;
    code_svg(RecordRef) -> SheetPage;
}
    /// Gives a refused new department up for the one of the same name that the service has: members, departments below
    /// and affiliations move there, as one operation.
    take_over_department(RefusalRef) -> Nothing;
