//! `rivera place`: one auction on the cells of an export.

use serde_json::json;

use crate::sandbox::{Ran, Sandbox};

/// Two instances that fit, one that does not, and what the auctioneer would leave out.
pub(crate) const LRPS: &str = r#"[
{"process_guid":"api","domain":"cf-apps","indices":[0,1,0],"RootFs":"preloaded:cflinuxfs4","MemoryMB":100,"DiskMB":100},
{"process_guid":"big","domain":"cf-apps","indices":[0],"RootFs":"preloaded:cflinuxfs4","MemoryMB":860,"DiskMB":100},
{"process_guid":"","domain":"cf-apps","indices":[0],"RootFs":"preloaded:cflinuxfs4","MemoryMB":1,"DiskMB":1}
]"#;

/// One task that fits, and one for which no cell has the stack.
pub(crate) const TASKS: &str = r#"[
{"TaskGuid":"fits","Domain":"d","RootFs":"docker:///x","MemoryMB":10,"DiskMB":10},
{"TaskGuid":"old","Domain":"d","RootFs":"preloaded:cflinuxfs2","MemoryMB":10,"DiskMB":10}
]"#;

const PLACE: &str = "place --cells two-cells/cell-states.jsonl --lrps lrps.json --tasks tasks.json";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("lrps.json", LRPS);
    sandbox.write("tasks.json", TASKS);
    sandbox
}

fn place(sandbox: &Sandbox, options: &str) -> (serde_json::Value, String) {
    let Ran { code, stdout, stderr } = sandbox.run(&format!("{PLACE} --format json {options}"));
    assert_eq!(code, Some(0), "{stderr}");
    (serde_json::from_str(&stdout).expect("one JSON value"), stderr)
}

/// Of each item, in the order in which they are placed: its name, and its cell or error.
fn outcomes(value: &serde_json::Value) -> Vec<(String, String)> {
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    let outcome = |decision: &serde_json::Value| {
        let verdict = &decision["verdict"];
        let cell = verdict.get("placed").map(|placed| &placed["cell"]);
        (text(&decision["id"]), text(cell.unwrap_or_else(|| &verdict["refused"]["error"])))
    };
    value["auction"]["decisions"].as_array().expect("a list").iter().map(outcome).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(id, outcome)| ((*id).to_owned(), (*outcome).to_owned())).collect()
}

const RESOURCES: &str = "insufficient resources: memory";
const ROOTFS: &str = "found no compatible cell for required rootfs";
const LIMIT: &str = "waiting to start instance: reached in-flight start limit";

#[test]
fn items_are_placed_in_the_order_of_the_auction_each_with_its_score() {
    let (value, warnings) = place(&sandbox(), "");
    assert_eq!((&value["schema"], &value["version"]), (&json!("rivera.place"), &json!(1)));
    assert_eq!(
        outcomes(&value),
        pairs(&[("big.0", RESOURCES), ("api.0", "c2"), ("fits", "c2"), ("old", ROOTFS), ("api.1", "c1")])
    );
    let decisions = &value["auction"]["decisions"];
    let part = |position: usize, part: &str| decisions[position]["verdict"]["placed"][part].as_f64().unwrap();
    // 132 of 868 free MB, 100 of 3,900 MB disk, one of 248 containers.
    let used = (1.0 - 736.0 / 1000.0) + (1.0 - 3_800.0 / 4_000.0) + (1.0 - 247.0 / 249.0);
    assert!((part(1, "resource") - used / 3.0).abs() < 1e-12);
    assert_eq!((part(1, "locality"), part(1, "index")), (0.0, 0.0));
    assert_eq!(part(1, "score"), part(1, "resource"));
    assert_eq!(decisions[1]["verdict"]["placed"]["zone"], "z2");
    assert_eq!((&decisions[1]["kind"], &decisions[2]["kind"]), (&json!("lrp"), &json!("task")));
    assert_eq!(
        warnings,
        "warning: lrps.json: LRP 3 is skipped: proccess guid is empty\n\
         warning: 1 starts occur again; the first of each counts\n"
    );
    assert_eq!(value["auction"]["skipped"][0]["error"], "proccess guid is empty");
}

