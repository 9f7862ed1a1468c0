//! `rivera routes`: when a mapping is finished, and what a switch fails.

use crate::sandbox::Sandbox;

const FEW: &str = "routes --instances 3 --routers 2 --runs 50";

#[test]
fn i15_the_answer_comes_at_once_and_the_routers_later() {
    let sandbox = Sandbox::new();
    let json = sandbox.json(&format!("{FEW} --format json"));
    assert_eq!((json["schema"].as_str(), json["version"].as_u64()), (Some("rivera.routes"), Some(1)));
    let p50 = |moment: &str| json["switch"]["mapping"][moment]["p50"].as_f64().unwrap();
    let order = ["answered", "in_bbs", "first_register", "first_router", "no_404", "finished"].map(p50);
    assert!(order.is_sorted() && order[0] < order[5], "{order:?}");
    assert_eq!(json["switch"]["routers"].as_array().unwrap().len(), 2);
    assert!(json["switch"]["after_wait"].is_null());
    assert_eq!(json["switch"]["when_finished"]["max_requests"].as_f64(), Some(0.0));
}

#[test]
fn the_table_says_how_long_to_wait_and_how_to_look() {
    let text = Sandbox::new().done(FEW);
    for part in
        ["3 instances on 2 routers; 50 runs", "finished", "404s", "Wait at least", "X-Cf-App-Instance"]
    {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
}

#[test]
fn a_wait_that_is_too_short_is_a_no() {
    let sandbox = Sandbox::new();
    let exit = |wait: &str| sandbox.run(&format!("routes --instances 1 --runs 200 --wait-s {wait}")).code;
    assert_eq!((exit("0"), exit("3600")), (Some(1), Some(0)));
}

#[test]
fn a_scenario_file_sets_routers_and_latencies() {
    let sandbox = Sandbox::new();
    sandbox.write("s.toml", "[routes]\nrouters = 3\ncc_answer_ms = { fixed = 5000 }\n");
    let json = sandbox.json("routes --runs 5 --scenario s.toml --format json");
    assert_eq!(json["switch"]["mapping"]["answered"]["max"].as_f64(), Some(5.0));
    assert_eq!(json["switch"]["routers"].as_array().unwrap().len(), 3);
    sandbox.write("s.toml", "[routes]\nrouters = 0\n");
    sandbox.refused_with("routes --scenario s.toml", &["`routes.routers` is out of range", "from 1 to 1000"]);
}

#[test]
fn wrong_numbers_are_told_with_what_would_be_right() {
    let sandbox = Sandbox::new();
    for (option, expected) in [
        ("--instances 0", "from 1 to 100000"),
        ("--instances -3", "from 1 to 100000"),
        ("--old-instances 0", "from 1 to 100000"),
        ("--routers 0", "from 1 to 1000"),
        ("--requests-per-s -1", "from 0 to 1e9"),
        ("--wait-s NaN", "from 0 to 1e9"),
        ("--runs 0", "from 1 to 10000"),
    ] {
        sandbox.refused_with(&format!("routes {option}"), &[expected]);
    }
}
