//! What `cfdot` prints.

use std::fs;
use std::io::{Read, Write};

use crate::support::Export;
use proptest::prelude::*;
use rivera_diego::{MAX_LISTED_PROBLEMS, Strictness, read_fleet, write_export};
use rivera_model::{Fleet, InstanceState, Presence, Resources, UpdateStrategy};

const STATES: &str = "cell-states.jsonl";
const INFOS: &str = "desired-lrp-scheduling-infos.jsonl";
const RECORDS: &str = "actual-lrps.jsonl";

fn fleet(export: &Export) -> Fleet {
    let import = export.read(Strictness::Strict).expect("a sound export");
    Fleet { name: String::new(), ..import.fleet }
}

#[test]
fn a_sound_export_is_read() {
    let fleet = fleet(&Export::sound());
    assert_eq!(fleet.zones, ["z1", "z2"]);
    assert_eq!(fleet.cells.len(), 2);
    assert_eq!(fleet.processes[0].memory_mb, 100);
    assert_eq!(fleet.instances.len(), 4);
    assert_eq!(fleet.instances[2].state, InstanceState::Crashed);
    assert_eq!(fleet.instances[2].crash_count, 3);
    assert_eq!(fleet.tasks.len(), 1);
    assert_eq!(fleet.used().unwrap()[0], Resources::new(414, 250, 3));
}

#[test]
fn cell_states_alone_are_a_fleet_and_their_memory_is_less_the_proxys() {
    let export = Export::sound().without(INFOS).without(RECORDS).without("tasks.jsonl");
    let alone = fleet(&export);
    let whole = fleet(&Export::sound());
    assert_eq!(alone.processes[0].memory_mb, 100);
    assert_eq!(alone.processes[0].instances, 2, "the crashed instance holds no container");
    assert_eq!(alone.used().unwrap(), whole.used().unwrap());
    assert_eq!(alone.tasks, whole.tasks);
}

#[test]
fn cells_and_records_and_sizes_are_a_fleet_without_cell_states() {
    let cells = concat!(
        r#"{"cell_id":"c1","zone":"z1","capacity":{"memory_mb":1000,"disk_mb":4000,"containers":249},"rootfs_provider_list":[{"name":"preloaded","properties":["cflinuxfs4"]},{"name":"docker"},{"name":"extra"}]}"#,
        "\n",
        r#"{"cell_id":"c2","zone":"z2","capacity":{"memory_mb":1000,"disk_mb":4000,"containers":249},"rootfs_provider_list":[{"name":"preloaded","properties":["cflinuxfs4"]},{"name":"docker"}]}"#,
        "\n",
    );
    let manifest = "instance_groups:\n- name: diego_cell\n  jobs:\n  - name: rep\n    properties:\n      containers: {proxy: {enabled: true}}\n";
    let export = Export::sound().without(STATES).plus("cells.jsonl", cells).plus("manifest.yml", manifest);
    let import = export.read(Strictness::Strict).unwrap();
    assert_eq!(import.warnings, []);
    let whole = fleet(&Export::sound());
    assert_eq!(import.fleet.offers, whole.offers);
    assert_eq!(import.fleet.used().unwrap(), whole.used().unwrap());

    let unsaid = Export::sound().without(STATES).plus("cells.jsonl", cells);
    let import = unsaid.read(Strictness::Strict).unwrap();
    assert_eq!(import.warnings.len(), 1);
    assert_eq!(import.warnings[0].code, "proxy-unknown");
    assert_eq!(import.fleet.cells[0].proxy_memory_mb, 0);
}

#[test]
fn the_strategy_and_the_start_timeout_come_from_desired_lrps() {
    let desired = r#"{"process_guid":"q","domain":"cf-apps","rootfs":"preloaded:cflinuxfs4","instances":1,"start_timeout_ms":60000,"disk_mb":100,"memory_mb":200,"update_strategy":1}"#;
    let fleet = fleet(&Export::sound().plus("desired-lrps.jsonl", desired));
    assert_eq!(fleet.processes[1].strategy, UpdateStrategy::Recreate);
    assert_eq!(fleet.processes[1].start_timeout.unwrap().as_ms(), 60_000);
    assert_eq!(fleet.processes[0].strategy, UpdateStrategy::Rolling);
}