#[test]
fn a_refusal_says_how_many_cells_for_which_reason() {
    let sandbox = sandbox();
    let reasons = |value: &serde_json::Value, position: usize| {
        let cells = value["auction"]["decisions"][position]["verdict"]["refused"]["cells"].clone();
        let cells: std::collections::BTreeMap<String, u64> = serde_json::from_value(cells).unwrap();
        cells.into_iter().filter(|(_, cells)| *cells > 0).collect::<Vec<_>>()
    };
    let reason = |name: &str, cells: u64| (name.to_owned(), cells);
    let (value, _) = place(&sandbox, "");
    assert_eq!(reasons(&value, 0), [reason("memory", 2)]);
    assert_eq!(reasons(&value, 3), [reason("no_rootfs", 2)]);

    sandbox.replace("two-cells/cell-states.jsonl", "\"Evacuating\":false", "\"Evacuating\":true");
    let (value, _) = place(&sandbox, "");
    assert_eq!((&value["auction"]["cells"], &value["auction"]["evacuating"]), (&json!(1), &json!(1)));
    assert_eq!(reasons(&value, 0), [reason("evacuating", 1), reason("memory", 1)]);

    let (value, _) = place(&sandbox, "--max-starts 2");
    assert_eq!(
        outcomes(&value),
        pairs(&[("big.0", RESOURCES), ("api.0", "c2"), ("fits", "c2"), ("old", LIMIT), ("api.1", LIMIT)])
    );
    assert_eq!(reasons(&value, 4), [reason("evacuating", 1), reason("start_limit", 1)]);
}

#[test]
fn what_was_placed_before_is_no_longer_free() {
    let sandbox = sandbox();
    // Each fits once on each cell; the third finds what the first two left.
    sandbox.write(
        "lrps.json",
        LRPS.replace("[0,1,0]", "[0,1,2]").replace("\"MemoryMB\":100", "\"MemoryMB\":500"),
    );
    let (value, _) = place(&sandbox, "");
    let last = value["auction"]["decisions"].as_array().unwrap().last().unwrap();
    assert_eq!(last["id"], "api.2");
    assert_eq!(last["verdict"]["refused"]["cells"]["memory"], 2);
}

#[test]
fn weights_and_the_limit_reach_the_auction() {
    let sandbox = sandbox();
    let (value, _) =
        place(&sandbox, "--bin-pack-first-fit-weight 5 --starting-container-weight 0 --max-starts none");
    assert_eq!(value["bin_pack_first_fit_weight"], 5.0);
    assert_eq!(value["starting_container_weight"], 0.0);
    assert_eq!(value["max_starts"], json!(null));
    // Each cell is the only one of its zone, so its index is 0 and the weight has nothing to add.
    assert_eq!(outcomes(&value)[1], ("api.0".to_owned(), "c2".to_owned()));
    // A start on c2 costs it 5 points, so the task, which has a neighbour on c1, goes there only for a price above 1,000.
    let cell_of_task = |weight: &str| {
        outcomes(&place(&sandbox, &format!("--starting-container-weight {weight}")).0)[2].1.clone()
    };
    assert_eq!(cell_of_task("5"), "c2");
    assert_eq!(cell_of_task("2000"), "c1");
}

#[test]
fn tables_say_the_same_to_a_person() {
    let Ran { code, stdout, .. } = sandbox().run(PLACE);
    assert_eq!(code, Some(0));
    assert!(stdout.starts_with("3 of 5 starts placed on 2 cells; 1 request skipped\n"), "{stdout}");
    for text in
        ["api.0", "0.107344", "insufficient resources: memory", "2 short of memory", "2 without the rootfs"]
    {
        assert!(stdout.contains(text), "{text:?} is not in\n{stdout}");
    }
}

