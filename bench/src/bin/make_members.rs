//! The records that every sync program of the comparison carries, the same for the same number.
//!
//! usage: `make_members N > members.ndjson`. One JSON object a line, 400 departments, about 300 bytes a record.

use std::io::{BufWriter, Write};

use anyhow::{Context, Result};

const FAMILY: [&str; 30] = [
    "Nguyen",
    "Garcia",
    "Kowalski",
    "Müller",
    "Okafor",
    "Tanaka",
    "Silva",
    "Ivanova",
    "Haddad",
    "Johansson",
    "Rossi",
    "Kim",
    "Dubois",
    "Hernandez",
    "Papadopoulos",
    "O'Brien",
    "Yilmaz",
    "Chen",
    "Singh",
    "Andersson",
    "Le",
    "Tran",
    "Pham",
    "Santos",
    "Novak",
    "Horvat",
    "Ali",
    "Diallo",
    "Mensah",
    "Cohen",
];
const GIVEN: [&str; 30] = [
    "Anna", "Minh", "Luis", "Aiko", "Fatima", "Piotr", "Chidi", "Elena", "Joao", "Sven", "Marie", "Ahmed", "Priya",
    "Wei", "Olga", "Tomas", "Lucia", "Kwame", "Ines", "Noah", "Sara", "Thanh", "Emre", "Lina", "Ivan", "Maya", "Hana",
    "Jonas", "Nadia", "Oscar",
];
const STREET: [&str; 20] = [
    "Harbour", "Station", "Church", "Market", "Linden", "Mill", "Park", "High", "Castle", "River", "School", "Garden",
    "Hill", "Oak", "Bridge", "King", "Queen", "Victoria", "Forest", "Lake",
];
const CITY: [&str; 12] = [
    "Springfield",
    "Riverton",
    "Lakeside",
    "Hillview",
    "Brookdale",
    "Ashford",
    "Kingsport",
    "Maplewood",
    "Fairhaven",
    "Westbury",
    "Northgate",
    "Eastham",
];
const NOTE: [&str; 11] = [
    "",
    "",
    "",
    "",
    "",
    "prefers phone contact in the evening",
    "treasurer 2019-2022, can drive the van",
    "allergic to nuts",
    "speaks French and Arabic",
    "volunteer first aider",
    "pays by standing order",
];
const STATUS: [&str; 6] = ["active", "active", "active", "active", "leave", "former"];
const ROLE: [&str; 8] = ["member", "member", "member", "member", "member", "secretary", "treasurer", "chair"];
const DEPARTMENTS: u64 = 400;

/// xorshift64*: any generator would do, as long as it stays the same.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, bound: u64) -> u64 {
        (self.next() >> 11) % bound
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        let bound = words.len() as u64;
        words[self.below(bound) as usize]
    }
}

fn main() -> Result<()> {
    let count: u64 = std::env::args().nth(1).and_then(|word| word.parse().ok()).context("usage: make_members N")?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    for index in 0..count {
        write_member(&mut out, index)?;
    }
    out.flush()?;
    Ok(())
}

fn write_member(out: &mut impl Write, index: u64) -> Result<()> {
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(index + 1) | 1);
    for _ in 0..4 {
        chance.next();
    }
    let made_at_ms = 1_700_000_000_000 + index * 37;
    let (first, second) = (chance.next(), chance.next());
    let id = format!(
        "{:08x}-{:04x}-7{:03x}-{:04x}-{:012x}",
        made_at_ms >> 16,
        made_at_ms & 0xffff,
        first & 0xfff,
        0x8000 | (first >> 16 & 0x3fff),
        second & 0xffff_ffff_ffff
    );
    let department = department(chance.below(DEPARTMENTS));
    let family = chance.pick(&FAMILY);
    let given = chance.pick(&GIVEN);
    let birth = format!("{}-{:02}-{:02}", 1940 + chance.below(68), 1 + chance.below(12), 1 + chance.below(28));
    let sex = chance.pick(&["f", "m", "x"]);
    let phone = format!("+44 7{:03} {:06}", chance.below(1000), chance.below(1_000_000));
    let mailbox = format!("{}.{}", given.to_lowercase(), family.to_lowercase().replace('\'', "").replace('ü', "ue"));
    let email = format!("{mailbox}{}@example.org", chance.below(9999));
    let (house, street) = (1 + chance.below(220), chance.pick(&STREET));
    let address = format!("{house} {street} Street, {:05} {}", 10000 + chance.below(89999), chance.pick(&CITY));
    let joined = format!("{}-{:02}-{:02}", 1990 + chance.below(36), 1 + chance.below(12), 1 + chance.below(28));
    let (status, role, note) = (chance.pick(&STATUS), chance.pick(&ROLE), chance.pick(&NOTE));
    let number = 100_000 + index;
    // No value holds a quotation mark, a backslash or a control character.
    writeln!(
        out,
        r#"{{"id":"{id}","org":"{department}","no":{number},"family":"{family}","given":"{given}","birth":"{birth}","sex":"{sex}","phone":"{phone}","email":"{email}","address":"{address}","joined":"{joined}","status":"{status}","role":"{role}","note":"{note}"}}"#
    )?;
    Ok(())
}

fn department(index: u64) -> String {
    let mut chance = Chance((index + 7).wrapping_mul(0xD134_2543_DE82_EF95) | 1);
    chance.next();
    let (first, second) = (chance.next(), chance.next());
    format!(
        "018b{index:04x}-{:04x}-7{:03x}-{:04x}-{:012x}",
        first >> 48,
        first & 0xfff,
        0x8000 | (first >> 16 & 0x3fff),
        second & 0xffff_ffff_ffff
    )
}
