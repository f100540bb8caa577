// Written by `cargo xtask codegen` from crates/ipc. Do not edit.

/**
 * Which acts are asked for; what is absent does not matter.
 */
export type ActFilter = { 
/**
 * A word of an act.
 */
act?: string, 
/**
 * Id of an account or a member.
 */
actor?: string, 
/**
 * Not before this instant.
 */
from?: number, 
/**
 * Before this instant.
 */
to?: number, };

/**
 * One line of the service's audit.
 */
export type ActLine = { number: number, at: number, act: string, 
/**
 * `account`, `member`, `operator` or `stranger`.
 */
by_kind: string, by_id: string | null, 
/**
 * Empty where nobody knows.
 */
by: string, 
/**
 * Empty where it is not signed in any more, or there is none.
 */
device: string, 
/**
 * Cut to a neighbourhood.
 */
network: string | null, 
/**
 * To whom it was done; empty where nobody knows.
 */
subject: string, 
/**
 * A JSON object of words and numbers.
 */
details: string, };

export type ActPage = { lines: Array<ActLine>, has_more: boolean, };

export type ActsAsked = { 
/**
 * Older than this line; absent = the newest.
 */
before?: number, limit: number, filter: ActFilter, };

export type AddMember = { cells: Array<CellText>, };

export type AdministratorList = { administrators: Array<AdministratorRow>, links: Array<LinkRow>, 
/**
 * Roles that the account that is signed in here may give.
 */
may_give: Array<string>, };

export type AdministratorRow = { 
/**
 * Of the account.
 */
id: string, name: string, 
/**
 * Masked.
 */
phone: string, 
/**
 * `owner`, `administrator`, `auditor`, `printing`, or one that this program does not know yet.
 */
role: string, 
/**
 * May look at whole numbers.
 */
reveals_numbers: boolean, since: number, devices: number, last_used_at: number | null, has_second_factor: boolean, is_self: boolean, 
/**
 * May be changed, removed and reset by the account that is signed in here.
 */
may_change: boolean, };

/**
 * A further place of a member, beside the main department.
 */
export type AffiliationDetail = { id: string, department: string, path: string, title: string, 
/**
 * A word of `Field::AffiliationRole`; empty for none.
 */
role: string, 
/**
 * What the person is there, when it is not what they are in the first place: a word of `Field::AffiliationIdentity`.
 */
identity: string, };

export type AffiliationRef = { member: string, affiliation: string, };

export type ApartPair = { a: DuplicateMember, b: DuplicateMember, };

export type AppState = { version: string, 
/**
 * The roster that is open.
 */
profile: ProfileSummary | null, 
/**
 * The open roster is locked until its account signs in again: this computer was signed out from elsewhere.
 */
is_locked: boolean, profiles: Array<ProfileSummary>, };

export type ApplyImport = { import: string, creates_departments: boolean, 
/**
 * Otherwise members get only the tags that there are.
 */
creates_tags: boolean, 
/**
 * Rows with a faulty cell go in without that cell; otherwise they stay out.
 */
takes_sound_cells: boolean, 
/**
 * How many people leave, as the user typed it where that is asked.
 */
confirmed_leaving?: number, };

export type ApplyPhotos = { plan: string, job?: string, };

/**
 * Carries the plan out as it was made from that version of the roster.
 */
export type ApplyYear = { version: number, 
/**
 * Name under which its progress is told, and by which it can be stopped.
 */
job?: string, };

/**
 * An archived field is not shown; what members have in it stays.
 */
export type ArchiveField = { id: string, is_archived: boolean, };

/**
 * Every field that is not archived, in the order they shall have.
 */
export type ArrangeFields = { ids: Array<string>, };

/**
 * Every tag, in the order that they shall have.
 */
export type ArrangeTags = { ids: Array<string>, };

export type AuditAsked = { 
/**
 * Older than this line; absent = the newest.
 */
before?: number, limit: number, };

/**
 * Somebody looked at masked values or took the roster out.
 */
export type AuditLine = { number: number, 
/**
 * `reveal`, `reveal_all`, `mask`, `export`, `export_past`, `print`.
 */
act: string, by: string, at: number, 
/**
 * Whose, when it was one person.
 */
title: string | null, member: string | null, 
/**
 * Names of fields.
 */
fields: Array<string>, people: number, is_full: boolean, };

export type AuditPage = { lines: Array<AuditLine>, has_more: boolean, };

/**
 * What was done as one on another computer.
 */
export type BatchElsewhere = { 
/**
 * As `HistoryLine::elsewhere` names it.
 */
batch: string, 
/**
 * Behind this moment; absent = from the beginning.
 */
after?: number, limit: number, };

/**
 * As much of it as came here, in the order in which it came. It can be taken back as a whole only where it was done.
 */
export type BatchPast = { 
/**
 * Records that it changed here: said with the first page only, 0 afterwards.
 */
records: number, lines: Array<HistoryLine>, has_more: boolean, };

export type BatchRef = { batch: string, };

/**
 * What an authenticator needs; told once.
 */
export type BegunSecondFactor = { 
/**
 * For typing.
 */
secret: string, 
/**
 * For scanning.
 */
svg: string, };

/**
 * A further place, a guardian or a tag as people tell it from others.
 */
export type Belonging = { 
/**
 * Path of the department, name of the guardian or tag.
 */
name: string, 
/**
 * The title there, the guardian's phone.
 */
detail: string, 
/**
 * Words of choices: the role and the identity there; the relation, and `may_not_confirm`.
 */
words: Array<string>, };

export type Belongings = { places: Array<Belonging>, guardians: Array<Belonging>, tags: Array<Belonging>, invitations: number, };

export type Block = { rows: Array<Array<string>>, };

/**
 * Rows `top..bottom` and columns `left..right` of the shown order.
 */
export type Block2d = { top: number, bottom: number, left: number, right: number, };

/**
 * The calibration sheet on the paper of a layout, for a printer.
 */
export type CalibrationSheet = { layout: string, language: string, 
/**
 * Absent: as for [`PrepareSheets::printer`].
 */
printer?: string, };

/**
 * What of a run came out well.
 */
export type CameOut = { "which": "all", } | { "which": "up_to", page: number, } | { "which": "pages", pages: Array<number>, } | { "which": "all_but", invitations: Array<string>, } | { "which": "nothing", };

export type CellProblem = { cell: number, code: string, 
/**
 * A warning does not keep the value from being saved.
 */
is_warning: boolean, };

export type CellText = { column: Column, text: string, };

export type ChangeAdministrator = { id: string, role: string, reveals_numbers: boolean, };

export type ChangePassword = { password: string, new_password: string, code?: string, };

export type ChangePhotoPlan = { plan: string, change: PhotoPlanChange, };

/**
 * How many rows change a column of the roster.
 */
export type ChangedColumn = { 
/**
 * As `PlannedCell.what` names it.
 */
what: string, rows: number, };

/**
 * Marks what came out well as printed, and nothing else of the run; said again, it counts instead of what was said before.
 */
export type CheckRun = { number: number, came_out: CameOut, job?: string, };

export type Choice = "mine" | "theirs";

/**
 * A choice as people read it: what they look for is what they see.
 */
export type ChoiceLabel = { column: Column, word: string, label: string, };

/**
 * Whose values two members made one have; in the other columns it is those of the one that stays.
 */
export type Chosen = { 
/**
 * Columns in which the value of the one that goes shall hold.
 */
taken: Array<Column>, 
/**
 * Columns in which the values of both shall hold together.
 */
united: Array<Column>, };

/**
 * Why a call failed. Codes are never reused.
 */
export type Code = "keyring_missing" | "keyring_locked" | "keyring_failed" | "key_missing" | "key_file_unusable" | "in_use" | "not_a_roster" | "damaged" | "newer_schema" | "disk_full" | "file_failed" | "no_profile" | "profile_exists" | "not_found" | "ambiguous" | "stale" | "invalid" | "duplicate" | "department_not_empty" | "department_cycle" | "department_exists" | "department_too_deep" | "department_archived" | "department_exists_archived" | "nothing_to_undo" | "nothing_to_redo" | "already_settled" | "offline" | "untrusted" | "unencrypted" | "not_mingce" | "wrong_credentials" | "code_needed" | "code_wrong" | "locked" | "password_weak" | "last_owner" | "printing_fixed" | "administrator_known" | "in_other_organisations" | "sign_in_needed" | "account_exists" | "forbidden" | "reveal_forbidden" | "only_reads" | "only_prints" | "too_many" | "service_failed" | "upgrade_needed" | "file_unreadable" | "file_encrypted" | "file_too_large" | "photo_unreadable" | "photo_unsupported" | "photo_too_large" | "photo_too_small" | "sheet_missing" | "no_header" | "mapping_incomplete" | "import_gone" | "plan_changed" | "mass_leaving" | "nothing_told_yet" | "changes_not_tellable" | "cancelled" | "nothing_to_print" | "invitation_elsewhere" | "layout_unusable" | "code_does_not_fit" | "code_unreadable" | "cannot_open" | "malformed" | "internal";

/**
 * One code as SVG.
 */
export type CodePicture = { svg: string, };

/**
 * A column of the grid: every member field, and what is computed from other records.
 */
export type Column = "card_number" | "name" | "sex" | "birth_date" | "phone" | "document_kind" | "document_number" | "identity" | "department" | "title" | "entry_year" | "email" | "address" | "valid_from" | "valid_until" | "status" | "note" | "guardian_name" | "guardian_phone" | "guardian_relation" | "join_state" | "invited_on" | "joined_on" | "status_since" | "tags" | "photo" | "chip_numbers" | CustomColumn;

export type ColumnPreference = { column: string, width_px: number, is_hidden: boolean, };

/**
 * Two members side by side.
 */
export type CompareMembers = { kept: string, gone: string, 
/**
 * Absent: what is proposed.
 */
chosen?: Chosen, };

