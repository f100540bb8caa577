//! The second step of joining: what is agreed to, by whom, and a password. The statement is shown in full, every purpose has
//! a tick of its own, and nothing is ticked beforehand (未成年人网络保护条例 32, 个人信息保护法 29).

use super::form::{Input, Kind, Remarks, check_password, is_typed, join_path, row, summary};
use super::layout::{Page, render, with_cookie};
use super::visit::Visit;
use super::words::Lang;
use crate::consent::Statements;
use crate::join::{Consenter, Invitation, Person, Signature};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, PreEscaped, html};
use mingce_codes::Token;
use serde::Deserialize;

/// The form's address.
pub(super) fn agree_path(token: &Token) -> String {
    format!("/j/{token}/agree")
}

/// What is typed and ticked. Phone and document come along from the first step and are compared again.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct AgreeFields {
    pub(super) phone: String,
    pub(super) document_number: String,
    pub(super) statement: String,
    pub(super) guardian_phone: String,
    pub(super) guardian_name: String,
    pub(super) account: String,
    pub(super) document: String,
    pub(super) photo: String,
    pub(super) password: String,
    pub(super) repeat: String,
    pub(super) seal: String,
}

pub(super) const TICKED: &str = "yes";

impl AgreeFields {
    pub fn agrees_to_photo(&self) -> bool {
        self.photo == TICKED
    }

    /// A guardian's, where one was asked for. The phone of the first step counts where it was the guardian's.
    pub fn signature(&self) -> Option<Signature> {
        let phone = if self.guardian_phone.trim().is_empty() { &self.phone } else { &self.guardian_phone };
        let is_signed = !self.guardian_name.trim().is_empty();
        is_signed.then(|| Signature { phone: phone.clone(), name: self.guardian_name.clone() })
    }
}

/// What is missing before anybody joins.
pub(super) fn check_agreement(lang: Lang, fields: &AgreeFields, consenter: Consenter) -> Remarks {
    let mut remarks = Remarks::default();
    if let Consenter::Both { shown } = consenter {
        if shown.is_none() && !is_typed(&fields.guardian_phone) {
            remarks.add(Input::GuardianPhone, lang.pick("请填写监护人的手机号", "Enter the guardian's phone"));
        }
        if !is_typed(&fields.guardian_name) {
            remarks.add(Input::GuardianName, lang.pick("请监护人签上姓名", "The guardian signs with their name"));
        }
    }
    if fields.account != TICKED {
        let text = lang.pick(
            "同意之后才能开通账号和电子卡；不同意请按“不加入”",
            "An account needs your agreement; otherwise choose not to join",
        );
        remarks.add(Input::Account, text);
    }
    if fields.document != TICKED {
        let text = lang.pick("证件号码需要单独同意", "The document number needs its own agreement");
        remarks.add(Input::OwnDocument, text);
    }
    check_password(lang, (&fields.password, &fields.repeat), &fields.phone, &mut remarks);
    remarks
}

/// The second form.
pub(super) struct AgreePage<'a> {
    pub token: &'a Token,
    pub invitation: &'a Invitation,
    pub person: &'a Person,
    pub fields: &'a AgreeFields,
    pub statements: &'a Statements,
}

