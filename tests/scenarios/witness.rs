//! Looks at a roster's file beside the program: what a test compares that wants every byte.

use crate::world::World;
use mingce_model::Kind;
use mingce_vault::{FileVault, Vault};
use rusqlite::Connection;
use rusqlite::types::Value;
use std::path::{Path, PathBuf};

/// Every record as it lies in the file, in the order of the rows; all but the version that the service gave it.
pub type State = Vec<(Kind, Vec<Value>)>;

/// Looks at the roster's file beside the program.
pub struct Witness {
    file: Connection,
}

impl Witness {
    pub fn open(world: &World, name: &str) -> Self {
        let witness = Self::unlock(world, name);
        witness.file.execute_batch("PRAGMA query_only = ON").expect("a pragma");
        witness
    }

    /// Changes the roster's file behind the program's back.
    pub fn spoil(world: &World, name: &str, sql: &str) {
        let file = Self::unlock(world, name).file;
        file.busy_timeout(std::time::Duration::from_secs(20)).expect("a pragma");
        file.execute_batch(sql).expect("the statements run");
    }

    /// The roster's file.
    pub fn database(world: &World, name: &str) -> PathBuf {
        mingce_store::database_path(&only_folder(&world.path(name).join("profiles")))
    }

    /// The key of the roster's file.
    pub fn key(world: &World, name: &str) -> [u8; 32] {
        let home = world.path(name);
        let folder = only_folder(&home.join("profiles"));
        let profile = std::fs::read(folder.join("profile.json")).expect("the roster is described");
        let profile: serde_json::Value = serde_json::from_slice(&profile).expect("JSON");
        let vault = FileVault::open(&world.path(&format!("{name}.key")), &home).expect("the test's own key");
        let secrets = profile["secrets"].as_str().expect("an id");
        let key = vault.load(&format!("roster-key:{secrets}")).expect("the vault reads").expect("the roster's key");
        key.reveal()[..].try_into().expect("32 bytes")
    }

    fn unlock(world: &World, name: &str) -> Self {
        let digits: String = Self::key(world, name).iter().map(|byte| format!("{byte:02x}")).collect();
        let file = Connection::open(Self::database(world, name)).expect("the roster's file");
        for pragma in
            [&format!("key = \"x'{digits}'\"")[..], "cipher_page_size = 8192", "cipher_hmac_algorithm = HMAC_SHA256"]
        {
            let mut statement = file.prepare(&format!("PRAGMA {pragma}")).expect("a pragma");
            let mut rows = statement.query([]).expect("a pragma");
            while rows.next().expect("a pragma").is_some() {}
        }
        Self { file }
    }

    pub fn state(&self) -> State {
        let mut state = State::new();
        for kind in Kind::ALL {
            // What is told by whose it is may go and come again as another row of the same id; nobody sees which.
            let (order, left_out) = match kind {
                Kind::CustomValue | Kind::Tagging | Kind::Distinction => ("id", &["ver", "row"][..]),
                _ => ("row", &["ver"][..]),
            };
            let sql = format!("SELECT * FROM \"{}\" ORDER BY {order}", kind.name());
            let mut statement = self.file.prepare(&sql).expect("a table of every kind");
            let is_compared = |(_, name): &(usize, &str)| !left_out.contains(name);
            let columns: Vec<usize> =
                statement.column_names().enumerate().filter(is_compared).map(|(at, _)| at).collect();
            let mut rows = statement.query([]).expect("the file reads");
            while let Some(row) = rows.next().expect("the file reads") {
                let values = columns.iter().map(|at| row.get(*at)).collect::<Result<_, _>>();
                state.push((kind, values.expect("plain values")));
            }
        }
        state
    }

    /// Everything that the file says in any table, one value after another.
    pub fn text(&self) -> String {
        let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        let mut statement = self.file.prepare(tables).expect("the schema reads");
        let names = statement.query_map([], |row| row.get::<_, String>(0)).expect("the schema reads");
        let mut text = String::new();
        for name in names {
            let name = name.expect("a name");
            let mut statement = self.file.prepare(&format!("SELECT * FROM \"{name}\"")).expect("a table");
            let columns = statement.column_count();
            let mut rows = statement.query([]).expect("the file reads");
            while let Some(row) = rows.next().expect("the file reads") {
                for at in 0..columns {
                    match row.get_ref(at).expect("a value").as_bytes() {
                        Ok(bytes) => text.push_str(&String::from_utf8_lossy(bytes)),
                        Err(_) => text.push_str(&row.get::<_, Option<i64>>(at).ok().flatten().unwrap_or(0).to_string()),
                    }
                    text.push('\n');
                }
            }
        }
        text
    }

    /// No department is below itself, as the rows have it: the program would mend what it shows.
    pub fn assert_a_tree(&self) {
        let above = "WITH RECURSIVE line (of, at) AS (
                SELECT id, parent FROM department WHERE parent IS NOT NULL
                UNION SELECT line.of, d.parent FROM line JOIN department d ON d.id = line.at WHERE d.parent IS NOT NULL)
            SELECT count(*) FROM line WHERE of = at";
        let rings: i64 = self.file.query_row(above, [], |row| row.get(0)).expect("the file reads");
        assert_eq!(rings, 0, "departments below themselves");
    }

    /// Tokens of invitations that can be printed here.
    pub fn secrets(&self) -> i64 {
        let count = "SELECT count(*) FROM invitation_secret";
        self.file.query_row(count, [], |row| row.get(0)).expect("the file reads")
    }

    /// Operations that undo can take back.
    pub fn depth(&self) -> usize {
        let count = "SELECT count(*) FROM operation WHERE can_undo = 1";
        let count: i64 = self.file.query_row(count, [], |row| row.get(0)).expect("the file reads");
        usize::try_from(count).expect("a count")
    }
}

fn only_folder(of: &Path) -> std::path::PathBuf {
    let mut folders = std::fs::read_dir(of).expect("the program's folder");
    folders.next().expect("one roster").expect("the folder reads").path()
}

/// The first few records that differ, for whoever reads a failure.
pub fn differences(found: &State, expected: &State) -> String {
    let only = |these: &State, those: &State, sign: &str| -> Vec<String> {
        let lacking = these.iter().filter(|record| !those.contains(record));
        lacking.take(8).map(|record| format!("{sign} {}", shown(record))).collect()
    };
    [only(found, expected, "has"), only(expected, found, "lacks")].concat().join("\n")
}

fn shown((kind, values): &(Kind, Vec<Value>)) -> String {
    let values = values.iter().map(|value| match value {
        Value::Null => "-".into(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Blob(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
    });
    format!("{} {}", kind.name(), values.collect::<Vec<String>>().join(" "))
}