export type Comparison = { lines: Array<ComparisonLine>, 
/**
 * Some value of the two, or a guardian's phone, is masked: what looks alike may differ.
 */
is_masked: boolean, 
/**
 * What hangs on the one that stays, on the one that goes, and on the one that comes of them.
 */
kept: Belongings, gone: Belongings, merged: Belongings, };

export type ComparisonLine = { column: Column, kept: string, gone: string, both: Together, 
/**
 * What is proposed.
 */
takes: Side, 
/**
 * The two differ, and only one can stay.
 */
differs: boolean, };

export type ConfirmSecondFactor = { code: string, };

export type ConflictEdit = { kind: string, 
/**
 * Field word.
 */
field: string, from: string, to: string, };

/**
 * Open conflicts, oldest first.
 */
export type ConflictPage = { 
/**
 * Of all there are.
 */
total: number, start: number, 
/**
 * Names the end of the whole list.
 */
newest: number, rows: Array<ConflictRow>, };

export type ConflictRow = { id: string, kind: string, record: string, 
/**
 * Name of the member or department.
 */
title: string, 
/**
 * Field word; `*` when a removal met an edit.
 */
field: string, base: string, mine: string, theirs: string, mine_by: string, theirs_by: string, mine_at: number | null, theirs_at: number | null, 
/**
 * When a removal met an edit: what was edited, of the record or of what hangs on it.
 */
edits: Array<ConflictEdit>, 
/**
 * The side that was written on this computer; none when both came from others.
 */
written_here: Choice | null, };

/**
 * Which conflicts are settled.
 */
export type ConflictsMeant = { "which": "these", ids: Array<string>, } | { "which": "until", newest: number, };

/**
 * What a person typed over a cell that was faulty in the file. The file stays as it is.
 */
export type CorrectedCell = { 
/**
 * Key of the row.
 */
row: number, 
/**
 * Place of the column, from 0.
 */
column: number, text: string, };

export type CreateDepartment = { parent: string | null, name: string, 
/**
 * Guessed from the name when absent.
 */
kind?: string, };

export type CreateOrganisation = { name: string, 
/**
 * A word of `Field::OrganisationKind`.
 */
kind: string, admin_name: string, phone: string, password: string, service: ServicePlace, 
/**
 * Of the authenticator, or a recovery code: where the account has a second factor.
 */
code?: string, };

/**
 * A column of a field that the organisation defined: `custom:` and the field's id.
 */
export type CustomColumn = `custom:${string}`;

/**
 * A field as it is defined now.
 */
export type CustomFieldRow = { id: string, column: Column, name: string, 
/**
 * `text`, `number`, `date`, `choice`, `yes_no`.
 */
form: string, choices: Array<string>, is_required: boolean, is_unique: boolean, 
/**
 * `ordinary`, `personal`, `sensitive`.
 */
data_class: string, is_archived: boolean, };

/**
 * A new field, or a change of one. Its form never changes; a choice that is renamed takes the members' values along.
 */
export type DefineField = { id?: string, name: string, form: string, choices: Array<DefinedChoice>, is_required: boolean, is_unique: boolean, data_class: string, job?: string, };

/**
 * A new tag, or a change of one.
 */
export type DefineTag = { id?: string, name: string, colour: string, };

/**
 * A choice as it shall be, and what it was called before.
 */
export type DefinedChoice = { name: string, was?: string, };

/**
 * What stands between two cells of a text table.
 */
export type Delimiter = "comma" | "semicolon" | "tab" | "bar";

/**
 * Everything known about one department.
 */
export type DepartmentDetail = { id: string, name: string, 
/**
 * Names from the top, divided by `/`.
 */
path: string, kind: string, 
/**
 * Kinds to offer in this organisation; the department's own may be another.
 */
kinds: Array<string>, 
/**
 * Members whose main department or further place it is.
 */
own: number, 
/**
 * Members in it and below it.
 */
count: number, 
/**
 * Departments below it, at all levels.
 */
below: number, is_archived: boolean, 
/**
 * Archived itself or with one above it.
 */
is_hidden: boolean, leaders: Array<LeaderRow>, };

export type DepartmentNode = { id: string, parent: string | null, name: string, 
/**
 * The name as it is typed in pinyin, `gaoyi`, and by its initials, `gy`; empty where it has no reading.
 */
pinyin: string, initials: string, kind: string, 
/**
 * Members in it and below it.
 */
count: number, 
/**
 * Members whose main department or further place it is.
 */
own: number, is_archived: boolean, 
/**
 * Archived itself or with one above it.
 */
is_hidden: boolean, 
/**
 * Names of those who lead it, heads first.
 */
leaders: Array<string>, };

/**
 * How far a department has come.
 */
export type DepartmentProgress = { department: string, path: string, members: number, invited: number, 
/**
 * Of the invited and joined: their code came out of a printer well, and was given to them.
 */
printed: number, handed_out: number, joined: number, refused: number, };

export type DeviceRow = { id: string, name: string, created_at: number, last_used_at: number, is_current: boolean, };

export type Direction = "ascending" | "descending";

/**
 * A check of the doctor: what was looked at and how it stands.
 */
export type DoctorLine = { 
/**
 * `keyring`, `database`, `disk`, `service`, `fonts` …
 */
check: string, 
/**
 * Id of the roster that it is about, where there can be several.
 */
roster?: string, is_ok: boolean, 
/**
 * What is wrong, by which people are told what happened and what to do.
 */
code?: Code, 
/**
 * Numbers and words without personal data, for support.
 */
detail: string, };

/**
 * A layout as it is now under somebody's hands, to be drawn and looked over. Nothing is kept.
 */
export type DraftLayout = { content: LayoutContent, 
/**
 * Words on the paper: `zh` or `en`.
 */
language: string, 
/**
 * `front`, `back`: of the first label; `sheet`, `sheet_back`.
 */
view: string, 
/**
 * Those of `layout_people`: it is drawn for the first, and tried with all.
 */
people: Array<LayoutPerson>, };

/**
 * Members who may be the same person.
 */
export type DuplicateGroup = { reason: Likeness, 
/**
 * The first of them: at most a hundred, fewer where many large groups are listed.
 */
members: Array<DuplicateMember>, 
/**
 * All of them, without those who were told apart from every other.
 */
count: number, 
/**
 * Places of two members here who were said not to be one person.
 */
apart: Array<[number, number]>, };

export type DuplicateMember = { id: string, name: string, card_number: string, department: string, status: string, };

export type Duplicates = { 
/**
 * Those that were asked for, the strongest reasons first.
 */
groups: Array<DuplicateGroup>, 
/**
 * How many of all come before the first of these. Less than was asked for when there are no longer so many.
 */
skip: number, 
/**
 * All that were found.
 */
total: number, };

/**
 * A new further place, or a change of one. What is absent stays as it is.
 */
export type EditAffiliation = { member: string, affiliation?: string, department?: string, title?: string, identity?: string, };

export type EditCell = { member: string, column: Column, 
/**
 * As typed; normalised by the app.
 */
text: string, };

/**
 * A guardian of a member: changed, or made when none is named.
 */
export type EditGuardian = { member: string, guardian?: string, 
/**
 * Name, phone and relation; those left out stay as they are.
 */
cells: Array<CellText>, 
/**
 * Whether the guardian may confirm for the member; absent leaves it, and a new guardian may.
 */
may_confirm?: boolean, };

/**
 * What an edit of cells did. Cells that break a rule are left as they were and listed.
 */
export type EditOutcome = { changed_cells: number, added_members: number, version: number, refused: Array<RefusedCell>, 
/**
 * More cells were refused than are listed.
 */
refused_count: number, };

/**
 * The service inside this program.
 */
export type EmbeddedService = { is_running: boolean, 
/**
 * Other devices on the local network can reach it.
 */
is_on_network: boolean, 
/**
 * Address that phones use; with `is_on_network` one of this computer's network addresses.
 */
public_url: string | null, 
/**
 * Every address of this computer at which it answers.
 */
addresses: Array<string>, };

export type Event = { "event": "changed", kinds: Array<string>, version: number, } | { "event": "sync", status: SyncStatus, } | { "event": "service", service: EmbeddedService, } | { "event": "progress", job: string, done: number, total: number, } | { "event": "rights", } | { "event": "photos", hashes: Array<string>, } | { "event": "file_dropped", path: string, 
/**
 * Those beside the first.
 */
others?: Array<string>, };

/**
 * `path` ends in `.xlsx`, `.csv` or, for OneRoster 1.2, `.zip`; `.1.1.zip` asks for OneRoster 1.1.
 */
export type Export = { path: string, query: ViewQuery, 
/**
 * Headings and choices in `zh` or `en`.
 */
language: string, 
/**
 * Absent = masked.
 */
masking?: Masking, job?: string, };

export type ExportActs = { 
/**
 * Ends in `.csv` or `.jsonl`.
 */
path: string, filter: ActFilter, 
/**
 * Name for progress and cancelling.
 */
job?: string, };

/**
 * A OneRoster package of the whole roster, or of what changed of it. `path` ends in `.zip`; `.1.1.zip` asks for 1.1.
 */
export type ExportOneRoster = { path: string, 
/**
 * Whom it is for, as the person calls them: kept, so that the next package can tell what changed since. Empty for
 * nobody, of whom nothing is kept.
 */
to: string, extent: PackageExtent, 
/**
 * Of changes: since this instant (milliseconds since 1970, UTC) instead of since that one was told last.
 */
since?: number, 
/**
 * Headings of the organisation's own columns in `zh` or `en`.
 */
language: string, 
/**
 * Absent = masked.
 */
masking?: Masking, job?: string, };

export type ExportPast = { past: string, 
/**
 * Ends in `.xlsx` or `.csv`.
 */
path: string, language: string, masking: Masking, 
/**
 * Only these, as `PastPageRequest` chooses them.
 */
department?: string, text?: string, job?: string, };

export type Exported = { path: string, rows: number, };

