//! `/openapi.json` says neither more nor less than the service does.

use crate::desk::House;
use axum::body::Body;
use axum::http::Request;
use mingce_protocol::ApiFailure;
use serde_json::Value;
use std::collections::BTreeSet;

async fn description() -> Value {
    let house = House::open();
    house.send(Request::get("/openapi.json").body(Body::empty()).unwrap()).await.json()
}

#[tokio::test]
async fn every_route_is_described_and_every_description_has_its_route() {
    let described: BTreeSet<(String, String)> = description().await["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().keys().filter(|key| *key != "parameters").cloned();
            methods.map(move |method| (method, path.clone()))
        })
        .collect();
    let routed: BTreeSet<(String, String)> =
        mingce_service::routes().into_iter().map(|(method, path)| (method.to_owned(), path.to_owned())).collect();
    assert_eq!(described, routed);
}

#[tokio::test]
async fn every_failure_code_and_every_reference_is_there() {
    let description = description().await;
    let codes: Vec<&str> = description["components"]["schemas"]["Failure"]["properties"]["code"]["enum"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert_eq!(codes, ApiFailure::ALL.iter().map(|failure| failure.code()).collect::<Vec<_>>());
    let text = description.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(description.pointer(pointer).is_some(), "{pointer}");
    }
}
