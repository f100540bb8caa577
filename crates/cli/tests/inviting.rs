//! Invitations from a script: who gets one, and what is said of those that cannot work.

mod desk;

use desk::Desk;
use serde_json::json;

#[test]
fn those_who_have_left_get_none_and_those_without_proof_are_counted() {
    let desk = Desk::with_roster(
        "姓名,学号,手机,出生日期\n张三,S1,13800138001,1990-05-01\n李四,S2,,1990-05-01\n王五,S3,13800138003,1990-05-01\n",
    );
    desk.run(&["edit", "S3", "status=left"]).done();
    let invited = desk.run(&["invite"]).done();
    assert_eq!((&invited["made"], &invited["left"], &invited["uncheckable"]), (&json!(2), &json!(1), &json!(1)));
    let again = desk.read(&["invite", "--replace"]);
    assert!(again.stderr.contains("1 have left") && again.stderr.contains("1 have no phone"), "{}", again.stderr);

    // One who leaves with an open invitation is not printed either.
    desk.run(&["edit", "S1", "status=left"]).done();
    let path = desk.path("labels.pdf");
    let sheets = ["sheets", path.to_str().unwrap()];
    let answer = desk.run(&sheets).done();
    assert_eq!((&answer["people"], &answer["left"], &answer["uncheckable"]), (&json!(1), &json!(1), &json!(1)));
    assert_eq!(answer["is_loopback"], true);
    let text = desk.read(&sheets);
    for said in ["not synced", "have left", "only this computer"] {
        assert!(text.stderr.contains(said), "{said}: {}", text.stderr);
    }
}

#[test]
fn a_state_that_is_none_is_refused() {
    let desk = Desk::with_roster("姓名,学号\n张三,S1\n");
    desk.run(&["invite"]).done();
    assert_eq!(desk.run(&["invitations", "--state", "waiting"]).done()["total"], 1);
    let refused = desk.run(&["invitations", "--state", "bogus"]);
    assert_eq!((refused.status, refused.code().as_str()), (1, "malformed"));
    assert!(refused.complaint()["params"]["words"].as_str().unwrap().contains("waiting"));
}