#[test]
fn gzip_is_recognised_by_its_content() {
    let folder = tempfile::tempdir().unwrap();
    Export::sound().write(folder.path());
    let text = fs::read(folder.path().join(STATES)).unwrap();
    fs::remove_file(folder.path().join(STATES)).unwrap();
    let file = fs::File::create(folder.path().join("cell-states.jsonl.gz")).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    gzip.write_all(&text).unwrap();
    gzip.finish().unwrap();
    let import = read_fleet(folder.path(), Strictness::Strict).unwrap();
    assert_eq!(Fleet { name: String::new(), ..import.fleet }, fleet(&Export::sound()));

    let whole = fs::read(folder.path().join("cell-states.jsonl.gz")).unwrap();
    fs::write(folder.path().join("cell-states.jsonl.gz"), &whole[..whole.len() / 2]).unwrap();
    let error = read_fleet(folder.path(), Strictness::Strict).unwrap_err();
    assert!(error.to_string().contains("cell-states.jsonl.gz: it cannot be read: "), "{error}");
}

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
            vec![
                "cell-states.jsonl:1: cell c1 holds 414 MB memory, 250 MB disk, 3 containers, \
                 more than its total of 400 MB memory, 4000 MB disk, 249 containers",
            ],
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

/// What a lenient import makes of a contradiction.
#[test]
fn repairs_are_what_they_say() {
    let (codes, import) = Export::sound().with(RECORDS, r#""cell_id":"c2""#, r#""cell_id":"c9""#).repaired();
    assert_eq!(codes, ["no-record x1", "unknown-cell x1"]);
    let waiting = import.fleet.instances[1];
    assert_eq!((waiting.state, waiting.cell), (InstanceState::Unclaimed, None));
    assert_eq!(import.fleet.cells[1].unlisted, Resources::new(132, 100, 1), "the container stays in use");

    let (codes, import) = Export::sound().with(INFOS, r#""instances":3"#, r#""instances":2"#).repaired();
    assert_eq!(codes, ["index-too-high x1"]);
    assert_eq!(import.fleet.instances.len(), 3);

    let export = Export::sound().with(STATES, r#""MemoryMB":1000"#, r#""MemoryMB":400"#).with(
        STATES,
        r#""MemoryMB":586"#,
        r#""MemoryMB":-14"#,
    );
    let (codes, import) = export.repaired();
    assert_eq!(codes, ["over-total x1"]);
    assert_eq!(import.fleet.cells[0].total.memory_mb, 414);

    let (codes, import) = Export::sound().with(STATES, r#""MemoryMB":586"#, r#""MemoryMB":700"#).repaired();
    assert_eq!(codes, ["used-too-low x1"]);
    assert_eq!(import.fleet.used().unwrap()[0].memory_mb, 414);

    let (codes, import) = Export::sound().with(INFOS, r#""memory_mb":200"#, r#""memory_mb":210"#).repaired();
    assert_eq!(codes, ["disagree x1"]);
    assert_eq!(import.fleet.processes[1].memory_mb, 210);

    let state = Export::sound().text_mut(STATES).lines().next().unwrap().to_owned();
    let (codes, import) = Export::sound().plus(STATES, &state).repaired();
    assert_eq!(codes, ["cell-twice x1"]);
    assert_eq!(import.fleet.cells.len(), 2);
}

#[test]
fn a_line_that_cannot_be_read_is_not_repaired() {
    let error = Export::sound().plus(RECORDS, "{").read(Strictness::Lenient).unwrap_err();
    assert_eq!(error.problems[0].problem.code(), "cut-off");
    assert_eq!(error.problems[0].problem.repair(), None);
}

#[test]
fn a_suspect_record_without_its_cell_is_left_out_even_in_a_strict_import() {
    let record = r#"{"process_guid":"q","index":0,"cell_id":"gone","crash_count":0,"state":"RUNNING","presence":"SUSPECT"}"#;
    let import = Export::sound().plus(RECORDS, record).read(Strictness::Strict).unwrap();
    assert_eq!(import.warnings[0].code, "unknown-cell");
    assert!(import.fleet.instances.iter().all(|instance| instance.presence == Presence::Ordinary));
}

#[test]
fn a_container_that_ended_is_no_instance() {
    let export =
        Export::sound().without(RECORDS).with(STATES, r#""state":"RUNNING""#, r#""state":"SHUTDOWN""#);
    let fleet = fleet(&export);
    assert_eq!(fleet.instances.len(), 2);
    assert_eq!(fleet.cells[0].unlisted, Resources::default());
}

#[test]
fn without_records_the_container_on_an_evacuating_cell_is_the_old_one() {
    let export = Export::sound().without(RECORDS).with(STATES, r#""index":1"#, r#""index":0"#).with(
        STATES,
        r#""Evacuating":false"#,
        r#""Evacuating":true"#,
    );
    let import = export.read(Strictness::Strict).unwrap();
    assert_eq!(import.warnings[0].code, "evacuating");
    let of_p: Vec<_> = (import.fleet.instances.iter())
        .filter(|instance| instance.process.index() == 0)
        .map(|instance| (instance.presence, instance.cell.unwrap().index()))
        .collect();
    assert_eq!(of_p, [(Presence::Ordinary, 1), (Presence::Evacuating, 0)]);
}

#[test]
fn secrets_are_neither_kept_nor_written_nor_shown() {
    let secret = "hunter2-hunter2";
    let desired = format!(
        r#"{{"process_guid":"q","domain":"cf-apps","rootfs":"preloaded:cflinuxfs4","instances":1,"env":[{{"name":"DB","value":"{secret}"}}],"disk_mb":100,"memory_mb":200,"image_username":"{secret}","image_password":"{secret}","volume_mounts":[],"update_strategy":0,"start_timeout_ms":1}}"#
    );
    let manifest = format!(
        "update: {{max_in_flight: 1}}\ninstance_groups:\n- name: diego-cell\n  jobs:\n  - name: rep\n    properties:\n      diego: {{rep: {{server_key: {secret}}}}}\n      password: {secret}\nproperties: {{cc: {{db: {secret}}}}}\n"
    );
    let export = Export::sound()
        .with("tasks.jsonl", r#""rootfs""#, &format!(r#""env":[{{"name":"A","value":"{secret}"}}],"rootfs""#))
        .plus("desired-lrps.jsonl", &desired)
        .plus("manifest.yml", &manifest);
    let import = export.read(Strictness::Strict).unwrap();
    assert!(!format!("{import:?}").contains(secret));
    let folder = tempfile::tempdir().unwrap();
    let written = folder.path().join("again");
    write_export(&import.fleet, &written).unwrap();
    for entry in fs::read_dir(&written).unwrap() {
        let path = entry.unwrap().path();
        assert!(!fs::read_to_string(&path).unwrap().contains(secret), "{}", path.display());
    }

    // Nor does an error about a line or a manifest quote what is around it.
    for spoilt in [
        export.clone().with("desired-lrps.jsonl", r#""memory_mb":200"#, r#""memory_mb":"#),
        export.with("manifest.yml", "password:", "password: [\n     x:"),
    ] {
        let error = spoilt.read(Strictness::Strict).unwrap_err();
        assert!(!format!("{error} {error:?}").contains(secret), "{error}");
    }
}

#[test]
fn nothing_is_overwritten_and_nothing_half_written_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let import = Export::sound().read(Strictness::Strict).unwrap();
    let target = folder.path().join("export");
    fs::create_dir(&target).unwrap();
    write_export(&import.fleet, &target).unwrap();
    let error = write_export(&import.fleet, &target).unwrap_err().to_string();
    assert_eq!(error, format!("{} is not empty: name a folder that does not exist yet", target.display()));

    let mut broken = import.fleet;
    broken.processes[0].instances = u32::MAX;
    let error = write_export(&broken, &folder.path().join("broken")).unwrap_err().to_string();
    assert_eq!(error, "a number of instances is 4294967295, which is more than Diego's formats can hold");
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["export"]);
}

/// Pieces that make plausible damage.
fn damage() -> impl proptest::strategy::Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("null".to_owned()),
        Just("-1".to_owned()),
        Just("2147483647".to_owned()),
        Just("\"\"".to_owned()),
        Just("\u{0}".to_owned()),
        Just("[[[[".to_owned()),
        Just("\n".to_owned()),
        "\\PC{0,6}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_damage_makes_the_import_panic_or_give_a_fleet_that_does_not_hold(
        cuts in proptest::collection::vec((0..5_usize, any::<prop::sample::Index>(), 0..12_usize, damage()), 1..6),
        lenient: bool,
    ) {
        let manifest = "update: {canaries: 1, max_in_flight: 4%}\ninstance_groups:\n- name: diego-cell\n  jobs: [{name: rep, properties: {diego.rep.polling_interval_in_seconds: 30}}]\n";
        let mut export = Export::sound().plus("manifest.yml", manifest);
        for (file, place, length, damage) in cuts {
            let name = [STATES, INFOS, RECORDS, "tasks.jsonl", "manifest.yml"][file];
            let text = export.text_mut(name);
            let mut symbols: Vec<char> = text.chars().collect();
            if symbols.is_empty() {
                continue;
            }
            let start = place.index(symbols.len());
            let end = (start + length).min(symbols.len());
            symbols.splice(start..end, damage.chars());
            *text = symbols.into_iter().collect();
        }
        let strictness = if lenient { Strictness::Lenient } else { Strictness::Strict };
        match export.read(strictness) {
            Ok(import) => prop_assert_eq!(import.fleet.validate(), Ok(())),
            Err(error) => {
                prop_assert!(!error.problems.is_empty());
                for problem in &error.problems {
                    prop_assert!(!problem.help.is_empty());
                }
            }
        }
    }
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

/// The evacuating record outlives its container, until its cell looks for it.
#[test]
fn an_instance_is_on_a_cell_once() {
    let record = r#"{"process_guid":"p","index":0,"cell_id":"c1","state":"RUNNING","presence":"EVACUATING"}"#;
    let export = Export::sound().plus(RECORDS, record);
    let (warnings, import) = export.repaired();
    assert_eq!(warnings, ["instance-twice x1"]);
    assert_eq!(import.fleet.instances, fleet(&Export::sound()).instances);
}
