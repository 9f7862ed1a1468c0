//! What an operator is told about an export, and about a path that is none.

use std::fs;

use crate::sandbox::{Ran, Sandbox};

const STATES: &str = "two-cells/cell-states.jsonl";
const INFOS: &str = "two-cells/desired-lrp-scheduling-infos.jsonl";
const RECORDS: &str = "two-cells/actual-lrps.jsonl";
const MANIFEST: &str = "two-cells/manifest.yml";

const CAN_BE_REPAIRED: &str = "help: --lenient repairs such mistakes, and says how often it did\n";
const ONE_AFTER_THE_OTHER: &str =
    "help: the files were exported at different times: export them one right after the other\n";
const SAME_FOUNDATION: &str = "help: export all files of the same foundation, one right after the other; \
                               a cell that does not answer is missing in `cfdot cell-states`\n";
const AS_IT_IS: &str = "help: leave the output of the command as it is; \
                        a number is a whole number that is not negative, an id is not empty\n";
const EXPORT_ONCE: &str = "help: export once: do not append a second run to the same file\n";

#[test]
fn a_path_that_is_no_fleet() {
    let sandbox = Sandbox::new();
    for command in
        ["fleet show", "compare --fleet", "simulate --fleet", "scenario --fleet", "fleet synth -o new"]
    {
        assert_eq!(
            sandbox.refused(&format!("{command} nowhere")),
            "error[no-such-path]: nowhere: there is no such file or folder\n\
             help: give the folder that holds an export, or the file of a recipe (.toml)\n"
        );
    }
    sandbox.write("notes.txt", "the cells are fine");
    assert_eq!(
        sandbox.refused("compare --fleet notes.txt"),
        "error[not-a-fleet]: notes.txt: this is neither a folder of exports nor a recipe\n\
         help: a fleet is a folder with the output of `cfdot` (cell-states.jsonl, ...) or a recipe that ends in .toml\n"
    );
}

#[test]
fn a_folder_that_does_not_say_enough() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("empty")).unwrap();
    assert_eq!(
        sandbox.refused("compare --fleet empty"),
        "error[insufficient]: empty: the cells with their totals, the places of the instances and the sizes of the apps are missing \
         (found: nothing that is known)\n\
         help: run `cfdot cell-states > cell-states.jsonl`, `cfdot actual-lrps > actual-lrps.jsonl` and \
         `cfdot desired-lrp-scheduling-infos > desired-lrp-scheduling-infos.jsonl` in this folder\n"
    );
    fs::remove_file(sandbox.path(STATES)).unwrap();
    assert_eq!(
        sandbox.refused("compare --fleet two-cells"),
        "error[insufficient]: two-cells: the cells with their totals are missing \
         (found: desired-lrp-scheduling-infos.jsonl, actual-lrps.jsonl, tasks.jsonl, manifest.yml)\n\
         help: run `cfdot cell-states > cell-states.jsonl` in this folder\n"
    );
}

