//! The book says what is: its tables list what the code has, its examples can be read, and its links lead somewhere.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use rivera_diego::{FAULTS, Recipe};
use rivera_sim::check::RULES;
use rivera_sim::{
    Cascade, Cause, ComponentDowntime, ErrandSpan, FaultKind, FaultReport, FirstCrash, GroupSpan, Happened,
    JobOutcome, METRICS, Outcome, Pushes, Restarts, RollingPushes, Sample, Scenario, UpgradeOutcome, Window,
};
use toml::{Table, Value};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn chapter(name: &str) -> String {
    fs::read_to_string(root().join("docs").join(name)).unwrap()
}

/// All files below a folder whose names end so, in the order of their paths.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|it| it == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The first two columns of the rows of all tables, where both are in backquotes.
fn rows(text: &str) -> BTreeMap<String, String> {
    let code = |cell: &str| Some(cell.trim().strip_prefix('`')?.strip_suffix('`')?.to_owned());
    let row = |line: &str| {
        let mut cells = line.strip_prefix('|')?.split('|');
        Some((code(cells.next()?)?, code(cells.next()?)?))
    };
    text.lines().filter_map(row).collect()
}

/// The blocks of code in this language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let opening = format!("```{language}\n");
    text.split(&opening).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn every_key_of_a_scenario_is_listed_with_its_default_and_no_other() {
    let defaults: Table = toml::from_str(&Scenario::default().to_toml()).unwrap();
    let keys = defaults.iter().flat_map(|(section, keys)| {
        let Value::Table(keys) = keys else { panic!("{section} is a section") };
        keys.iter().map(move |(key, value)| (format!("{section}.{key}"), value.to_string()))
    });
    assert_eq!(rows(&chapter("scenario-file.md")), keys.collect::<BTreeMap<_, _>>());
}

#[test]
fn every_figure_is_explained_under_its_heading() {
    let text = chapter("reading-the-report.md");
    for metric in METRICS {
        let row = format!("| `{}` | {} | ", metric.key, metric.title);
        assert!(text.contains(&row), "no row begins with {row}");
    }
}

fn an_upgrade() -> UpgradeOutcome {
    UpgradeOutcome {
        groups: vec![GroupSpan::default()],
        errands: vec![ErrandSpan::default()],
        components: vec![ComponentDowntime::default()],
        job_window: Some(Window::default()),
        ..UpgradeOutcome::default()
    }
}

fn a_cascade() -> Cascade {
    let first = FirstCrash {
        cause: Cause::NeverHealthy,
        cell: String::new(),
        cell_speed: 1.0,
        storage_speed: 1.0,
        network_speed: 1.0,
        starting_on_cell: 0,
        starting: 0,
        cells_in_flight: 0,
        service_waiting: 0,
        service_wait_s: 0.0,
        away: Vec::new(),
        faults: Vec::new(),
    };
    Cascade {
        began_s: 0.0,
        ended_s: 0.0,
        crashes: 0,
        running_hit: 0,
        cells: 0,
        not_back: 0,
        died_out: true,
        first,
    }
}

fn a_fault() -> Happened {
    Happened {
        kind: FaultKind::CellDies,
        began_s: 0.0,
        lasts_s: None,
        cells: Vec::new(),
        instances: 0,
        downtime_s: 0.0,
        all_ran_after_s: None,
    }
}