/**
 * How much of a cell has to be what is looked for.
 */
export type Extent = "part" | "whole";

export type FailedPhoto = { file: string, 
/**
 * As in `PlannedPhoto`, or `file_failed` or `member_gone`.
 */
reason: string, };

/**
 * A failed call. `params` holds counts, rule codes and field words, never personal data.
 */
export type Failure = { code: Code, params?: { [key in string]: string }, };

export type FieldChange = { field: string, from: string, to: string, };

/**
 * Repeats cells over others, in one operation.
 */
export type Fill = { view: string, parts: Array<FillPart>, 
/**
 * The grid's columns in order; blocks count in it.
 */
columns: Array<Column>, job?: string, };

/**
 * Repeats the cells of `from` over `to`: row r takes row `from.top + (r - from.top) modulo height`, columns likewise.
 */
export type FillPart = { from: Block2d, to: Block2d, };

/**
 * A condition on one column.
 */
export type Filter = { "test": "is", column: Column, value: string, } | { "test": "is_not", column: Column, value: string, } | { "test": "contains", column: Column, value: string, } | { "test": "not_contains", column: Column, value: string, } | { "test": "starts_with", column: Column, value: string, } | { "test": "at_least", column: Column, value: string, } | { "test": "at_most", column: Column, value: string, } | { "test": "any_of", column: Column, values: Array<string>, } | { "test": "is_empty", column: Column, } | { "test": "is_filled", column: Column, };

export type Find = { text: string, limit: number, };

export type FindDuplicates = { job?: string, 
/**
 * Groups to leave out before the first that is listed.
 */
skip?: number, 
/**
 * Groups to list; at the most, and where nothing is said, five hundred.
 */
limit?: number, };

/**
 * Looks for somebody who is a guardian already, of a sibling mostly.
 */
export type FindGuardians = { 
/**
 * Whose guardian is sought: those they have are left out.
 */
member: string, 
/**
 * A guardian's name, its pinyin or initials, or phone, or what the sibling is found by.
 */
text: string, };

/**
 * A row that is looked for among those that are shown.
 */
export type FindPlanned = { import: string, 
/**
 * The plan on the screen, as `ImportPlan.round`; refused where there is another by now.
 */
round?: number, kind?: PlannedKind, what?: string, text?: string, key: number, };

export type FoundCell = { 
/**
 * Row of the view.
 */
row: number, name: string, column: Column, from: string, to: string, 
/**
 * The rule that the new text breaks.
 */
code: string | null, };

/**
 * A department that the file names by the end of its path: `3班` for `高中部/高一/3班`.
 */
export type FoundDepartment = { named: string, path: string, };

export type FoundGuardian = { id: string, name: string, 
/**
 * Masked as it is elsewhere.
 */
phone: string, 
/**
 * The text is their whole phone.
 */
has_same_phone: boolean, 
/**
 * How many members they are a guardian of.
 */
members: number, 
/**
 * Names of the first few.
 */
others: Array<string>, };

export type FoundGuardians = { 
/**
 * The member's first guardian, whom the grid shows; `others` are without the member.
 */
first: FoundGuardian | null, 
/**
 * Guardians of others, the likeliest first.
 */
found: Array<FoundGuardian>, };

export type FoundMember = { id: string, name: string, card_number: string, department: string, };

export type GuardianDetail = { id: string, name: string, phone: string, relation: string, 
/**
 * May confirm for the member while that is a minor.
 */
may_confirm: boolean, 
/**
 * How many members they are a guardian of; what is changed is changed for all of them.
 */
members: number, 
/**
 * Names of the others, the first few.
 */
others: Array<string>, };

export type GuardianRef = { member: string, guardian: string, };

/**
 * Printed codes that were given to those they are for.
 */
export type HandOut = { 
/**
 * Everybody in it and below whose code is printed; absent: everybody.
 */
department?: string, 
/**
 * Not those of departments below it.
 */
is_without_below?: boolean, 
/**
 * Only these, printed or not.
 */
invitations?: Array<string>, job?: string, };

/**
 * One change of one record.
 */
export type HistoryLine = { 
/**
 * Place in the history; the newest is the greatest.
 */
moment: number, at: number, 
/**
 * Name of the person; empty when nobody said.
 */
by: string, 
/**
 * Name of the other computer; empty when it is not known, null for this one.
 */
device: string | null, 
/**
 * `create`, `edit`, `remove`.
 */
verb: string, 
/**
 * Word of the operation: `edit`, `paste`, `import`, `undo` …; `remote` for what was done elsewhere, nobody said how.
 */
operation: string, 
/**
 * Of the operation it was part of.
 */
operation_number: number, 
/**
 * Of the same; null for what came from elsewhere.
 */
batch: string | null, 
/**
 * Of what came from elsewhere: what it was part of there, for `batch_elsewhere`; null when it is not known.
 */
elsewhere: string | null, kind: string, record: string, 
/**
 * What the record is or was called.
 */
title: string, 
/**
 * Of a creation only what belongs to a member, of a removal what was there.
 */
changes: Array<FieldChange>, 
/**
 * The record is there now.
 */
is_there: boolean, };

export type HistoryPage = { lines: Array<HistoryLine>, has_more: boolean, };

/**
 * Whom a row is about that the plan could not tell.
 */
export type ImportAnswer = { 
/**
 * Key of the row.
 */
row: number, 
/**
 * The member it is about; none for somebody new.
 */
member?: string, };

export type ImportApplied = { batch: string, added: number, changed: number, left: number, departments: number, version: number, };

export type ImportCandidate = { member: string, name: string, card_number: string, birth_date: string, phone: string, department: string, };

export type ImportColumn = { 
/**
 * `A`, `B` … as in the spreadsheet.
 */
letter: string, heading: string, samples: Array<string>, 
/**
 * What the column is for: `name`, `department`, `guardian_phone_1`, `department_part_2`, `tags`, `custom:` with a
 * field's id, `ignore` …; `new_field` for what only this package has, so that it is kept.
 */
target: string, 
/**
 * 0 to 100.
 */
confidence: number, 
/**
 * What field could be made from it: its name, a word of `CustomFieldRow.form`, and the choices that were seen.
 */
field_name: string, form: string, choices: Array<string>, 
/**
 * A word of `CustomFieldRow.data_class`.
 */
data_class: string, };

export type ImportCounts = { add: number, change: number, unchanged: number, unsure: number, leave: number, problem: number, skipped: number, };

export type ImportFile = { import: string, 
/**
 * As it was opened, to open another sheet of it.
 */
path: string, file_name: string, 
/**
 * `xlsx`, `xls`, `ods`, `csv` …; for text files with the encoding.
 */
format: string, 
/**
 * None when the file is no text table.
 */
text: TextForm | null, sheets: Array<string>, sheet: string, 
/**
 * Row of the headings as counted in the file, from 1; 0 when there is none.
 */
header_row: number, row_count: number, columns: Array<ImportColumn>, 
/**
 * Every word that a column may be given; `new_field` asks for one of `PlanImport.new_fields`.
 */
targets: Array<string>, 
/**
 * The mapping of an earlier file of the same shape was used.
 */
is_remembered: boolean, 
/**
 * The file tells only what changed: nobody is missing from it.
 */
is_delta: boolean, 
/**
 * What was passed over or put up with while the file was opened.
 */
remarks: Array<ImportRemark>, };

/**
 * What becomes of people who are new, known, or missing.
 */
export type ImportMode = "merge" | "only_new" | "only_known" | "mirror_roster" | "mirror_departments";

export type ImportOptions = { 
/**
 * Every sheet with the same headings goes in, its name as the last step of the department.
 */
takes_all_sheets: boolean, mode: ImportMode, answers: Array<ImportAnswer>, 
/**
 * The department below which new ones come; none for the top.
 */
under?: string, };

export type ImportPlan = { import: string, 
/**
 * Tells this plan of the file from those before it; places of rows hold for one plan.
 */
round: number, counts: ImportCounts, 
/**
 * Paths that do not exist yet; rows in them need the user's yes.
 */
new_departments: Array<string>, found_departments: Array<FoundDepartment>, 
/**
 * What the rows that change somebody change, the most frequent first.
 */
changed: Array<ChangedColumn>, 
/**
 * Tags that do not exist yet; giving them needs the user's yes.
 */
new_tags: Array<string>, 
/**
 * Fields that come with the import.
 */
new_fields: Array<PlannedField>, 
/**
 * Card numbers seem to have lost leading zeros: their usual length.
 */
offered_card_number_digits: number | null, 
/**
 * Sheets that did not fit beside the others, or are hidden.
 */
left_out_sheets: Array<string>, 
/**
 * How many people the whole is that leavers are counted against; 0 when nobody leaves.
 */
leave_of: number, 
/**
 * So many would leave that the number has to be confirmed.
 */
confirms_leaving: boolean, 
/**
 * The file's columns that are taken, in their order.
 */
columns: Array<PlanColumn>, 
/**
 * What was taken out of an earlier plan of the file and still is.
 */
taken_out: TakenOut, };

/**
 * An import that was made on this computer.
 */
export type ImportRecord = { batch: string, file_name: string, 
/**
 * Of the whole file, in hexadecimal digits.
 */
sha256: string, 
/**
 * Milliseconds since 1970 by this computer's clock.
 */
at_ms: number, 
/**
 * Name of the person.
 */
actor: string, added: number, changed: number, left: number, departments: number, is_undone: boolean, };

export type ImportRef = { import: string, };

export type ImportRemark = { 
/**
 * `columns_dropped`, `rows_deleted`, `loose_references`, `names_kept`, `manifest_incomplete`, `file_name`, `encoding`,
 * `quotes_unclosed`.
 */
code: string, 
/**
 * The file within the package; empty when it is about the whole.
 */
file: string, count: number, 
/**
 * Headings; of `quotes_unclosed` the numbers of the first rows.
 */
columns: Array<string>, };

/**
 * What taking an import back came to.
 */
