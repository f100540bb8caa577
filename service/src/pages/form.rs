//! The forms to join: who it is, then what they agree to. Their fields, what is wrong with them, and how it is shown.

use super::layout::{Page, render, with_cookie};
use super::visit::Visit;
use super::words::Lang;
use crate::join::Invitation;
use crate::password::{PasswordRefusal, find_refusal};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use mingce_codes::Token;
use serde::Deserialize;

/// Longer than any phone or document number.
const TYPED_CHARS_MAX: usize = 100;

/// The form's address.
pub(super) fn join_path(token: &Token) -> String {
    format!("/j/{token}/join")
}

/// What is typed into the form to join.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct JoinFields {
    pub(super) phone: String,
    pub(super) document_number: String,
    pub(super) seal: String,
}

/// The fields of the form, in order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Input {
    Phone,
    Document,
    GuardianPhone,
    GuardianName,
    Account,
    OwnDocument,
    Password,
    Repeat,
}

impl Input {
    pub(super) fn name(self) -> &'static str {
        match self {
            Input::Phone => "phone",
            Input::Document => "document_number",
            Input::GuardianPhone => "guardian_phone",
            Input::GuardianName => "guardian_name",
            Input::Account => "account",
            Input::OwnDocument => "document",
            Input::Password => "password",
            Input::Repeat => "repeat",
        }
    }
}

/// What the form to join has to say.
#[derive(Default)]
pub(super) struct Remarks {
    pub general: Option<String>,
    pub inputs: Vec<(Input, String)>,
}

/// Whether something was typed that can be compared.
pub(super) fn is_typed(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= TYPED_CHARS_MAX
}

impl Remarks {
    pub fn add(&mut self, input: Input, text: &str) {
        self.inputs.push((input, text.to_owned()));
    }
    pub fn of(general: &str) -> Self {
        Self { general: Some(general.to_owned()), inputs: Vec::new() }
    }
}

/// What must be put right before anything is compared with the roster.
pub(super) fn check_fields(lang: Lang, fields: &JoinFields) -> Remarks {
    let mut remarks = Remarks::default();
    if !is_typed(&fields.phone) {
        remarks.add(Input::Phone, lang.pick("请填写手机号", "Enter a phone number"));
    }
    if !is_typed(&fields.document_number) {
        remarks.add(Input::Document, lang.pick("请填写证件号码", "Enter a document number"));
    }
    remarks
}

/// What is wrong with a new password.
pub(super) fn check_password(lang: Lang, (password, repeat): (&str, &str), phone: &str, remarks: &mut Remarks) {
    match find_refusal(password, phone.trim()) {
        Some(PasswordRefusal::TooShort) => {
            remarks.add(Input::Password, lang.pick("密码至少要 8 个字符", "Use at least 8 characters"));
        }
        Some(PasswordRefusal::TooLong) => {
            remarks.add(Input::Password, lang.pick("密码最多 128 个字符", "Use at most 128 characters"));
        }
        Some(PasswordRefusal::Common) => remarks.add(
            Input::Password,
            lang.pick(
                "这个密码太常见，别人一猜就中。换一个，比如一句只有您知道的话",
                "This password is among the first anybody guesses. Use another, such as a sentence of your own",
            ),
        ),
        None if password != repeat => {
            remarks.add(Input::Repeat, lang.pick("两次输入的密码不一样", "The two passwords differ"));
        }
        None => {}
    }
}

/// The first form, with what was typed before.
pub(super) struct FormPage<'a> {
    pub token: &'a Token,
    pub invitation: &'a Invitation,
    pub fields: &'a JoinFields,
}

