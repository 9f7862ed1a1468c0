//! The recipes that ship, and what a mistake in a recipe looks like.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use rivera_diego::{FleetSummary, Recipe, RecipeError, Strictness, load, write_export};
use rivera_model::{Fleet, InstanceState};

fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/fleets").join(name)
}

fn synthesised(name: &str) -> Fleet {
    let fleet = load(&shipped(name), Strictness::Strict).expect("a recipe that ships").fleet;
    fleet.validate().expect("a fleet that holds");
    fleet
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn the_shipped_export_is_the_one_of_its_recipe_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let again = folder.path().join("small");
    write_export(&synthesised("small.toml"), &again).unwrap();
    assert_eq!(names(&again), names(&shipped("small")));
    for name in names(&again) {
        let (here, there) =
            (fs::read(again.join(&name)).unwrap(), fs::read(shipped("small").join(&name)).unwrap());
        assert!(here == there, "{name} differs: write examples/fleets/small again from small.toml");
    }
}

#[test]
fn the_shipped_export_is_a_small_foundation() {
    let import = load(&shipped("small"), Strictness::Strict).unwrap();
    assert_eq!(import.warnings, []);
    let summary = FleetSummary::of(&import.fleet).unwrap();
    assert_eq!(summary.cells, 39);
    assert_eq!(summary.zones.iter().map(|zone| zone.cells).collect::<Vec<_>>(), [13, 13, 13]);
    assert_eq!(summary.desired_instances, 1_000);
    assert!((55.0..65.0).contains(&summary.usage.memory_mb.percent), "{:?}", summary.usage);
    assert_eq!(summary.records_by_state["CRASHED"], 4);
    assert_eq!(summary.running_tasks, 9);
    assert_eq!(import.fleet.facts.cells.max_in_flight.as_deref(), Some("10%"));
    assert_eq!(import.fleet.facts.max_starts, Some(200));
}

#[test]
fn pws_2017_has_the_published_figures() {
    let fleet = synthesised("pws-2017.toml");
    let summary = FleetSummary::of(&fleet).unwrap();
    assert_eq!((summary.cells, summary.zones.len()), (250, 2));
    assert_eq!(summary.desired_instances, 15_000);
    assert!((48.0..53.0).contains(&summary.usage.memory_mb.percent), "{:?}", summary.usage);
    assert_eq!(fleet.facts.cells.max_in_flight.as_deref(), Some("6"));
    assert_eq!(fleet.facts.max_starts, Some(250));
}

#[test]
fn cf_networking_61_has_the_published_figures() {
    let fleet = synthesised("cf-networking-61.toml");
    assert_eq!((fleet.cells.len(), fleet.processes.len()), (1_000, 30_000));
    assert_eq!(fleet.facts.cells.max_in_flight.as_deref(), Some("50"));
}

#[test]
fn paas_1632_needs_twenty_three_of_its_cells() {
    let fleet = synthesised("paas-1632.toml");
    let summary = FleetSummary::of(&fleet).unwrap();
    assert_eq!(summary.cells, 39);
    // Of apps 1,171,627 MB, less than one of them.
    assert!((1_170_000..=1_171_627).contains(&summary.usage.memory_mb.used), "{:?}", summary.usage);
    // By memory 7.67 of 13 cells are needed in a zone, so 5 can be empty.
    assert_eq!(summary.zones.iter().map(|zone| zone.emptiable_cells).collect::<Vec<_>>(), [5, 5, 5]);
    assert_eq!(fleet.facts.cells.max_in_flight.as_deref(), Some("30%"));
}

#[test]
fn the_large_recipes_have_their_sizes() {
    let thousand = FleetSummary::of(&synthesised("thousand.toml")).unwrap();
    assert_eq!((thousand.cells, thousand.zones.len(), thousand.desired_instances), (1_000, 3, 50_000));
    let fleet = synthesised("five-thousand.toml");
    assert_eq!((fleet.cells.len(), fleet.zones.len(), fleet.instances.len()), (5_000, 3, 250_000));
    // The mix: 2 of 25 instances crash.
    let crashed: Vec<_> =
        fleet.instances.iter().filter(|instance| instance.state == InstanceState::Crashed).collect();
    assert_eq!(crashed.len(), 20_000);
    assert!(crashed.iter().all(|instance| instance.cell.is_none() && instance.crash_count >= 3));
}

const BASE: &str = "name = 'r'\nzones = { z1 = 2, z2 = 2 }\ncells = [{ memory_mb = 1000, disk_mb = 9000 }]\n";

fn make(more: &str) -> Result<Fleet, RecipeError> {
    Recipe::from_toml(&format!("{BASE}{more}"))?.synthesise()
}

