//! Whatever is changed behind the service's back is found: any byte of any column of any row, any row, a cut at the end.

use crate::audit::{heads, live_through, verified};
use crate::database::TestDatabase;
use crate::desk::House;
use mingce_service::audit::{Broken, Evidence, Head};

/// What the audit's tables hold; the first columns are their key.
const TABLES: [(&str, usize, &[(&str, Form)]); 5] = [
    (
        "audit",
        2,
        &[
            ("organisation", Form::Number),
            ("number", Form::Number),
            ("at_ms", Form::Number),
            ("act", Form::Text),
            ("actor_kind", Form::Text),
            ("actor", Form::Id),
            ("device", Form::Id),
            ("network", Form::Text),
            ("subject", Form::Id),
            ("details", Form::Text),
            ("link", Form::Bytes),
        ],
    ),
    (
        "audit_head",
        2,
        &[
            ("organisation", Form::Number),
            ("sequence", Form::Number),
            ("number", Form::Number),
            ("link", Form::Bytes),
            ("at_ms", Form::Number),
            ("public", Form::Bytes),
            ("signature", Form::Bytes),
        ],
    ),
    (
        "audit_service",
        1,
        &[("organisation", Form::Number), ("audit_number", Form::Number), ("audit_link", Form::Bytes)],
    ),
    // The change log, which pushes bind.
    (
        "change",
        2,
        &[
            ("organisation", Form::Number),
            ("ver", Form::Number),
            ("replica", Form::Id),
            ("m", Form::Number),
            ("account", Form::Id),
            ("at_ms", Form::Number),
            ("received_at", Form::Number),
            ("kind", Form::Small),
            ("id", Form::Id),
            ("verb", Form::Text),
            ("changes", Form::Text),
            ("chain", Form::Bytes),
        ],
    ),
    // Of this one only what belongs to the audit.
    ("organisation", 1, &[("key", Form::Number), ("audit_number", Form::Number), ("audit_link", Form::Bytes)]),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Number,
    /// One that a column of two bytes holds.
    Small,
    Text,
    Id,
    Bytes,
}

/// Chance that is the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        // xorshift64
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }
}

fn is_file(database: &TestDatabase) -> bool {
    matches!(database, TestDatabase::File(_))
}

/// The column as text that `literal` understands.
fn selected(database: &TestDatabase, column: &str, form: Form) -> String {
    match (form, is_file(database)) {
        (Form::Bytes | Form::Id, true) => format!("hex({column})"),
        (Form::Bytes, false) => format!("encode({column}, 'hex')"),
        (Form::Number | Form::Small | Form::Text, true) => format!("CAST({column} AS TEXT)"),
        (_, false) => format!("{column}::text"),
    }
}

fn literal(database: &TestDatabase, value: Option<&str>, form: Form) -> String {
    match (value, form, is_file(database)) {
        (None, ..) => "NULL".to_owned(),
        // Where there is nothing, SQLite's `hex` says nothing.
        (Some(""), Form::Id | Form::Bytes, true) => "NULL".to_owned(),
        (Some(value), Form::Number | Form::Small, _) => value.to_owned(),
        (Some(value), Form::Text, _) => format!("'{}'", value.replace('\'', "''")),
        (Some(value), Form::Id | Form::Bytes, true) => format!("X'{value}'"),
        (Some(value), Form::Id, false) => format!("'{value}'::uuid"),
        (Some(value), Form::Bytes, false) => format!("'\\x{value}'::bytea"),
    }
}

/// The value with one byte changed, wherever chance leads; something where there was nothing.
fn changed(value: Option<&str>, form: Form, chance: &mut Chance) -> String {
    let value = value.unwrap_or_default();
    match form {
        Form::Number if value.is_empty() => "7".to_owned(),
        Form::Small => (value.parse::<i64>().unwrap() ^ (1 << chance.below(5))).to_string(),
        Form::Number => {
            let number: i64 = value.parse().unwrap();
            // Not into the number of another row, nor out of what a column holds.
            (number ^ (1 << (8 * (1 + chance.below(6)) + chance.below(7)))).to_string()
        }
        Form::Text if value.is_empty() => "x".to_owned(),
        Form::Text => {
            let mut bytes = value.as_bytes().to_vec();
            // Not in the middle of a character.
            let places: Vec<usize> = (0..bytes.len()).filter(|place| bytes[*place].is_ascii()).collect();
            let place = places[chance.below(places.len())];
            bytes[place] = if bytes[place] == b'7' { b'8' } else { b'7' };
            String::from_utf8(bytes).unwrap()
        }
        Form::Id if value.is_empty() => "01999999000070008000000000000001".to_owned(),
        Form::Id | Form::Bytes => {
            let mut bytes = value.as_bytes().to_vec();
            let digits: Vec<usize> = (0..bytes.len()).filter(|place| bytes[*place].is_ascii_hexdigit()).collect();
            let place = digits[chance.below(digits.len())];
            bytes[place] = if bytes[place] == b'7' { b'8' } else { b'7' };
            String::from_utf8(bytes).unwrap()
        }
    }
}

fn broken(house: &House, evidence: Evidence) -> Vec<Broken> {
    verified(house, evidence).into_iter().filter_map(|checked| checked.state.err()).collect()
}

/// An organisation with everything in it, and two heads that are signed.
async fn lived() -> House {
    let house = House::open();
    live_through(&house).await;
    house.service().sign_audits().await.unwrap();
    house.pass(24 * 3_600_000);
    let mut second = house.found("13600136000").await;
    second.add_member("张伟").await;
    house.service().sign_audits().await.unwrap();
    house
}

