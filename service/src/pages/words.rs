//! The pages' two languages. Each text stands in both beside its place; here is what several places share.

use jiff::civil::Date;

/// A language of the pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lang {
    Zh,
    En,
}

impl Lang {
    pub fn pick<'t>(self, zh: &'t str, en: &'t str) -> &'t str {
        match self {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
    /// As in `?lang=`.
    pub fn word(self) -> &'static str {
        self.pick("zh", "en")
    }
    /// BCP 47.
    pub fn tag(self) -> &'static str {
        self.pick("zh-CN", "en")
    }
    pub fn other(self) -> Lang {
        match self {
            Lang::Zh => Lang::En,
            Lang::En => Lang::Zh,
        }
    }
    pub fn parse(word: &str) -> Option<Lang> {
        let primary = word.split('-').next().unwrap_or_default();
        match primary.trim().to_ascii_lowercase().as_str() {
            "zh" => Some(Lang::Zh),
            "en" => Some(Lang::En),
            _ => None,
        }
    }
    /// The language that the browser likes best of ours (RFC 9110, 12.5.4); Chinese when it likes neither.
    pub fn negotiate(accept: &str) -> Lang {
        let mut best = (Lang::Zh, 0.0);
        for range in accept.split(',').take(20) {
            let mut parts = range.split(';');
            let Some(lang) = parts.next().and_then(|tag| Lang::parse(tag.trim())) else { continue };
            let weight =
                parts.find_map(|part| part.trim().strip_prefix("q=")?.trim().parse::<f32>().ok()).unwrap_or(1.0);
            if weight > best.1 {
                best = (lang, weight);
            }
        }
        best.0
    }
    /// A date for people.
    pub fn date(self, date: Date) -> String {
        const MONTHS: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        match self {
            Lang::Zh => format!("{}年{}月{}日", date.year(), date.month(), date.day()),
            Lang::En => {
                let month = usize::from(date.month().unsigned_abs()) - 1;
                format!("{} {} {}", date.day(), MONTHS.get(month).unwrap_or(&""), date.year())
            }
        }
    }
    /// A wait for people, rounded up.
    pub fn wait(self, seconds: u64) -> String {
        let minutes = seconds.div_ceil(60);
        let hours = seconds.div_ceil(3_600);
        match (self, seconds) {
            (Lang::Zh, 0..=90) => format!("{seconds} 秒"),
            (Lang::Zh, 91..=5_400) => format!("{minutes} 分钟"),
            (Lang::Zh, _) => format!("{hours} 小时"),
            (Lang::En, 0..=1) => "1 second".to_owned(),
            (Lang::En, 2..=90) => format!("{seconds} seconds"),
            (Lang::En, 91..=5_400) => format!("{minutes} minutes"),
            (Lang::En, _) => format!("{hours} hours"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browsers_favourite_of_ours_is_taken() {
        for (accept, lang) in [
            ("", Lang::Zh),
            ("de, fr;q=0.5", Lang::Zh),
            ("en-GB,en;q=0.9", Lang::En),
            ("zh-CN,zh;q=0.9,en;q=0.8", Lang::Zh),
            ("en;q=0.2, zh-HK;q=0.9", Lang::Zh),
            ("fr, en;q=0.3", Lang::En),
            ("en;q=0", Lang::Zh),
            ("en;q=x", Lang::En),
        ] {
            assert_eq!(Lang::negotiate(accept), lang, "{accept}");
        }
    }

    #[test]
    fn waits_and_dates_read_naturally() {
        assert_eq!(Lang::Zh.wait(1_790), "30 分钟");
        assert_eq!(Lang::En.wait(1_790), "30 minutes");
        assert_eq!(Lang::En.wait(7_200), "2 hours");
        assert_eq!(Lang::En.date(jiff::civil::date(2026, 9, 30)), "30 September 2026");
        assert_eq!(Lang::Zh.date(jiff::civil::date(2026, 9, 30)), "2026年9月30日");
    }
}
