//! What is read from a manifest, and what is said about a wrong one.

use crate::support::Export;
use rivera_diego::{Import, Strictness, laws, read_fleet};
use rivera_model::{CellUpdate, DeploymentFacts, GroupFacts, Span};

fn import(manifest: &str) -> Import {
    Export::sound().plus("manifest.yml", manifest).read(Strictness::Strict).expect("a sound manifest")
}

fn facts(manifest: &str) -> DeploymentFacts {
    import(manifest).fleet.facts
}

fn errors(manifest: &str) -> Vec<String> {
    Export::sound().plus("manifest.yml", manifest).errors()
}

const OPEN_SOURCE: &str = "---
name: cf
update:
  canaries: 1
  canary_watch_time: 30000-1200000
  max_in_flight: 1
  serial: false
  update_watch_time: 5000-1200000
instance_groups:
- name: scheduler
  azs: [z1, z2]
  jobs:
  - name: auctioneer
    release: diego
    properties:
      diego:
        auctioneer:
          starting_container_count_maximum: 200
          starting_container_weight: 0.25
          ca_cert: ((diego_ca.certificate))
- name: diego-api
  jobs:
  - name: bbs
    properties: {diego: {bbs: {convergence: {repeat_interval_in_seconds: 30}}}}
- name: diego-cell
  instances: 12
  update:
    max_in_flight: 10%
    vm_strategy: create-swap-delete
  jobs:
  - name: garden
  - name: rep
    properties:
      diego.rep.evacuation_timeout_in_seconds: 600
      diego:
        rep: {polling_interval_in_seconds: 30, zone: z1}
        executor: {max_concurrent_downloads: 5}
      containers:
        graceful_shutdown_interval_in_seconds: 10
        proxy: {enabled: true, additional_memory_allocation_mb: 32, configuration_reload_duration: 5s}
";

#[test]
fn the_groups_update_goes_before_the_deployments_key_by_key() {
    let cells = facts(OPEN_SOURCE).cells;
    assert_eq!(cells.max_in_flight.as_deref(), Some("10%"));
    assert_eq!(cells.canaries.as_deref(), Some("1"));
    assert_eq!(cells.canary_watch_min, Some(Span::from_secs(30)));
    assert_eq!(cells.update_watch_max, Some(Span::from_secs(1_200)));
    assert_eq!(cells.create_swap_delete, Some(true));
}

#[test]
fn properties_are_read_nested_and_flat() {
    let facts = facts(OPEN_SOURCE);
    assert_eq!(facts.max_starts, Some(200));
    assert_eq!(facts.starting_container_weight.as_deref(), Some("0.25"));
    assert_eq!(facts.evacuation_timeout, Some(Span::from_secs(600)));
    assert_eq!(facts.polling_interval, Some(Span::from_secs(30)));
    assert_eq!(facts.graceful_shutdown_interval, Some(Span::from_secs(10)));
    assert_eq!((facts.proxy_enabled, facts.proxy_memory_mb), (Some(true), Some(32)));
    assert_eq!(facts.proxy_reload, Some(Span::from_secs(5)));
    assert_eq!(facts.max_concurrent_downloads, Some(5));
    assert_eq!(facts.convergence_interval, Some(Span::from_secs(30)));
    assert_eq!(facts.evacuation_polling_interval, None);
}

#[test]
fn groups_of_pas_and_tas_are_known_by_their_names() {
    for name in ["diego_cell", "diego-cell", "compute"] {
        let facts = facts(&format!("instance_groups:\n- {{name: {name}, update: {{max_in_flight: 7}}}}\n"));
        assert_eq!(facts.cells.max_in_flight.as_deref(), Some("7"), "{name}");
    }
    let facts = facts("instance_groups:\n- {name: mine, update: {max_in_flight: 7}, jobs: [{name: rep}]}\n");
    assert_eq!(facts.cells.max_in_flight.as_deref(), Some("7"), "any group that runs cells");
}

