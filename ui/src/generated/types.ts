// Written by `cargo xtask codegen` from crates/ipc. Do not edit.

export type AddMember = { cells: Array<CellText>, };

export type AppState = { version: string, 
/**
 * The roster that is open.
 */
profile: ProfileSummary | null, profiles: Array<ProfileSummary>, };

export type ApplyImport = { import: string, creates_departments: boolean, 
/**
 * Rows with a faulty cell go in without that cell; otherwise they stay out.
 */
takes_sound_cells: boolean, 
/**
 * Rows of the file to leave out.
 */
excluded_rows: Array<number>, };

export type BatchRef = { batch: string, };

export type Block = { rows: Array<Array<string>>, };

/**
 * Rows `top..bottom` and columns `left..right` of the shown order.
 */
export type Block2d = { top: number, bottom: number, left: number, right: number, };

export type CellProblem = { cell: number, code: string, 
/**
 * A warning does not keep the value from being saved.
 */
is_warning: boolean, };

export type CellText = { column: Column, text: string, };

export type Choice = "mine" | "theirs";

/**
 * A choice as people read it: what they look for is what they see.
 */
export type ChoiceLabel = { column: Column, word: string, label: string, };

/**
 * Why a call failed. Codes are never reused.
 */
export type Code = "keyring_missing" | "keyring_locked" | "keyring_failed" | "key_missing" | "key_file_unusable" | "in_use" | "not_a_roster" | "damaged" | "newer_schema" | "disk_full" | "file_failed" | "no_profile" | "profile_exists" | "not_found" | "ambiguous" | "stale" | "invalid" | "duplicate" | "department_not_empty" | "department_cycle" | "department_exists" | "department_too_deep" | "department_archived" | "department_exists_archived" | "nothing_to_undo" | "nothing_to_redo" | "offline" | "untrusted" | "not_mingce" | "wrong_credentials" | "sign_in_needed" | "account_exists" | "forbidden" | "too_many" | "service_failed" | "upgrade_needed" | "file_unreadable" | "file_encrypted" | "file_too_large" | "sheet_missing" | "no_header" | "mapping_incomplete" | "import_gone" | "cancelled" | "nothing_to_print" | "invitation_elsewhere" | "cannot_open" | "malformed" | "internal";

/**
 * A column of the grid: every member field, and what is computed from other records.
 */
export type Column = "card_number" | "name" | "sex" | "birth_date" | "phone" | "document_kind" | "document_number" | "identity" | "department" | "title" | "entry_year" | "email" | "address" | "valid_from" | "valid_until" | "status" | "note" | "guardian_name" | "guardian_phone" | "guardian_relation" | "join_state";

export type ColumnPreference = { column: string, width_px: number, is_hidden: boolean, };

export type ConflictRow = { id: string, kind: string, record: string, 
/**
 * Name of the member or department.
 */
title: string, 
/**
 * Field word; `*` when a removal met an edit.
 */
field: string, base: string, mine: string, theirs: string, mine_by: string, theirs_by: string, mine_at: number | null, theirs_at: number | null, };

export type CreateDepartment = { parent: string | null, name: string, 
/**
 * Guessed from the name when absent.
 */
kind?: string, };

export type CreateOrganisation = { name: string, 
/**
 * A word of `Field::OrganisationKind`.
 */
kind: string, admin_name: string, phone: string, password: string, service: ServicePlace, };

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
is_hidden: boolean, leaders: Array<LeaderRow>, history: Array<HistoryEntry>, };

export type DepartmentNode = { id: string, parent: string | null, name: string, kind: string, 
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
export type DepartmentProgress = { department: string, path: string, members: number, invited: number, joined: number, refused: number, };

export type DeviceRow = { id: string, name: string, created_at: number, last_used_at: number, is_current: boolean, };

export type Direction = "ascending" | "descending";

/**
 * A check of the doctor: what was looked at and how it stands.
 */
export type DoctorLine = { 
/**
 * `keyring`, `database`, `disk`, `service`, `fonts` …
 */
check: string, is_ok: boolean, 
/**
 * Numbers and words without personal data.
 */
detail: string, };

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
cells: Array<CellText>, };

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

export type Event = { "event": "changed", kinds: Array<string>, version: number, } | { "event": "sync", status: SyncStatus, } | { "event": "service", service: EmbeddedService, } | { "event": "progress", job: string, done: number, total: number, } | { "event": "file_dropped", path: string, };

/**
 * `path` ends in `.xlsx` or `.csv`.
 */
export type Export = { path: string, query: ViewQuery, 
/**
 * Headings and choices in `zh` or `en`.
 */
language: string, };

export type Exported = { path: string, rows: number, };

/**
 * How much of a cell has to be what is looked for.
 */
