//! A member's own data as a file (个人信息保护法 45). It says more than a card does, so the password is asked for.

use super::card::{nobody_page, read_own};
use super::consents::{CONSENTS, stale_form};
use super::layout::{Page, failure_page, render, with_cookie};
use super::posted::{Fields, Posted};
use super::visit::Visit;
use crate::consent::{Entry, Giver};
use crate::failure::Failure;
use crate::join::live;
use crate::limits::{Limiter, Limiters};
use crate::service::Shared;
use crate::storage::{OrganisationRow, StorageError, Transaction};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::html;
use mingce_model::{Field, Kind, Record, RecordId, Value, belonging};
use serde::Deserialize;
use serde_json::{Map, json};
use std::collections::HashSet;
use std::net::IpAddr;

pub(super) const EXPORT: &str = "/card/export";

/// Records of one kind that hang on one member, and entries of the ledger about them.
const RECORDS_MAX: usize = 1_000;
const ENTRIES_MAX: usize = 10_000;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct ExportFields {
    password: String,
    seal: String,
}

impl Fields for ExportFields {
    /// It asks for the password.
    fn limiter(limiters: &Limiters) -> &Limiter<IpAddr> {
        &limiters.sign_in_peer
    }
}

pub async fn export_form(visit: Visit) -> Response {
    form_page(&visit, StatusCode::OK, None)
}

pub async fn export(State(service): State<Shared>, visit: Visit, Posted(fields): Posted<ExportFields>) -> Response {
    if !visit.is_own_form(EXPORT, &fields.seal) {
        return form_page(&visit, StatusCode::FORBIDDEN, Some(stale_form(visit.lang)));
    }
    match find_data(&service, &visit, fields.password).await {
        Ok(Some(Some(data))) => {
            let headers = [
                (header::CONTENT_TYPE, "application/json; charset=utf-8"),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"mingce-my-data.json\""),
            ];
            (headers, serde_json::to_string_pretty(&data).unwrap_or_default()).into_response()
        }
        Ok(Some(None)) => {
            let wrong = visit.lang.pick("密码不对。", "The password is not right.");
            form_page(&visit, StatusCode::UNPROCESSABLE_ENTITY, Some(wrong))
        }
        Ok(None) => nobody_page(&visit),
        Err(failure) => failure_page(&visit, &failure),
    }
}

/// `None` when nobody is signed in; `Some(None)` for a wrong password.
async fn find_data(
    service: &Shared,
    visit: &Visit,
    password: String,
) -> Result<Option<Option<serde_json::Value>>, Failure> {
    let stored = read_own(service, visit, |transaction, organisation, member| {
        transaction.find_member_password(organisation.key, member.id)
    });
    let Some(stored) = stored.await? else { return Ok(None) };
    if !service.passwords.verify(password, stored).await? {
        return Ok(Some(None));
    }
    Ok(read_own(service, visit, collect).await?.map(Some))
}

fn collect(
    transaction: &mut dyn Transaction,
    organisation: &OrganisationRow,
    member: &Record,
) -> Result<serde_json::Value, StorageError> {
    let consents = transaction.load_consents_of(organisation.key, member.id, ENTRIES_MAX)?;
    let givers: HashSet<RecordId> = consents
        .iter()
        .filter_map(|entry| match entry.giver {
            Giver::Guardian(id) => Some(id),
            Giver::Member => None,
        })
        .collect();
    let mut records = vec![exported(member, &[])];
    let of = Value::from(member.id);
    for field in belonging::OF_MEMBER {
        for id in transaction.find_live(organisation.key, field.kind(), &[(field, &of)], RECORDS_MAX)? {
            let Some(record) = live(transaction, organisation, field.kind(), Some(id))? else { continue };
            // A token's hash is no information about anybody, and whom somebody was told apart from is another person.
            let other = belonging::fields_of(record.kind).filter(|other| *other != field);
            let hidden: Vec<Field> = other.chain([Field::InvitationTokenHash]).collect();
            records.push(exported(&record, &hidden));
            if field == Field::GuardianshipMember {
                let guardian = record.reference(Field::GuardianshipGuardian);
                if let Some(guardian) = live(transaction, organisation, Kind::Guardian, guardian)? {
                    // Another parent's number is theirs: only whoever agreed here is given their own.
                    let hidden = if givers.contains(&guardian.id) { &[][..] } else { &[Field::GuardianPhone][..] };
                    records.push(exported(&guardian, hidden));
                }
            }
        }
    }
    let consents: Vec<serde_json::Value> = consents.iter().map(Entry::to_json).collect();
    Ok(json!({ "records": records, "consents": consents }))
}

fn exported(record: &Record, hidden: &[Field]) -> serde_json::Value {
    let filled = record.kind.fields().iter().zip(&record.values);
    let filled = filled.filter(|(field, value)| !value.is_null() && !hidden.contains(field));
    let values: Map<String, serde_json::Value> = filled
        .map(|(field, value)| {
            let value = match value {
                Value::Int(number) => json!(number),
                other => json!(other.as_text()),
            };
            (field.name().to_owned(), value)
        })
        .collect();
    json!({ "kind": record.kind.name(), "id": record.id.to_string(), "values": values })
}

fn form_page(visit: &Visit, status: StatusCode, remark: Option<&str>) -> Response {
    let lang = visit.lang;
    let (seal, cookie) = visit.form_seal(EXPORT);
    let title = lang.pick("下载我的数据", "Download my data");
    let body = html! {
        h1 { (title) }
        @if let Some(remark) = remark { p.alert role="alert" { (remark) } }
        p { (lang.pick(
            "文件里有名册中关于您的内容和您的同意记录，证件号码和手机号都在内，请自己保管好。",
            "The file holds what the roster says of you and your consents, document number and phone included. Keep it safe.",
        )) }
        form method="post" action=(visit.link(EXPORT)) {
            input type="hidden" name="seal" value=(seal);
            div.field {
                label for="password" { (lang.pick("密码", "Password")) }
                input id="password" name="password" type="password" autocomplete="current-password" required maxlength="200";
            }
            p.actions {
                button.button.main type="submit" { (lang.pick("下载", "Download")) }
                a.button href=(visit.link(CONSENTS)) { (lang.pick("返回", "Back")) }
            }
        }
    };
    with_cookie(render(visit, status, Page { title, path: EXPORT, body }), cookie)
}
