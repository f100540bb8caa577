//! The command line's words.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Parser)]
#[command(name = "mingce", version, about = "Mingce (名册): a roster of members, offline and in sync")]
pub(crate) struct Arguments {
    /// Folder of rosters and settings.
    #[arg(long, global = true, value_name = "DIR", env = "MINGCE_HOME")]
    pub(crate) home: Option<PathBuf>,
    /// Take the key from this file instead of the system keyring (made by `mingce key new`).
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
    /// The organisation to work on when the home holds several: its name or id.
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) organisation: Option<String>,
    /// Print JSON.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Words in Chinese or English; by default as the system says.
    #[arg(long, global = true, value_enum)]
    pub(crate) lang: Option<Language>,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    Zh,
    En,
}

impl Language {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Language::Zh => "zh",
            Language::En => "en",
        }
    }
}

impl Arguments {
    pub(crate) fn language(&self) -> Language {
        self.lang.unwrap_or_else(|| {
            let system = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| std::env::var(name).ok());
            if system.is_some_and(|word| word.starts_with("zh")) { Language::Zh } else { Language::En }
        })
    }
}

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Key files for machines without a keyring.
    Key {
        #[command(subcommand)]
        verb: KeyVerb,
    },
    /// Organisations.
    Organisation {
        #[command(subcommand)]
        verb: OrganisationVerb,
    },
    /// Sign in to an organisation's service and open its roster here.
    SignIn(SignIn),
    /// Keep a roster that is damaged, or whose key is gone, aside and make it again from the service.
    Rebuild(Rebuild),
    /// Bring a workbook or CSV file in.
    Import(Import),
    /// Set photos of members from pictures named by card number or name.
    Photos(Photos),
    /// List the imports made on this computer.
    Imports,
    /// Write the roster to an .xlsx or .csv file, or a OneRoster .zip (1.2; 1.1 when the name ends in .1.1.zip).
    Export {
        file: PathBuf,
        /// Document numbers and phones masked: 330***********1234, 138****5678.
        #[arg(long)]
        masked: bool,
        /// Whom a OneRoster package is for: kept, so that a later one can tell what changed.
        #[arg(long, value_name = "NAME")]
        to: Option<String>,
        /// Only what changed since the last package for --to.
        #[arg(long, requires = "to")]
        changes: bool,
    },
    /// List members, or find them by name, pinyin, initials, number or phone.
    Members(Members),
    /// List departments with their members' count.
    Departments,
    /// Add a member: FIELD=VALUE…
    Add {
        #[arg(required = true, value_name = "FIELD=VALUE")]
        fields: Vec<String>,
    },
    /// Change a member (card number or id): FIELD=VALUE…
    Edit {
        member: String,
        #[arg(required = true, value_name = "FIELD=VALUE")]
        fields: Vec<String>,
    },
    /// Remove a member (card number or id).
    Remove { member: String },
    /// Who changed which field of a member, and when.
    History {
        member: String,
        #[command(flatten)]
        sight: Sight,
    },
    /// Take the last change back, or a whole batch.
    Undo { batch: Option<String> },
    /// Do again what was taken back.
    Redo,
    /// Send local edits and bring others'.
    Sync,
    /// Edits that met another edit.
    Conflicts {
        #[command(flatten)]
        sight: Sight,
    },
    /// Settle a conflict.
    Resolve { conflict: String, choice: Choice },
    /// Edits that the service would not take.
    Refusals {
        #[command(flatten)]
        sight: Sight,
    },
    /// Give refused edits up.
    Drop(Refused),
    /// Send refused edits once more as they are, when what stood against them is gone.
    Retry(Refused),
    /// Make invitations for those who have not joined.
    Invite(Invite),
    /// List invitations.
    Invitations(Invitations),
    /// Revoke an invitation.
    Revoke { invitation: String },
    /// Write the sheets of open invitations to a PDF, or their codes as pictures to a ZIP file.
    Sheets(Sheets),
    /// List the layouts of sheets, shipped and own.
    Layouts {
        #[command(subcommand)]
        verb: Option<LayoutVerb>,
    },
    /// List when sheets were made here and codes voided, newest first; of one run, its labels.
    Runs {
        run: Option<u32>,
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// Say what of a run came out of the printer well; only that counts as printed.
    Printed(Printed),
    /// Mark printed invitations as handed out: those of a department, those named, or all.
    HandOut {
        #[arg(conflicts_with = "department")]
        invitations: Vec<String>,
        /// With those below it.
        #[arg(long, value_name = "PATH")]
        department: Option<String>,
    },
    /// Void invitations for a reason and make new codes in their place.
    Reprint {
        #[arg(required = true)]
        invitations: Vec<String>,
        #[arg(long, value_enum)]
        reason: Reason,
    },
    /// The new school year: show the plan as it follows from the roster and what was decided.
    Year {
        #[command(subcommand)]
        verb: Option<YearVerb>,
    },
    /// Check keyring, disk and fonts, and of every organisation here database and service.
    Doctor,
}