#[test]
fn a_file_may_be_compressed() {
    let sandbox = sandbox();
    let cells = crate::recordings::zip(sandbox.read("two-cells/cell-states.jsonl").as_bytes());
    let (plain, _) = place(&sandbox, "");
    sandbox.write("two-cells/cell-states.jsonl", cells);
    assert_eq!(place(&sandbox, "").0, plain);
}

#[test]
fn wrong_input_is_told_with_its_place() {
    let sandbox = sandbox();
    sandbox.refused_with(
        "place --cells two-cells/cell-states.jsonl",
        &["--lrps <FILE.json>", "--tasks <FILE.json>"],
    );
    sandbox.refused_with(
        "place --cells none.jsonl --lrps lrps.json",
        &[
            "error[no-such-path]: none.jsonl: there is no such file",
            "help: `cfdot cell-states > cell-states.jsonl`",
        ],
    );
    sandbox.refused_with(&format!("{PLACE} --starting-container-weight much"), &["a number is needed"]);
    sandbox.write("lrps.json", LRPS.replace("860", "\"860\""));
    sandbox.refused_with(
        PLACE,
        &["error[wrong-value]: lrps.json:3:", "MemoryMB", "help: starts are one JSON array"],
    );
    sandbox.write("lrps.json", &LRPS[..40]);
    sandbox.refused_with(PLACE, &["error[cut-off]: lrps.json:2:", "cut off"]);
}

#[test]
fn files_of_another_kind_are_told_from_those_that_are_needed() {
    let sandbox = sandbox();
    let cells = "two-cells/cell-states.jsonl";
    for (lrps, told) in [
        (sandbox.read(cells), "lrps.json:1:1: `the record`: invalid type: object, expected a list"),
        (
            LRPS.replace("860", "\"4%\""),
            "`[1].MemoryMB`: invalid type: string \"4%\", expected a whole number",
        ),
        (LRPS.replace("860", "9000000000"), "`[1].MemoryMB`: invalid value: integer `9000000000`"),
        (String::new(), "lrps.json:1:1: the line is cut off"),
    ] {
        sandbox.write("lrps.json", lrps);
        sandbox.refused_with(PLACE, &[told, "help: starts are one JSON array"]);
    }
    sandbox.write("lrps.json", LRPS);
    let help = "help: `cfdot cell-states > cell-states.jsonl`";
    for (states, told) in [
        (
            format!("[{LRPS}]"),
            "error[wrong-value]: two-cells/cell-states.jsonl:1:1: `the record`: invalid type: list",
        ),
        ("null".to_owned(), "invalid type: null, expected an object"),
        (String::new(), "error[no-cells]: two-cells/cell-states.jsonl: there are no cells"),
    ] {
        sandbox.write(cells, states);
        sandbox.refused_with(PLACE, &[told, help]);
    }
}

#[test]
fn a_key_that_is_missing_or_misspelt_is_seen_by_its_zero() {
    let sandbox = sandbox();
    sandbox.replace("two-cells/cell-states.jsonl", "TotalResources", "totals");
    sandbox.write("lrps.json", LRPS.replace("\"MemoryMB\":100", "\"Memory\":100"));
    let (_, warnings) = place(&sandbox, "");
    for warning in [
        "cell-states.jsonl: TotalResources, which `cfdot cell-states` writes, is 0 or missing in 1 of 2 cells\n",
        "warning: lrps.json: MemoryMB is 0 or missing in 1 of 3 LRPs\n",
    ] {
        assert!(warnings.contains(warning), "{warning:?} is not in\n{warnings}");
    }
}

#[test]
fn negative_numbers_are_refused_with_their_key() {
    let sandbox = sandbox();
    sandbox.write("lrps.json", LRPS.replace("860", "-860"));
    sandbox.refused_with(
        PLACE,
        &["error[negative]: lrps.json: `[1].MemoryMB` is -860", "help: starts are one JSON array"],
    );
    sandbox.write("lrps.json", LRPS.replacen("\"indices\":[", "\"indices\":[-1,", 1));
    sandbox.refused_with(PLACE, &["error[negative]: lrps.json: `[0].indices[0]` is -1"]);
}