export type Extent = "part" | "whole";

/**
 * A failed call. `params` holds counts, rule codes and field words, never personal data.
 */
export type Failure = { code: Code, params?: { [key in string]: string }, };

export type FieldChange = { field: string, from: string, to: string, };

/**
 * Repeats the cells of `from` over `to`: row r takes row `from.start + (r - from.start) modulo height`, columns
 * likewise by their place in the two lists, of which one is a run of the other's neighbours.
 */
export type Fill = { view: string, from: Block2d, to: Block2d, 
/**
 * The grid's columns in order; blocks count in it.
 */
columns: Array<Column>, job?: string, };

/**
 * A condition on one column.
 */
export type Filter = { "test": "is", column: Column, value: string, } | { "test": "is_not", column: Column, value: string, } | { "test": "contains", column: Column, value: string, } | { "test": "not_contains", column: Column, value: string, } | { "test": "starts_with", column: Column, value: string, } | { "test": "at_least", column: Column, value: string, } | { "test": "at_most", column: Column, value: string, } | { "test": "any_of", column: Column, values: Array<string>, } | { "test": "is_empty", column: Column, } | { "test": "is_filled", column: Column, };

export type Find = { text: string, limit: number, };

export type FoundCell = { 
/**
 * Row of the view.
 */
row: number, name: string, column: Column, from: string, to: string, 
/**
 * The rule that the new text breaks.
 */
code: string | null, };

export type FoundMember = { id: string, name: string, card_number: string, department: string, };

export type GuardianDetail = { id: string, name: string, phone: string, relation: string, };

export type GuardianRef = { member: string, guardian: string, };

export type HistoryEntry = { at: number, by: string, 
/**
 * `create`, `edit`, `remove`.
 */
verb: string, 
/**
 * Word of the operation: `edit`, `paste`, `import`, `undo`, `remote` …
 */
operation: string, changes: Array<FieldChange>, };

export type ImportApplied = { batch: string, added: number, changed: number, departments: number, version: number, };

export type ImportColumn = { 
/**
 * `A`, `B` … as in the spreadsheet.
 */
letter: string, heading: string, samples: Array<string>, 
/**
 * What the column is for: `name`, `department`, `guardian_phone_1`, `department_part_2`, `ignore` …
 */
target: string, 
/**
 * 0 to 100.
 */
confidence: number, };

export type ImportCounts = { add: number, change: number, unchanged: number, problem: number, skipped: number, };

export type ImportFile = { import: string, 
/**
 * As it was opened, to open another sheet of it.
 */
path: string, file_name: string, 
/**
 * `xlsx`, `xls`, `ods`, `csv` …; for text files with the encoding.
 */
format: string, sheets: Array<string>, sheet: string, 
/**
 * Row of the headings as counted in the file, from 1.
 */
header_row: number, row_count: number, columns: Array<ImportColumn>, 
/**
 * Every word that a column may be given.
 */
targets: Array<string>, 
/**
 * The mapping of an earlier file of the same shape was used.
 */
is_remembered: boolean, };

export type ImportPlan = { import: string, counts: ImportCounts, 
/**
 * Paths that do not exist yet; rows in them need the user's yes.
 */
new_departments: Array<string>, 
/**
 * Card numbers seem to have lost leading zeros: their usual length.
 */
offered_card_number_digits: number | null, };

export type ImportRef = { import: string, };

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
is_printable: boolean, };

export type Invite = { 
/**
 * Absent: everyone who has not joined.
 */
members?: Members, days: number, 
/**
 * Make a new code also for those who have an open one; the old one is revoked.
 */
replaces_open: boolean, };

export type Invited = { made: number, already_open: number, already_joined: number, version: number, };

export type JobRef = { job: string, };

export type LeaderRole = "head" | "deputy";

/**
 * Somebody who leads a department.
 */
export type LeaderRow = { member: string, name: string, role: LeaderRole, };

/**
 * What becomes of those who led an emptied department.
 */
export type LeadersThen = "go_over" | "end";

export type LetterCase = "any" | "same";

/**
 * Where a member stands in a view.
 */
export type Locate = { view: string, id: string, };

/**
 * Rows that need a person, as the bar at the bottom opens them.
 */
export type Mark = "pending" | "conflict" | "refused";

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
columns: Array<Column>, guardians: Array<GuardianDetail>, 
/**
 * Paths of further departments.
 */
affiliations: Array<string>, invitation: InvitationRow | null, history: Array<HistoryEntry>, };

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
into: string | null, leaders: LeadersThen, };

export type MergeOutcome = { 
/**
 * Members whose main department changed.
 */
members: number, 
/**
 * Departments that went over as they are.
 */
departments: number, 
/**
 * Departments that were emptied into a namesake.
 */
namesakes: number, version: number, };