export type ImportUndone = { changed: number, 
/**
 * Changes of people since, which stay as they made them: how many, and the first of them.
 */
kept_count: number, kept: Array<KeptChange>, version: number, };

export type InvitationPage = { total: number, rows: Array<InvitationRow>, progress: Array<DepartmentProgress>, };

export type InvitationQuery = { department?: string, 
/**
 * A word of `InvitationRow::state`.
 */
state?: string, start: number, count: number, };

export type InvitationRefs = { ids: Array<string>, };

export type InvitationRow = { id: string, member: string, member_name: string, card_number: string, department: string, 
/**
 * `waiting` (not yet synced), `open`, `expired`, `claimed`, `refused`, `revoked`.
 */
state: string, created_at: number, expires_at: number, answered_at: number | null, 
/**
 * The code was made here and can be printed here.
 */
is_printable: boolean, 
/**
 * When somebody confirmed that it came out well, and when it was given away, ISO 8601.
 */
printed_on: string | null, handed_out_on: string | null, 
/**
 * Why it was voided for a new one: `damaged`, `lost`, `misprint`, `other`.
 */
voided_for: string | null, };

export type Invite = { 
/**
 * Absent: everyone who has not joined.
 */
members?: Members, days: number, 
/**
 * Make a new code also for those who have an open one; the old one is revoked.
 */
replaces_open: boolean, job?: string, };

export type InviteAdministrator = { name: string, 
/**
 * The invited person types it on the page.
 */
phone: string, role: string, reveals_numbers: boolean, };

export type Invited = { made: number, already_open: number, already_joined: number, 
/**
 * People who have left get none: the service would not know it.
 */
left: number, 
/**
 * Of those made: the roster has no phone or document number to check them by, so nobody can join with them yet.
 */
uncheckable: number, version: number, };

export type JobRef = { job: string, };

/**
 * Keeps a layout of one's own: a new one without `id`.
 */
export type KeepLayout = { id?: string, 
/**
 * `LayoutWhole::state` as it was read; what was changed since is `stale`. Without it the last word counts.
 */
state?: string, name: string, content: LayoutContent, };

export type KeptChange = { 
/**
 * Name of whom or what it is about.
 */
name: string, 
/**
 * The field's word; empty for the record as a whole.
 */
what: string, value: string, };

export type KeptField = { kind: string, record: string, title: string, 
/**
 * None: the whole record.
 */
field: string | null, };

export type LayoutBox = { x_mm: number, y_mm: number, width_mm: number, height_mm: number, };

/**
 * What a layout holds beside its name.
 */
export type LayoutContent = { stock: LayoutStock, design: LayoutDesign, 
/**
 * PNG in base64, by the names that the design uses.
 */
pictures: { [key in string]: string }, };

/**
 * What stands where: on the sheet, on each label, on its back.
 */
export type LayoutDesign = { page: Array<LayoutElement>, front: Array<LayoutElement>, back: Array<LayoutElement>, };

export type LayoutDrawing = { 
/**
 * Drawn from the same list as the PDF; empty when it cannot be drawn at all.
 */
svg: string, 
/**
 * What the picture shows, from the top left corner of the label or the sheet.
 */
left_mm: number, top_mm: number, width_mm: number, height_mm: number, 
/**
 * What keeps it from being printed.
 */
faults: Array<LayoutFinding>, 
/**
 * What is better mended.
 */
advice: Array<LayoutFinding>, };

export type LayoutElement = { "kind": "code", box: LayoutBox, ink: string, } | { "kind": "bar", box: LayoutBox, ink: string, } | { "kind": "frame", box: LayoutBox, ink: string, } | { "kind": "picture", box: LayoutBox, picture: string, } | { "kind": "texts", box: LayoutBox, 
/**
 * `left`, `middle`, `right`.
 */
align: string, 
/**
 * `top`, `middle`, `bottom`.
 */
stand: string, items: Array<LayoutItem>, };

/**
 * A layout's file, to read.
 */
export type LayoutFile = { path: string, 
/**
 * Which of its two names it gets here: `zh`, the usual one, or `en`.
 */
language?: string, 
/**
 * It takes the place of the one that has its name; otherwise it gets a name of its own.
 */
is_replacing?: boolean, };

/**
 * Something wrong, or to be known, with a layout.
 */
export type LayoutFinding = { 
/**
 * `design.front[2].box`.
 */
place: string, 
/**
 * A closed word.
 */
problem: string, 
/**
 * The size that it is about.
 */
detail: number | null, };

export type LayoutGrid = { columns: number, rows: number, left_mm: number, top_mm: number, pitch_x_mm: number, pitch_y_mm: number, };

export type LayoutItem = { "kind": "text", text: string, 
/**
 * Smallest and largest type.
 */
size_pt: [number, number], lines: number, 
/**
 * `line`, `name`, `paragraph`.
 */
flow: string, gap_pt: number, leading: number, ink: string, 
/**
 * `shrinks`, `shrinks_last`.
 */
keep: string, } | { "kind": "space", } | { "kind": "rule", thick_pt: number, gap_pt: number, ink: string, };

export type LayoutLabel = { width_mm: number, height_mm: number, safe_mm: number, bleed_mm: number, };

/**
 * Somebody of the roster to try a layout with.
 */
export type LayoutPerson = { 
/**
 * `longest`: has the longest name; `rarest`: the rarest characters; `ordinary`.
 */
why: string, 
/**
 * Empty for a made-up person, where the roster has nobody of the kind.
 */
member: string, name: string, };

export type LayoutRef = { id: string, };

/**
 * A layout to choose: a shipped one, or one of the organisation's own.
 */
export type LayoutRow = { id: string, name_zh: string, name_en: string, 
/**
 * Where the measures of the paper come from.
 */
source: string, 
/**
 * Labels on a sheet.
 */
places: number, width_mm: number, height_mm: number, 
/**
 * Printed on both sides.
 */
has_back: boolean, 
/**
 * Of the organisation's own; can be changed and taken away.
 */
is_own: boolean, 
/**
 * Where the last sheet that was printed here ended: its first free label, counted from 0.
 */
continues_at: number | null, 
/**
 * Why it cannot be printed: a colleague's Mingce may know more, or two changes of it met.
 */
fault: LayoutFinding | null, };

export type LayoutSize = { width_mm: number, height_mm: number, };

/**
 * The paper as its maker cuts it.
 */
export type LayoutStock = { source: string, tolerance_mm: number, sheet: LayoutSize, grid: LayoutGrid, label: LayoutLabel, 
/**
 * `ticks` or `none`.
 */
cut: string, };

/**
 * A layout whole, to look at or to change.
 */
export type LayoutWhole = { row: LayoutRow, content: LayoutContent, 
/**
 * Stands for what was read, so that nobody's change in between is lost; empty of a shipped one.
 */
state: string, };

export type LeaderRole = "head" | "deputy";

/**
 * Somebody who leads a department.
 */
export type LeaderRow = { member: string, name: string, role: LeaderRole, };

/**
 * What becomes of those who led an emptied department.
 */
export type LeadersThen = "go_over" | "end";

/**
 * Something that could not come back.
 */
export type LeftOutField = { title: string, field: string, 
/**
 * `place_gone`, `number_taken` or `value_unfit`.
 */
reason: string, };

export type LetterCase = "any" | "same";

/**
 * Why two members may be one person, the strongest reason first.
 */
export type Likeness = "document" | "phone" | "name_and_birth_date" | "sound_and_birth_date";

/**
 * Somebody who is a guardian already becomes the member's, too.
 */
export type LinkGuardian = { member: string, guardian: string, 
/**
 * A guardian of the member whose place they take; what that one was to the member stays said of the new one.
 */
instead_of?: string, 
/**
 * As typed; absent or empty for none, or for what it was of the one whose place they take.
 */
relation?: string, 
/**
 * Absent: they may, or as the one whose place they take.
 */
may_confirm?: boolean, };

/**
 * A link that nobody has used yet.
 */
export type LinkRow = { id: string, 
/**
 * `invite` or `reset`.
 */
purpose: string, name: string, role: string, ends_at: number, };

/**
 * Which part of a list is asked for; a start behind its end is answered with the last part.
 */
export type Listed = { start: number, count: number, };

/**
 * Where a member stands in a view.
 */
export type Locate = { view: string, id: string, };

/**
 * Looks through every member of a view.
 */
export type LookForProblems = { view: string, 
/**
 * By this it can be watched and stopped; what was seen by then is not looked at again.
 */
job?: string, };

/**
 * A link, told once.
 */
export type MadeLink = { id: string, link: string, 
/**
 * The same as a QR code.
 */
svg: string, ends_at: number, 
/**
 * The link leads to this computer and no other device reaches it.
 */
is_here_only: boolean, };

/**
 * Rows that need a person, as the bar at the bottom opens them.
 */
export type Mark = "pending" | "conflict" | "refused";

/**
 * Whether document numbers and phones leave the program whole.
 */
export type Masking = "masked" | "full";

/**
 * How conditions hold together.
 */
export type Matching = "all" | "any";

/**
 * Everything known about one member, for the side panel.
 */
export type MemberDetail = { row: Row, 
/**
 * Columns of `row.cells`.
 */
columns: Array<Column>, guardians: Array<GuardianDetail>, affiliations: Array<AffiliationDetail>, invitation: InvitationRow | null, history: Array<HistoryLine>, };

export type MemberPair = { a: string, b: string, };

/**
 * Some members: by id, or rows of a view.
 */
export type Members = { "by": "ids", ids: Array<string>, } | { "by": "rows", view: string, ranges: Array<[number, number]>, } | { "by": "department", id: string, };

/**
 * Empties a department into another one and removes it. Departments below it go over; those that find a namesake
 * there are emptied into that in turn.
 */
export type MergeDepartment = { from: string, 
/**
 * Null: its people belong to no department then, what is below it comes to the top.
 */
into: string | null, leaders: LeadersThen, job?: string, };