#[test]
fn every_group_is_kept_with_what_holds_for_its_update() {
    let [scheduler, bbs, cells] = &facts(OPEN_SOURCE).groups[..] else { panic!("three groups") };
    let expected = GroupFacts {
        name: "scheduler".to_owned(),
        zones: vec!["z1".to_owned(), "z2".to_owned()],
        max_in_flight: Some("1".to_owned()),
        canaries: Some("1".to_owned()),
        jobs: vec!["auctioneer".to_owned()],
        ..GroupFacts::default()
    };
    assert_eq!(scheduler, &expected);
    assert_eq!((bbs.name.as_str(), bbs.decides_for_cells), ("diego-api", false));
    assert_eq!(cells.jobs, ["garden", "rep"]);
    assert_eq!((cells.instances, cells.max_in_flight.as_deref()), (12, Some("10%")));
    assert!(cells.decides_for_cells && !cells.serial);
}

/// What BOSH would refuse in a group beside the cells is found by a planner; it does not stop an import.
#[test]
fn values_of_other_groups_are_kept_as_written() {
    let groups = facts(
        "instance_groups:\n- {name: smoke, lifecycle: errand}\n- {name: nats, update: {max_in_flight: many}}\n- {name: diego-cell, instances: 0}\n",
    )
    .groups;
    assert_eq!(groups[0].max_in_flight.as_deref(), Some("many"));
    assert_eq!((groups[0].instances, groups[0].serial), (0, true));
    assert_eq!(
        errors("instance_groups:\n- {name: nats, instances: -1}\n- {name: diego-cell}\n"),
        ["manifest.yml:2:27: `instances`: \"-1\" is not a whole number in range"]
    );
}

#[test]
fn a_second_group_of_cells_is_mentioned() {
    let import = import(
        "instance_groups:\n- {name: iso, jobs: [{name: rep}]}\n- {name: diego-cell, jobs: [{name: rep}]}\n",
    );
    assert_eq!(import.warnings.len(), 1);
    assert_eq!(
        import.warnings[0].places[0].problem.to_string(),
        "the manifest has several groups of cells, and nothing tells which cell is of which: diego-cell, iso"
    );
}

/// D.3, H.5: BOSH tells which cell is of which group, the manifest their order and what each has of its own.
#[test]
fn groups_of_cells_are_told_apart_by_bosh() {
    let manifest = "update: {max_in_flight: 1, canaries: 1, serial: false}
instance_groups:
- {name: windows, jobs: [{name: rep_windows}], update: {canaries: 0}}
- {name: diego-cell, jobs: [{name: rep}], update: {max_in_flight: 4%}}
- {name: nats, jobs: [{name: nats}]}
- {name: iso, jobs: [{name: rep}], update: {serial: true}}
";
    let instances =
        r#"{"Tables":[{"Rows":[{"instance":"iso/c1"},{"instance":"late/c2","bootstrap":"true"}]}]}"#;
    let import = Export::sound()
        .plus("manifest.yml", manifest)
        .plus("bosh-instances.json", instances)
        .read(Strictness::Strict)
        .unwrap();
    assert_eq!(import.warnings, []);
    let fleet = import.fleet;
    let groups: Vec<_> = (fleet.groups.iter())
        .map(|group| {
            let CellUpdate { max_in_flight, canaries, .. } = &group.update;
            (group.name.as_str(), group.serial, max_in_flight.as_deref(), canaries.as_deref())
        })
        .collect();
    let expected = [
        ("windows", false, Some("1"), Some("0")),
        ("diego-cell", false, None, None),
        ("iso", true, Some("1"), None),
        ("late", true, None, None),
    ];
    assert_eq!(groups, expected);
    assert_eq!(fleet.facts.cells.max_in_flight.as_deref(), Some("4%"));
    let of_cells: Vec<&str> =
        fleet.cells.iter().map(|cell| fleet.groups[cell.group.index()].name.as_str()).collect();
    assert_eq!(of_cells, ["iso", "late"]);
}