/// Refused edits that a verb is about.
#[derive(Args)]
pub(crate) struct Refused {
    /// As `mingce refusals` lists it.
    #[arg(required_unless_present = "all")]
    pub(crate) number: Option<u64>,
    /// With it every edit of its kind that was refused for the same reason.
    #[arg(long)]
    pub(crate) alike: bool,
    /// All that were refused.
    #[arg(long, conflicts_with_all = ["number", "alike"])]
    pub(crate) all: bool,
}

#[derive(Subcommand)]
pub(crate) enum YearVerb {
    /// Show the plan.
    Plan {
        /// Decisions as a JSON list, instead of those kept on this computer: [{"what": "year", "year": 2027}, …]
        #[arg(long, value_name = "FILE")]
        choices: Option<PathBuf>,
    },
    /// Carry the plan out as one batch.
    Apply {
        /// As for `plan`.
        #[arg(long, value_name = "FILE")]
        choices: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
pub(crate) enum LayoutVerb {
    /// Write a layout to a file, to change it by hand or to take it elsewhere.
    Export {
        /// As `mingce layouts` lists it, or the name of an own one.
        layout: String,
        file: PathBuf,
    },
    /// Keep the layout of a file as an own one.
    Import {
        file: PathBuf,
        /// In the place of the own one that has its name.
        #[arg(long)]
        replace: bool,
    },
    /// Give an own layout another name.
    Rename { layout: String, name: String },
    /// Make an own layout like another.
    Copy { layout: String, name: String },
    /// Take an own layout away.
    Remove { layout: String },
}

#[derive(Subcommand)]
pub(crate) enum KeyVerb {
    /// Make a new key file, readable by you only.
    New { file: PathBuf },
}

#[derive(Subcommand)]
pub(crate) enum OrganisationVerb {
    /// Make an organisation and its first administrator.
    Create(CreateOrganisation),
    /// The organisations of this home with their ids.
    List,
}

#[derive(Args)]
pub(crate) struct CreateOrganisation {
    /// Address of the service, or `this-computer`.
    #[arg(long)]
    pub(crate) service: String,
    #[arg(long)]
    pub(crate) name: String,
    #[arg(long, default_value = "school")]
    pub(crate) kind: String,
    /// Name of the first administrator.
    #[arg(long)]
    pub(crate) admin: String,
    #[arg(long)]
    pub(crate) phone: String,
    /// Read the password from the first line of standard input.
    #[arg(long, required = true)]
    pub(crate) password_stdin: bool,
    /// Of the authenticator, or a recovery code: where the account has a second factor.
    #[arg(long)]
    pub(crate) code: Option<String>,
}

#[derive(Args)]
pub(crate) struct SignIn {
    #[arg(long)]
    pub(crate) service: String,
    #[arg(long)]
    pub(crate) phone: String,
    #[arg(long, required = true)]
    pub(crate) password_stdin: bool,
    /// Of the authenticator, or a recovery code: where the account has a second factor.
    #[arg(long)]
    pub(crate) code: Option<String>,
}

#[derive(Args)]
pub(crate) struct Rebuild {
    /// Of the account that the roster belongs to.
    #[arg(long)]
    pub(crate) phone: String,
    #[arg(long, required = true)]
    pub(crate) password_stdin: bool,
    /// Of the authenticator, or a recovery code: where the account has a second factor.
    #[arg(long)]
    pub(crate) code: Option<String>,
}

#[derive(Args)]
pub(crate) struct Import {
    pub(crate) file: PathBuf,
    /// By default the first sheet with headings that are known.
    #[arg(long, value_name = "NAME")]
    pub(crate) sheet: Option<String>,
    /// Row of the headings when it is not found: 1 is the first; 0 when there is none.
    #[arg(long, value_name = "ROW")]
    pub(crate) heading_row: Option<u32>,
    /// Read a text table in this encoding: utf-8, gb18030, big5, utf-16le … By default it is found out.
    #[arg(long, value_name = "NAME")]
    pub(crate) encoding: Option<String>,
    /// What stands between two cells of a text table. By default it is found out.
    #[arg(long, value_enum)]
    pub(crate) delimiter: Option<Between>,
    /// Use a column for a field: 学籍号=card_number, 住宿情况=住宿 for one of your own, C=phone for a column by its letter;
    /// `ignore` leaves it out. The row with a heading that is named here is the row of headings.
    #[arg(long = "map", value_name = "HEADING=FIELD")]
    pub(crate) maps: Vec<String>,
    /// Show what would happen and change nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not create departments; rows in unknown ones are left out and listed, and the exit status is 3.
    #[arg(long)]
    pub(crate) keep_departments: bool,
    /// Create departments below this one; a class that lies there is meant before any other of its name.
    #[arg(long, value_name = "PATH")]
    pub(crate) under: Option<String>,
    /// Do not create tags; members get only those that there are.
    #[arg(long)]
    pub(crate) keep_tags: bool,
    /// Do not create fields; columns that only a OneRoster package has and no field is for are left out.
    #[arg(long)]
    pub(crate) keep_fields: bool,
    /// Import every sheet with the same headings; a sheet's name is its class.
    #[arg(long)]
    pub(crate) all_sheets: bool,
    /// What becomes of people who are new, known, or missing from the file.
    #[arg(long, value_enum, default_value_t = ImportAs::Merge)]
    pub(crate) mode: ImportAs,
    /// How many people leave, where a mirrored import asks for it.
    #[arg(long, value_name = "PEOPLE")]
    pub(crate) leaving: Option<u32>,
    #[command(flatten)]
    pub(crate) sight: Sight,
}

/// Whether numbers are printed whole.
#[derive(Args)]
pub(crate) struct Sight {
    /// Print document numbers, phones and personal fields whole, not masked. Needs the right to it and is written down.
    #[arg(long)]
    pub(crate) reveal: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Between {
    Comma,
    Semicolon,
    Tab,
    Bar,
}

#[derive(Args)]
pub(crate) struct Photos {
    /// Folders of pictures, or pictures: JPEG, PNG, WebP.
    #[arg(required = true, value_name = "FOLDER")]
    pub(crate) paths: Vec<PathBuf>,
    /// Show what would happen and change nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Replace photos that members have already.
    #[arg(long)]
    pub(crate) replace: bool,
}

/// See `mingce_ipc::import::ImportMode`.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ImportAs {
    Merge,
    OnlyNew,
    OnlyKnown,
    MirrorRoster,
    MirrorDepartments,
}

#[derive(Args)]
pub(crate) struct Members {
    pub(crate) text: Option<String>,
    #[arg(long, value_name = "PATH")]
    pub(crate) department: Option<String>,
    /// active, suspended, left; none, invited, expired, joined, refused.
    #[arg(long)]
    pub(crate) status: Option<String>,
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: u32,
    #[command(flatten)]
    pub(crate) sight: Sight,
}

#[derive(Args)]
pub(crate) struct Invite {
    #[arg(long, value_name = "PATH")]
    pub(crate) department: Option<String>,
    #[arg(long, default_value_t = 14)]
    pub(crate) days: u16,
    /// Make new codes also where one is open; the old ones are revoked.
    #[arg(long)]
    pub(crate) replace: bool,
}

#[derive(Args)]
pub(crate) struct Invitations {
    #[arg(long, value_name = "PATH")]
    pub(crate) department: Option<String>,
    /// waiting (not synced), open, expired, claimed, refused, revoked.
    #[arg(long)]
    pub(crate) state: Option<String>,
    #[arg(long, default_value_t = 1000)]
    pub(crate) limit: u32,
}

#[derive(Args)]
pub(crate) struct Sheets {
    /// Ends in .pdf or .zip.
    pub(crate) file: PathBuf,
    /// What the pictures of a ZIP file are.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) picture: Picture,
    /// As PDF/UA-1 and PDF/A-2a: for programs that read aloud, and for the archive.
    #[arg(long)]
    pub(crate) accessible: bool,
    /// Before the sheets of each class a list of its people to tick, on the same paper: A4.
    #[arg(long)]
    pub(crate) list: bool,
    /// A layout that `mingce layouts` lists, or the name of an own one; labels and letter are short for the two used most.
    #[arg(long, default_value = "labels")]
    pub(crate) layout: String,
    /// Read a layout from a file, keep it in the place of the own one of its name, and use it.
    #[arg(long, value_name = "FILE", conflicts_with = "layout")]
    pub(crate) layout_file: Option<PathBuf>,
    #[arg(long, value_name = "PATH")]
    pub(crate) department: Option<String>,
    /// People of a class by `number`, by `name`, or by a field of the organisation's own, such as the seat, by its name.
    #[arg(long, default_value = "number")]
    pub(crate) order: String,
    /// The printer, or tray, that it is for, by the name it has in the window; else the one that the layout was last printed
    /// with.
    #[arg(long, value_name = "NAME")]
    pub(crate) printer: Option<String>,
    /// Labels of the first sheet that are gone already, counted by rows.
    #[arg(long, value_name = "COUNT", default_value_t)]
    pub(crate) used: u32,
    /// Only codes of which nobody has said yet that they came out well.
    #[arg(long)]
    pub(crate) unprinted: bool,
    /// Those who have not joined. Sheets never hold anyone else: a code that was claimed is used up.
    #[arg(long)]
    pub(crate) not_joined: bool,
}

#[derive(Args)]
pub(crate) struct Printed {
    /// Its number, as `mingce runs` lists it.
    pub(crate) run: u32,
    #[command(flatten)]
    pub(crate) what: Well,
}

/// What came out well.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Well {
    #[arg(long)]
    pub(crate) all: bool,
    /// Up to this page, from 1.
    #[arg(long, value_name = "PAGE")]
    pub(crate) to_page: Option<u32>,
    /// These pages: 1,3,5
    #[arg(long, value_name = "PAGES", value_delimiter = ',')]
    pub(crate) pages: Vec<u32>,
    /// All but the labels of these invitations, parted by commas.
    #[arg(long, value_name = "INVITATIONS", value_delimiter = ',')]
    pub(crate) all_but: Vec<String>,
    #[arg(long)]
    pub(crate) none: bool,
}

/// A word of `Field::InvitationVoidedFor`.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Reason {
    Damaged,
    Lost,
    Misprint,
    Other,
}

#[derive(Clone, Copy, Default, ValueEnum)]
pub(crate) enum Picture {
    #[default]
    Png,
    Svg,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Choice {
    Mine,
    Theirs,
}