/**
 * Two members to be made one: what the second has and the first is to keep is named column by column.
 */
export type MergeMembers = { 
/**
 * Stays.
 */
kept: string, 
/**
 * Goes; its places, guardians, invitations, tags and values move to the other.
 */
gone: string, chosen: Chosen, };

export type MergeOutcome = { 
/**
 * Members whose main department changed.
 */
members: number, 
/**
 * Further places, with or without a role, that went over or ended.
 */
places: number, 
/**
 * Departments that went over as they are.
 */
departments: number, 
/**
 * Departments that were emptied into a namesake.
 */
namesakes: number, version: number, };

export type MissingGlyph = { member: string, member_name: string, characters: string, };

export type MoveDepartment = { id: string, parent: string | null, 
/**
 * Sibling to stand behind; absent = first.
 */
after?: string, };

export type MoveMembers = { members: Members, department: string | null, job?: string, };

export type NameLayout = { id: string, name: string, };

/**
 * A field that the import makes for a column, in the same batch.
 */
export type NewField = { 
/**
 * Place of the column, from 0.
 */
column: number, name: string, 
/**
 * `text`, `number`, `date`, `choice`, `yes_no`.
 */
form: string, choices: Array<string>, 
/**
 * `ordinary`, `personal`, `sensitive`.
 */
data_class: string, };

/**
 * No arguments, or nothing to answer.
 */
export type Nothing = Record<symbol, never>;

/**
 * Whom OneRoster packages were made for.
 */
export type OneRosterReceiver = { name: string, 
/**
 * When the last package was made, milliseconds since 1970, UTC.
 */
at: number, 
/**
 * `1.1` or `1.2`.
 */
version: string, is_masked: boolean, 
/**
 * Whether what changed since can be told: the roster's past of then is known here.
 */
can_go_on: boolean, };

export type OpenImport = { path: string, 
/**
 * None for the first sheet with headings that are known.
 */
sheet?: string, 
/**
 * Row of the headings, as the file counts; 0 when there is none. None to look for it.
 */
header_row?: number, 
/**
 * Headings that the row which is looked for has.
 */
headings?: Array<string>, 
/**
 * Of a text table: a name of the WHATWG Encoding Standard. None to find it out.
 */
encoding?: string, 
/**
 * Of a text table. None to find it out.
 */
delimiter?: Delimiter, };

export type OpenPast = { 
/**
 * As it was at this instant.
 */
at?: number, 
/**
 * As it was after this entry.
 */
moment?: number, job?: string, };

export type OpenPicture = { source: PictureSource, };

/**
 * A picture that is held until it is closed, to be cropped.
 */
export type OpenedPicture = { picture: string, 
/**
 * Upright, in pixels.
 */
width: number, height: number, 
/**
 * The whole picture, upright and small, as a `data:` address.
 */
preview: string, 
/**
 * The part that is proposed.
 */
crop: PhotoCrop, 
/**
 * Width by height of a photo.
 */
ratio: number, 
/**
 * The smallest `width` of a crop that gives a photo that is not blurred.
 */
sharp_width: number, };

export type OperationEntries = { operation: number, 
/**
 * Behind this moment; absent = from the beginning.
 */
after?: number, limit: number, };

/**
 * One operation of the history.
 */
export type OperationLine = { number: number, moment: number, 
/**
 * Names it for `undo_batch`; none for what came from the service.
 */
batch: string | null, operation: string, 
/**
 * `local`, `undo`, `redo`, `remote`.
 */
origin: string, by: string, at: number, 
/**
 * Records it changed.
 */
changed: number, can_undo: boolean, is_undone: boolean, };

export type OperationPage = { operations: Array<OperationLine>, has_more: boolean, };

export type OperationsAsked = { 
/**
 * Older than this operation; absent = the newest.
 */
before?: number, 
/**
 * Not later than this instant; for the first page.
 */
until?: number, limit: number, };

export type OrganisationChoice = { id: string, name: string, };

export type PackageExtent = "whole" | "changes";

export type Page = { version: number, total: number, start: number, rows: Array<Row>, };

export type PageRequest = { view: string, start: number, count: number, columns: Array<Column>, };

export type Password = { password: string, 
/**
 * Of the authenticator, or a recovery code: where the account has a second factor.
 */
code?: string, };

/**
 * The earliest that can be shown.
 */
export type PastBegins = { at: number, };

export type PastDepartment = { id: string, name: string, depth: number, 
/**
 * Members in it and below it.
 */
count: number, };

export type PastGuardian = { name: string, phone: string, relation: string, };

/**
 * The roster as it was; stays the same until it is closed.
 */
export type PastInfo = { past: string, at: number, total: number, 
/**
 * In the order of the tree.
 */
departments: Array<PastDepartment>, };

export type PastPage = { total: number, start: number, rows: Array<Row>, 
/**
 * What is told of each row beside its cells.
 */
people: Array<PastPerson>, 
/**
 * Departments of the past that there are no more.
 */
gone_departments: Array<string>, 
/**
 * Departments that are called, kept or placed otherwise now.
 */
changed_departments: Array<string>, };

export type PastPageRequest = { past: string, department?: string, 
/**
 * Part of a name or card number.
 */
text?: string, start: number, count: number, columns: Array<Column>, };

export type PastPerson = { 
/**
 * The person is on the roster now.
 */
is_there: boolean, 
/**
 * They are there, and `restore_record` would change something.
 */
is_changed: boolean, 
/**
 * Paths of further places.
 */
places: Array<string>, 
/**
 * Everybody who answered for them; the cells tell of the first.
 */
guardians: Array<PastGuardian>, };

export type PastRef = { past: string, };

export type PasteBlock = { view: string, 
/**
 * First row; rows past the end of the view become new members.
 */
start: number, 
/**
 * Row after the last; a smaller block repeats to fill it.
 */
end: number, columns: Array<Column>, rows: Array<Array<string>>, 
/**
 * Where new members go whose cells name no department; absent = nowhere.
 */
department?: string, job?: string, };

/**
 * What a paste would do; nothing is written.
 */
export type PastePlan = { 
/**
 * Cells that would be changed, those of new members among them.
 */
changed_cells: number, added_members: number, refused: Array<RefusedCell>, 
/**
 * More cells would be refused than are listed.
 */
refused_count: number, };

export type PhotoCounts = { matched: number, known: number, ambiguous: number, unmatched: number, repeated: number, unusable: number, left_out: number, 
/**
 * Photos that `apply_photos` would set.
 */
to_set: number, };

/**
 * Which part of an upright picture becomes the photo, in parts of its width and height: left and top edge, and the
 * width. The height follows from the photo's ratio. What lies outside the picture is moved into it.
 */
export type PhotoCrop = { x: number, y: number, width: number, };

/**
 * How a file's member was found.
 */
export type PhotoMatch = "card_number" | "name" | "name_and_place" | "chosen";

export type PhotoPicture = { hash: string, 
/**
 * A `data:` address; null while the photo is not on this computer. It is fetched then, and `photos` tells of it.
 */
data: string | null, };

export type PhotoPlan = { plan: string, 
/**
 * Name of the folder or of the only file.
 */
title: string, counts: PhotoCounts, 
/**
 * Files that are no pictures and were passed over.
 */
passed_over: number, 
/**
 * There were more files than can be taken at once.
 */
is_cut: boolean, 
/**
 * Photos that members have already are replaced.
 */
replaces: boolean, };

export type PhotoPlanChange = { "change": "choose", row: number, member: string | null, } | { "change": "leave_out", row: number, } | { "change": "take_in", row: number, } | { "change": "crop", row: number, crop: PhotoCrop, } | { "change": "replace", replaces: boolean, };

export type PhotoPlanPage = { total: number, rows: Array<PlannedPhoto>, };

export type PhotoPlanPageRequest = { plan: string, verdict?: PhotoVerdict, start: number, count: number, };

export type PhotoPlanRef = { plan: string, };

export type PhotoRef = { hash: string, };

export type PhotoRefs = { 
/**
 * At most 200.
 */
hashes: Array<string>, };

/**
 * What becomes of a file of the plan.
 */
export type PhotoVerdict = "matched" | "known" | "ambiguous" | "unmatched" | "repeated" | "unusable";

export type PhotosApplied = { batch: string, 
/**
 * Members who have another photo now.
 */
set: number, 
/**
 * Those who had this very photo already.
 */
unchanged: number, 
/**
 * The first of those that could not be used after all.
 */
failed: Array<FailedPhoto>, failed_count: number, version: number, };

/**
 * A picture for a layout, read from a file.
 */
export type PictureFile = { path: string, };

export type PictureRef = { picture: string, };

/**
 * Where a picture comes from that shall become a photo.
 */
export type PictureSource = { "from": "file", path: string, } | { "from": "bytes", base64: string, } | { "from": "planned", plan: string, row: number, };

/**
 * A column of the file in the plan.
 */
export type PlanColumn = { 
/**
 * Its place among `ImportFile.columns`.
 */
place: number, 
/**
 * What it is for, as `ImportColumn.target` has it.
 */
target: string, };

export type PlanImport = { import: string, 
/**
 * One for each column of the file.
 */
targets: Array<string>, 
/**
 * Fill card numbers that lost their zeros up to so many digits; offered by an earlier plan.
 */
card_number_digits?: number, options?: ImportOptions, 
/**
 * For the columns whose target is `new_field`.
 */
new_fields?: Array<NewField>, corrections?: Array<CorrectedCell>, };

export type PlanPage = { 
/**
 * `ImportPlan.round` of the plan that the rows are of.
 */
round: number, total: number, rows: Array<PlannedRow>, };

export type PlanPageRequest = { import: string, kind?: PlannedKind, 
/**
 * Only rows that change this, as `PlannedCell.what` names it; for rows that change somebody.
 */
what?: string, 
/**
 * Only rows in whose name, or in whose cells of the file, every word of it stands.
 */
text?: string, start: number, count: number, };

