//! Every printed word that is not data, as plain fields a caller may change.
//!
//! `{…}` stands for data: `{name}`, `{organisation}`, `{department}`, `{number}`, `{expiry}`, `{page}`, `{pages}`, `{count}`.
//! Data is put in once and never searched again, so a name with braces stays as it is.

use serde::{Deserialize, Serialize};

/// The words of a run, in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// BCP 47 tag, told to screen readers: `zh-CN`, `en`.
    pub language: String,
    /// Ready to print: "2026年9月8日". Stands for `{expiry}`.
    pub expiry: String,
    /// The document's title beside the heading.
    pub title: String,
    /// `{page}`, `{pages}`: within the group.
    pub page_of: String,
    /// For a group of one.
    pub one_person: String,
    /// `{count}`.
    pub people: String,
    /// `{number}`: printed only when there is one.
    pub number: String,
    /// What to do, on a label.
    pub scan: String,
    /// `{expiry}`.
    pub valid_until: String,
    /// Under the expiry on a label.
    pub personal: String,
    pub letter: LetterWords,
}

/// What only the letter says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterWords {
    pub title: String,
    pub greeting: String,
    /// What this paper is, and why it came.
    pub introduction: String,
    /// What to do, in order.
    pub steps: Vec<String>,
    /// Before the link in letters, for phones that cannot scan.
    pub link: String,
    pub expiry: String,
    /// What happens to the data, and whom to ask.
    pub privacy: String,
}

impl Words {
    /// The words in Chinese; `expiry` as it shall be printed, "2026年9月8日".
    pub fn chinese(expiry: impl Into<String>) -> Self {
        Self {
            language: "zh-CN".into(),
            expiry: expiry.into(),
            title: "邀请单".into(),
            page_of: "第 {page} / {pages} 页".into(),
            one_person: "共 1 人".into(),
            people: "共 {count} 人".into(),
            number: "编号 {number}".into(),
            scan: "用手机扫码加入".into(),
            valid_until: "有效期至 {expiry}".into(),
            personal: "仅限本人使用，请勿转发".into(),
            letter: LetterWords {
                title: "邀请函".into(),
                greeting: "{name} 及家长：".into(),
                introduction: "您好！{organisation}已为{name}在电子名册中备好位置（{department}）。\
                    请用手机扫描下面的二维码，核对身份并加入。加入后可以在手机上查看电子卡。"
                    .into(),
                steps: vec![
                    "打开手机相机，或微信的“扫一扫”，对准左边的二维码。".into(),
                    "核对页面上的单位，填写手机号、证件号码，并设置密码。".into(),
                    "看到电子卡就完成了，这张纸可以收好或销毁。".into(),
                ],
                link: "不便扫码时，可在手机浏览器中输入：".into(),
                expiry: "本邀请有效期至 {expiry}，仅可使用一次。".into(),
                privacy: "二维码仅供本人使用，请勿拍照转发。填写的证件号码只用于核对身份。\
                    如有疑问，或这张纸遗失、被他人扫描，请联系{organisation}，旧二维码可以立即作废并重新发放。"
                    .into(),
            },
        }
    }

    /// The words in English; `expiry` as it shall be printed, "8 September 2026".
    pub fn english(expiry: impl Into<String>) -> Self {
        Self {
            language: "en".into(),
            expiry: expiry.into(),
            title: "Invitations".into(),
            page_of: "Page {page} of {pages}".into(),
            one_person: "1 person".into(),
            people: "{count} people".into(),
            number: "No. {number}".into(),
            scan: "Scan to join".into(),
            valid_until: "Valid until {expiry}".into(),
            personal: "Yours alone: please do not share".into(),
            letter: LetterWords {
                title: "Your invitation".into(),
                greeting: "Dear {name} and family,".into(),
                introduction: "{organisation} has set aside a place for {name} in its electronic roster \
                    ({department}). Please scan the code below with a phone to confirm who you are and join. After \
                    that the electronic card is on your phone."
                    .into(),
                steps: vec![
                    "Open the phone's camera and point it at the code on the left.".into(),
                    "Check the organisation, enter phone and ID document number, and choose a password.".into(),
                    "When the page shows the electronic card, you are done. Keep or destroy this paper.".into(),
                ],
                link: "If you cannot scan, type this address into the phone's browser:".into(),
                expiry: "This invitation is valid until {expiry} and can be used once.".into(),
                privacy: "The code is for this person only: please do not photograph or share it. The ID number is \
                    used only to confirm who you are. If you have questions, or the paper was lost or scanned by \
                    someone else, ask {organisation}: the old code can be voided at once and a new one printed."
                    .into(),
            },
        }
    }
}

/// Puts data in the place of `{key}`. An unknown or unclosed brace is printed as it stands.
pub(crate) fn fill(words: &str, data: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(words.len() + 32);
    let mut rest = words;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        let found = rest.find('}').and_then(|close| {
            let key = &rest[1..close];
            data.iter().find(|(name, _)| *name == key).map(|(_, value)| (*value, close + 1))
        });
        let (piece, length) = found.unwrap_or(("{", 1));
        out.push_str(piece);
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_put_in_once() {
        let data = [("name", "{number}"), ("number", "7")];
        assert_eq!(fill("{name}: {number}, {unknown} {", &data), "{number}: 7, {unknown} {");
        assert_eq!(fill("{{name}}", &data), "{{number}}");
    }

    #[test]
    fn words_survive_their_settings_file() {
        for words in [Words::chinese("2026年9月8日"), Words::english("8 September 2026")] {
            let text = serde_json::to_string(&words).expect("serialises");
            assert_eq!(serde_json::from_str::<Words>(&text).expect("reads"), words);
        }
    }
}
