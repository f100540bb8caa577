//! The one table: what, ours, the peer's, ours by theirs, what has to be reached, and whether it is.

use std::fmt;

/// What has to be reached.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Reach {
    /// Ours is at most so many times the peer's.
    Ratio(f64),
    /// Ours is at most so much, whatever the peer's is.
    Amount(f64),
    /// Told, not judged.
    Nothing,
}

/// One figure of ours beside one of a peer's. Less is better in every row.
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) unit: &'static str,
    pub(crate) ours: f64,
    pub(crate) peer: &'static str,
    pub(crate) theirs: f64,
    pub(crate) reach: Reach,
}

#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<Row>,
    left_out: Vec<(String, String)>,
}

impl Table {
    pub(crate) fn add(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// Something could not be compared, and why.
    pub(crate) fn leave_out(&mut self, what: impl Into<String>, why: impl Into<String>) {
        let (what, why) = (what.into(), why.into());
        println!("LEFT OUT: {what}: {why}");
        self.left_out.push((what, why));
    }
}

impl Row {
    fn ratio(&self) -> f64 {
        self.ours / self.theirs
    }

    fn is_reached(&self) -> Option<bool> {
        match self.reach {
            Reach::Ratio(most) => Some(self.ratio() <= most),
            Reach::Amount(most) => Some(self.ours <= most),
            Reach::Nothing => None,
        }
    }

    fn cells(&self) -> [String; 6] {
        let reach = match self.reach {
            Reach::Ratio(most) => format!("<= {most} x"),
            Reach::Amount(most) => format!("<= {} {}", number(most), self.unit),
            Reach::Nothing => "-".into(),
        };
        let ok = match self.is_reached() {
            Some(true) => "yes",
            Some(false) => "NO",
            None => "-",
        };
        [
            self.what.clone(),
            format!("{} {}", number(self.ours), self.unit),
            format!("{} {} {}", self.peer, number(self.theirs), self.unit),
            format!("{:.3}", self.ratio()),
            reach,
            ok.into(),
        ]
    }
}

/// Three figures are enough to compare.
fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

impl fmt::Display for Table {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = vec![["what", "ours", "peer", "ours/peer", "reach", "ok"].map(str::to_owned)];
        lines.extend(self.rows.iter().map(Row::cells));
        let widths: [usize; 6] = std::array::from_fn(|column| {
            lines.iter().map(|line| line[column].chars().count()).max().unwrap_or_default()
        });
        for (index, line) in lines.iter().enumerate() {
            let cells: Vec<String> = line.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
            writeln!(out, "| {} |", cells.join(" | "))?;
            if index == 0 {
                let rules: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
                writeln!(out, "| {} |", rules.join(" | "))?;
            }
        }
        for (what, why) in &self.left_out {
            writeln!(out, "LEFT OUT: {what}: {why}")?;
        }
        let judged: Vec<bool> = self.rows.iter().filter_map(Row::is_reached).collect();
        let reached = judged.iter().filter(|is_reached| **is_reached).count();
        writeln!(out, "{reached} of {} reached; {} left out", judged.len(), self.left_out.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(ours: f64, theirs: f64, reach: Reach) -> Row {
        Row { what: "labels".into(), unit: "s", ours, peer: "Typst", theirs, reach }
    }

    #[test]
    fn a_row_is_judged_by_ratio_or_by_amount() {
        assert_eq!(row(4.0, 10.0, Reach::Ratio(0.4)).is_reached(), Some(true));
        assert_eq!(row(4.1, 10.0, Reach::Ratio(0.4)).is_reached(), Some(false));
        assert_eq!(row(76.0, 1000.0, Reach::Amount(75.0)).is_reached(), Some(false));
        assert_eq!(row(76.0, 1.0, Reach::Nothing).is_reached(), None);
    }

    #[test]
    fn what_was_left_out_is_told_below_the_table() {
        let mut table = Table::default();
        table.add(row(2.0, 10.0, Reach::Ratio(0.4)));
        table.leave_out("sync", "no such program");
        let shown = table.to_string();
        assert!(shown.contains("| labels | 2.00 s | Typst 10.0 s | 0.200     | <= 0.4 x | yes |"), "{shown}");
        assert!(shown.contains("LEFT OUT: sync: no such program"), "{shown}");
        assert!(shown.ends_with("1 of 1 reached; 1 left out\n"), "{shown}");
    }
}
