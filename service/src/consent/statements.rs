//! The texts that people agree to, in Markdown. What is shipped is short and neutral; whoever runs the service gives their
//! own by `--statements DIR`.

use crate::pages::Lang;
use data_encoding::HEXLOWER;
use mingce_model::guardians::AgeGroup;
use pulldown_cmark::{Event, Parser, html};
use sha2::{Digest, Sha256};
use std::path::Path;

/// Larger than any text that people would read.
const BYTES_MAX: u64 = 256 * 1024;

/// One text in one language. Its first line is `version: …`, the rest is what people see.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Statement {
    name: &'static str,
    version: String,
    lang: &'static str,
    body: String,
    hash: [u8; 32],
}

impl Statement {
    fn parse(name: &'static str, lang: &'static str, text: &str) -> Option<Self> {
        let text = text.trim_start_matches('\u{feff}');
        let (head, body) = text.split_once('\n')?;
        let version = head.trim().strip_prefix("version:")?.trim();
        let is_version = !version.is_empty()
            && version.len() <= 40
            && version.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
        (is_version && !body.trim().is_empty()).then(|| Self {
            name,
            version: version.to_owned(),
            lang,
            body: body.to_owned(),
            hash: Sha256::digest(text.as_bytes()).into(),
        })
    }

    /// As the ledger names it.
    pub fn label(&self) -> String {
        format!("{}@{}.{}", self.name, self.version, self.lang)
    }
    /// What a form carries, so that what was shown and what is written down are the same.
    pub fn mark(&self) -> String {
        format!("{}:{}", self.label(), HEXLOWER.encode(&self.hash))
    }
    pub fn version(&self) -> &str {
        &self.version
    }
    pub fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// The text as HTML: headings, paragraphs, lists and emphasis. Markup within it is shown, not obeyed.
    pub fn to_html(&self) -> String {
        let plain = Parser::new(&self.body).map(|event| match event {
            Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
            other => other,
        });
        let mut out = String::with_capacity(2 * self.body.len());
        html::push_html(&mut out, plain);
        out
    }
}

/// All texts of the service.
#[derive(Clone, Debug)]
pub struct Statements {
    privacy: [Statement; 2],
    children: [Statement; 2],
}

/// Why a text cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum StatementError {
    #[error("the statement {0} cannot be read: {1}")]
    Unreadable(String, std::io::Error),
    #[error("the statement {0} must be UTF-8, at most 256 KiB, its first line `version: …`, with a text below")]
    Malformed(String),
}

impl Statements {
    /// For everybody from 14 on.
    pub fn privacy(&self, lang: Lang) -> &Statement {
        &self.privacy[usize::from(lang == Lang::En)]
    }
    /// For guardians of children below 14 (儿童个人信息网络保护规定 8 to 10).
    pub fn children(&self, lang: Lang) -> &Statement {
        &self.children[usize::from(lang == Lang::En)]
    }

    /// What whoever decides for somebody of this age is shown.
    pub fn for_age(&self, age: AgeGroup, lang: Lang) -> &Statement {
        match age {
            AgeGroup::Child | AgeGroup::Unknown => self.children(lang),
            AgeGroup::Youth | AgeGroup::Adult => self.privacy(lang),
        }
    }

    /// The texts that come with the program.
    pub fn shipped() -> Self {
        Self::load(None).expect("the shipped texts are well formed, as a test shows")
    }

    /// The shipped texts, with those in the folder in their place: `privacy.zh.md`, `children.en.md` and so on.
    ///
    /// # Errors
    /// A text that is there and cannot be taken.
    pub fn load(folder: Option<&Path>) -> Result<Self, StatementError> {
        let one = |name: &'static str, lang: &'static str, shipped: &str| {
            let file = format!("{name}.{lang}.md");
            let own = folder.map(|folder| folder.join(&file)).filter(|path| path.exists());
            let text = match own {
                None => shipped.to_owned(),
                Some(path) => {
                    let size =
                        std::fs::metadata(&path).map_err(|error| StatementError::Unreadable(file.clone(), error))?;
                    if size.len() > BYTES_MAX {
                        return Err(StatementError::Malformed(file));
                    }
                    let bytes =
                        std::fs::read(&path).map_err(|error| StatementError::Unreadable(file.clone(), error))?;
                    String::from_utf8(bytes).map_err(|_| StatementError::Malformed(file.clone()))?
                }
            };
            Statement::parse(name, lang, &text).ok_or(StatementError::Malformed(file))
        };
        Ok(Self {
            privacy: [
                one("privacy", "zh", include_str!("texts/privacy.zh.md"))?,
                one("privacy", "en", include_str!("texts/privacy.en.md"))?,
            ],
            children: [
                one("children", "zh", include_str!("texts/children.zh.md"))?,
                one("children", "en", include_str!("texts/children.en.md"))?,
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_texts_say_what_the_law_asks_for() {
        let shipped = Statements::load(None).unwrap();
        let children = shipped.children(Lang::Zh);
        assert!(children.label().starts_with("children@") && children.label().ends_with(".zh"));
        // 儿童个人信息网络保护规定 10: purposes, place and term of storage, security, what refusal means, how to correct.
        for part in ["目的", "存储", "期限", "拒绝", "撤回", "更正", "删除"] {
            assert!(children.to_html().contains(part), "{part}");
        }
        for text in [shipped.privacy(Lang::Zh), shipped.privacy(Lang::En), shipped.children(Lang::En)] {
            assert!(text.to_html().contains("<h2>"), "{}", text.label());
        }
        assert_ne!(shipped.privacy(Lang::Zh).hash(), shipped.privacy(Lang::En).hash());
    }

    #[test]
    fn an_own_text_takes_the_place_of_the_shipped_one_and_obeys_no_markup() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("privacy.zh.md");
        std::fs::write(&path, "version: 2027-01.a\n## 一\n\n<script>alert(1)</script>\n\n**重点** <b>粗</b>\n")
            .unwrap();
        let own = Statements::load(Some(folder.path())).unwrap();
        let text = own.privacy(Lang::Zh);
        assert_eq!((text.version(), text.label().as_str()), ("2027-01.a", "privacy@2027-01.a.zh"));
        for part in ["&lt;script&gt;", "&lt;b&gt;", "<strong>重点</strong>"] {
            assert!(text.to_html().contains(part), "{part}");
        }
        for bad in ["no version\ntext", "version:\ntext", "version: a b\ntext", "version: 1\n \n", "version: 1"] {
            std::fs::write(&path, bad).unwrap();
            assert!(matches!(Statements::load(Some(folder.path())), Err(StatementError::Malformed(_))), "{bad}");
        }
    }
}