export type MissingGlyph = { member_name: string, characters: string, };

export type MoveDepartment = { id: string, parent: string | null, 
/**
 * Sibling to stand behind; absent = first.
 */
after?: string, };

export type MoveMembers = { members: Members, department: string | null, job?: string, };

/**
 * No arguments, or nothing to answer.
 */
export type Nothing = Record<symbol, never>;

export type OpenImport = { path: string, sheet?: string, };

export type OrganisationChoice = { id: string, name: string, };

export type Page = { version: number, total: number, start: number, rows: Array<Row>, };

export type PageRequest = { view: string, start: number, count: number, columns: Array<Column>, };

export type Password = { password: string, };

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

export type PlanImport = { import: string, 
/**
 * One for each column of the file.
 */
targets: Array<string>, 
/**
 * Fill card numbers that lost their zeros up to so many digits; offered by an earlier plan.
 */
card_number_digits?: number, };

export type PlanPage = { total: number, rows: Array<PlannedRow>, };

export type PlanPageRequest = { import: string, kind?: PlannedKind, start: number, count: number, };

export type PlannedCell = { 
/**
 * A member field's word, `department`, `further_department`, `guardian`, `guardian_name`, `guardian_phone` or
 * `guardian_relation`.
 */
what: string, from: string, to: string, };

export type PlannedKind = "add" | "change" | "unchanged" | "problem";

export type PlannedRow = { 
/**
 * Row as counted in the file, from 1.
 */
row: number, kind: PlannedKind, name: string, 
/**
 * For `add` and `problem`: the new values; for `change`: only what differs.
 */
cells: Array<PlannedCell>, problems: Array<RowProblem>, 
/**
 * The row's sound cells could go in although others cannot.
 */
can_go_in_partly: boolean, };

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
 * `labels` or `letter`.
 */
layout: string, department?: string, 
/**
 * Words on the sheet: `zh` or `en`.
 */
language: string, };

export type ProfileId = { id: string, };

/**
 * One roster on this computer.
 */
export type ProfileSummary = { id: string, organisation_name: string, organisation_kind: string, account_name: string, service: ServicePlace, };

/**
 * Rows `start..end` of a view and some columns.
 */
export type Range = { view: string, start: number, end: number, columns: Array<Column>, };

export type Ranges = { ranges: Array<Range>, job?: string, };

export type RecordRef = { id: string, };

export type RefusalRef = { m: number, };

export type RefusalRow = { 
/**
 * Number of the refused edit; names it for `drop_refusal`.
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

export type RefusedCell = { 
/**
 * Row in the pasted block or range, from 0.
 */
row: number, column: Column, code: string, };

export type RemoveMembers = { members: Members, job?: string, };

export type RenameDepartment = { id: string, name: string, };

/**
 * Looks through all rows of a view for a text, and what to put in its place.
 */
export type Replace = { view: string, columns: Array<Column>, find: string, replacement: string, extent: Extent, letter_case: LetterCase, labels: Array<ChoiceLabel>, job?: string, };

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

export type Resolve = { conflicts: Array<string>, choice: Choice, };

export type Row = { id: string, 
/**
 * In the order of the asked columns: words for choices, ISO dates, paths for departments.
 */
cells: Array<string>, mark: Mark | null, 
/**
 * Rules that cells break, by index in `cells`: a code of `model::check`.
 */
problems: Array<CellProblem>, };

/**
 * One thing wrong in a row, with the place in the file.
 */
export type RowProblem = { sheet: string, row: number, letter: string, heading: string, 
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
 * What the value may have been, offered but never applied silently.
 */
proposal?: string, };

/**
 * One code as a picture; `path` ends in `.png` or `.svg`.
 */
export type SaveCode = { invitation: string, path: string, };

export type SaveSheets = { run: string, path: string, };

export type Saved = { path: string, bytes: number, };

/**
 * What the grid shows under a name. Kept in the roster on this computer: a filter may hold a name or a number.
 */
export type SavedView = { 
/**
 * Empty for one that is kept for the first time.
 */
id: string, name: string, query: ViewQuery, columns: Array<ColumnPreference>, frozen_columns: number, };

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

export type ShareOnNetwork = { is_on_network: boolean, };

/**
 * One page as SVG, drawn from the same list as the PDF.
 */
export type SheetPage = { svg: string, };

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
 * Names with characters that no font here can draw.
 */
missing_glyphs: Array<MissingGlyph>, };

export type SheetRunRef = { run: string, };

export type SignIn = { service: ServicePlace, phone: string, password: string, 
/**
 * Needed when the account has several organisations: its id.
 */
organisation?: string, };

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

