//! Every call of `ipc`, answered. Nothing is decided here.

use crate::failure::{Outcome, told};
use crate::{
    App, administrators, affiliations, apart, attention, bulk, custom, departments, duplicates, exporting, grid,
    guardians, history, import_history, importing, invitations, inviting, jobs, lock, masking, members, merging,
    one_roster, past, photos, preferences, problems, replacing, reprinting, saved_views, sheets, tags, views, year,
};
use mingce_ipc::Code;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::{
    acts::*, administrators::*, bulk::*, custom::*, department::*, history::*, import::*, invitation::*, layout::*,
    masking::*, one_roster::*, person::*, photo::*, problem::*, profile::*, roster::*, sheets::*, sync::*, year::*,
};
use mingce_store::TakenBack;
use std::path::Path;

const DONE: Outcome<Nothing> = Ok(Nothing {});

fn done((): ()) -> Nothing {
    Nothing {}
}

impl Calls for App {
    fn app_state(&self, _: Nothing) -> Outcome<AppState> {
        Ok(self.state())
    }
    fn preferences(&self, _: Nothing) -> Outcome<Preferences> {
        Ok(preferences::load(self.host.home()))
    }
    fn set_preferences(&self, wanted: Preferences) -> Outcome<Nothing> {
        preferences::save(self.host.home(), &wanted)?;
        DONE
    }
    fn create_organisation(&self, wanted: CreateOrganisation) -> Outcome<ProfileSummary> {
        self.create(wanted)
    }
    fn sign_in(&self, wanted: SignIn) -> Outcome<SignInOutcome> {
        self.sign_in_to(wanted)
    }
    fn sign_in_again(&self, wanted: Password) -> Outcome<Nothing> {
        self.sign_in_again_with(wanted).map(done)
    }
    fn open_profile(&self, wanted: ProfileId) -> Outcome<ProfileSummary> {
        self.open(&wanted.id)
    }
    fn close_profile(&self, _: Nothing) -> Outcome<Nothing> {
        drop(lock(&self.session).take());
        DONE
    }
    fn set_aside_profile(&self, wanted: ProfileId) -> Outcome<Nothing> {
        self.set_aside(&wanted.id).map(done)
    }
    fn embedded_service(&self, _: Nothing) -> Outcome<EmbeddedService> {
        Ok(lock(&self.embedded).status())
    }
    fn share_on_network(&self, wanted: ShareOnNetwork) -> Outcome<EmbeddedService> {
        self.share(wanted.is_on_network)
    }
    fn devices(&self, _: Nothing) -> Outcome<Vec<DeviceRow>> {
        let session = self.session()?;
        let devices = told(self.runtime.block_on(session.client.devices()))?;
        Ok(devices.into_iter().map(administrators::device_row).collect())
    }
    fn revoke_device(&self, wanted: RecordRef) -> Outcome<Nothing> {
        let session = self.session()?;
        told(self.runtime.block_on(session.client.revoke_device(&wanted.id)))?;
        DONE
    }
    fn administrators(&self, _: Nothing) -> Outcome<AdministratorList> {
        self.list_administrators()
    }
    fn invite_administrator(&self, wanted: InviteAdministrator) -> Outcome<MadeLink> {
        self.invite_to_administer(wanted)
    }
    fn change_administrator(&self, wanted: ChangeAdministrator) -> Outcome<Nothing> {
        self.change_standing(&wanted)
    }
    fn remove_administrator(&self, wanted: RecordRef) -> Outcome<Nothing> {
        self.remove_from_administrators(&wanted.id)
    }
    fn reset_administrator(&self, wanted: RecordRef) -> Outcome<MadeLink> {
        self.start_reset(&wanted.id)
    }
    fn withdraw_link(&self, wanted: RecordRef) -> Outcome<Nothing> {
        self.take_link_back(&wanted.id)
    }
    fn administrator_devices(&self, wanted: RecordRef) -> Outcome<Vec<DeviceRow>> {
        self.sessions_of(&wanted.id)
    }
    fn revoke_sessions(&self, wanted: RevokeSessions) -> Outcome<Nothing> {
        self.end_sessions(&wanted)
    }
    fn change_password(&self, wanted: ChangePassword) -> Outcome<Nothing> {
        self.choose_password(wanted)
    }
    fn second_factor(&self, _: Nothing) -> Outcome<SecondFactorState> {
        self.second_factor_state()
    }
    fn begin_second_factor(&self, wanted: Password) -> Outcome<BegunSecondFactor> {
        self.begin_with_second_factor(wanted)
    }
    fn confirm_second_factor(&self, wanted: ConfirmSecondFactor) -> Outcome<RecoveryCodes> {
        self.confirm_the_second_factor(wanted)
    }
    fn remake_recovery_codes(&self, wanted: ProveSecondFactor) -> Outcome<RecoveryCodes> {
        self.make_recovery_codes_anew(wanted)
    }
    fn end_second_factor(&self, wanted: ProveSecondFactor) -> Outcome<Nothing> {
        self.end_the_second_factor(wanted)
    }
    fn doctor(&self, _: Nothing) -> Outcome<Vec<DoctorLine>> {
        Ok(self.examine())
    }