#[tokio::test]
async fn any_byte_that_is_changed_and_any_row_that_is_gone_is_found() {
    let house = lived().await;
    assert_eq!(broken(&house, Evidence::default()), []);
    let (mut changes, mut removals) = (0, 0);
    house.restart(|database| {
        let mut chance = Chance(0x5eed_1e55_a0d1_7000);
        for (table, keys, columns) in TABLES {
            let named: Vec<String> = columns.iter().map(|(name, form)| selected(database, name, *form)).collect();
            let rows = database.query(&format!("SELECT {} FROM {table}", named.join(", ")));
            assert!(!rows.is_empty(), "{table}");
            for row in rows {
                let known: Vec<String> = columns
                    .iter()
                    .zip(&row)
                    .map(|((_, form), cell)| literal(database, cell.as_deref(), *form))
                    .collect();
                for (place, (name, form)) in columns.iter().enumerate() {
                    for _ in 0..2 {
                        let other = changed(row[place].as_deref(), *form, &mut chance);
                        let other = literal(database, Some(&other), *form);
                        let condition = |own: Option<&str>| {
                            let each = (0..keys).map(|key| {
                                let value = own.filter(|_| key == place).unwrap_or(&known[key]);
                                format!("{}={value}", columns[key].0)
                            });
                            each.collect::<Vec<_>>().join(" AND ")
                        };
                        database.execute(&format!("UPDATE {table} SET {name}={other} WHERE {}", condition(None)));
                        assert_ne!(broken(&house, Evidence::default()), [], "{table}.{name} of {row:?} as {other}");
                        let back =
                            format!("UPDATE {table} SET {name}={} WHERE {}", known[place], condition(Some(&other)));
                        database.execute(&back);
                        changes += 1;
                    }
                }
                // The last of the signed heads is the one row that only a head kept elsewhere can miss.
                if !["audit", "change"].contains(&table) {
                    continue;
                }
                let key = columns[1].0;
                database
                    .execute(&format!("DELETE FROM {table} WHERE organisation={} AND {key}={}", known[0], known[1]));
                assert_ne!(broken(&house, Evidence::default()), [], "{row:?} gone");
                let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
                database.execute(&format!("INSERT INTO {table}({}) VALUES({})", names.join(", "), known.join(", ")));
                removals += 1;
            }
        }
    });
    assert_eq!(broken(&house, Evidence::default()), [], "everything was put back");
    assert!(changes > 600 && removals > 25, "{changes} {removals}");
}

/// Takes entries away from the end and makes the organisation's row say so, as whoever owns the database can.
fn cut(database: &TestDatabase, organisation: &str, last: u64) {
    let link = format!("(SELECT link FROM audit WHERE organisation={organisation} AND number={last})");
    database.execute(&format!(
        "DELETE FROM audit WHERE organisation={organisation} AND number>{last}; \
         UPDATE organisation SET audit_number={last}, audit_link={link} WHERE key={organisation}"
    ));
}

#[tokio::test]
async fn a_cut_behind_a_signed_head_is_found_and_behind_all_of_them_by_one_that_was_kept() {
    let house = lived().await;
    let kept: Vec<Head> = heads(&house);
    let first = kept.iter().find(|head| head.number > 5).unwrap().clone();
    let mut whose = String::new();
    house.restart(|database| {
        let rows = database.query("SELECT CAST(organisation AS text) FROM audit WHERE number>5");
        whose = rows[0][0].clone().unwrap();
        cut(database, &whose, first.number - 1);
    });
    assert_eq!(broken(&house, Evidence::default()), [Broken::Cut { sequence: first.sequence, number: first.number }]);
    // With the heads gone too nothing in the database tells.
    house.restart(|database| database.execute(&format!("DELETE FROM audit_head WHERE organisation={whose}")));
    assert_eq!(broken(&house, Evidence::default()), []);
    let evidence = Evidence { heads: vec![first.clone()], ..Evidence::default() };
    assert_eq!(broken(&house, evidence), [Broken::Cut { sequence: first.sequence, number: first.number }]);
    // A head that nobody signed is no evidence, and none of an organisation that is not there.
    let forged = Head { number: 3, ..first.clone() };
    let evidence = Evidence { heads: vec![forged], ..Evidence::default() };
    assert_eq!(broken(&house, evidence), [Broken::HeadChanged { sequence: first.sequence }]);
}

#[tokio::test]
async fn a_change_log_or_ledger_of_consents_that_was_changed_is_found() {
    let house = lived().await;
    let rows = {
        let mut rows = Vec::new();
        house.restart(|database| {
            rows = database.query("SELECT CAST(organisation AS text) FROM audit WHERE act='account_closed'");
        });
        rows
    };
    let whose = rows[0][0].clone().unwrap();
    let number = |states: Vec<Broken>| match states[..] {
        [Broken::ChangeLog { number }] => ("log", number),
        [Broken::Consents { number }] => ("consents", number),
        ref other => panic!("{other:?}"),
    };
    // The consents' own chain does not show a cut at its end; the audit does.
    house.restart(|database| {
        database.execute(&format!("DELETE FROM consent WHERE organisation={whose} AND number=7"));
    });
    assert!(house.with_ledgers(|ledgers| ledgers.verify().unwrap().iter().all(|it| it.state.is_ok())));
    assert_eq!(number(broken(&house, Evidence::default())), ("consents", 14));
    house.restart(|database| {
        database.execute(&format!("DELETE FROM change WHERE organisation={whose} AND ver=5"));
    });
    assert_eq!(number(broken(&house, Evidence::default())), ("log", 10));
}
