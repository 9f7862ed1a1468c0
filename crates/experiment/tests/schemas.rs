//! The schemas in the book's folder are those of the code; they take every example, and refuse a misspelt key.

use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::{Draft, JSONSchema};
use rivera_experiment::{ExperimentFile, experiment_schema, scenario_schema};
use rivera_sim::Scenario;
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn schemas() -> [(&'static str, Value); 2] {
    [("experiment", experiment_schema()), ("scenario", scenario_schema())]
}

fn validator(name: &str) -> JSONSchema {
    let (_, schema) = schemas().into_iter().find(|(it, _)| *it == name).expect("a schema of this name");
    JSONSchema::options().with_draft(Draft::Draft7).compile(&schema).expect("a schema that can be used")
}

/// Whether a schema takes a text in TOML, and what it refuses.
fn check(schema: &JSONSchema, text: &str) -> Result<(), String> {
    let value: Value = toml::from_str(text).expect("TOML");
    schema.validate(&value).map_err(|errors| {
        errors.map(|error| format!("{}: {error}", error.instance_path)).collect::<Vec<_>>().join("; ")
    })
}

fn examples(folder: &str) -> Vec<(PathBuf, String)> {
    let files = fs::read_dir(root().join("examples").join(folder)).expect("a folder");
    let paths = files.map(|file| file.expect("an entry").path());
    let paths = paths.filter(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.map(|path| (path.clone(), fs::read_to_string(path).expect("a text"))).collect()
}

/// With `RIVERA_WRITE_SCHEMAS` set it writes them instead.
#[test]
fn the_schemas_in_the_book_are_those_of_the_code() {
    for (name, schema) in schemas() {
        let path = root().join(format!("docs/schemas/{name}.schema.json"));
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if std::env::var_os("RIVERA_WRITE_SCHEMAS").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &text).unwrap();
        }
        let held = fs::read_to_string(&path).unwrap_or_default();
        assert!(held == text, "{} is not what the code gives: `make schemas` writes it", path.display());
    }
}

#[test]
fn all_examples_are_taken() {
    for (folder, name) in [("experiments", "experiment"), ("scenarios", "scenario")] {
        let schema = validator(name);
        let examples = examples(folder);
        assert!(!examples.is_empty(), "{folder}");
        for (path, text) in examples {
            check(&schema, &text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
    }
    check(&validator("scenario"), &Scenario::default().to_toml()).unwrap();
}

#[test]
fn a_misspelt_key_is_refused_wherever_it_is() {
    let refused = |name: &str, text: &str| check(&validator(name), text).unwrap_err();
    assert!(refused("scenario", "[rep]\nevacuation_timeout = 600\n").contains("evacuation_timeout"));
    assert!(refused("scenario", "[repp]\n").contains("repp"));
    assert!(refused("scenario", "[apps]\nstart_s = { fix = 3 }\n").contains("start_s"));
    assert!(refused("scenario", "[[faults.events]]\nkind = \"cell_die\"\n").contains("cell_die"));
    assert!(refused("experiment", "flet = \"x\"\n").contains("flet"));
    let in_scenario = |keys: &str| refused("experiment", &format!("fleet = \"x\"\n{keys}\n"));
    assert!(in_scenario("[scenario.rep]\nevacuation_timeout = [60]").contains("evacuation_timeout"));
    assert!(in_scenario("[seeds]\ncont = 3").contains("cont"));
    assert!(in_scenario("metrics = [\"duration\"]").contains("duration"));
    assert!(in_scenario("assertions = [\"crashs <= 0\"]").contains("crashs"));
}

/// What the schema of an experiment takes and what the program takes is the same, for values of every form.
#[test]
fn a_key_takes_one_value_or_a_list_as_the_program_does() {
    let schema = validator("experiment");
    let cases = [
        ("max_in_flight = 4", true),
        ("max_in_flight = [1, \"4%\", \"20\", \"100%\"]", true),
        ("max_in_flight = \"101%\"", false),
        ("max_in_flight = [0]", false),
        ("max_starts = [20, 0]", true),
        ("max_starts = [20, \"none\"]", true),
        ("max_starts = \"nothing\"", false),
        ("max_starts = []", false),
        ("[scenario.rep]\nevacuation_timeout_s = 600", true),
        ("[scenario.rep]\nevacuation_timeout_s = [60, 600.5]", true),
        ("[scenario.rep]\nevacuation_timeout_s = [60, \"long\"]", false),
        ("[scenario.rep]\nevacuation_timeout_s = []", false),
        ("[scenario.rep]\ncreate_s = [{ fixed = 1 }, { lognormal = { median = 1, p95 = 3 } }]", true),
        ("[scenario.update]\nupdate_watch_s = [5, 600]", true),
        ("[scenario.update]\nupdate_watch_s = [[5, 600], [5, 1200]]", true),
        ("[scenario.update]\nupdate_watch_s = [5, 600, 1200]", false),
        ("[scenario.update]\nvm_strategy = [\"delete-create\", \"create-swap-delete\"]", true),
        ("[scenario.groups.iso]\nmax_in_flight = [\"1\", \"2\"]", true),
        ("[scenario.groups.iso]\nmax_in_flite = \"1\"", false),
        ("[scenario.upgrade.instances]\nRouter = [2, 3]", true),
        ("[[scenario.faults.events]]\nkind = \"cell_dies\"\nat_s = 9", true),
        ("assertions = [\"duration_s.p90 < 6h\", \"downtime_s<=30\"]", true),
        ("assertions = [\"duration_s.p91 < 6h\"]", false),
        ("[seeds]\ncount = 0", false),
    ];
    for (keys, right) in cases {
        let text = format!("fleet = \"x\"\n{keys}\n");
        let (by_schema, by_program) = (check(&schema, &text), ExperimentFile::read(&text).map(|_| ()));
        assert_eq!(by_schema.is_ok(), right, "schema, {keys}: {by_schema:?}");
        assert_eq!(by_program.is_ok(), right, "program, {keys}: {by_program:?}");
    }
}

#[test]
fn every_key_says_what_it_is() {
    fn lacking(schema: &Value, at: &str, found: &mut Vec<String>) {
        if let Some(keys) = schema.get("properties").and_then(Value::as_object) {
            for (name, key) in keys {
                if key.get("description").is_none() && !at.ends_with("/lognormal") && !at.contains("oneOf") {
                    found.push(format!("{at}/{name}"));
                }
            }
        }
        if let Some(definitions) = schema.get("definitions").and_then(Value::as_object) {
            definitions.iter().for_each(|(name, inner)| lacking(inner, &format!("{at}/{name}"), found));
        }
    }
    for (name, schema) in schemas() {
        let mut found = Vec::new();
        lacking(&schema, name, &mut found);
        assert_eq!(found, Vec::<String>::new());
    }
}
