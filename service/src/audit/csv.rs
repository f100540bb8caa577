//! An entry as a line of CSV (RFC 4180).

use super::Entry;
use data_encoding::HEXLOWER;
use mingce_model::RecordId;

/// The first line.
pub const CSV_HEAD: &str = "number,at_ms,act,actor_kind,actor,device,network,subject,details,link";

/// The entry's line, without its end. Nothing in it begins like a formula: what is not a word, number or id of ours is a
/// JSON object.
pub fn csv_line(entry: &Entry) -> String {
    let id = |id: Option<RecordId>| id.map(|id| id.to_string()).unwrap_or_default();
    let cells = [
        entry.number.to_string(),
        entry.at_ms.to_string(),
        entry.act.clone(),
        entry.actor_kind.clone(),
        id(entry.actor),
        id(entry.device),
        entry.network.clone().unwrap_or_default(),
        id(entry.subject),
        entry.details.clone(),
        HEXLOWER.encode(&entry.link),
    ];
    cells.map(|cell| quoted(&cell)).join(",")
}

fn quoted(cell: &str) -> String {
    // A word that is not ours got in behind the service's back: it must not become a formula.
    let is_formula = cell.starts_with(['=', '+', '@', '\t']) || (cell.starts_with('-') && cell.parse::<i64>().is_err());
    let cell = if is_formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_a_cell_for_each_name_and_no_formula() {
        let entry = Entry {
            number: 1,
            at_ms: -5,
            act: "=1+1".to_owned(),
            actor_kind: "operator".to_owned(),
            actor: None,
            device: None,
            network: None,
            subject: None,
            details: "{\"a\":\"b,c\"}".to_owned(),
            link: [0; 32],
        };
        let line = csv_line(&entry);
        assert!(line.starts_with("1,-5,'=1+1,operator,,,,,\"{\"\"a\"\":\"\"b,c\"\"}\",0000"), "{line}");
        let outside: String = line.split('"').step_by(2).collect();
        assert_eq!(outside.matches(',').count(), CSV_HEAD.matches(',').count());
    }
}
