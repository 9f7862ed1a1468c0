//! `rivera throttle`: Ops Manager's values of `max_in_flight`, in a file.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

/// What the API answers: a value of each kind.
pub(crate) const THROTTLES: &str =
    "{\"max_in_flight\": {\"JOB_1_GUID\": 1, \"JOB_2_GUID\": \"20%\", \"JOB_3_GUID\": \"default\"}}\n";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("throttles.json", THROTTLES);
    sandbox
}

#[test]
fn all_values_are_printed_or_one() {
    let sandbox = sandbox();
    let all = "JOB_1_GUID 1\nJOB_2_GUID 20%\nJOB_3_GUID default\n";
    assert_eq!(sandbox.done("throttle get throttles.json"), all);
    assert_eq!(sandbox.done("throttle get throttles.json JOB_2_GUID"), "20%\n");
    assert_eq!(
        sandbox.json("throttle get throttles.json JOB_1_GUID --format json"),
        json!({"schema": "rivera.throttle", "version": 1, "max_in_flight": {"JOB_1_GUID": 1}})
    );
}

#[test]
fn d5_only_the_named_jobs_change() {
    let sandbox = sandbox();
    let told = sandbox.done("throttle set throttles.json JOB_3_GUID=7 JOB_1_GUID=4%");
    assert_eq!(told, "JOB_3_GUID default -> 7\nJOB_1_GUID 1 -> 4%\n");
    let body: Value = serde_json::from_str(&sandbox.read("throttles.json")).unwrap();
    assert_eq!(body, json!({"max_in_flight": {"JOB_1_GUID": "4%", "JOB_2_GUID": "20%", "JOB_3_GUID": 7}}));
    assert_eq!(sandbox.done("throttle set throttles.json JOB_3_GUID=default"), "JOB_3_GUID 7 -> default\n");
}

#[test]
fn d5_a_value_that_would_be_refused_leaves_the_file_as_it_was() {
    let sandbox = sandbox();
    assert_eq!(
        sandbox.refused("throttle set throttles.json JOB_1_GUID=2 JOB_2_GUID=many"),
        "error[wrong-usage]: invalid max_in_flight value provided for job 'JOB_2_GUID': 'many'\n\
         valid options configurations include percentages ('50%'), counts ('2'), and 'default'\n"
    );
    for (value, why) in [
        ("0", "'0' is out of bounds: a count must be from 1 to 100"),
        ("101", "'101' is out of bounds: a count must be from 1 to 100"),
        ("200%", "'200%' is out of bounds: a percentage must be from 1% to 100%"),
    ] {
        assert_eq!(
            sandbox.refused(&format!("throttle set throttles.json JOB_1_GUID={value}")),
            format!("error[wrong-usage]: max_in_flight of job 'JOB_1_GUID' cannot be set: {why}\n")
        );
    }
    assert_eq!(
        sandbox.refused("throttle set throttles.json JOB_1_GUID=2 JOB_1_GUID=3"),
        "error[wrong-usage]: job 'JOB_1_GUID' is named twice, with 2 and with 3\n"
    );
    sandbox.refused_with(
        "throttle set throttles.json JOB_1_GUID",
        &["a job and its value are needed: JOB=VALUE"],
    );
}

#[test]
fn an_unknown_job_is_refused_with_the_nearest_name() {
    let sandbox = sandbox();
    let told = "error[no-such-name]: there is no job `JOB_1_GIUD`\nhelp: did you mean `JOB_1_GUID`?\n";
    assert_eq!(sandbox.refused("throttle set throttles.json JOB_1_GIUD=2"), told);
    assert_eq!(sandbox.refused("throttle get throttles.json JOB_1_GIUD"), told);
}

#[test]
fn a_file_is_validated_value_by_value() {
    let sandbox = sandbox();
    assert_eq!(sandbox.done("throttle validate throttles.json"), "all values can be set: 3\n");
    sandbox.write("wrong.json", "{\"max_in_flight\": {\"a\": 1.5, \"b\": 0, \"c\": \"5\", \"d\": null}}");
    let ran = sandbox.run("throttle validate wrong.json --format json");
    let value: Value = serde_json::from_str(&ran.stdout).unwrap();
    let options = "\nvalid options configurations include percentages ('50%'), counts ('2'), and 'default'";
    let client = |job: &str, value: &str| {
        format!("invalid max_in_flight value provided for job '{job}': '{value}'{options}")
    };
    let ops_manager =
        "max_in_flight of job 'b' cannot be set: '0' is out of bounds: a count must be from 1 to 100"
            .to_owned();
    assert_eq!(value["errors"], json!([client("a", "1.5"), ops_manager, client("d", "null")]));
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), ""));
}

#[test]
fn a_file_that_is_no_such_body_is_refused() {
    let sandbox = sandbox();
    let help =
        "help: the file holds one JSON object, as `/api/v0/staged/products/GUID/max_in_flight` answers: ";
    for (text, why) in [
        ("{\"max_in_flight\": {\"a\": 1, \"a\": 2}}", "job a occurs a second time"),
        ("{\"max_in_flights\": {}}", "unknown field `max_in_flights`"),
        ("{}", "missing field `max_in_flight`"),
        ("[1]", ""),
    ] {
        sandbox.write("wrong.json", text);
        for verb in ["get wrong.json", "validate wrong.json", "set wrong.json a=1"] {
            sandbox.refused_with(&format!("throttle {verb}"), &[why, help]);
        }
    }
    sandbox.refused_with("throttle get nowhere.json", &["nowhere.json"]);
}