export type PlanPhotos = { 
/**
 * Folders and files.
 */
paths: Array<string>, job?: string, };

/**
 * Where to look next.
 */
export type PlanStop = { 
/**
 * Place among the rows that are shown; none where nothing is to be looked at.
 */
row?: number, 
/**
 * Place in `ImportPlan.columns`; none where it is about the row.
 */
column?: number, };

/**
 * Where a row of the plan is.
 */
export type PlannedAt = { 
/**
 * Place among the rows that are shown; none where it is not one of them.
 */
row?: number, 
/**
 * How many of those that are shown stand before it.
 */
above: number, };

export type PlannedCell = { 
/**
 * A member field's word, `department`, `further_department`, `leads`, `deputy_of`, `tags`, `custom:` with a field's
 * id, `guardian`, `guardian_name`, `guardian_phone`, `guardian_relation` or `guardian_may_confirm`.
 */
what: string, from: string, to: string, 
/**
 * The phone of a guardian who is added, masked like any other.
 */
phone?: string, 
/**
 * By which it can be taken out.
 */
item: number, 
/**
 * The row can go in without it.
 */
can_be_left_out: boolean, 
/**
 * It was taken out.
 */
is_out: boolean, 
/**
 * Columns from which it comes, by their places in `ImportPlan.columns`; none for what the file does not say.
 */
columns: Array<number>, };

/**
 * A field that an import would make.
 */
export type PlannedField = { 
/**
 * As `PlannedCell.what` names it.
 */
column: string, name: string, form: string, };

export type PlannedKind = "add" | "change" | "unchanged" | "unsure" | "leave" | "problem";

export type PlannedPhoto = { 
/**
 * Names the row in the other calls.
 */
row: number, 
/**
 * Below the folder that was opened.
 */
file: string, verdict: PhotoVerdict, matched_by: PhotoMatch | null, member: FoundMember | null, 
/**
 * Those who may be meant; at most ten.
 */
candidates: Array<FoundMember>, 
/**
 * `unsupported`, `unreadable`, `too_large`, `too_small`; `number_and_name_differ` for an ambiguous one.
 */
reason: string | null, is_left_out: boolean, 
/**
 * Somebody has set the part that is taken.
 */
is_adjusted: boolean, };

/**
 * What the photo of a row will look like, small.
 */
export type PlannedPicture = { row: number, 
/**
 * A `data:` address; null when the file cannot be read as a picture.
 */
data: string | null, };

export type PlannedPicturesAsked = { plan: string, 
/**
 * At most 24.
 */
rows: Array<number>, };

export type PlannedRow = { 
/**
 * By which the plan knows the row, whatever sheet it is on.
 */
key: number, sheet: string, 
/**
 * Row as counted in the sheet, from 1; 0 for somebody who is missing from the file.
 */
row: number, kind: PlannedKind, name: string, 
/**
 * It was taken out.
 */
is_out: boolean, 
/**
 * For `add` and `problem`: the new values; for `change`: only what differs.
 */
cells: Array<PlannedCell>, 
/**
 * What the file has in each of `ImportPlan.columns`, with what was typed over it; nothing for who is missing.
 */
texts: Array<PlannedText>, problems: Array<RowProblem>, 
/**
 * The row's sound cells could go in although others cannot.
 */
can_go_in_partly: boolean, 
/**
 * For `unsure`: whom it could be about.
 */
candidates: Array<ImportCandidate>, 
/**
 * For `unsure`: it could be about somebody new.
 */
can_be_new: boolean, };

/**
 * A cell of the file.
 */
export type PlannedText = { 
/**
 * Masked like any other number, unless something is said of it.
 */
text: string, is_masked: boolean, 
/**
 * The column's place in the row's sheet, by which it can be corrected; none where that has no such column.
 */
place?: number, };

/**
 * How this computer shows the program; kept outside the rosters, holds nothing personal.
 */
export type Preferences = { 
/**
 * `zh`, `en`, or `system`.
 */
language: string, 
/**
 * `light`, `dark`, or `system`.
 */
theme: string, 
/**
 * Row height in the grid: `compact`, `standard`, `roomy`.
 */
density: string, 
/**
 * Widths and order of grid columns by name, pixels.
 */
columns: Array<ColumnPreference>, 
/**
 * How many of the first columns stay in place.
 */
frozen_columns: number, };

export type PrepareSheets = { 
/**
 * `LayoutRow::id`, or the name of one of the organisation's own; `labels` and `letter` are short for the two used most.
 */
layout: string, department?: string, 
/**
 * Words on the sheet: `zh` or `en`.
 */
language: string, 
/**
 * People of a class by `number`, by `name`, or by a field of the organisation's own, such as the seat, as `custom:` with
 * its id; absent: by number.
 */
order?: string, 
/**
 * Labels of the first sheet that are gone already, counted by rows.
 */
used_places?: number, 
/**
 * Members who are not printed this time.
 */
left_out?: Array<string>, 
/**
 * Only these invitations.
 */
invitations?: Array<string>, 
/**
 * Only codes of which nobody has said yet that they came out well.
 */
is_only_unprinted?: boolean, 
/**
 * Before the sheets of each class a list of its people for the teacher to tick, on the same paper: A4.
 */
is_with_list?: boolean, 
/**
 * `PrinterSettings::id`; absent: the one that this layout was last printed with, or else the one used last.
 */
printer?: string, };

export type PrinterRef = { id: string, };

/**
 * A printer, or one of its trays, that sheets are made for. Stays on this computer.
 */
export type PrinterSettings = { 
/**
 * Empty for one that is not kept yet.
 */
id: string, 
/**
 * As the office calls it, with its tray; empty for the one that nobody has named.
 */
name: string, 
/**
 * 300 or 600.
 */
dpi: number, 
/**
 * Over which edge the paper is turned: `long` or `short`.
 */
turned_over: string, shift_x_mm: number, shift_y_mm: number, 
/**
 * What the ruler of 100 mm on the calibration sheet measures.
 */
ruler_x_mm: number, ruler_y_mm: number, back_shift_x_mm: number, back_shift_y_mm: number, 
/**
 * Each code is read back from the finished page.
 */
proofs: boolean, };

/**
 * Every printer that is remembered; there is always one.
 */
export type Printers = { all: Array<PrinterSettings>, 
/**
 * `PrinterSettings::id` of the one that was used last.
 */
last: string, };

export type ProblemCell = { 
/**
 * Row in the view, from 0.
 */
row: number, member: string, name: string, column: Column, 
/**
 * What the cell shows, masked as it is there.
 */
text: string, 
/**
 * The gravest first.
 */
problems: Array<ProblemOfCell>, };

export type ProblemCount = { 
/**
 * Cells with something wrong in them, or something that a person should look at.
 */
cells: number, 
/**
 * Members who have such cells.
 */
members: number, };

export type ProblemOfCell = { 
/**
 * A code of `model::check`, or one of the app's own.
 */
code: string, 
/**
 * A warning does not keep the value from being saved.
 */
is_warning: boolean, };

export type ProblemPage = { total: number, cells: Array<ProblemCell>, };

/**
 * Some of the cells, in the order of the rows. Only what was looked at before is known.
 */
export type ProblemPageRequest = { view: string, 
/**
 * In what order the cells of one member come; cells of other columns follow.
 */
columns: Array<Column>, start: number, count: number, };

export type ProfileId = { id: string, };

/**
 * One roster on this computer.
 */
export type ProfileSummary = { id: string, organisation_name: string, 
/**
 * It may have classes and pupils, by the kind of organisation it is.
 */
has_classes: boolean, account_name: string, service: ServicePlace, };

export type ProveSecondFactor = { password: string, code: string, };

/**
 * Rows `start..end` of a view and some columns.
 */
export type Range = { view: string, start: number, end: number, columns: Array<Column>, };

export type ReadPicture = { 
/**
 * PNG in base64, made anew of the pixels alone.
 */
base64: string, width: number, height: number, };

export type RecordHistory = { 
/**
 * `member`, `department` …
 */
kind: string, id: string, 
/**
 * Older than this moment; absent = the newest.
 */
before?: number, limit: number, };

/**
 * What happened to a record and to what belongs to it: a member's values of custom fields, tags, guardians and further
 * places, the places of those who lead or led a department.
 */
export type RecordPast = { 
/**
 * What the record is or was called.
 */
title: string, 
/**
 * The record is there now.
 */
is_there: boolean, lines: Array<HistoryLine>, has_more: boolean, };

export type RecordRef = { id: string, };

/**
 * Each lets its owner in once; told once.
 */
export type RecoveryCodes = { codes: Array<string>, };

/**
 * Refused edits, oldest first.
 */
export type RefusalPage = { 
/**
 * Of all there are.
 */
total: number, start: number, 
/**
 * Names the end of the whole list.
 */
newest: number, rows: Array<RefusalRow>, };

export type RefusalRef = { m: number, };

export type RefusalRow = { 
/**
 * Number of the refused edit; names it for calls.
 */
m: number, kind: string, record: string, title: string, verb: string, 
/**
 * `rejected`, `duplicate`, `gone`, `forbidden`, `group_failed`.
 */
code: string, 
/**
 * Rule of the model, when one forbids it.
 */
rule: string | null, 
/**
 * The other record, for `duplicate`.
 */
other: string | null, fields: Array<FieldChange>, at: number, };

/**
 * Which of the refused edits are meant.
 */
export type RefusalsMeant = { "which": "one", m: number, } | { "which": "alike", m: number, } | { "which": "until", m: number, };

export type RefusalsSettled = { 
/**
 * Refused edits that no longer wait for a person.
 */
settled: number, 
/**
 * Undo would take just this back. Not when nothing changed here by it: then undo is of what was done before.
 */
can_undo: boolean, };

export type RefusedCell = { 
/**
 * Row in the pasted block or range, from 0.
 */
row: number, column: Column, code: string, };

