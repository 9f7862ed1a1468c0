//! What a lenient import makes of contradictions.

use rivera_model::{InstanceState, Resources};

use crate::support::{Export, INFOS, RECORDS, STATES};

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
    assert_eq!(codes, ["negative x1"]);
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

/// The evacuating record outlives its container, until its cell looks for it.
#[test]
fn an_instance_is_on_a_cell_once() {
    let record = r#"{"process_guid":"p","index":0,"cell_id":"c1","state":"RUNNING","presence":"EVACUATING"}"#;
    let export = Export::sound().plus(RECORDS, record);
    let (warnings, import) = export.repaired();
    assert_eq!(warnings, ["instance-twice x1"]);
    assert_eq!(import.fleet.instances, Export::sound().fleet().instances);
}