    fn departments(&self, _: Nothing) -> Outcome<Vec<DepartmentNode>> {
        departments::list(&*self.session()?)
    }
    fn create_department(&self, wanted: CreateDepartment) -> Outcome<RecordRef> {
        Ok(RecordRef { id: departments::create(&*self.session()?, &wanted)?.to_string() })
    }
    fn rename_department(&self, wanted: RenameDepartment) -> Outcome<Nothing> {
        departments::rename(&*self.session()?, &wanted).map(done)
    }
    fn move_department(&self, wanted: MoveDepartment) -> Outcome<Nothing> {
        departments::move_to(&*self.session()?, &wanted).map(done)
    }
    fn remove_department(&self, wanted: RecordRef) -> Outcome<Nothing> {
        departments::remove(&*self.session()?, departments::id(&wanted.id)?).map(done)
    }
    fn department_detail(&self, wanted: RecordRef) -> Outcome<DepartmentDetail> {
        departments::detail(&*self.session()?, departments::id(&wanted.id)?)
    }
    fn set_department_kind(&self, wanted: SetDepartmentKind) -> Outcome<Nothing> {
        departments::set_kind(&*self.session()?, &wanted).map(done)
    }
    fn set_leader(&self, wanted: SetLeader) -> Outcome<Nothing> {
        departments::set_leader(&*self.session()?, &wanted).map(done)
    }
    fn plan_merge(&self, wanted: MergeDepartment) -> Outcome<MergeOutcome> {
        Ok(departments::plan_merge(&*self.session()?, &wanted)?.outcome)
    }
    fn merge_department(&self, wanted: MergeDepartment) -> Outcome<MergeOutcome> {
        departments::merge(&*self.session()?, &wanted)
    }
    fn archive_department(&self, wanted: RecordRef) -> Outcome<Nothing> {
        departments::archive(&*self.session()?, departments::id(&wanted.id)?).map(done)
    }
    fn restore_department(&self, wanted: RecordRef) -> Outcome<Nothing> {
        departments::restore(&*self.session()?, departments::id(&wanted.id)?).map(done)
    }