#[test]
fn every_field_of_an_outcome_and_of_a_sample_is_listed() {
    let text = chapter("formats.md");
    let outcome = Outcome {
        course: vec![Sample::default()],
        cascades: vec![a_cascade()],
        upgrade: Some(an_upgrade()),
        jobs: Some(JobOutcome::default()),
        staging: Pushes {
            restarts: Some(Restarts::default()),
            rolling: Some(RollingPushes::default()),
            ..Pushes::default()
        },
        ..Outcome::default()
    };
    let outcome = serde_json::to_value(outcome).unwrap();
    let cascade = &outcome["cascades"][0];
    let report = FaultReport { happened: vec![a_fault()], ..FaultReport::default() };
    let report = serde_json::to_value(report).unwrap();
    let upgrade = &outcome["upgrade"];
    let parts = [
        &outcome["course"][0],
        &outcome["drain"],
        &outcome["storage"],
        &outcome["staging"],
        &outcome["staging"]["restarts"],
        &outcome["staging"]["rolling"],
        cascade,
        &cascade["first"],
        &report,
        &report["happened"][0],
        upgrade,
        &outcome["jobs"],
        &upgrade["groups"][0],
        &upgrade["errands"][0],
        &upgrade["components"][0],
        &upgrade["push"],
        &upgrade["job_window"],
    ];
    for fields in parts.into_iter().chain([&outcome]) {
        for field in fields.as_object().unwrap().keys() {
            let listed = [format!("`{field}`"), format!("`{field}[]`")].iter().any(|it| text.contains(it));
            assert!(listed, "{field} is not listed");
        }
    }
}

#[test]
fn every_rule_of_the_planner_is_listed_with_its_severity_and_title() {
    let text = chapter("checking-a-plan.md");
    let rules = RULES.iter().map(|rule| (rule.code.to_owned(), rule.severity.to_string()));
    assert_eq!(rows(&text), rules.collect::<BTreeMap<_, _>>());
    for rule in RULES {
        assert!(text.contains(&format!("` | {} |\n", rule.title)), "{} is not titled so", rule.code);
    }
}

#[test]
fn every_example_can_be_read() {
    let recipes = blocks(&chapter("recipes.md"), "toml");
    let mut scenarios = blocks(&chapter("scenario-file.md"), "toml");
    scenarios.extend(blocks(&chapter("faults.md"), "toml"));
    assert!(!recipes.is_empty() && !scenarios.is_empty());
    for recipe in recipes {
        Recipe::from_toml(&recipe).unwrap().synthesise().unwrap().validate().unwrap();
    }
    for scenario in scenarios {
        assert_ne!(Scenario::default().overlaid(&scenario).unwrap(), Scenario::default());
    }
}

/// The rules that a text names: a letter, then `.` or `-` and a number, or `Q` and a number.
fn rules(text: &str) -> BTreeSet<String> {
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    text.split(|c| !word(c))
        .map(|token| token.trim_end_matches(['.', '-']))
        .filter(|it| is_rule(it))
        .map(str::to_owned)
        .collect()
}

fn is_rule(token: &str) -> bool {
    let numbers = |text: &str| {
        text.split('.').all(|part| !part.is_empty() && part.bytes().all(|it| it.is_ascii_digit()))
    };
    match token.split_at_checked(1) {
        Some(("Q", number)) => numbers(number),
        Some(("A" | "B" | "C" | "D" | "E" | "F" | "G" | "H", rest)) => {
            rest.strip_prefix('.').is_some_and(numbers)
        }
        Some(("I" | "J" | "L", rest)) => rest.strip_prefix('-').is_some_and(numbers),
        _ => false,
    }
}

#[test]
fn every_rule_that_the_code_names_is_in_the_book() {
    let known = rules(&chapter("rules.md"));
    let sources =
        ["crates", "tests", "benches", "fuzz/fuzz_targets"].map(|folder| files(&root().join(folder), "rs"));
    for path in sources.into_iter().flatten() {
        let named = rules(&fs::read_to_string(&path).unwrap());
        let unknown: Vec<&String> = named.difference(&known).collect();
        assert!(unknown.is_empty(), "{} names {unknown:?}", path.display());
    }
    assert!(["A.8", "C.11.6", "J-3", "Q4"].iter().all(|rule| known.contains(*rule)), "{known:?}");
}

