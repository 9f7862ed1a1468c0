//! Tables fit: 80 columns in a pipe or a file, and as many as `COLUMNS` says.

use crate::sandbox::Sandbox;

/// Lines that are to be copied, and stay in one however long they are: the path of an operations file.
fn is_whole(line: &str) -> bool {
    line.trim_start().starts_with("path: /instance_groups/")
}

/// The first line that is wider, if one is.
pub(crate) fn too_wide(text: &str, columns: usize) -> Option<&str> {
    text.lines().find(|line| line.chars().count() > columns && !is_whole(line))
}

/// Every verb that prints a table or sentences for people.
const VERBS: [&str; 16] = [
    "compare --fleet tiny.toml --max-in-flight 1,2 --max-starts 2,none --seeds 3",
    "compare --fleet tiny.toml --max-in-flight 2 --max-starts 2 --seeds 2 --whole-upgrade",
    "simulate --fleet tiny.toml --max-in-flight 2 --max-starts 2",
    "simulate --fleet tiny.toml --max-in-flight 2 --max-starts 2 --whole-upgrade",
    "recommend --fleet tiny.toml --seeds 2 --bound crashes<=99 --no-cache",
    "experiment run experiment.toml --no-cache",
    "check --fleet tiny.toml --max-in-flight 1 --max-starts 2",
    "fleet show tiny.toml",
    "fleet show two-cells",
    "place --cells two-cells/cell-states.jsonl --lrps lrps.json",
    "throttle get throttles.json",
    "routes --runs 20",
    "replay scenarios.jsonl.gz",
    "explain",
    "explain zone-too-full",
    "demo --overwrite",
];

/// A process guid of Diego, which is two guids.
const LONG: &str = "6d9bcb5e-0b09-4b1c-8d5f-1f1f4a5b0b6e-0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("experiment.toml", crate::experiments::EXPERIMENT);
    sandbox.write("throttles.json", r#"{"max_in_flight": {"JOB_1_GUID": 1, "JOB_2_GUID": "20%"}}"#);
    sandbox.write("scenarios.jsonl.gz", crate::recordings::recorded("scenarios.jsonl.gz"));
    sandbox.write("lrps.json", crate::auctions::LRPS.replace("\"api\"", &format!("\"{LONG}\"")));
    sandbox
}

#[test]
fn no_line_is_wider_than_the_80_columns_of_a_pipe_or_than_asked_for() {
    let sandbox = sandbox();
    let mut some_are_wider = 0;
    for verb in VERBS {
        let of = |columns: Option<&str>| {
            let mut command = sandbox.command(verb);
            command.env_remove("COLUMNS").envs(columns.map(|columns| ("COLUMNS", columns)));
            let output = command.output().unwrap();
            assert!(output.status.code() < Some(2), "{verb}: {}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap()
        };
        let usual = of(None);
        assert!(!usual.is_empty(), "{verb}");
        assert_eq!(too_wide(&usual, 80), None, "{verb}\n{usual}");
        let wide = of(Some("132"));
        assert_eq!(too_wide(&wide, 132), None, "{verb}\n{wide}");
        some_are_wider += usize::from(too_wide(&wide, 80).is_some());
        assert_eq!(of(Some("wide")), usual, "{verb}: what is no number is no wish");
    }
    assert!(some_are_wider > 5, "{some_are_wider}");
}

#[test]
fn a_file_is_80_columns_wide_whatever_the_terminal_is() {
    let sandbox = sandbox();
    let arguments = "experiment run experiment.toml --no-cache -o result.txt";
    let ran = sandbox.command(arguments).env("COLUMNS", "200").output().unwrap();
    assert!(too_wide(&String::from_utf8(ran.stdout).unwrap(), 80).is_some());
    assert_eq!(too_wide(&sandbox.read("result.txt"), 80), None);
}