#[test]
fn the_seed_decides_and_nothing_else() {
    let apps = "app_count = 20\n[[apps]]\nshare = 1\ninstances_mean = 2.0\nmemory_mb = 10\ndisk_mb = 10\n";
    let fleet = make(apps).unwrap();
    assert_eq!(fleet, make(apps).unwrap());
    assert_ne!(fleet, make(&format!("seed = 1\n{apps}")).unwrap());
}

#[test]
fn an_app_is_spread_over_zones_and_cells() {
    let fleet = make("[[apps]]\ncount = 1\ninstances = 4\nmemory_mb = 100\ndisk_mb = 10\n").unwrap();
    let cells: BTreeSet<_> = fleet.instances.iter().filter_map(|instance| instance.cell).collect();
    assert_eq!(cells.len(), 4);
}

#[test]
fn apps_go_only_where_their_tags_let_them() {
    let fleet = Recipe::from_toml(
        "name = 'r'\nzones = { z1 = 4 }\n\
         [[cells]]\nshare = 3\nmemory_mb = 1000\ndisk_mb = 9000\n\
         [[cells]]\nshare = 1\nmemory_mb = 1000\ndisk_mb = 9000\nplacement_tags = ['iso']\n\
         [[apps]]\ncount = 1\ninstances = 3\nmemory_mb = 100\ndisk_mb = 10\nplacement_tags = ['iso']\n",
    )
    .unwrap()
    .synthesise()
    .unwrap();
    let offers: Vec<_> = (fleet.instances.iter().filter_map(|instance| instance.cell))
        .map(|cell| &fleet.offers[fleet.cells[cell.index()].offer.index()].placement_tags)
        .collect();
    assert_eq!(offers.len(), 3);
    assert!(offers.iter().all(|tags| tags.contains("iso")));
}

#[test]
fn a_summary_tells_kinds_demands_and_headroom() {
    let fleet = Recipe::from_toml(
        "name = 'r'\nzones = { z1 = 3, z2 = 1 }\nproxy_memory_mb = 0\n\
         [[cells]]\nshare = 2\nmemory_mb = 1000\ndisk_mb = 9000\n\
         [[cells]]\nshare = 1\nmemory_mb = 500\ndisk_mb = 9000\nplacement_tags = ['iso']\n\
         [[apps]]\ncount = 4\ninstances = 1\nmemory_mb = 100\ndisk_mb = 0\nplacement_tags = ['iso']\n\
         [[apps]]\ncount = 1\ninstances = 2\nmemory_mb = 1000\ndisk_mb = 0\n\
         [[tasks]]\ncount = 1\nmemory_mb = 100\ndisk_mb = 0\nplacement_tags = ['iso']\n",
    )
    .unwrap()
    .synthesise()
    .unwrap();
    let summary = FleetSummary::of(&fleet).unwrap();
    let kinds: Vec<_> = summary.cell_kinds.iter().map(|kind| (kind.cells, kind.memory_mb)).collect();
    assert_eq!(kinds, [(3, 1_000), (1, 500)]);
    let demands: Vec<_> = (summary.constraints.iter())
        .map(|demand| (demand.placement_tags.len(), demand.desired_instances, demand.tasks, demand.cells))
        .collect();
    assert_eq!(demands, [(0, 2, 0, 3), (1, 4, 1, 1)]);
    // Zone z1 uses 1,000 + 500 of 2,500 MB on 3 cells of 833 MB in the mean; zone z2 is full.
    let headroom: Vec<_> = summary.zones.iter().map(|zone| (zone.containers, zone.emptiable_cells)).collect();
    assert_eq!(headroom, [(6, 1), (1, 0)]);
    assert_eq!((summary.processes, summary.single_instance_processes), (5, 4));
}

#[test]
fn what_does_not_fit_is_said_with_the_figures() {
    let error = make("[[apps]]\ncount = 1\nname = 'big'\ninstances = 5\nmemory_mb = 600\ndisk_mb = 10\n")
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "instance 4 of an app of big (632 MB memory with its proxy, 10 MB disk) does not fit after 4 of 5: \
         1472 MB memory and 992 containers are free on the 4 cells that may take it, at most 368 MB on one"
    );
    assert_eq!(error.help(), "take more or larger cells, or fewer or smaller apps");
}

#[test]
fn keys_that_contradict_each_other_are_named() {
    let text = |more| make(more).unwrap_err().to_string();
    assert_eq!(text(""), "there are no apps");
    assert_eq!(
        text("mix = 'diego-stress'"),
        "a recipe of apps with shares wants exactly one of `instances`, `app_count` and `fill`"
    );
    assert_eq!(
        text("fill = 0.5\ninstances = 3\nmix = 'diego-stress'"),
        "a recipe of apps with shares wants exactly one of `instances`, `app_count` and `fill`"
    );
    assert_eq!(
        text("[[apps]]\nname = 'a'\ncount = 1\nmemory_mb = 1\n"),
        "[[apps]] a wants exactly one of `instances`, `instances_range` and `instances_mean`"
    );
    assert_eq!(
        text("[[apps]]\nname = 'a'\ninstances = 1\nmemory_mb = 1\n"),
        "[[apps]] a wants exactly one of `share` and `count`"
    );
    assert_eq!(
        text("instances = 1\n[[apps]]\nshare = 1\ninstances = 1\nmemory_mb = 1\nstack = 'windows'\n"),
        "apps of app want the stack windows, which no cell has"
    );
    assert_eq!(
        text("[[apps]]\ncount = 11\ninstances = 1000000\nmemory_mb = 1\n"),
        "11000000 instances, more than 10000000"
    );
}

