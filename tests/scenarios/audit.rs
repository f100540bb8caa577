//! What is looked at, taken out and printed on a desktop stands in the service's audit, whose pages the desktop shows.

use crate::line::Weather;
use crate::office::{Office, is_at_rest, wait_until};
use crate::world::World;
use mingce_ipc::Code;
use mingce_ipc::acts::{ActFilter, ActLine, ActsAsked, ExportActs};
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::import::{Export, Masking};
use mingce_ipc::invitation::Invite;
use mingce_ipc::roster::{Column, RecordRef};
use mingce_ipc::sheets::{PrepareSheets, SaveSheets};
use mingce_service::audit::{Audits, Evidence};
use tokio::runtime::Runtime;

fn acts(office: &Office, filter: ActFilter) -> Vec<ActLine> {
    office.app.acts(ActsAsked { before: None, limit: 100, filter }).unwrap().lines
}

fn of(act: &str) -> ActFilter {
    ActFilter { act: Some(act.to_owned()), ..ActFilter::default() }
}

#[test]
fn looking_taking_out_and_printing_reach_the_audit_once_also_after_a_time_without_a_network() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let here = Office::open(&runtime, &world, "here");
    let member = here.add(&[(Column::Name, "单于婷"), (Column::Phone, "13800000001")]);
    here.app.sync_now(Nothing {}).unwrap();
    here.app.reveal(RecordRef { id: member.clone() }).unwrap();
    wait_until(&runtime, "the look is reported", || acts(&here, of("reveal")).len() == 1);
    let look = acts(&here, of("reveal")).remove(0);
    // The service has no name of the person; the roster here does.
    assert_eq!((look.subject.as_str(), look.device.as_str(), look.by_kind.as_str()), ("单于婷", "here", "account"));
    assert!(!look.details.contains("13800000001") && look.details.contains("\"phone\""));

    here.line.set(Weather::Down);
    assert_eq!(
        here.app.acts(ActsAsked { before: None, limit: 1, filter: of("push") }).err().map(|it| it.code),
        Some(Code::Offline)
    );
    let path = world.path("名单.csv").to_string_lossy().into_owned();
    let export =
        Export { path, query: Default::default(), language: "zh".into(), masking: Some(Masking::Full), job: None };
    here.app.export_members(export).unwrap();
    here.app.invite(Invite { members: None, days: 14, replaces_open: false, job: None }).unwrap();
    let wanted = PrepareSheets { layout: "avery-5371".into(), language: "zh".into(), ..PrepareSheets::default() };
    let run = here.app.prepare_sheets(wanted).unwrap().run;
    let path = world.path("邀请单.pdf").to_string_lossy().into_owned();
    here.app.save_sheets(SaveSheets { run, path }).unwrap();
    here.line.set(Weather::Clear);
    here.app.sync_now(Nothing {}).unwrap();
    wait_until(&runtime, "all is told", || is_at_rest(&here) && acts(&here, of("print")).len() == 1);
    let told: Vec<String> = acts(&here, ActFilter::default()).into_iter().map(|line| line.act).collect();
    let count = |act: &str| told.iter().filter(|told| *told == act).count();
    assert_eq!((count("reveal"), count("export"), count("print")), (1, 1, 1));
    assert!(acts(&here, of("export"))[0].details.contains("\"full\":true"));

    // An answer that is lost is asked for again, and nothing is written twice.
    here.line.set(Weather::ANSWERS_LOST);
    here.app.reveal_all(Nothing {}).unwrap();
    let _ = here.app.sync_now(Nothing {});
    here.line.set(Weather::Clear);
    here.app.sync_now(Nothing {}).unwrap();
    wait_until(&runtime, "it is told", || !acts(&here, of("reveal_all")).is_empty());
    assert_eq!(acts(&here, of("reveal_all")).len(), 1);

    for (name, lines_begin) in [("审计.csv", "\u{feff}number,at,"), ("审计.jsonl", "{\"number\":")] {
        let path = world.path(name);
        let wanted = ExportActs { path: path.to_string_lossy().into_owned(), filter: of("reveal"), job: None };
        assert_eq!(here.app.export_acts(wanted).unwrap().rows, 1);
        let text = std::fs::read_to_string(path).unwrap();
        assert!(text.starts_with(lines_begin) && !text.contains("13800000001"), "{text}");
    }
    let other = ExportActs { path: world.path("审计.xlsx").display().to_string(), filter: of("push"), job: None };
    assert_eq!(here.app.export_acts(other).err().map(|it| it.code), Some(Code::Malformed));

    let options = world.options();
    for checked in Audits::open(&options).unwrap().verify(Evidence::default()).unwrap() {
        assert_eq!(checked.state.err(), None, "{:?}", checked.ledger);
    }
}
