//! Dates and years as people write them.

use super::text;
use jiff::civil::Date;

/// Reads a calendar date: `2013-08-04`, `2013/8/4`, `2013.8.4`, `2013年8月4日`, `20130804`, with or without a midnight
/// behind it, in full-width characters too. `None` for everything else, day-first and two-digit years included: they
/// could mean another day.
pub fn parse_date(text: &str) -> Option<Date> {
    if is_iso(text) {
        return date(&text[..4], &text[5..7], &text[8..]);
    }
    let clean = text::number(text).ok()?;
    let day = match clean.split_once([' ', 'T', 't']) {
        Some((day, rest)) if is_midnight(rest) => day,
        _ => &clean,
    };
    let day: String = day.chars().filter(|c| *c != ' ').collect();
    if day.len() == 8 && day.bytes().all(|b| b.is_ascii_digit()) {
        return date(&day[..4], &day[4..6], &day[6..]);
    }
    for separator in ['-', '/', '.'] {
        let parts: Vec<&str> = day.split(separator).collect();
        if let [year, month, day] = parts[..] {
            return date(year, month, day);
        }
    }
    let (year, rest) = day.split_once('年')?;
    let (month, day) = rest.split_once('月')?;
    date(year, month, day.strip_suffix(['日', '号']).unwrap_or(day))
}

/// Written as dates are stored: `2013-08-04`. Whether there is such a day is not asked.
pub(super) fn is_iso(text: &str) -> bool {
    let is_right = |(place, byte): (usize, &u8)| match place {
        4 | 7 => *byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    text.len() == 10 && text.as_bytes().iter().enumerate().all(is_right)
}

fn is_midnight(time: &str) -> bool {
    let time = time.trim().trim_end_matches(['Z', 'z']);
    !time.is_empty() && time.chars().all(|c| matches!(c, '0' | ':' | '.')) && time.contains(':')
}

fn date(year: &str, month: &str, day: &str) -> Option<Date> {
    let digits = |part: &str, least: usize, most: usize| -> Option<i16> {
        ((least..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
            .then(|| part.parse().ok())
            .flatten()
    };
    let (year, month, day) = (digits(year, 4, 4)?, digits(month, 1, 2)?, digits(day, 1, 2)?);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Reads a calendar year of four digits, also as `2023年` or `2023级` (the year of entry).
pub fn parse_year(text: &str) -> Option<i64> {
    let clean = text::number(text).ok()?;
    let digits = clean.strip_suffix(['年', '级', '級']).unwrap_or(&clean).trim_end();
    (digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_in_every_usual_spelling() {
        let day = jiff::civil::date(2013, 8, 4);
        for text in [
            "2013-08-04",
            "2013/8/4",
            "2013.8.4",
            "2013年8月4日",
            "20130804",
            "2013年08月04号",
            "２０１３－０８－０４",
            "2013 年 8 月 4 日",
            " 2013-8-4 ",
            "'2013-08-04",
            "2013-08-04 00:00:00",
            "2013-08-04T00:00:00.000Z",
            "2013—8—4",
        ] {
            assert_eq!(parse_date(text), Some(day), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_day_or_could_be_two_is_refused() {
        for text in [
            "",
            "2013-02-29",
            "1999-02-29",
            "2000-02-30",
            "8/4/2013",
            "13-8-4",
            "2013-8/4",
            "2013-08",
            "41490",
            "2013-13-01",
            "2013-08-04 12:30",
            "2013年8月",
            "2013-08-04-05",
            "２０１３年",
            "20130804X",
            "+2013-8-4",
        ] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }

    #[test]
    fn a_year_of_entry_is_read_with_its_suffix() {
        for text in ["2023", "2023级", "２０２３年", " 2023 级 "] {
            assert_eq!(parse_year(text), Some(2023), "{text}");
        }
        for text in ["23", "23级", "2023届", "20231", ""] {
            assert_eq!(parse_year(text), None, "{text}");
        }
    }
}