export type RemoveMembers = { members: Members, job?: string, };

/**
 * Takes a tag from everybody who has it, and removes it.
 */
export type RemoveTag = { id: string, job?: string, };

export type RenameDepartment = { id: string, name: string, };

/**
 * Looks through all rows of a view for a text, and what to put in its place.
 */
export type Replace = { view: string, columns: Array<Column>, find: string, replacement: string, extent: Extent, letter_case: LetterCase, labels: Array<ChoiceLabel>, 
/**
 * What stands between several choices in one cell, as people see them; `、` where nothing is said.
 */
between?: string, job?: string, };

/**
 * What a replacing would do.
 */
export type ReplacePlan = { 
/**
 * Cells that hold the text.
 */
found: number, 
/**
 * Cells that would be changed.
 */
changed: number, refused_count: number, 
/**
 * The first of those found, in the view's order.
 */
cells: Array<FoundCell>, };

/**
 * Voids codes and makes new ones in their place.
 */
export type Reprint = { invitations: Array<string>, 
/**
 * A word of `InvitationRow::voided_for`.
 */
reason: string, };

export type Reprinted = { 
/**
 * The new invitations, to be printed.
 */
invitations: Array<string>, 
/**
 * Not voided: their holder joined or left, or they were revoked before.
 */
left_alone: number, version: number, };

export type Resolve = { conflicts: ConflictsMeant, choice: Choice, job?: string, };

export type RestoreFields = { kind: string, id: string, fields: Array<string>, 
/**
 * As they were just before this entry.
 */
before: number, };

export type RestoreRecord = { kind: string, id: string, 
/**
 * As it was just before this entry; absent: before it was removed.
 */
before?: number, 
/**
 * As it is in this open past; a member who is there with everything that belongs to them.
 */
past?: string, };

export type Restored = { changed: number, left_out: Array<LeftOutField>, version: number, };

export type RevokeSessions = { 
/**
 * Of the account.
 */
id: string, 
/**
 * One of its devices; all where absent.
 */
device?: string, };

export type Row = { id: string, 
/**
 * In the order of the asked columns: words for choices, ISO dates, paths for departments.
 */
cells: Array<string>, mark: Mark | null, 
/**
 * Rules that cells break, by index in `cells`: a code of `model::check`.
 */
problems: Array<CellProblem>, 
/**
 * Cells that are masked, by index.
 */
masked?: Array<number>, 
/**
 * Suspended or left: such a row stands back.
 */
is_away?: boolean, };

/**
 * A row of a view.
 */
export type RowOfView = { view: string, row: number, };

/**
 * One thing wrong in a row, with the place in the file.
 */
export type RowProblem = { sheet: string, row: number, letter: string, 
/**
 * Place of the cell's column, from 0, by which it can be corrected; none where it is about the row as a whole.
 */
column: number | null, heading: string, 
/**
 * `number`, `text`, `date` …
 */
value_kind: string, value: string, code: string, 
/**
 * What to do about it, as a code.
 */
remedy: string, is_warning: boolean, 
/**
 * The row that this one disagrees with.
 */
other_row: number | null, 
/**
 * Its sheet, where that is another one.
 */
other_sheet?: string, 
/**
 * What the value may have been, offered but never applied silently.
 */
proposal?: string, };

/**
 * Rows one behind the other, by their places among those that are shown; both ends are inside.
 */
export type RowSpan = { first: number, last: number, };

export type RunChecked = { printed: number, version: number, };

/**
 * Whose code stood where. Names are those of the roster now.
 */
export type RunLabelRow = { place: number, page: number, invitation: string, member: string, member_name: string, card_number: string, department: string, 
/**
 * A word of `InvitationRow::state`; empty when it is no longer there.
 */
state: string, is_printed: boolean, };

export type RunLabels = { rows: Array<RunLabelRow>, 
/**
 * Where to go on, or null at the end.
 */
next: number | null, };

export type RunLabelsAsked = { number: number, 
/**
 * Only those in whose name or number it stands.
 */
text?: string, 
/**
 * `RunLabelRow::place` to begin with.
 */
start: number, count: number, };

/**
 * A line of the log of sheets. Stays on this computer.
 */
export type RunRow = { number: number, 
/**
 * `pdf`, `print`, `pictures`; `void`: codes were voided for new ones.
 */
way: string, actor: string, at: number, 
/**
 * `LayoutRow::id`, and its name while it is here.
 */
layout: string, layout_zh: string, layout_en: string, pages: number, people: number, 
/**
 * A word of `InvitationRow::voided_for`.
 */
reason: string | null, checked_at: number | null, 
/**
 * So many came out well.
 */
printed: number, 
/**
 * There is paper of it to look at.
 */
is_paper: boolean, 
/**
 * Codes were voided, and that was undone.
 */
is_undone: boolean, };

export type RunsAsked = { 
/**
 * Only older ones than this number.
 */
before?: number, count: number, 
/**
 * Only those whose paper nobody has looked at.
 */
is_only_unchecked?: boolean, };

/**
 * One code as a picture; `path` ends in `.png` or `.svg`.
 */
export type SaveCode = { invitation: string, path: string, };

/**
 * A layout as a file, to write.
 */
export type SaveLayout = { id: string, path: string, };

/**
 * Everybody's code as a picture, in a ZIP file.
 */
export type SavePictures = { run: string, path: string, 
/**
 * `png` or `svg`.
 */
picture: string, };

export type SaveSheets = { run: string, path: string, };

export type Saved = { path: string, bytes: number, };

export type SavedSheets = { path: string, bytes: number, codes: number, 
/**
 * Codes that were read back from the finished pages.
 */
proofed: number, 
/**
 * `RunRow::number`, to say later what came out well; null where there is no code on the paper.
 */
number: number | null, 
/**
 * Where it went to be printed; null where it was only saved.
 */
sent_to: SentTo | null, };

/**
 * What the grid shows under a name. Kept in the roster on this computer: a filter may hold a name or a number.
 */
export type SavedView = { 
/**
 * Empty for one that is kept for the first time.
 */
id: string, name: string, query: ViewQuery, columns: Array<ColumnPreference>, frozen_columns: number, };

export type SecondFactorState = { is_on: boolean, recovery_codes_left: number, };

/**
 * A sheet without anybody on it that was printed.
 */
export type Sent = { sent_to: SentTo, };

/**
 * Where a document went to be printed.
 */
export type SentTo = "dialog" | "viewer" | "nowhere";

/**
 * Where the organisation's service runs.
 */
export type ServicePlace = { "where": "this_computer" } | { "where": "remote", url: string, };

export type SetDepartmentKind = { id: string, kind: string, };

/**
 * The same text into one column of all of them.
 */
export type SetField = { members: Members, column: Column, 
/**
 * As typed; normalised by the app.
 */
text: string, job?: string, };

export type SetLeader = { department: string, member: string, 
/**
 * Null: leads it no more.
 */
role: LeaderRole | null, };

export type SetPhoto = { member: string, picture: string, crop: PhotoCrop, };

export type SettleRefusals = { refusals: RefusalsMeant, job?: string, };

export type ShareOnNetwork = { is_on_network: boolean, };

/**
 * A label on a page, in hundredths of the page's width and height from the top left.
 */
export type SheetLabel = { 
/**
 * Counted by rows from the top left; only on the first page, where one may begin with it.
 */
place: number | null, member: string | null, member_name: string, left: number, top: number, width: number, height: number, };

/**
 * One page as SVG, drawn from the same list as the PDF.
 */
export type SheetPage = { svg: string, 
/**
 * Height beside width.
 */
ratio: number, 
/**
 * What can be clicked. The first page has its empty labels too.
 */
labels: Array<SheetLabel>, };

export type SheetPageRequest = { run: string, page: number, };

export type SheetRun = { run: string, pages: number, people: number, groups: number, 
/**
 * Address in the codes; phones must be able to reach it.
 */
link_base: string, 
/**
 * The address is only reachable on this computer.
 */
is_loopback: boolean, 
/**
 * Codes whose invitation the service does not know yet.
 */
not_synced: number, 
/**
 * Codes made on another computer, which cannot be printed here.
 */
elsewhere: number, 
/**
 * Codes of people who have left; they are not printed.
 */
left: number, 
/**
 * Codes of people whom the roster has nothing to check by; nobody can join with them yet.
 */
uncheckable: number, 
/**
 * Codes with squares so small that phones may fail on them.
 */
small_codes: number, 
/**
 * `PrinterSettings::id` of the printer that the pages are made for.
 */
printer: string, 
/**
 * Names with characters that no font here can draw.
 */
missing_glyphs: Array<MissingGlyph>, };

export type SheetRunRef = { run: string, };

/**
 * Whose value a column is to have.
 */
export type Side = "kept" | "gone" | "both";

/**
 * Whether numbers and phones are shown in full, and what the account may do.
 */
export type Sight = { 
/**
 * Everybody's, until the roster is closed or masked again.
 */
is_full: boolean, 
/**
 * The account has the right to see them.
 */
may_reveal: boolean, 
/**
 * The account may look at the roster and change nothing.
 */
only_reads: boolean, 
/**
 * The account sees names, departments and invitations, and changes invitations only.
 */
only_prints: boolean, 
/**
 * The account sees and changes its own departments only.
 */
only_departments: boolean, };

export type SignIn = { service: ServicePlace, phone: string, password: string, 
/**
 * Needed when the account has several organisations: its id.
 */
organisation?: string, 
/**
 * Of the authenticator, or a recovery code: where the account has a second factor.
 */
code?: string, };

/**
 * Signed in and open, or the organisations to choose from.
 */
export type SignInOutcome = { "outcome": "open", profile: ProfileSummary, } | { "outcome": "choose", organisations: Array<OrganisationChoice>, };

export type SortBy = { column: Column, direction: Direction, };

export type SyncDone = { pushed: number, pulled: number, conflicts: number, refused: number, };

/**
 * How syncing stands.
 */