    fn open_view(&self, wanted: ViewQuery) -> Outcome<ViewInfo> {
        views::open(&*self.session()?, &wanted)
    }
    fn page(&self, wanted: PageRequest) -> Outcome<Page> {
        let session = self.session()?;
        let page = views::page(&session, &wanted)?;
        self.warm_search(&session);
        Ok(page)
    }
    fn read_range(&self, wanted: Range) -> Outcome<Block> {
        views::read_range(&*self.session()?, &wanted)
    }
    fn locate(&self, wanted: Locate) -> Outcome<Option<u32>> {
        views::locate(&*self.session()?, &wanted)
    }
    fn look_for_problems(&self, wanted: LookForProblems) -> Outcome<ProblemCount> {
        problems::look(&*self.session()?, &wanted)
    }
    fn problem_page(&self, wanted: ProblemPageRequest) -> Outcome<ProblemPage> {
        problems::page(&*self.session()?, &wanted)
    }
    fn problems_above(&self, wanted: RowOfView) -> Outcome<u32> {
        problems::above(&*self.session()?, &wanted)
    }
    fn edit_cell(&self, wanted: EditCell) -> Outcome<EditOutcome> {
        grid::edit_cells(&*self.session()?, &[wanted])
    }
    fn paste_block(&self, wanted: PasteBlock) -> Outcome<EditOutcome> {
        grid::paste(&*self.session()?, &wanted)
    }
    fn plan_paste(&self, wanted: PasteBlock) -> Outcome<PastePlan> {
        grid::plan_paste(&*self.session()?, &wanted)
    }
    fn fill(&self, wanted: Fill) -> Outcome<EditOutcome> {
        grid::fill(&*self.session()?, &wanted)
    }
    fn write_cells(&self, wanted: WriteCells) -> Outcome<EditOutcome> {
        grid::write(&*self.session()?, &wanted)
    }
    fn add_member(&self, wanted: AddMember) -> Outcome<RecordRef> {
        Ok(RecordRef { id: members::add(&*self.session()?, &wanted)?.to_string() })
    }
    fn remove_members(&self, wanted: RemoveMembers) -> Outcome<EditOutcome> {
        bulk::remove(&*self.session()?, &wanted)
    }
    fn move_members(&self, wanted: MoveMembers) -> Outcome<EditOutcome> {
        bulk::move_to(&*self.session()?, &wanted)
    }
    fn set_field(&self, wanted: SetField) -> Outcome<EditOutcome> {
        bulk::set_field(&*self.session()?, &wanted)
    }
    fn plan_replace(&self, wanted: Replace) -> Outcome<ReplacePlan> {
        replacing::plan(&*self.session()?, &wanted)
    }
    fn replace_cells(&self, wanted: Replace) -> Outcome<EditOutcome> {
        replacing::replace(&*self.session()?, &wanted)
    }
    fn cancel_job(&self, wanted: JobRef) -> Outcome<Nothing> {
        jobs::cancel(&*self.session()?, &wanted.job);
        DONE
    }
    fn edit_guardian(&self, wanted: EditGuardian) -> Outcome<EditOutcome> {
        guardians::edit(&*self.session()?, &wanted)
    }
    fn find_guardians(&self, wanted: FindGuardians) -> Outcome<FoundGuardians> {
        guardians::find_any(&*self.session()?, &wanted)
    }
    fn link_guardian(&self, wanted: LinkGuardian) -> Outcome<EditOutcome> {
        guardians::link(&*self.session()?, &wanted)
    }
    fn remove_guardian(&self, wanted: GuardianRef) -> Outcome<EditOutcome> {
        guardians::remove(&*self.session()?, &wanted)
    }
    fn custom_fields(&self, _: Nothing) -> Outcome<Vec<CustomFieldRow>> {
        custom::list(&*self.session()?)
    }
    fn define_field(&self, wanted: DefineField) -> Outcome<RecordRef> {
        Ok(RecordRef { id: custom::define(&*self.session()?, &wanted)?.to_string() })
    }
    fn arrange_fields(&self, wanted: ArrangeFields) -> Outcome<Nothing> {
        custom::arrange(&*self.session()?, &wanted).map(done)
    }
    fn archive_field(&self, wanted: ArchiveField) -> Outcome<Nothing> {
        custom::archive(&*self.session()?, &wanted).map(done)
    }
    fn remove_field(&self, wanted: RecordRef) -> Outcome<Nothing> {
        custom::remove(&*self.session()?, departments::id(&wanted.id)?).map(done)
    }
    fn tags(&self, _: Nothing) -> Outcome<Vec<TagRow>> {
        tags::list(&*self.session()?)
    }
    fn define_tag(&self, wanted: DefineTag) -> Outcome<RecordRef> {
        Ok(RecordRef { id: tags::define(&*self.session()?, &wanted)?.to_string() })
    }
    fn arrange_tags(&self, wanted: ArrangeTags) -> Outcome<Nothing> {
        tags::arrange(&*self.session()?, &wanted).map(done)
    }
    fn remove_tag(&self, wanted: RemoveTag) -> Outcome<Nothing> {
        tags::remove(&*self.session()?, &wanted).map(done)
    }
    fn tag_members(&self, wanted: TagMembers) -> Outcome<EditOutcome> {
        tags::tag_members(&*self.session()?, &wanted)
    }
    fn edit_affiliation(&self, wanted: EditAffiliation) -> Outcome<EditOutcome> {
        affiliations::edit(&*self.session()?, &wanted)
    }
    fn remove_affiliation(&self, wanted: AffiliationRef) -> Outcome<EditOutcome> {
        affiliations::remove(&*self.session()?, &wanted)
    }
    fn make_main(&self, wanted: AffiliationRef) -> Outcome<EditOutcome> {
        affiliations::make_main(&*self.session()?, &wanted)
    }
    fn find_duplicates(&self, wanted: FindDuplicates) -> Outcome<Duplicates> {
        duplicates::find(&*self.session()?, &wanted)
    }
    fn compare_members(&self, wanted: CompareMembers) -> Outcome<Comparison> {
        merging::compare(&*self.session()?, &wanted)
    }
    fn merge_members(&self, wanted: MergeMembers) -> Outcome<EditOutcome> {
        merging::merge(&*self.session()?, &wanted)
    }
    fn tell_apart(&self, wanted: MemberPair) -> Outcome<EditOutcome> {
        apart::tell(&*self.session()?, &wanted)
    }
    fn told_apart(&self, asked: ToldApartAsked) -> Outcome<ToldApart> {
        apart::list(&*self.session()?, &asked)
    }
    fn bring_pair_back(&self, wanted: MemberPair) -> Outcome<EditOutcome> {
        apart::take_back(&*self.session()?, &wanted)
    }
    fn open_picture(&self, wanted: OpenPicture) -> Outcome<OpenedPicture> {
        photos::open(&*self.session()?, &wanted)
    }
    fn close_picture(&self, wanted: PictureRef) -> Outcome<Nothing> {
        photos::close(&*self.session()?, &wanted.picture);
        DONE
    }
    fn set_photo(&self, wanted: SetPhoto) -> Outcome<EditOutcome> {
        photos::set(&*self.session()?, &wanted)
    }
    fn remove_photo(&self, wanted: RecordRef) -> Outcome<EditOutcome> {
        photos::remove(&*self.session()?, &wanted.id)
    }
    fn photo(&self, wanted: PhotoRef) -> Outcome<PhotoPicture> {
        photos::whole(&*self.session()?, &wanted, self.runtime.handle())
    }
    fn thumbnails(&self, wanted: PhotoRefs) -> Outcome<Vec<PhotoPicture>> {
        photos::small(&*self.session()?, &wanted)
    }
    fn plan_photos(&self, wanted: PlanPhotos) -> Outcome<PhotoPlan> {
        photos::plan(&*self.session()?, &wanted)
    }
    fn photo_plan_page(&self, wanted: PhotoPlanPageRequest) -> Outcome<PhotoPlanPage> {
        photos::page(&*self.session()?, &wanted)
    }
    fn change_photo_plan(&self, wanted: ChangePhotoPlan) -> Outcome<PhotoPlan> {
        photos::change(&*self.session()?, &wanted)
    }
    fn planned_pictures(&self, wanted: PlannedPicturesAsked) -> Outcome<Vec<PlannedPicture>> {
        photos::pictures(&*self.session()?, &wanted)
    }
    fn apply_photos(&self, wanted: ApplyPhotos) -> Outcome<PhotosApplied> {
        photos::apply(&*self.session()?, &wanted)
    }
    fn close_photo_plan(&self, wanted: PhotoPlanRef) -> Outcome<Nothing> {
        photos::close_plan(&*self.session()?, &wanted.plan);
        DONE
    }
    fn saved_views(&self, _: Nothing) -> Outcome<Vec<SavedView>> {
        saved_views::list(&*self.session()?)
    }
    fn keep_view(&self, wanted: SavedView) -> Outcome<SavedView> {
        saved_views::keep(&*self.session()?, wanted)
    }
    fn remove_view(&self, wanted: RecordRef) -> Outcome<Nothing> {
        saved_views::remove(&*self.session()?, &wanted.id).map(done)
    }
    fn member_detail(&self, wanted: RecordRef) -> Outcome<MemberDetail> {
        members::detail(&*self.session()?, departments::id(&wanted.id)?)
    }
    fn find_members(&self, wanted: Find) -> Outcome<Vec<FoundMember>> {
        members::find(&*self.session()?, &wanted)
    }
    fn undo_state(&self, _: Nothing) -> Outcome<UndoState> {
        let state = told(self.session()?.store.undo_state())?;
        let word = |label: mingce_store::Label| label.word().to_owned();
        Ok(UndoState { undo: state.undo.map(word), redo: state.redo.map(word) })
    }
    fn undo(&self, wanted: Undo) -> Outcome<Undone> {
        let job = wanted.job.as_deref();
        self.undone(Code::NothingToUndo, TakenBack::Newest, job, |store, by, progress| store.undo_with(by, progress))
    }
    fn redo(&self, wanted: Undo) -> Outcome<Undone> {
        let job = wanted.job.as_deref();
        self.undone(Code::NothingToRedo, TakenBack::Redone, job, |store, by, progress| store.redo_with(by, progress))
    }
    fn undo_batch(&self, wanted: UndoBatch) -> Outcome<Undone> {
        let batch = departments::id(&wanted.batch)?.into();
        self.undone(Code::NothingToUndo, TakenBack::Batch(batch), wanted.job.as_deref(), |store, by, progress| {
            store.undo_batch_with(batch, by, progress)
        })
    }