impl AgreePage<'_> {
    pub fn render(&self, visit: &Visit, status: StatusCode, remarks: &Remarks) -> Response {
        let lang = visit.lang;
        let is_guardian = matches!(self.person.consenter, Consenter::Guardian(_));
        let title = match (is_guardian, lang) {
            (true, Lang::Zh) => format!("请监护人为 {} 决定", self.person.name),
            (true, Lang::En) => format!("A guardian decides for {}", self.person.name),
            (false, Lang::Zh) => format!("{}，请看说明并决定", self.person.name),
            (false, Lang::En) => format!("{}, please read and decide", self.person.name),
        };
        let action = agree_path(self.token);
        let (seal, cookie) = visit.form_seal(&action);
        let statement = self.statements.for_age(self.person.age, lang);
        let heading = match is_guardian {
            true => lang.pick("儿童个人信息保护说明", "Statement on children's information"),
            false => lang.pick("个人信息保护说明", "Privacy statement"),
        };
        let body = html! {
            p.eyebrow { (self.invitation.organisation_name) }
            h1 { (title) }
            (summary(lang, remarks))
            section.statement tabindex="0" aria-label=(heading) {
                p.statement-title { (heading) span.version { (lang.pick("版本 ", "version ")) (statement.version()) } }
                (PreEscaped(statement.to_html()))
            }
            form method="post" action=(visit.link(&action)) novalidate {
                input type="hidden" name="seal" value=(seal);
                input type="hidden" name="phone" value=(self.fields.phone);
                input type="hidden" name="document_number" value=(self.fields.document_number);
                input type="hidden" name="statement" value=(statement.mark());
                (self.ticks(lang, is_guardian, remarks))
                @if let Consenter::Both { shown } = self.person.consenter {
                    fieldset.signature {
                        legend { (lang.pick("监护人书面确认", "A guardian confirms in writing")) }
                        p.hint { (lang.pick(
                            "未满 18 周岁的，请监护人在这里填写姓名作为签名。姓名和手机号要与登记的一致。",
                            "Below 18 a guardian signs here with their name. Name and phone must be those on the roster.",
                        )) }
                        @if shown.is_none() {
                            (row(Input::GuardianPhone, lang.pick("监护人手机号", "Guardian's phone"), "", Kind::Phone)
                                .render(&self.fields.guardian_phone, remarks))
                        }
                        (row(Input::GuardianName, lang.pick("监护人签名（姓名）", "Guardian's signature (name)"), "", Kind::Name)
                            .render(&self.fields.guardian_name, remarks))
                    }
                }
                (row(Input::Password, lang.pick("设置新密码", "New password"),
                    lang.pick("至少 8 个字符，可以是一句话。", "At least 8 characters; a sentence is fine."),
                    Kind::Password).render("", remarks))
                (row(Input::Repeat, lang.pick("再输入一次密码", "Password again"), "", Kind::Password).render("", remarks))
                p.actions {
                    button.button.main type="submit" { (lang.pick("同意并加入", "Agree and join")) }
                    a.button href=(visit.link(&format!("/j/{}/refuse", self.token))) { (lang.pick("不加入", "Do not join")) }
                }
            }
        };
        with_cookie(render(visit, status, Page { title: &title, path: &join_path(self.token), body }), cookie)
    }

    fn ticks(&self, lang: Lang, is_guardian: bool, remarks: &Remarks) -> Markup {
        let tick = |input: Input, is_ticked: bool, text: &str| {
            let name = input.name();
            let error = remarks.inputs.iter().find(|(of, _)| *of == input).map(|(_, text)| text);
            html! {
                div.tick {
                    input id=(name) type="checkbox" name=(name) value=(TICKED) checked[is_ticked]
                        aria-describedby=[error.map(|_| format!("{name}-error"))] aria-invalid=[error.map(|_| "true")];
                    label for=(name) { (text) }
                    @if let Some(error) = error { p.error id=(format!("{name}-error")) { (error) } }
                }
            }
        };
        let fields = self.fields;
        let (account, document) = match is_guardian {
            true => (
                lang.pick(
                    "我是这个孩子的监护人，已经看过说明，同意为孩子开通个人账号和电子卡",
                    "I am a guardian of this child, have read the statement and agree to an account and a card for the child",
                ),
                lang.pick("单独同意：处理孩子的证件号码，用于核对身份", "Separately: the child's document number may be used to check who it is"),
            ),
            false => (
                lang.pick("我已经看过说明，同意开通个人账号和电子卡", "I have read the statement and agree to an account and a card"),
                lang.pick("单独同意：处理我的证件号码，用于核对身份", "Separately: my document number may be used to check who I am"),
            ),
        };
        html! {
            fieldset.ticks {
                legend { (lang.pick("我的决定", "My decision")) }
                (tick(Input::Account, fields.account == TICKED, account))
                (tick(Input::OwnDocument, fields.document == TICKED, document))
                div.tick {
                    input id="photo" type="checkbox" name="photo" value=(TICKED) checked[fields.agrees_to_photo()];
                    label for="photo" {
                        (lang.pick("单独同意：在电子卡上显示照片（可以不选）", "Separately: the card may show the photo (optional)"))
                    }
                }
            }
        }
    }
}

/// For who cannot decide alone.
pub(super) fn not_yet_page(visit: &Visit, token: &Token, person: &Person) -> Response {
    let lang = visit.lang;
    let title = lang.pick("需要监护人来决定", "A guardian has to decide");
    let text = match person.consenter {
        Consenter::NobodyCan { is_age_known: false } => lang.pick(
            "名册里没有出生日期，所以按未成年人处理；名册里也没有可以联系的监护人。请联系给您邀请的管理员补上出生日期，或监护人和手机号，然后再扫一次码。",
            "The roster has no birth date, so a guardian has to agree, and it has no guardian that could be reached. Ask the \
             administrator who invited you to add the birth date, or a guardian with a phone, and scan the code again.",
        ),
        Consenter::NobodyCan { .. } => lang.pick(
            "名册里没有可以联系的监护人。请联系给您邀请的管理员补上监护人和手机号，然后再扫一次码。",
            "The roster has no guardian that could be reached. Ask the administrator who invited you to add one with a phone, \
             and scan the code again.",
        ),
        _ => lang.pick(
            "未满 14 周岁，或名册里没有出生日期的，由监护人来填写。请监护人返回上一步，填写监护人自己的手机号。",
            "Below 14, or where the roster has no birth date, a guardian does this. The guardian goes back and enters their \
             own phone.",
        ),
    };
    let body = html! {
        h1 { (title) }
        p { (text) }
        p.actions { a.button.main href=(visit.link(&join_path(token))) { (lang.pick("返回上一步", "Go back")) } }
    };
    render(visit, StatusCode::CONFLICT, Page { title, path: &join_path(token), body })
}
