//! What `cfdot` prints, as a fleet.

use std::fs;
use std::io::Write;

use rivera_diego::{Strictness, read_fleet};
use rivera_model::{Fleet, InstanceState, Presence, Resources, UpdateStrategy};

use crate::support::{Export, INFOS, RECORDS, STATES};

#[test]
fn a_sound_export_is_read() {
    let fleet = Export::sound().fleet();
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
    let alone = export.fleet();
    let whole = Export::sound().fleet();
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
    let whole = Export::sound().fleet();
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
    let fleet = Export::sound().plus("desired-lrps.jsonl", desired).fleet();
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
    assert_eq!(Fleet { name: String::new(), ..import.fleet }, Export::sound().fleet());

    let whole = fs::read(folder.path().join("cell-states.jsonl.gz")).unwrap();
    fs::write(folder.path().join("cell-states.jsonl.gz"), &whole[..whole.len() / 2]).unwrap();
    let error = read_fleet(folder.path(), Strictness::Strict).unwrap_err();
    assert!(error.to_string().contains("cell-states.jsonl.gz: it cannot be read: "), "{error}");
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
    let fleet = export.fleet();
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