impl FormPage<'_> {
    pub fn render(&self, visit: &Visit, status: StatusCode, remarks: &Remarks) -> Response {
        let lang = visit.lang;
        let action = join_path(self.token);
        let (seal, cookie) = visit.form_seal(&action);
        let title = lang.pick("确认是您本人", "Confirm that it is you");
        let body = html! {
            p.eyebrow { (self.invitation.organisation_name) }
            h1 { (title) }
            (summary(lang, remarks))
            form method="post" action=(visit.link(&action)) novalidate {
                input type="hidden" name="seal" value=(seal);
                (row(Input::Phone, lang.pick("手机号", "Phone"),
                    lang.pick("名册里登记的号码。未满 14 周岁的，由监护人填写监护人的号码。", "The number on the roster. For a child below 14 a guardian enters the guardian's."),
                    Kind::Phone).render(&self.fields.phone, remarks))
                (row(Input::Document, lang.pick("证件号码", "Document number"),
                    lang.pick("受邀人本人的身份证、通行证、护照等，与登记的一致。", "The invited person's own: ID card, permit or passport, as the organisation knows it."),
                    Kind::Document).render(&self.fields.document_number, remarks))
                p.actions {
                    button.button.main type="submit" { (lang.pick("下一步", "Next")) }
                    a.button href=(visit.link(&format!("/j/{}", self.token))) { (lang.pick("返回", "Back")) }
                }
                p.quiet { @match lang {
                    Lang::Zh => { "填写的信息只用来与 " (self.invitation.organisation_name) " 的名册核对。" }
                    Lang::En => { "What you enter is only compared with the roster of " (self.invitation.organisation_name) "." }
                } }
            }
        };
        with_cookie(render(visit, status, Page { title, path: &action, body }), cookie)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Phone,
    Document,
    Name,
    Password,
}

/// A field with its label; the hint may be empty.
pub(super) fn row<'a>(input: Input, label: &'a str, hint: &'a str, kind: Kind) -> Row<'a> {
    Row { input, label, hint, kind }
}

pub(super) struct Row<'a> {
    input: Input,
    label: &'a str,
    hint: &'a str,
    kind: Kind,
}

impl Row<'_> {
    pub fn render(&self, value: &str, remarks: &Remarks) -> Markup {
        let name = self.input.name();
        let remark = remarks.inputs.iter().find(|(input, _)| *input == self.input).map(|(_, text)| text);
        let is_first = remarks.inputs.first().is_some_and(|(input, _)| *input == self.input);
        let described = match (remark.is_some(), self.hint.is_empty()) {
            (true, false) => Some(format!("{name}-error {name}-hint")),
            (true, true) => Some(format!("{name}-error")),
            (false, false) => Some(format!("{name}-hint")),
            (false, true) => None,
        };
        let (kind, mode, complete) = match self.kind {
            Kind::Phone => ("tel", Some("tel"), "tel"),
            Kind::Document | Kind::Name => ("text", None, "off"),
            Kind::Password => ("password", None, "new-password"),
        };
        html! {
            div.field {
                label for=(name) { (self.label) }
                @if let Some(text) = remark { p.error id=(format!("{name}-error")) { (text) } }
                input id=(name) name=(name) type=(kind) inputmode=[mode] autocomplete=(complete) required
                    autocapitalize=[(self.kind == Kind::Document).then_some("characters")]
                    spellcheck="false" maxlength="200" value=[(!value.is_empty()).then_some(value)]
                    aria-describedby=[described] aria-invalid=[remark.map(|_| "true")] autofocus[is_first];
                @if !self.hint.is_empty() { p.hint id=(format!("{name}-hint")) { (self.hint) } }
            }
        }
    }
}

pub(super) fn summary(lang: Lang, remarks: &Remarks) -> Markup {
    html! {
        @if let Some(text) = &remarks.general {
            p.alert role="alert" { (text) }
        } @else if !remarks.inputs.is_empty() {
            div.alert role="alert" {
                strong { (lang.pick("请更正下面几处", "Please correct these")) }
                ul { @for (input, text) in &remarks.inputs {
                    li { a href=(format!("#{}", input.name())) { (text) } }
                } }
            }
        }
    }
}