    fn open_import(&self, wanted: OpenImport) -> Outcome<ImportFile> {
        importing::open(&*self.session()?, &wanted)
    }
    fn plan_import(&self, wanted: PlanImport) -> Outcome<ImportPlan> {
        importing::plan(&*self.session()?, &wanted)
    }
    fn plan_page(&self, wanted: PlanPageRequest) -> Outcome<PlanPage> {
        importing::page(&*self.session()?, &wanted)
    }
    fn walk_plan(&self, wanted: WalkPlan) -> Outcome<PlanStop> {
        importing::walk(&*self.session()?, &wanted)
    }
    fn find_planned(&self, wanted: FindPlanned) -> Outcome<PlannedAt> {
        importing::find_planned(&*self.session()?, &wanted)
    }
    fn take_out(&self, wanted: TakeOut) -> Outcome<TakenNow> {
        importing::take_out(&*self.session()?, &wanted)
    }
    fn apply_import(&self, wanted: ApplyImport) -> Outcome<ImportApplied> {
        importing::apply(&*self.session()?, &wanted)
    }
    fn import_history(&self, _: Nothing) -> Outcome<Vec<ImportRecord>> {
        import_history::list(&*self.session()?)
    }
    fn undo_import(&self, wanted: UndoBatch) -> Outcome<ImportUndone> {
        import_history::undo(&*self.session()?, &wanted)
    }
    fn close_import(&self, wanted: ImportRef) -> Outcome<Nothing> {
        importing::close(&*self.session()?, &wanted.import);
        DONE
    }
    fn cancel_import(&self, wanted: ImportRef) -> Outcome<Nothing> {
        importing::cancel(&*self.session()?, &wanted.import);
        DONE
    }
    fn export_members(&self, wanted: Export) -> Outcome<Exported> {
        exporting::export(&*self.session()?, &wanted)
    }
    fn one_roster_receivers(&self, _: Nothing) -> Outcome<Vec<OneRosterReceiver>> {
        one_roster::list(&*self.session()?)
    }
    fn export_one_roster(&self, wanted: ExportOneRoster) -> Outcome<Exported> {
        one_roster::export(&*self.session()?, &wanted)
    }