export type SyncPhase = "idle" | "syncing" | "offline" | "sign_in_needed" | "upgrade_needed";

/**
 * What the bar at the bottom tells.
 */
export type SyncStatus = { phase: SyncPhase, synced_at: number | null, waiting: number, conflicts: number, refused: number, };

/**
 * Tags to give to and to take from all of the members, by id.
 */
export type TagMembers = { members: Members, add: Array<string>, remove: Array<string>, job?: string, };

export type TagRow = { id: string, name: string, 
/**
 * A word of `Field::TagColour`; empty for none.
 */
colour: string, 
/**
 * Members who have it.
 */
count: number, };

/**
 * Takes rows, or some of what they would do, out of the import, or back in.
 */
export type TakeOut = { import: string, 
/**
 * The plan that places and numbers are of, as `ImportPlan.round`; refused where there is another by now.
 */
round?: number, 
/**
 * What was changed before, as `TakenNow.change`: that and nothing else, in whatever plan.
 */
change?: number, 
/**
 * Which rows are shown, as in `PlanPageRequest`.
 */
kind?: PlannedKind, what?: string, text?: string, 
/**
 * Rows by their places, and rows by their keys.
 */
spans: Array<RowSpan>, keys: Array<number>, 
/**
 * Only what comes from these columns, by their places in `ImportPlan.columns`; the rows themselves without any.
 */
columns?: Array<number>, 
/**
 * Only these changes; the rows themselves without any.
 */
items?: Array<number>, is_out: boolean, };

/**
 * What is taken out once rows were taken out or back in.
 */
export type TakenNow = { 
/**
 * The plan that this is said of.
 */
round: number, taken_out: TakenOut, 
/**
 * As in `ImportPlan`.
 */
confirms_leaving: boolean, 
/**
 * What was otherwise before, by which it can be changed back; none where nothing was.
 */
change?: number, };

/**
 * How many rows of each kind were taken out.
 */
export type TakenOut = { add: number, change: number, leave: number, problem: number, };

/**
 * How a text table is read.
 */
export type TextForm = { 
/**
 * Its name in the WHATWG Encoding Standard, in lower case: `utf-8`, `gb18030`, `big5` …
 */
encoding: string, delimiter: Delimiter, };

/**
 * Whether the values of two members can hold together.
 */
export type Together = { "can": "never" } | { "can": "hold", text: string, } | { "can": "break", rule: string, };

/**
 * Pairs of whom somebody said that they are not one person.
 */
export type ToldApart = { pairs: Array<ApartPair>, 
/**
 * All there are.
 */
total: number, };

export type ToldApartAsked = { skip: number, limit: number, };

/**
 * Takes back or does again; by the job it can be watched and stopped, and then leaves everything as it was.
 */
export type Undo = { job?: string, };

/**
 * The same for a certain batch, also long after.
 */
export type UndoBatch = { batch: string, job?: string, };

/**
 * What undoing a batch would do.
 */
export type UndoPlan = { 
/**
 * The batch is too large to be tried first.
 */
is_unknown: boolean, changed: number, 
/**
 * The first fields that were changed since and would be left alone.
 */
kept: Array<KeptField>, kept_count: number, };

export type UndoState = { 
/**
 * Word of the operation that undo would take back.
 */
undo: string | null, redo: string | null, };

export type Undone = { 
/**
 * Word of the operation taken back or done again.
 */
operation: string, changed: number, 
/**
 * Fields that were changed since and therefore left alone.
 */
kept: number, version: number, };

/**
 * An ordered set of members, fixed until it is opened again.
 */
export type ViewInfo = { view: string, 
/**
 * Rises with every change of the roster; a page tells the version it was read at.
 */
version: number, total: number, };

/**
 * What the grid shows.
 */
export type ViewQuery = { 
/**
 * This department and all below it; absent = everyone.
 */
department?: string, 
/**
 * Name, pinyin, initials, number, phone.
 */
text?: string, filters: Array<Filter>, 
/**
 * Whether all filters must hold or one is enough; absent = all.
 */
matching?: Matching, mark?: Mark, sort: Array<SortBy>, };

/**
 * Where a walk through a plan is.
 */
export type WalkPlan = { import: string, 
/**
 * The plan that the places are of, as `ImportPlan.round`; refused where there is another by now.
 */
round?: number, 
/**
 * Which rows are shown, as in `PlanPageRequest`.
 */
kind?: PlannedKind, what?: string, text?: string, 
/**
 * Its place among those.
 */
row: number, 
/**
 * A place in `ImportPlan.columns`; none before the first.
 */
column?: number, is_backwards: boolean, };

/**
 * Writes the same into every cell of some ranges of one view, in one operation.
 */
export type WriteCells = { ranges: Array<Range>, 
/**
 * The text of each column, as typed; columns without one are emptied.
 */
texts: Array<CellText>, job?: string, };

export type YearAction = "up" | "into" | "graduate" | "stay";

export type YearApplied = { batch: string, year: number, 
/**
 * Classes that moved, were made, graduated or were dissolved.
 */
classes: number, 
/**
 * Pupils whose own records changed.
 */
pupils: number, version: number, };

/**
 * One decision.
 */
export type YearChange = { "what": "year", year: number, } | { "what": "graduation", graduation: YearGraduation, } | { "what": "only", grade: string | null, } | { "what": "action", grade: string, action: YearAction | null, into: string | null, } | { "what": "pattern", grade: string, pattern: string | null, } | { "what": "new_classes", grade: string, count: number | null, } | { "what": "name", class: string, name: string | null, } | { "what": "head", class: string, member: string | null, } | { "what": "add_class", grade: string, name: string, } | { "what": "remove_class", class: string, } | { "what": "pupils", pupils: Array<string>, choice: YearPupilChoice | null, } | { "what": "regroup", from: Array<string>, into: Array<string>, rule: YearRule, } | { "what": "draw_again", number: number, } | { "what": "remove_regroup", number: number, } | { "what": "end_place", affiliation: string, } | { "what": "tidy" };

export type YearClass = { id: string, 
/**
 * Key of its grade as it is now.
 */
grade: string, fate: YearClassFate, 
/**
 * Paths; `path_before` is empty for a new class.
 */
path_before: string, path_after: string, name_before: string, name_after: string, is_name_unsure: boolean, head: YearHead | null, before: number, after: number, girls: number, boys: number, come: number, go: number, 
/**
 * A person added it to the plan, and can take it out.
 */
is_added: boolean, };

export type YearClassFate = "moves" | "stays" | "graduates" | "dissolved" | "made";

export type YearCount = { fate: YearPupilFate, count: number, };

export type YearFinding = { code: string, is_stop: boolean, class: string | null, pupil: string | null, pupil_name: string, 
/**
 * Name of the other record of a pair.
 */
other_name: string, 
/**
 * The further place in question.
 */
affiliation: string | null, 
/**
 * Of a department.
 */
name: string, };

export type YearGrade = { key: string, 
/**
 * Empty for classes of which nobody can tell the year.
 */
name: string, 
/**
 * What it stands below.
 */
stage: string, action: YearAction, 
/**
 * The grade it goes into, for `into`.
 */
into: string | null, 
/**
 * Nobody chose the action.
 */
is_default: boolean, takes_part: boolean, 
/**
 * What the grade is called where its classes go.
 */
name_after: string, classes: number, pupils: number, 
/**
 * The first year that becomes empty, by name.
 */
first: string | null, 
/**
 * Classes made for that first year.
 */
new_classes: number, 
/**
 * How its classes are to be named; empty: by their names now.
 */
pattern: string, 
/**
 * A pattern to begin with, after the names of its classes; empty when they have no numbers.
 */
pattern_offered: string, };

/**
 * What becomes of those who finish school.
 */
export type YearGraduation = "alumni" | "left";

export type YearHead = { id: string, name: string, };

/**
 * The plan as it follows from the roster of this moment and what was decided.
 */
export type YearPlan = { 
/**
 * The calendar year in which the new school year begins.
 */
year: number, graduation: YearGraduation, 
/**
 * The only grade that takes part; null: all.
 */
only_grade: string | null, grades: Array<YearGrade>, classes: Array<YearClass>, 
/**
 * Pupils by what becomes of them.
 */
counts: Array<YearCount>, 
/**
 * The first of the findings; what stops the plan comes first.
 */
findings: Array<YearFinding>, finding_count: number, can_apply: boolean, 
/**
 * Departments to be made beside classes, by path.
 */
made: Array<string>, regroups: Array<YearRegroup>, 
/**
 * Something was decided.
 */
is_changed: boolean, 
/**
 * The roster's version that it was made from.
 */
version: number, 
/**
 * The plan that was carried out last, when it can be taken back here.
 */
applied: YearApplied | null, };

export type YearPupil = { id: string, name: string, card_number: string, sex: string, fate: YearPupilFate, 
/**
 * Somebody decided for this pupil alone.
 */
is_exception: boolean, 
/**
 * Ids and paths of the places before and after.
 */
before: string | null, path_before: string, after: string | null, path_after: string, };

export type YearPupilChoice = { "fate": "repeat", class: string | null, } | { "fate": "class", class: string, } | { "fate": "suspend" } | { "fate": "leave" } | { "fate": "transfer", note: string, };

export type YearPupilFate = "with_class" | "graduates" | "repeats" | "other_class" | "dealt" | "suspended" | "leaves" | "transfers" | "no_place";

/**
 * Pupils of the plan in the order of classes.
 */
export type YearPupilQuery = { 
/**
 * Those who are in the class before or after.
 */
class: string | null, fate: YearPupilFate | null, 
/**
 * Part of the name or the card number.
 */
text: string, start: number, count: number, };

export type YearPupils = { total: number, rows: Array<YearPupil>, };

export type YearRegroup = { number: number, from: Array<string>, into: Array<string>, rule: YearRule, };

export type YearRule = "balanced" | "alphabetical" | "by_hand";