#[test]
fn a_wrong_value_of_a_second_group_of_cells_is_named_with_its_place() {
    let manifest = "instance_groups:
- {name: diego-cell, jobs: [{name: rep}]}
- {name: iso, jobs: [{name: rep}], update: {max_in_flight: many}}
";
    assert_eq!(
        errors(manifest),
        [
            "manifest.yml:3:60: `max_in_flight`: \"many\" is neither a whole number nor a percentage such as 4%"
        ]
    );
}

#[test]
fn a_wrong_value_is_named_with_its_place() {
    assert_eq!(
        errors(&OPEN_SOURCE.replace("10%", "((max_in_flight))")),
        [
            "manifest.yml:28:20: `max_in_flight`: \"((max_in_flight))\" is neither a whole number nor a percentage such as 4%"
        ]
    );
    assert_eq!(
        errors(&OPEN_SOURCE.replace("maximum: 200", "maximum: many")),
        [
            "manifest.yml:18:45: `diego.auctioneer.starting_container_count_maximum`: \"many\" is not a whole number in range"
        ]
    );
    assert_eq!(errors("name: cf\n"), ["manifest.yml: no instance group of the manifest runs the job `rep`"]);
}

#[test]
fn what_is_no_manifest_is_refused_with_its_place() {
    let errors = errors("update:\n  canaries: [1]\ninstance_groups: []\n");
    assert_eq!(errors.len(), 1);
    assert!(
        errors[0].starts_with("manifest.yml:2:13: this is not the manifest of a deployment ("),
        "{errors:?}"
    );
    assert!(!errors[0].contains('\n'), "{errors:?}");
}

/// YAML 1.2, 5.4. BOSH's own reader and editors that know all three ends of a line count alike.
#[test]
fn a_carriage_return_alone_ends_a_line_as_one_before_a_line_feed_does_not() {
    let wrong = "instances: many}]";
    for (before, place) in [("\n", "2:40"), ("\r\n", "2:40"), ("\r", "2:40"), ("\n\r", "3:40")] {
        let manifest = format!("name: cf{before}instance_groups: [{{name: c, {wrong}\n");
        let error = format!("manifest.yml:{place}: `instances`: \"many\" is not a whole number in range");
        assert!(errors(&manifest).contains(&error), "{:?}", errors(&manifest));
    }
}

/// Its place is in no line that ends with a line feed.
#[test]
fn the_law_of_places_knows_a_manifest_by_all_its_names() {
    for name in ["manifest.yml", "manifest.yaml", "manifest.yml.gz", "manifest.yaml.gz"] {
        let folder = tempfile::tempdir().unwrap();
        Export::sound().write(folder.path());
        laws::write_files(
            folder.path(),
            [(name, b"instance_groups:\r[{name: c, instances: many}]".as_slice())],
        )
        .unwrap();
        let error = read_fleet(folder.path(), Strictness::Lenient).unwrap_err();
        assert_eq!(error.problems[0].place.line, Some(2), "{error}");
        laws::a_folder_is_a_fleet_or_has_mistakes(folder.path());
    }
}

#[test]
fn the_bootstrap_instance_comes_from_bosh() {
    let instances = r#"{"Tables":[{"Content":"instances","Header":{},"Rows":[
        {"instance":"diego-cell/c2","process_state":"running","az":"z2","index":"7","bootstrap":"true"},
        {"instance":"router/x","process_state":"running"},{"process":"rep"}],"Notes":null}],"Blocks":null,"Lines":[]}"#;
    let import = Export::sound().plus("bosh-instances.json", instances).read(Strictness::Strict).unwrap();
    assert_eq!(import.fleet.cells.iter().map(|cell| cell.bootstrap).collect::<Vec<_>>(), [false, true]);
    assert_eq!(import.fleet.cells[1].bosh_index, 0, "the cell states its own index");
    let errors = Export::sound().plus("bosh-instances.json", "{\"Tables\":\n 1}").errors();
    assert_eq!(errors, ["bosh-instances.json:2:2: `Tables`: invalid type: integer `1`, expected a list"]);
}
