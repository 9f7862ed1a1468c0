//! What an import refuses, and what is said of it.

use std::fs;
use std::io::Read;

use rivera_diego::{MAX_LISTED_PROBLEMS, Strictness, read_fleet};

use crate::support::{Export, INFOS, RECORDS, STATES};

#[test]
fn what_is_missing_is_said_with_the_commands() {
    let export = Export::sound().without(STATES).without(INFOS);
    let error = export.read(Strictness::Strict).unwrap_err();
    assert_eq!(
        export.errors(),
        [
            "folder: the cells with their totals and the sizes of the apps are missing (found: actual-lrps.jsonl, tasks.jsonl)"
        ]
    );
    assert_eq!(
        error.problems[0].help,
        "run `cfdot cell-states > cell-states.jsonl` and \
         `cfdot desired-lrp-scheduling-infos > desired-lrp-scheduling-infos.jsonl` in this folder"
    );
    let nothing = Export::sound().without(STATES).without(INFOS).without(RECORDS).without("tasks.jsonl");
    assert!(nothing.errors()[0].ends_with("(found: nothing that is known)"));
}

#[test]
fn two_files_of_one_kind_are_refused() {
    let export = Export::sound().plus("cell-states.json", "");
    assert_eq!(
        export.errors(),
        ["folder: `cell-states.json` and `cell-states.jsonl` hold the same kind of data"]
    );
}