    fn year_plan(&self, _: Nothing) -> Outcome<YearPlan> {
        year::load(&*self.session()?)
    }
    fn change_year_plan(&self, wanted: YearChange) -> Outcome<YearPlan> {
        year::change(&*self.session()?, wanted)
    }
    fn year_pupils(&self, wanted: YearPupilQuery) -> Outcome<YearPupils> {
        year::pupils(&*self.session()?, &wanted)
    }
    fn apply_year_plan(&self, wanted: ApplyYear) -> Outcome<YearApplied> {
        year::apply(&*self.session()?, &wanted)
    }
    fn drop_year_plan(&self, _: Nothing) -> Outcome<YearPlan> {
        year::forget(&*self.session()?)
    }

    fn record_history(&self, wanted: RecordHistory) -> Outcome<RecordPast> {
        history::of_record(&*self.session()?, &wanted)
    }
    fn operations(&self, wanted: OperationsAsked) -> Outcome<OperationPage> {
        history::operations(&*self.session()?, &wanted)
    }
    fn operation_entries(&self, wanted: OperationEntries) -> Outcome<HistoryPage> {
        history::of_operation(&*self.session()?, &wanted)
    }
    fn batch_elsewhere(&self, wanted: BatchElsewhere) -> Outcome<BatchPast> {
        history::of_batch_elsewhere(&*self.session()?, &wanted)
    }
    fn plan_undo_batch(&self, wanted: BatchRef) -> Outcome<UndoPlan> {
        history::plan_undo(&*self.session()?, &wanted.batch)
    }
    fn restore_fields(&self, wanted: RestoreFields) -> Outcome<Restored> {
        history::restore_fields(&*self.session()?, &wanted)
    }
    fn restore_record(&self, wanted: RestoreRecord) -> Outcome<Restored> {
        history::restore_record(&*self.session()?, &wanted)
    }
    fn past_begins(&self, _: Nothing) -> Outcome<PastBegins> {
        past::begins(&*self.session()?)
    }
    fn open_past(&self, wanted: OpenPast) -> Outcome<PastInfo> {
        past::open(&*self.session()?, &wanted)
    }
    fn past_page(&self, wanted: PastPageRequest) -> Outcome<PastPage> {
        past::past_page(&*self.session()?, &wanted)
    }
    fn close_past(&self, wanted: PastRef) -> Outcome<Nothing> {
        past::close(&*self.session()?, &wanted.past);
        DONE
    }
    fn export_past(&self, wanted: ExportPast) -> Outcome<Exported> {
        past::export(&*self.session()?, &wanted)
    }

