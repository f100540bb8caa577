//! Names in two parts, as OneRoster has them, and in one, as a roster has them.

/// Surnames of two characters that are still borne. A name is only ever cut where putting it together again gives it back.
const DOUBLE: [&str; 24] = [
    "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "宇文", "长孙", "司徒", "夏侯",
    "轩辕", "端木", "南宫", "独孤", "呼延", "西门", "万俟", "澹台", "申屠", "闻人",
];

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3fffd}')
}

/// Family and given name; neither is empty, because the standard asks for both.
pub(crate) fn parted(name: &str) -> (String, String) {
    let characters: Vec<char> = name.chars().collect();
    if !characters.is_empty() && characters.iter().all(|c| is_han(*c)) {
        let is_double = characters.len() > 2 && DOUBLE.iter().any(|surname| name.starts_with(surname));
        let cut = if is_double { 2 } else { 1 };
        let (family, given) = characters.split_at(cut.min(characters.len()));
        let given: String = given.iter().collect();
        let family: String = family.iter().collect();
        return if given.is_empty() { (family.clone(), family) } else { (family, given) };
    }
    match name.rsplit_once(' ') {
        Some((given, family)) if !given.is_empty() && !family.is_empty() => (family.to_owned(), given.to_owned()),
        _ => (name.to_owned(), name.to_owned()),
    }
}

/// The name as it is called: Han names without a gap and family first, others as they are spoken.
pub(crate) fn joined(family: &str, given: &str, middle: &str) -> String {
    let (family, given, middle) = (family.trim(), given.trim(), middle.trim());
    if family == given && middle.is_empty() {
        return family.to_owned();
    }
    let is_east = [family, given].iter().any(|part| part.chars().any(is_han));
    if is_east {
        return format!("{family}{middle}{given}");
    }
    [given, middle, family].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_comes_back_from_its_parts() {
        for name in
            ["张三", "欧阳娜娜", "欧阳", "王", "John Smith", "Maria de la Cruz", "Madonna", "买买提·艾力", "𬤇丽"]
        {
            let (family, given) = parted(name);
            assert!(!family.is_empty() && !given.is_empty(), "{name}");
            assert_eq!(joined(&family, &given, ""), name);
        }
        assert_eq!(parted("欧阳娜娜"), ("欧阳".into(), "娜娜".into()));
        assert_eq!(joined("Smith", "John", "Quincy"), "John Quincy Smith");
    }
}