fn file_error(text: &str) -> (Option<usize>, Option<usize>, String, String) {
    match Recipe::from_toml(text).expect_err("a mistake") {
        RecipeError::File { line, column, message, help } => (line, column, message, help),
        other => panic!("another error: {other}"),
    }
}

#[test]
fn a_mistake_in_the_file_is_shown_at_its_place() {
    let (line, column, message, help) = file_error(&format!("{BASE}sed = 1\n"));
    assert_eq!((line, column), (Some(4), Some(1)));
    assert!(message.starts_with("unknown field `sed`"), "{message}");
    assert_eq!(help, "did you mean `seed`?");

    let (line, column, message, _) = file_error(&format!("{BASE}fill = 1.5\n"));
    assert_eq!((line, column), (Some(4), Some(8)));
    assert_eq!(message, "invalid value: floating point `1.5`, expected a fraction above 0, at most 1");

    let (line, _, message, help) = file_error(&format!("{BASE}[deployment]\nmax_in_flght = 1\n"));
    assert_eq!(line, Some(5));
    assert_eq!(message, "unknown field `max_in_flght`");
    assert_eq!(help, "did you mean `max_in_flight`?");

    let (line, column, message, _) = file_error(&format!("{BASE}[deployment]\nmax_in_flight = 'some'\n"));
    assert_eq!((line, column), (Some(5), Some(17)));
    assert_eq!(message, "`max_in_flight`: \"some\" is neither a whole number nor a percentage such as 4%");

    let (line, ..) = file_error("name = \n");
    assert_eq!(line, Some(1));

    let (.., help) = file_error("zones = {}\ncells = []\n");
    assert_eq!(help, "add `name = ...`");
}

#[test]
fn a_recipe_of_no_use_is_reported_with_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.toml");
    fs::write(&path, format!("{BASE}sed = 1\n")).unwrap();
    let error = load(&path, Strictness::Strict).unwrap_err();
    assert!(
        error.to_string().starts_with(&format!("{}:4:1: unknown field `sed`", path.display())),
        "{error}"
    );
    assert_eq!(error.problems[0].help, "did you mean `seed`?");

    let error = load(&folder.path().join("none.toml"), Strictness::Strict).unwrap_err();
    assert!(error.to_string().ends_with("none.toml: there is no such file or folder"), "{error}");
    fs::write(folder.path().join("r.txt"), "").unwrap();
    let error = load(&folder.path().join("r.txt"), Strictness::Strict).unwrap_err();
    assert!(
        error.to_string().ends_with("r.txt: this is neither a folder of exports nor a recipe"),
        "{error}"
    );
}

#[test]
fn what_is_too_much_is_refused_in_words_before_it_is_made() {
    let refused = |instances: &str, tasks: &str| {
        let text = format!(
            "name = \"f\"\n{instances}\n[zones]\nz = 1\n[[cells]]\nmemory_mb = 2147483647\ndisk_mb = 2147483647\ncontainers = \
             2147483647\n[[apps]]\nshare = 1\ninstances = 1\nmemory_mb = 1\ncrashing = true\n[[tasks]]\ncount = {tasks}\nmemory_mb = \
             1\ndisk_mb = 0\n"
        );
        Recipe::from_toml(&text).and_then(|recipe| recipe.synthesise()).unwrap_err().to_string()
    };
    assert_eq!(refused("instances = 10", "4294967295"), "4294967295 tasks, more than 10000000");
    assert_eq!(refused("instances = 10000001", "1"), "10000001 instances, more than 10000000");
    assert_eq!(
        refused("instances = 1000000000000", "1"),
        "invalid value: integer `1000000000000`, expected a whole number from 0 to 4294967295"
    );
}

/// It once meant that a start may take no time at all.
#[test]
fn a_start_timeout_of_zero_is_none() {
    let text = "name = \"f\"\n[zones]\nz = 1\n[[cells]]\nmemory_mb = 9\ndisk_mb = 9\n[[apps]]\ncount = 1\ninstances = 1\n\
                memory_mb = 1\ncrashing = true\nstart_timeout_ms = 0\n";
    let fleet = Recipe::from_toml(text).unwrap().synthesise().unwrap();
    assert_eq!(fleet.processes[0].start_timeout, None);
}