/// The statements of operators' documents, in the order of their numbers, and the files with the tests of each.
fn statements(text: &str) -> Vec<(u32, PathBuf)> {
    let row = |line: &str| {
        let mut cells = line.strip_prefix("| I-")?.split(" | ");
        let number = cells.next()?.parse().ok()?;
        let file = cells.nth(1)?.strip_prefix('`')?.strip_suffix("` |")?;
        Some((number, root().join(file)))
    };
    text.lines().filter_map(row).collect()
}

#[test]
fn every_statement_of_the_operators_documents_has_a_test_that_is_named_after_it() {
    let listed = statements(&chapter("how-it-was-checked.md"));
    let known = rules(&chapter("rules.md"));
    let known = known.iter().filter(|rule| rule.starts_with("I-")).count();
    let numbers: Vec<u32> = listed.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (1..=u32::try_from(known).unwrap()).collect::<Vec<_>>());
    for (number, path) in listed {
        let text = fs::read_to_string(&path).unwrap();
        let name = format!("#[test]\nfn i{number}_");
        assert!(text.contains(&name), "{} has no test i{number}_...", path.display());
    }
}

/// What the links and pictures of a text lead to.
fn links(text: &str) -> Vec<&str> {
    text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()).collect()
}

/// The anchors of a text's headings, as mdBook and GitHub make them.
fn anchors(text: &str) -> BTreeSet<String> {
    let anchor = |heading: &str| {
        let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.collect::<String>().trim().to_lowercase().replace(' ', "-")
    };
    text.lines()
        .filter_map(|line| line.strip_prefix('#'))
        .map(|rest| anchor(rest.trim_start_matches('#')))
        .collect()
}

#[test]
fn every_link_leads_to_a_file_and_a_heading_that_exist() {
    let docs = root().join("docs");
    let mut texts = files(&docs, "md");
    texts.extend(["README.md", "CONTRIBUTING.md"].map(|name| root().join(name)));
    let mut count = 0;
    for path in texts {
        let text = fs::read_to_string(&path).unwrap();
        for link in links(&text).into_iter().filter(|link| !link.contains("://")) {
            count += 1;
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { path.clone() } else { path.parent().unwrap().join(file) };
            assert!(target.exists(), "{} links to {link}, which does not exist", path.display());
            let lost = path.starts_with(&docs)
                && !target.canonicalize().unwrap().starts_with(docs.canonicalize().unwrap());
            assert!(!lost, "{} links to {link}, which is not part of the book", path.display());
            let found = anchor.is_empty() || anchors(&fs::read_to_string(&target).unwrap()).contains(anchor);
            assert!(found, "{} links to {link}, where there is no such heading", path.display());
        }
    }
    assert!(count > 20, "links are found: {count}");
}

#[test]
fn every_chapter_is_in_the_table_of_contents() {
    let summary = chapter("SUMMARY.md");
    let listed: BTreeSet<&str> = links(&summary).into_iter().collect();
    let chapters = files(&root().join("docs"), "md");
    let names: BTreeSet<&str> =
        chapters.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
    assert_eq!(listed, names.into_iter().filter(|name| *name != "SUMMARY.md").collect());
}

#[test]
fn what_lenient_repairs_is_said_where_its_code_is_explained() {
    let text = chapter("exporting.md");
    let (_, repairs) = text.split_once("\n## Lenient repairs\n").unwrap();
    let (repairs, _) = repairs.split_once("These are told even without").unwrap();
    let rows = repairs.lines().filter_map(|line| line.strip_prefix("| `"));
    let codes = rows
        .flat_map(|row| row.split(" | ").next().unwrap().split(|c: char| !(c.is_alphabetic() || c == '-')));
    let repaired: BTreeSet<&str> = codes.filter(|code| !code.is_empty()).collect();
    let said = FAULTS.iter().filter(|fault| fault.remedy.contains("say --lenient"));
    assert_eq!(said.map(|fault| fault.code).collect::<BTreeSet<_>>(), repaired);
}
