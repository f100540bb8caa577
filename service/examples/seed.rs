//! Fills an empty data folder with one made-up organisation and invitations to try the member pages with, and prints
//! them as JSON. Run: cargo run -p mingce-service --example seed -- DIR

use axum::body::Body;
use axum::http::Request;
use mingce_codes::Token;
use mingce_model::{Edit, Field, Kind, OrganisationId, Record, RecordId, Value};
use mingce_protocol::push::write_push;
use mingce_protocol::{CreateOrganisation, Op, PushAnswer, PushHeader, SignedIn};
use mingce_service::{Service, ServiceOptions, router};
use mingce_testkit::pictures::png;
use serde_json::json;
use tower::ServiceExt;

const DAY_MS: i64 = 24 * 3_600_000;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let folder = std::env::args().nth(1).ok_or_else(|| anyhow::anyhow!("usage: seed DIR"))?;
    let options = ServiceOptions::system("127.0.0.1:0".parse()?, folder);
    let now_ms = (options.clock)();
    let service = Service::open(&options, "http://127.0.0.1".to_owned())?;
    let app = router(service);
    let organisation = OrganisationId(id(0));
    let form = CreateOrganisation {
        id: organisation,
        name: "江城市第一实验中学".into(),
        kind: "school".into(),
        admin_name: "王老师".into(),
        phone: "13800138000".into(),
        password: "correct horse battery".into(),
        device: "seed".into(),
        code: None,
    };
    let request = Request::post("/v1/organisations").body(Body::from(serde_json::to_vec(&form)?))?;
    let signed_in: SignedIn = serde_json::from_slice(&answer(&app, request).await?)?;

    let grade = department(10, "高一年级", None);
    let class = department(11, "3班", Some(grade.id));
    let mut edits = vec![Edit::create(&grade), Edit::create(&class)];
    let mut people = Vec::new();
    let photo = mingce_photos::prepare(&png(400, 500, 3), None)?;
    let request = Request::put(format!("/v1/organisations/{organisation}/photos/{}", photo.hash))
        .header("authorization", format!("Bearer {}", signed_in.token))
        .header("content-type", mingce_protocol::PHOTO_MEDIA_TYPE);
    answer(&app, request.body(Body::from(photo.jpeg))?).await?;
    for (n, (word, name, phone, document)) in [
        ("join", "欧阳静怡", "13900139001", "110105200506150026"),
        ("wrong", "李明", "13900139002", "110105200506150034"),
        ("refuse", "王芳", "13900139003", "110105200506150042"),
        ("expired", "赵磊", "13900139004", "110105200506150050"),
        ("plain", "迪丽热巴·买买提", "13900139005", "110105200506150069"),
        ("child", "孙小明", "13700137001", "110105201806150077"),
        ("youth", "周子涵", "13900139007", "110105201106150085"),
    ]
    .into_iter()
    .enumerate()
    {
        let n = u8::try_from(n)?;
        let document = with_check_character(document);
        let member = Record::empty(Kind::Member, id(20 + n))
            .with(Field::MemberName, name)
            .with(Field::MemberCardNumber, format!("2026{:04}", n + 1))
            .with(Field::MemberPhone, if word == "child" { Value::Null } else { Value::from(phone) })
            .with(Field::MemberDocumentKind, "resident_id")
            .with(Field::MemberDocumentNumber, document.as_str())
            .with(Field::MemberIdentity, "student")
            .with(Field::MemberDepartment, class.id)
            .with(Field::MemberValidFrom, "2026-09-01")
            .with(Field::MemberValidUntil, "2029-07-15")
            .with(Field::MemberPhoto, if word == "plain" { Value::from(photo.hash) } else { Value::Null })
            .with(Field::MemberStatus, "active");
        let token = Token::from_random_bytes([n + 1; 16]);
        let expires_at = if word == "expired" { now_ms - 1 } else { now_ms + 14 * DAY_MS };
        let invitation = Record::empty(Kind::Invitation, id(40 + n))
            .with(Field::InvitationMember, member.id)
            .with(Field::InvitationTokenHash, token.hash_hex())
            .with(Field::InvitationCreatedAt, now_ms - DAY_MS)
            .with(Field::InvitationExpiresAt, expires_at);
        edits.push(Edit::create(&member));
        edits.push(Edit::create(&invitation));
        let guardian = match word {
            "child" => Some(("孙丽", phone)),
            "youth" => Some(("周建国", "13700137002")),
            _ => None,
        };
        if let Some((name, phone)) = guardian {
            let record = Record::empty(Kind::Guardian, id(60 + n));
            let record = record.with(Field::GuardianName, name).with(Field::GuardianPhone, phone);
            let tie = Record::empty(Kind::Guardianship, id(80 + n));
            let tie = tie.with(Field::GuardianshipMember, member.id).with(Field::GuardianshipGuardian, record.id);
            edits.extend([Edit::create(&record), Edit::create(&tie)]);
        }
        people.push(json!({
            "guardian": guardian.map(|(name, phone)| json!({ "name": name, "phone": phone })),
            "for": word, "token": token.to_string(), "name": name, "phone": phone, "document": document,
            "number": format!("2026{:04}", n + 1),
        }));
    }
    let header = PushHeader {
        protocol: mingce_protocol::PROTOCOL,
        replica: id(99).to_string(),
        epoch: 0,
        acked: 0,
        first: 1,
        cursor: None,
        seen: None,
        batches: Vec::new(),
    };
    let ops: Vec<Op> = edits.into_iter().zip(1..).map(|(edit, m)| Op::from_edit(m, now_ms, None, edit)).collect();
    let request = Request::post(format!("/v1/organisations/{organisation}/push"))
        .header("authorization", format!("Bearer {}", signed_in.token))
        .body(Body::from(write_push(&header, &ops)?))?;
    let pushed: PushAnswer = serde_json::from_slice(&answer(&app, request).await?)?;
    anyhow::ensure!(pushed.exceptions.is_empty(), "the service refused: {:?}", pushed.exceptions);
    println!(
        "{}",
        serde_json::to_string_pretty(&json!({
            "organisation": form.name, "id": organisation.to_string(), "device_token": signed_in.token, "people": people,
        }))?
    );
    Ok(())
}

async fn answer(app: &axum::Router, request: Request<Body>) -> anyhow::Result<Vec<u8>> {
    let response = app.clone().oneshot(request).await?;
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await?;
    anyhow::ensure!(status.is_success(), "{status}: {}", String::from_utf8_lossy(&body));
    Ok(body.to_vec())
}

fn id(n: u8) -> RecordId {
    RecordId::from_parts(1_788_220_800_000, [n; 10])
}

fn department(n: u8, name: &str, parent: Option<RecordId>) -> Record {
    let record = Record::empty(Kind::Department, id(n)).with(Field::DepartmentName, name);
    let record = record.with(Field::DepartmentKind, if parent.is_some() { "class" } else { "grade" });
    match parent {
        Some(parent) => record.with(Field::DepartmentParent, parent),
        None => record,
    }
}

/// The number with its last character made right (GB 11643-1999, 4.2).
fn with_check_character(number: &str) -> String {
    let body = &number[..17];
    let check = mingce_model::check::check_character(body).unwrap_or('0');
    format!("{body}{check}")
}
