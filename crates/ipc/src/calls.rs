//! The list of calls.

use crate::acts::*;
use crate::administrators::*;
use crate::bulk::*;
use crate::code::{Code, Failure};
use crate::custom::*;
use crate::department::*;
use crate::history::*;
use crate::import::*;
use crate::invitation::*;
use crate::layout::*;
use crate::masking::*;
use crate::one_roster::*;
use crate::person::*;
use crate::photo::*;
use crate::problem::*;
use crate::profile::*;
use crate::roster::*;
use crate::sheets::*;
use crate::sync::*;
use crate::year::*;
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
    /// Everybody who may sign in to the organisation, and links that wait; needs the network.
    administrators(Nothing) -> AdministratorList;
    /// Makes a link by which somebody becomes an administrator; told once.
    invite_administrator(InviteAdministrator) -> MadeLink;
    change_administrator(ChangeAdministrator) -> Nothing;
    /// Takes somebody out; their sessions end at once.
    remove_administrator(RecordRef) -> Nothing;
    /// Makes a link by which somebody chooses a new password, which nobody else sees.
    reset_administrator(RecordRef) -> MadeLink;
    withdraw_link(RecordRef) -> Nothing;
    administrator_devices(RecordRef) -> Vec<DeviceRow>;
    /// Ends one session of somebody, or all.
    revoke_sessions(RevokeSessions) -> Nothing;
    /// Every other session of the account ends.
    change_password(ChangePassword) -> Nothing;
    second_factor(Nothing) -> SecondFactorState;
    begin_second_factor(Password) -> BegunSecondFactor;
    confirm_second_factor(ConfirmSecondFactor) -> RecoveryCodes;
    remake_recovery_codes(ProveSecondFactor) -> RecoveryCodes;
    end_second_factor(ProveSecondFactor) -> Nothing;
    doctor(Nothing) -> Vec<DoctorLine>;

    departments(Nothing) -> Vec<DepartmentNode>;
    create_department(CreateDepartment) -> RecordRef;
    rename_department(RenameDepartment) -> Nothing;
    move_department(MoveDepartment) -> Nothing;
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
    /// How many cells of the view need a person; looks only at those that changed since it looked last.
    look_for_problems(LookForProblems) -> ProblemCount;
    problem_page(ProblemPageRequest) -> ProblemPage;
    /// How many such cells lie above the row.
    problems_above(RowOfView) -> u32;
    edit_cell(EditCell) -> EditOutcome;
    paste_block(PasteBlock) -> EditOutcome;
    /// What the paste would do; nothing is written.
    plan_paste(PasteBlock) -> PastePlan;
    fill(Fill) -> EditOutcome;
    write_cells(WriteCells) -> EditOutcome;
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
    find_guardians(FindGuardians) -> FoundGuardians;
    /// The same person for siblings.
    link_guardian(LinkGuardian) -> EditOutcome;
    /// The person is no longer the member's guardian; for a sibling they still are.
    remove_guardian(GuardianRef) -> EditOutcome;
    /// Fields that the organisation defined, archived ones among them.
    custom_fields(Nothing) -> Vec<CustomFieldRow>;
    define_field(DefineField) -> RecordRef;
    arrange_fields(ArrangeFields) -> Nothing;
    archive_field(ArchiveField) -> Nothing;
    /// Only one in which nobody has anything.
    remove_field(RecordRef) -> Nothing;
    tags(Nothing) -> Vec<TagRow>;
    define_tag(DefineTag) -> RecordRef;
    arrange_tags(ArrangeTags) -> Nothing;
    /// Takes it from everybody, too.
    remove_tag(RemoveTag) -> Nothing;
    tag_members(TagMembers) -> EditOutcome;
    edit_affiliation(EditAffiliation) -> EditOutcome;
    remove_affiliation(AffiliationRef) -> EditOutcome;
    /// The further place becomes the main one, and the main one a further place.
    make_main(AffiliationRef) -> EditOutcome;
    /// Looks through everybody for members who may be the same person.
    find_duplicates(FindDuplicates) -> Duplicates;
    compare_members(CompareMembers) -> Comparison;
    merge_members(MergeMembers) -> EditOutcome;
    /// The two are not one person; it is remembered until one of them goes.
    tell_apart(MemberPair) -> EditOutcome;
    /// The pairs of whom that was said, the newest first.
    told_apart(ToldApartAsked) -> ToldApart;
    bring_pair_back(MemberPair) -> EditOutcome;
    /// Reads a picture and holds it, to be cropped.
    open_picture(OpenPicture) -> OpenedPicture;
    close_picture(PictureRef) -> Nothing;
    set_photo(SetPhoto) -> EditOutcome;
    /// Takes the member's photo away.
    remove_photo(RecordRef) -> EditOutcome;
    /// A photo whole; fetched from the service when it is not here.
    photo(PhotoRef) -> PhotoPicture;
    /// Photos small, as far as they are here; the others are fetched.
    thumbnails(PhotoRefs) -> Vec<PhotoPicture>;
    /// Matches the pictures of a folder to members; nothing is written.
    plan_photos(PlanPhotos) -> PhotoPlan;
    photo_plan_page(PhotoPlanPageRequest) -> PhotoPlanPage;
    change_photo_plan(ChangePhotoPlan) -> PhotoPlan;
    planned_pictures(PlannedPicturesAsked) -> Vec<PlannedPicture>;
    /// Sets the photos of the plan as one operation.
    apply_photos(ApplyPhotos) -> PhotosApplied;
    close_photo_plan(PhotoPlanRef) -> Nothing;
    saved_views(Nothing) -> Vec<SavedView>;
    keep_view(SavedView) -> SavedView;
    remove_view(RecordRef) -> Nothing;
    member_detail(RecordRef) -> MemberDetail;
    find_members(Find) -> Vec<FoundMember>;
    undo_state(Nothing) -> UndoState;
    undo(Undo) -> Undone;
    redo(Undo) -> Undone;
    undo_batch(UndoBatch) -> Undone;

    open_import(OpenImport) -> ImportFile;
    plan_import(PlanImport) -> ImportPlan;
    plan_page(PlanPageRequest) -> PlanPage;
    /// The next thing in a plan that somebody has to look at.
    walk_plan(WalkPlan) -> PlanStop;
    find_planned(FindPlanned) -> PlannedAt;
    take_out(TakeOut) -> TakenNow;
    apply_import(ApplyImport) -> ImportApplied;
    close_import(ImportRef) -> Nothing;
    /// The imports made on this computer, newest first.
    import_history(Nothing) -> Vec<ImportRecord>;
    /// Takes an import back and tells which later changes stay.
    undo_import(UndoBatch) -> ImportUndone;
    /// Stops the import's reading or applying; nothing is left half done.
    cancel_import(ImportRef) -> Nothing;
    export_members(Export) -> Exported;
    /// Whom OneRoster packages were made for, the last one first.
    one_roster_receivers(Nothing) -> Vec<OneRosterReceiver>;
    /// The whole roster, or what changed, as a OneRoster package for somebody.
    export_one_roster(ExportOneRoster) -> Exported;

    /// The plan of a new school year as it follows from the roster now and what was decided.
    year_plan(Nothing) -> YearPlan;
    change_year_plan(YearChange) -> YearPlan;
    year_pupils(YearPupilQuery) -> YearPupils;
    /// Carries the plan out as one batch; `stale` when the roster is not the one it was made from.
    apply_year_plan(ApplyYear) -> YearApplied;
    /// Forgets what was decided.
    drop_year_plan(Nothing) -> YearPlan;

    record_history(RecordHistory) -> RecordPast;
    operations(OperationsAsked) -> OperationPage;
    operation_entries(OperationEntries) -> HistoryPage;
    batch_elsewhere(BatchElsewhere) -> BatchPast;
    /// What undoing the batch would change and leave alone; nothing is written.
    plan_undo_batch(BatchRef) -> UndoPlan;
    restore_fields(RestoreFields) -> Restored;
    restore_record(RestoreRecord) -> Restored;
    past_begins(Nothing) -> PastBegins;
    /// The roster as it was, read-only.
    open_past(OpenPast) -> PastInfo;
    past_page(PastPageRequest) -> PastPage;
    close_past(PastRef) -> Nothing;
    export_past(ExportPast) -> Exported;

    sight(Nothing) -> Sight;
    /// Shows one person's numbers and phones; written down.
    reveal(RecordRef) -> Nothing;
    /// Shows everybody's until the roster is closed; written down.
    reveal_all(Nothing) -> Sight;
    mask_again(Nothing) -> Sight;
    audit(AuditAsked) -> AuditPage;
    /// The service's own audit; needs the network, and an account that may see the roster.
    acts(ActsAsked) -> ActPage;
    export_acts(ExportActs) -> Exported;

    sync_status(Nothing) -> SyncStatus;
    sync_now(Nothing) -> SyncDone;
    conflicts(Listed) -> ConflictPage;
    resolve_conflicts(Resolve) -> EditOutcome;
    refusals(Listed) -> RefusalPage;
    /// Gives a refused new department up for the one of the same name that the service has: members, departments below
    /// and affiliations move there, as one operation.
    take_over_department(RefusalRef) -> Nothing;
    /// Gives refused edits up: the records show what the service has.
    drop_refusals(SettleRefusals) -> RefusalsSettled;
    /// Sends refused edits once more as they are, because what stood against them is gone.
    retry_refusals(SettleRefusals) -> RefusalsSettled;

    invitations(InvitationQuery) -> InvitationPage;
    invite(Invite) -> Invited;
    revoke_invitations(InvitationRefs) -> EditOutcome;
    /// Voids codes for a reason and makes new ones, to be printed.
    reprint(Reprint) -> Reprinted;
    hand_out(HandOut) -> EditOutcome;
    prepare_sheets(PrepareSheets) -> SheetRun;
    sheet_page(SheetPageRequest) -> SheetPage;
    /// Saving and printing are jobs under the run's name.
    save_sheets(SaveSheets) -> SavedSheets;
    /// The same as PDF/UA-1 and PDF/A-2a: to be read aloud, and to be kept.
    save_accessible_sheets(SaveSheets) -> SavedSheets;
    save_pictures(SavePictures) -> SavedSheets;
    /// Opens the system's print dialog, or the PDF in the system's viewer.
    print_sheets(SheetRunRef) -> SavedSheets;
    /// The log of sheets, newest first.
    runs(RunsAsked) -> Vec<RunRow>;
    run_labels(RunLabelsAsked) -> RunLabels;
    check_run(CheckRun) -> RunChecked;
    layouts(Nothing) -> Vec<LayoutRow>;
    /// A layout whole, shipped or own.
    layout(LayoutRef) -> LayoutWhole;
    keep_layout(KeepLayout) -> LayoutRow;
    rename_layout(NameLayout) -> LayoutRow;
    /// Makes an own one of any; the name is made its own.
    copy_layout(NameLayout) -> LayoutRow;
    drop_layout(LayoutRef) -> Nothing;
    /// Reads a layout from a file and keeps it.
    import_layout(LayoutFile) -> LayoutRow;
    export_layout(SaveLayout) -> Saved;
    /// Draws a layout that is being designed and says what is wrong with it.
    draft_layout(DraftLayout) -> LayoutDrawing;
    /// Whom to try a layout with.
    layout_people(Nothing) -> Vec<LayoutPerson>;
    read_picture(PictureFile) -> ReadPicture;
    printers(Nothing) -> Printers;
    /// Keeps a printer, or one more; answers it with its id.
    set_printer(PrinterSettings) -> PrinterSettings;
    /// Forgets a printer; the last one is not forgotten.
    remove_printer(PrinterRef) -> Nothing;
    /// Opens the sheet that shows how far the printer is off.
    print_calibration(CalibrationSheet) -> Sent;
    save_code(SaveCode) -> Saved;
    code_svg(RecordRef) -> CodePicture;
}