    fn sight(&self, _: Nothing) -> Outcome<Sight> {
        Ok(masking::sight(&*self.session()?))
    }
    fn reveal(&self, wanted: RecordRef) -> Outcome<Nothing> {
        masking::reveal_by_text(&*self.session()?, &wanted.id)?;
        DONE
    }
    fn reveal_all(&self, _: Nothing) -> Outcome<Sight> {
        masking::reveal_all(&*self.session()?)
    }
    fn mask_again(&self, _: Nothing) -> Outcome<Sight> {
        masking::mask_again(&*self.session()?)
    }
    fn audit(&self, wanted: AuditAsked) -> Outcome<AuditPage> {
        masking::audit(&*self.session()?, &wanted)
    }

    fn acts(&self, wanted: ActsAsked) -> Outcome<ActPage> {
        self.acts_page(&*self.session()?, &wanted)
    }
    fn export_acts(&self, wanted: ExportActs) -> Outcome<Exported> {
        self.export_acts_to(&*self.session()?, &wanted)
    }

    fn sync_status(&self, _: Nothing) -> Outcome<SyncStatus> {
        self.any_session()?.sync_status()
    }
    fn sync_now(&self, _: Nothing) -> Outcome<SyncDone> {
        let session = self.any_session()?;
        self.sync(&session)
    }
    fn conflicts(&self, asked: Listed) -> Outcome<ConflictPage> {
        attention::conflicts(&*self.session()?, asked)
    }
    fn resolve_conflicts(&self, wanted: Resolve) -> Outcome<EditOutcome> {
        attention::resolve(&*self.session()?, &wanted)
    }
    fn refusals(&self, asked: Listed) -> Outcome<RefusalPage> {
        attention::refusals(&*self.session()?, asked)
    }
    fn take_over_department(&self, wanted: RefusalRef) -> Outcome<Nothing> {
        attention::take_over_department(&*self.session()?, wanted.m)?;
        DONE
    }
    fn drop_refusals(&self, wanted: SettleRefusals) -> Outcome<RefusalsSettled> {
        attention::drop_refusals(&*self.session()?, &wanted)
    }
    fn retry_refusals(&self, wanted: SettleRefusals) -> Outcome<RefusalsSettled> {
        attention::retry_refusals(&*self.session()?, &wanted)
    }