/// What an operator reads about a spoilt export, in a strict import.
#[test]
fn every_mistake_is_named_with_its_place() {
    let sound = Export::sound;
    let cases: Vec<(Export, Vec<&str>)> = vec![
        (
            sound().with(INFOS, r#""rootfs":"preloaded:cflinuxfs4","max_pids""#, ""),
            vec!["desired-lrp-scheduling-infos.jsonl:1:115: this is not JSON (key must be a string)"],
        ),
        (
            sound().with(RECORDS, r#""presence":"ORDINARY"}"#, r#""presence":"ORDI"#),
            vec!["actual-lrps.jsonl:1:221: the line is cut off (EOF while parsing a string)"],
        ),
        (
            sound().with(INFOS, r#""memory_mb":100"#, r#""memory_mb":"100M""#),
            vec![
                "desired-lrp-scheduling-infos.jsonl:1:102: `memory_mb`: invalid type: string \"100M\", expected a whole number up to 2147483647",
            ],
        ),
        (
            sound().with(INFOS, r#""memory_mb":100"#, r#""memory_mb":99999999999"#),
            vec![
                "desired-lrp-scheduling-infos.jsonl:1:107: `memory_mb`: invalid value: integer `99999999999`, expected a whole number up to 2147483647",
            ],
        ),
        (
            sound().with(INFOS, r#""memory_mb":100"#, r#""memory_mb":-100"#),
            vec!["desired-lrp-scheduling-infos.jsonl:1: `the instance: memory` is -100"],
        ),
        (
            sound().with(INFOS, r#""process_guid":"q""#, r#""process_guid":"""#),
            vec!["desired-lrp-scheduling-infos.jsonl:2: `process_guid` is empty"],
        ),
        (
            sound().with(STATES, r#""MemoryMB":132"#, r#""MemoryMB":true"#),
            vec![
                "cell-states.jsonl:1:467: `LRPs[0].MemoryMB`: invalid type: boolean `true`, expected a whole number up to 2147483647",
            ],
        ),
        (
            sound().with(RECORDS, r#""cell_id":"c2""#, r#""cell_id":"c9""#),
            vec![
                "actual-lrps.jsonl:2: instance 1 of p is on cell c9, which the export does not list",
                "cell-states.jsonl:2: cell c2 runs instance 1 of p, for which there is no record on this cell",
            ],
        ),
        (
            sound().with(RECORDS, r#""cell_id":"c2""#, r#""cell_id":"""#),
            vec![
                "actual-lrps.jsonl:2: instance 1 of p is RUNNING, but `cell_id` is empty",
                "cell-states.jsonl:2: cell c2 runs instance 1 of p, for which there is no record on this cell",
            ],
        ),
        (
            sound().with(RECORDS, r#""process_guid":"p","index":2"#, r#""process_guid":"r","index":2"#),
            vec!["actual-lrps.jsonl:3: instance 2 belongs to process r, which the export does not list"],
        ),
        (
            sound().with(INFOS, r#""instances":3"#, r#""instances":2"#),
            vec!["actual-lrps.jsonl:3: instance 2 of p, which has 2 instances"],
        ),
        (
            sound().with(RECORDS, r#""state":"CRASHED""#, r#""state":"Crashed""#),
            vec!["actual-lrps.jsonl:3: `state` is \"Crashed\""],
        ),
        (
            sound().with(STATES, r#""cell_id":"c2""#, r#""cell_id":"c1""#),
            vec!["cell-states.jsonl:2: cell c1 occurs a second time"],
        ),
        (
            sound().with(RECORDS, r#""p","index":2"#, r#""p","index":1"#),
            vec!["actual-lrps.jsonl:3: instance 1 of p occurs a second time with presence ORDINARY"],
        ),
        (
            sound().with(STATES, r#""MemoryMB":586"#, r#""MemoryMB":700"#),
            vec![
                "cell-states.jsonl:1: cell c1 reports 300 MB memory, 250 MB disk, 3 containers, \
                 but its containers add up to 414 MB memory, 250 MB disk, 3 containers",
            ],
        ),
        (
            sound().with(STATES, r#""MemoryMB":1000"#, r#""MemoryMB":400"#).with(STATES, r#""MemoryMB":586"#, r#""MemoryMB":-14"#),
            vec!["cell-states.jsonl:1: `AvailableResources.MemoryMB` is -14"],
        ),
        (
            sound().with(INFOS, r#""memory_mb":200"#, r#""memory_mb":210"#),
            vec!["cell-states.jsonl:1: memory in MB (with its proxy) of instance 0 of q: 232 here, 242 in the desired LRPs"],
        ),
        (
            sound().with("tasks.jsonl", r#""cell_id":"c1""#, r#""cell_id":"c2""#),
            vec![
                "tasks.jsonl:1: task task has a record on cell c2, which does not run it",
                "cell-states.jsonl:1: cell c1 runs task task, for which there is no record on this cell",
            ],
        ),
        (
            sound().plus("cells.jsonl", r#"{"cell_id":"c1","zone":"z9","capacity":{"memory_mb":1000,"disk_mb":4000,"containers":249}}"#),
            vec!["cells.jsonl:1: zone of cell c1: z9 here, z1 in the cell states"],
        ),
        (
            sound().plus("cells.jsonl", r#"{"cell_id":"c3","zone":"z1","capacity":{"memory_mb":1000,"disk_mb":4000,"containers":249}}"#),
            vec!["cells.jsonl:1: cell c3 is not in the cell states"],
        ),
        (
            sound().with(INFOS, r#""instances":3"#, r#""instances":2000000000"#),
            vec!["desired-lrp-scheduling-infos.jsonl: 2000000001 instances, more than 10000000"],
        ),
    ];
    let (found, expected): (Vec<_>, Vec<_>) =
        cases.into_iter().map(|(export, expected)| (export.errors(), expected)).unzip();
    assert_eq!(found, expected);
}

#[test]
fn an_empty_fleet_is_no_fleet() {
    let mut export = Export::sound().without(RECORDS).without(INFOS).without("tasks.jsonl");
    export.text_mut(STATES).clear();
    assert_eq!(export.errors(), ["cell-states.jsonl: there are no cells"]);
}

#[test]
fn problems_beyond_the_first_twenty_are_counted() {
    let export = Export::sound().plus(RECORDS, &"{\n".repeat(25));
    let error = export.read(Strictness::Strict).unwrap_err();
    assert_eq!(error.problems.len(), MAX_LISTED_PROBLEMS);
    assert_eq!(error.unlisted, 5);
    assert!(error.to_string().ends_with("\nand 5 more"));
}

#[test]
fn a_line_that_cannot_be_read_is_not_repaired() {
    let error = Export::sound().plus(RECORDS, "{").read(Strictness::Lenient).unwrap_err();
    assert_eq!(error.problems[0].problem.code(), "cut-off");
    assert_eq!(error.problems[0].problem.repair(), None);
}

/// A line without an end, as of a file that decompresses to anything, must not fill the memory.
#[test]
fn a_line_that_is_too_long_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = fs::File::create(folder.path().join("cell-states.jsonl.gz")).unwrap();
    let mut zipped = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    std::io::copy(&mut std::io::repeat(b' ').take(65 << 20), &mut zipped).unwrap();
    zipped.finish().unwrap();
    let error = read_fleet(folder.path(), Strictness::Lenient).unwrap_err().to_string();
    assert!(error.ends_with("cell-states.jsonl.gz:1: the line is longer than 64 MB"), "{error}");
}
