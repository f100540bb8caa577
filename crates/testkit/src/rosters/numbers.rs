//! Made-up numbers that pass every check and never repeat: an index is spread over the room of numbers by a step that
//! shares no factor with it, so that two indexes never meet.

use crate::Random;
use jiff::Span;
use jiff::civil::Date;
use mingce_model::check::check_character;

/// Real county codes, GB/T 2260.
const AREAS: [u32; 24] = [
    110_105, 120_103, 130_102, 210_102, 310_104, 320_102, 330_106, 330_602, 340_102, 350_102, 360_102, 370_102,
    410_102, 420_106, 430_102, 440_106, 440_305, 450_102, 500_103, 510_104, 520_102, 530_102, 610_103, 650_102,
];
/// Sequences 996 to 999 are left out: in numbers of 15 digits they mean a birth before 1900.
const SEQUENCES: u64 = 995;
const PHONE_HEADS: [u32; 30] = [
    130, 131, 132, 133, 134, 135, 136, 137, 138, 139, 150, 151, 152, 153, 155, 156, 157, 158, 159, 166, 173, 178, 180,
    181, 182, 186, 187, 188, 189, 199,
];
/// A prime larger than every factor of the rooms below.
const STEP: u64 = 2_654_435_761;

/// Spreads an index over `room` numbers, from a start that depends on the seed.
fn spread(seed: u64, index: u64, room: u64) -> u64 {
    let start = Random::new(seed).below(room);
    ((u128::from(index) * u128::from(STEP) + u128::from(start)) % u128::from(room)) as u64
}

/// The `index`-th person among those born in the `days` days from `first_day`: sex, birth date and a number for them.
pub(super) struct Identity {
    pub sex: &'static str,
    pub birth_date: Date,
    /// 17 digits of a resident's number.
    pub digits: String,
}

impl Identity {
    /// Different for different indexes below `days` × 23,880.
    pub fn of(seed: u64, index: u64, first_day: Date, days: u64) -> Identity {
        let at = spread(seed, index, AREAS.len() as u64 * days * SEQUENCES);
        let sequence = at % SEQUENCES + 1;
        let day = at / SEQUENCES % days;
        let area = AREAS[(at / SEQUENCES / days) as usize];
        let birth_date = first_day.saturating_add(Span::new().days(day as i64));
        let sex = if sequence % 2 == 1 { "male" } else { "female" };
        Identity { sex, birth_date, digits: format!("{area}{}{sequence:03}", birth_date.strftime("%Y%m%d")) }
    }

    pub fn resident_id(&self) -> String {
        with_check(&self.digits)
    }

    /// The number of a residence permit for people from Hong Kong, Macau or Taiwan, area 810000, 820000 or 830000.
    pub fn residence_permit(&self, place: u64) -> String {
        with_check(&format!("8{}0000{}", place % 3 + 1, &self.digits[6..]))
    }
}

fn with_check(digits: &str) -> String {
    let mut number = digits.to_owned();
    number.extend(check_character(digits));
    number
}

/// The `index`-th mobile number; different for different indexes below 3,000,000,000.
pub(super) fn phone(seed: u64, index: u64) -> String {
    const TAILS: u64 = 100_000_000;
    let at = spread(seed, index, PHONE_HEADS.len() as u64 * TAILS);
    format!("{}{:08}", PHONE_HEADS[(at / TAILS) as usize], at % TAILS)
}

/// The `index`-th number of eight digits.
pub(super) fn eight_digits(seed: u64, index: u64) -> String {
    format!("{:08}", spread(seed, index, 100_000_000))
}