    fn invitations(&self, wanted: InvitationQuery) -> Outcome<InvitationPage> {
        invitations::list(&*self.session()?, &wanted)
    }
    fn invite(&self, wanted: Invite) -> Outcome<Invited> {
        inviting::invite(&*self.session()?, &wanted)
    }
    fn revoke_invitations(&self, wanted: InvitationRefs) -> Outcome<EditOutcome> {
        invitations::revoke(&*self.session()?, &wanted)
    }
    fn reprint(&self, wanted: Reprint) -> Outcome<Reprinted> {
        reprinting::reprint(&*self.session()?, &wanted)
    }
    fn hand_out(&self, wanted: HandOut) -> Outcome<EditOutcome> {
        reprinting::hand_out(&*self.session()?, &wanted)
    }
    fn prepare_sheets(&self, wanted: PrepareSheets) -> Outcome<SheetRun> {
        self.prepare(&*self.session()?, &wanted)
    }
    fn sheet_page(&self, wanted: SheetPageRequest) -> Outcome<SheetPage> {
        sheets::page(&*self.session()?, &wanted.run, wanted.page)
    }
    fn save_sheets(&self, wanted: SaveSheets) -> Outcome<SavedSheets> {
        sheets::save(&*self.session()?, &wanted.run, Path::new(&wanted.path))
    }
    fn save_accessible_sheets(&self, wanted: SaveSheets) -> Outcome<SavedSheets> {
        sheets::save_accessible(&*self.session()?, &wanted.run, Path::new(&wanted.path))
    }
    fn save_pictures(&self, wanted: SavePictures) -> Outcome<SavedSheets> {
        sheets::save_pictures(&*self.session()?, &wanted)
    }
    fn print_sheets(&self, wanted: SheetRunRef) -> Outcome<SavedSheets> {
        sheets::print(&*self.session()?, &wanted.run)
    }
    fn runs(&self, wanted: RunsAsked) -> Outcome<Vec<RunRow>> {
        sheets::runs(&*self.session()?, &wanted)
    }
    fn run_labels(&self, wanted: RunLabelsAsked) -> Outcome<RunLabels> {
        sheets::run_labels(&*self.session()?, &wanted)
    }
    fn check_run(&self, wanted: CheckRun) -> Outcome<RunChecked> {
        sheets::check_run(&*self.session()?, &wanted)
    }
    fn layouts(&self, _: Nothing) -> Outcome<Vec<LayoutRow>> {
        sheets::layouts(&*self.session()?)
    }
    fn layout(&self, wanted: LayoutRef) -> Outcome<LayoutWhole> {
        sheets::layout(&*self.session()?, &wanted.id)
    }
    fn keep_layout(&self, wanted: KeepLayout) -> Outcome<LayoutRow> {
        sheets::keep(&*self.session()?, &wanted)
    }
    fn rename_layout(&self, wanted: NameLayout) -> Outcome<LayoutRow> {
        sheets::rename(&*self.session()?, &wanted)
    }
    fn copy_layout(&self, wanted: NameLayout) -> Outcome<LayoutRow> {
        sheets::copy(&*self.session()?, &wanted)
    }
    fn drop_layout(&self, wanted: LayoutRef) -> Outcome<Nothing> {
        sheets::remove(&*self.session()?, &wanted.id).map(|()| Nothing {})
    }
    fn import_layout(&self, wanted: LayoutFile) -> Outcome<LayoutRow> {
        sheets::import(&*self.session()?, &wanted)
    }
    fn export_layout(&self, wanted: SaveLayout) -> Outcome<Saved> {
        sheets::export(&*self.session()?, &wanted)
    }
    fn draft_layout(&self, wanted: DraftLayout) -> Outcome<LayoutDrawing> {
        sheets::draft(&*self.session()?, &wanted)
    }
    fn layout_people(&self, _: Nothing) -> Outcome<Vec<LayoutPerson>> {
        sheets::people(&*self.session()?)
    }
    fn read_picture(&self, wanted: PictureFile) -> Outcome<ReadPicture> {
        sheets::picture(Path::new(&wanted.path))
    }
    fn printers(&self, _: Nothing) -> Outcome<Printers> {
        sheets::printers(&*self.session()?)
    }
    fn set_printer(&self, wanted: PrinterSettings) -> Outcome<PrinterSettings> {
        sheets::set_printer(&*self.session()?, wanted)
    }
    fn remove_printer(&self, wanted: PrinterRef) -> Outcome<Nothing> {
        sheets::remove_printer(&*self.session()?, &wanted.id).map(|()| Nothing {})
    }
    fn print_calibration(&self, wanted: CalibrationSheet) -> Outcome<Sent> {
        sheets::print_calibration(&*self.session()?, &wanted)
    }
    fn save_code(&self, wanted: SaveCode) -> Outcome<Saved> {
        sheets::save_code(self, &*self.session()?, &wanted)
    }
    fn code_svg(&self, wanted: RecordRef) -> Outcome<CodePicture> {
        sheets::code_svg(self, &*self.session()?, departments::id(&wanted.id)?)
    }
}
