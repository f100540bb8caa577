//! The order in which people expect numbers inside texts: `2班` before `10班`.

use std::cmp::Ordering;

/// Compares texts, taking runs of ASCII digits as numbers of any length.
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    let (whole_a, whole_b) = (a, b);
    loop {
        match (a.first(), b.first()) {
            (None, None) => return whole_a.cmp(whole_b),
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let (run_a, rest_a) = split_digits(a);
                let (run_b, rest_b) = split_digits(b);
                let order = run_a.len().cmp(&run_b.len()).then_with(|| run_a.cmp(run_b));
                if order != Ordering::Equal {
                    return order;
                }
                (a, b) = (rest_a, rest_b);
            }
            (Some(x), Some(y)) if x == y => (a, b) = (&a[1..], &b[1..]),
            (Some(x), Some(y)) => return x.cmp(y),
        }
    }
}

/// Bytes that compare like the texts, among them and with others in front or behind.
pub(crate) fn push_key(text: &[u8], key: &mut Vec<u8>) {
    let (mut rest, mut has_zeros) = (text, false);
    while let Some(first) = rest.first() {
        if first.is_ascii_digit() {
            let (run, behind) = split_digits(rest);
            has_zeros |= *first == b'0';
            // Against another character a run counts as a digit, against another run by its length and digits.
            key.push(b'0');
            match u8::try_from(run.len()) {
                Ok(length) if length < u8::MAX => key.push(length),
                _ => {
                    key.push(u8::MAX);
                    key.extend((run.len() as u64).to_be_bytes());
                }
            }
            key.extend_from_slice(run);
            rest = behind;
        } else {
            push_byte(*first, key);
            rest = &rest[1..];
        }
    }
    key.push(END);
    // Of texts that differ in leading zeros only, those with more come first, and those without any last.
    if has_zeros {
        key.push(1);
        push_bytes(text, key);
    } else {
        key.push(2);
    }
}

/// The same for bytes that compare as they are.
pub(crate) fn push_bytes(bytes: &[u8], key: &mut Vec<u8>) {
    bytes.iter().for_each(|byte| push_byte(*byte, key));
    key.push(END);
}

/// Below everything that may follow.
const END: u8 = 0;

fn push_byte(byte: u8, key: &mut Vec<u8>) {
    if byte < 2 {
        key.push(1);
    }
    key.push(if byte < 2 { byte + 1 } else { byte });
}

/// The leading digits without their zeros, and what follows.
fn split_digits(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let start = text[..end].iter().position(|byte| *byte != b'0').unwrap_or(end);
    (&text[start..end], &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_inside_texts_are_ordered_by_value() {
        let mut texts = ["10班", "2班", "1班", "a10", "a9", "a010b", "a10b", "", "S-100", "S-20"];
        texts.sort_by(|a, b| compare(a, b));
        assert_eq!(texts, ["", "1班", "2班", "10班", "S-20", "S-100", "a9", "a10", "a010b", "a10b"]);
    }

    proptest! {
        #[test]
        fn keys_compare_as_the_texts_do(a in "[-a0-2班\u{0}\u{1}]{0,6}|0{0,3}[12]{250,260}", b in "[-a0-2班\u{0}\u{1}]{0,6}|0{0,3}[12]{250,260}") {
            let key = |text: &str| {
                let mut key = Vec::new();
                push_key(text.as_bytes(), &mut key);
                key
            };
            prop_assert_eq!(key(&a).cmp(&key(&b)), compare(&a, &b));
            prop_assert!(a == b || !key(&a).starts_with(&key(&b)), "one begins the other");
        }

        #[test]
        fn the_order_is_total(a in "[a0-9]{0,5}", b in "[a0-9]{0,5}", c in "[a0-9]{0,5}") {
            prop_assert_eq!(compare(&a, &b), compare(&b, &a).reverse());
            prop_assert_eq!(compare(&a, &b) == Ordering::Equal, a == b);
            if compare(&a, &b) != Ordering::Greater && compare(&b, &c) != Ordering::Greater {
                prop_assert!(compare(&a, &c) != Ordering::Greater);
            }
        }
    }
}