/// A file, a text in it, what stands there instead, and all that is told.
type Case = (&'static str, &'static str, &'static str, String);

fn spoilt(cases: &[Case], try_it: impl Fn(&Sandbox, &str)) {
    for (file, old, new, told) in cases {
        let sandbox = Sandbox::new();
        sandbox.replace(file, old, new);
        try_it(&sandbox, told);
    }
}

/// Nobody knows what such a line said: no leniency helps.
#[test]
fn what_cannot_be_read_is_refused_even_when_lenient() {
    let again = "help: export it again and let the command end by itself\n";
    let cases = [
        (
            RECORDS,
            "\"since\":1,\"presence\":\"ORDINARY\"}\n{",
            "\"since\":1,\"prese\n{",
            format!(
                "error[cut-off]: {RECORDS}:1:140: the line is cut off (EOF while parsing a string)\n{again}"
            ),
        ),
        (
            RECORDS,
            "{\"process_guid\":\"job\"",
            "panic: connection refused\n{\"process_guid\":\"job\"",
            format!(
                "error[not-json]: {RECORDS}:4:1: this is not JSON (expected value)\n\
                 help: each line is one JSON object, as `cfdot` prints it, without any other output\n"
            ),
        ),
        (
            INFOS,
            "\"memory_mb\":200",
            "\"memory_mb\":\"200M\"",
            format!(
                "error[wrong-value]: {INFOS}:2:73: `memory_mb`: invalid type: string \"200M\", \
                 expected a whole number up to 2147483647\n{AS_IT_IS}"
            ),
        ),
        (
            INFOS,
            "\"memory_mb\":200",
            "\"memory_mb\":20000000000",
            format!(
                "error[wrong-value]: {INFOS}:2:78: `memory_mb`: invalid value: integer `20000000000`, \
                 expected a whole number up to 2147483647\n{AS_IT_IS}"
            ),
        ),
        (
            INFOS,
            "\"instances\":3",
            "\"instances\":-3",
            format!("error[negative]: {INFOS}:1: `instances` is -3\n{AS_IT_IS}"),
        ),
        (
            MANIFEST,
            "max_in_flight: 4%",
            "max_in_flight: many",
            format!(
                "error[wrong-value]: {MANIFEST}:8:20: `max_in_flight`: \"many\" is neither a whole number nor a percentage such as 4%\n\
                 {AS_IT_IS}"
            ),
        ),
        (
            MANIFEST,
            "name: cf",
            "name: [cf",
            format!(
                "error[not-manifest]: {MANIFEST}:2:7: this is not the manifest of a deployment (illegal placement of ':' indicator)\n\
                 help: write the output of `bosh manifest` into the file\n"
            ),
        ),
    ];
    spoilt(&cases, |sandbox, told| {
        assert_eq!(sandbox.refused("compare --fleet two-cells"), told);
        assert_eq!(sandbox.refused("compare --fleet two-cells --lenient"), told);
    });
}

#[test]
fn an_export_without_cells_and_one_that_broke_off() {
    let sandbox = Sandbox::new();
    sandbox.write(STATES, "");
    let told = "error[no-cells]: two-cells/cell-states.jsonl: there are no cells\n\
                help: run `cfdot cell-states > cell-states.jsonl` while the cells are up\n";
    assert_eq!(sandbox.refused("fleet show two-cells"), told);
    assert_eq!(sandbox.refused("fleet show two-cells --lenient"), told);

    let sandbox = Sandbox::new();
    fs::remove_file(sandbox.path(STATES)).unwrap();
    // The head of a gzip file, and nothing after it.
    sandbox.write("two-cells/cell-states.jsonl.gz", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
    let told = sandbox.refused("fleet show two-cells --lenient");
    assert!(
        told.starts_with("error[unreadable]: two-cells/cell-states.jsonl.gz: it cannot be read: "),
        "{told}"
    );
    assert!(
        told.ends_with("help: check the path, its permissions, and that a .gz file is complete\n"),
        "{told}"
    );
}

/// What is refused first, and what a lenient import says instead.
#[test]
fn what_contradicts_itself_is_refused_and_can_be_repaired() {
    let cell = "{\"rep_url\":\"https://c2:1801\"";
    let sandbox = Sandbox::new();
    let (states, records) = (sandbox.read(STATES), sandbox.read(RECORDS));
    let first_cell = states.lines().next().unwrap();
    let first_record = records.lines().next().unwrap();
    let cases = [
        (
            RECORDS,
            "\"cell_id\":\"c2\"",
            "\"cell_id\":\"c9\"".to_owned(),
            format!(
                "error[unknown-cell]: {RECORDS}:2: instance 1 of web is on cell c9, which the export does not list\n\
                 error[no-record]: {STATES}:2: cell c2 runs instance 1 of web, for which there is no record on this cell\n\
                 {SAME_FOUNDATION}{ONE_AFTER_THE_OTHER}"
            ),
            vec!["no-record (1x): ", "unknown-cell (1x): "],
        ),
        (
            STATES,
            cell,
            format!("{first_cell}\n{cell}"),
            format!("error[cell-twice]: {STATES}:2: cell c1 occurs a second time\n{EXPORT_ONCE}"),
            vec!["cell-twice (1x): the first one counts; first: "],
        ),
        (
            RECORDS,
            "{\"process_guid\":\"job\"",
            format!("{first_record}\n{{\"process_guid\":\"job\""),
            format!(
                "error[instance-twice]: {RECORDS}:4: instance 0 of web occurs a second time with presence ORDINARY\n{EXPORT_ONCE}"
            ),
            vec!["instance-twice (1x): the first one counts; first: "],
        ),
        (
            STATES,
            "\"AvailableResources\":{\"MemoryMB\":586",
            "\"AvailableResources\":{\"MemoryMB\":-24".to_owned(),
            format!(
                "error[negative]: {STATES}:1: `AvailableResources.MemoryMB` is -24\n\
                 help: leave the output of the command as it is; a number is a whole number that is not negative, an id is not \
                 empty\n"
            ),
            vec!["negative (1x): the cell's total is raised to what it holds; first: "],
        ),
    ];
    for (file, old, new, told, repairs) in cases {
        let sandbox = Sandbox::new();
        sandbox.replace(file, old, &new);
        assert_eq!(sandbox.refused("fleet show two-cells"), format!("{told}{CAN_BE_REPAIRED}"));

        let Ran { code, stdout, stderr } = sandbox.run("fleet show two-cells --lenient");
        assert_eq!(code, Some(0), "{stderr}");
        assert!(stdout.starts_with("two-cells\n2 cells, 2 processes "), "{stdout}");
        let warnings: Vec<&str> = stderr.lines().collect();
        assert_eq!(warnings.len(), repairs.len(), "{stderr}");
        for (warning, repair) in warnings.iter().zip(repairs) {
            assert!(warning.starts_with(&format!("warning: {repair}")), "{warning}");
        }
    }
}

#[test]
fn mistakes_beyond_the_first_twenty_are_counted() {
    let sandbox = Sandbox::new();
    let record = "{\"process_guid\":\"gone\",\"index\":0,\"cell_id\":\"c1\",\"state\":\"RUNNING\",\"presence\":\"ORDINARY\"}\n";
    sandbox.write(RECORDS, sandbox.read(RECORDS) + &record.repeat(25));
    let told = sandbox.refused("fleet show two-cells");
    let errors: Vec<&str> = told.lines().filter(|line| line.starts_with("error")).collect();
    assert_eq!(errors.len(), 21, "{told}");
    assert_eq!(errors[20], "error: and 5 more problems");
}

/// The command line is stricter than BOSH, a manifest is not: it is what the foundation runs with.
#[test]
fn what_a_manifest_says_is_taken_as_bosh_takes_it() {
    let sandbox = Sandbox::new();
    sandbox.replace(MANIFEST, "4%", "150%");
    let run = sandbox.json("simulate --fleet two-cells --format json");
    assert_eq!(run["max_in_flight"], "150%");
}
