//! Every printed word that is not data, as plain fields a caller may change.
//!
//! `{…}` stands for data: `{name}`, `{organisation}`, `{department}`, `{number}`, `{expiry}`, `{page}`, `{pages}`, `{count}`.

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
    /// On the line where a card of paper is folded.
    pub fold: String,
    /// What a code is, to whoever does not see it: `{name}`, `{link}`.
    pub code: String,
    /// What a picture of the layout is: `{organisation}`.
    pub picture: String,
    pub list: ListWords,
    pub letter: LetterWords,
    pub calibration: CalibrationWords,
}

/// Headings of the list that a teacher ticks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListWords {
    pub title: String,
    pub number: String,
    pub name: String,
    pub handed_out: String,
    pub signature: String,
    /// With a line to sign on.
    pub teacher: String,
}

/// The sheet that shows how far a printer is off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalibrationWords {
    pub title: String,
    /// What to measure and where to enter it, one line each.
    pub steps: Vec<String>,
    pub front: String,
    pub back: String,
}

/// What only the letter says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterWords {
    pub title: String,
    pub greeting: String,
    /// What this paper is, and why it came.
    pub introduction: String,
    /// What to do, in order.
    pub steps: [String; 3],
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
            fold: "沿此线对折".into(),
            code: "{name}的邀请二维码，内容是链接 {link}".into(),
            picture: "{organisation}的标志".into(),
            list: ListWords {
                title: "邀请单签收表".into(),
                number: "编号".into(),
                name: "姓名".into(),
                handed_out: "已发".into(),
                signature: "签收".into(),
                teacher: "经办人：                         日期：".into(),
            },
            calibration: CalibrationWords {
                title: "打印机校准页".into(),
                steps: [
                    "用要打印的同一台打印机、同一纸盒，按“实际大小”（100%）打印本页。",
                    "量左上角十字中心到纸张左边和上边的距离，应各为 20 毫米；把多出或缺少的毫米数填入“位置偏移”。",
                    "量横、竖两把尺上从 0 到 100 的长度；把量得的毫米数填入“尺长”。",
                    "双面打印时对着光看正反两面的十字，把背面的偏差填入“背面偏移”。",
                    "保存后再打印一次：十字应在 20 毫米处，尺长应为 100 毫米。",
                ]
                .map(String::from)
                .to_vec(),
                front: "正面".into(),
                back: "背面".into(),
            },
            letter: LetterWords {
                title: "邀请函".into(),
                greeting: "{name} 及家长：".into(),
                introduction: "您好！{organisation}已为{name}在电子名册中备好位置（{department}）。\
                    请用手机扫描下面的二维码，核对身份并加入。加入后可以在手机上查看电子卡。"
                    .into(),
                steps: [
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
            fold: "Fold here".into(),
            code: "Invitation code for {name}; it holds the link {link}".into(),
            picture: "Logo of {organisation}".into(),
            list: ListWords {
                title: "Invitations handed out".into(),
                number: "Number".into(),
                name: "Name".into(),
                handed_out: "Given".into(),
                signature: "Signature".into(),
                teacher: "Handed out by:                         Date:".into(),
            },
            calibration: CalibrationWords {
                title: "Printer calibration".into(),
                steps: [
                    "Print this page on the printer and tray you will use, at actual size (100 %).",
                    "Measure from the middle of the top left cross to the left and the top edge of the paper: 20 mm each. \
                     Enter what is over or short as the shift.",
                    "Measure both rulers from 0 to 100 and enter what you measured as the ruler's length.",
                    "For printing on both sides, hold the sheet against the light and enter how far the back is off.",
                    "Save and print again: the cross stands at 20 mm and the rulers are 100 mm long.",
                ]
                .map(String::from)
                .to_vec(),
                front: "Front".into(),
                back: "Back".into(),
            },
            letter: LetterWords {
                title: "Your invitation".into(),
                greeting: "Dear {name} and family,".into(),
                introduction: "{organisation} has set aside a place for {name} in its electronic roster \
                    ({department}). Please scan the code below with a phone to confirm who you are and join. After \
                    that the electronic card is on your phone."
                    .into(),
                steps: [
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_survive_their_settings_file() {
        for words in [Words::chinese("2026年9月8日"), Words::english("8 September 2026")] {
            let text = serde_json::to_string(&words).expect("serialises");
            assert_eq!(serde_json::from_str::<Words>(&text).expect("reads"), words);
        }
    }
}
