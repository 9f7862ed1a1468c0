//! The chapter is as the simulator gives it, and its list of constants as the book's.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::collections::BTreeMap;
use std::fs;

use rivera_experiment::{PARAMETERS, ParameterSource};
use rivera_sim::Scenario;
use rivera_trust::{SECTIONS, Section, parts, with_part};
use toml::Table;

fn chapter(name: &str) -> String {
    fs::read_to_string(format!("{}/../../docs/{name}.md", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn hold<'a>(sections: impl Iterator<Item = &'a Section>) {
    let page = chapter("how-far-can-you-trust-it");
    for Section { name, write, .. } in sections {
        let new = with_part(&page, name, &write()).unwrap();
        // Not `assert_eq`: two whole pages would say less than what is to be done.
        assert!(
            new == page,
            "`{name}` is no longer what the simulator gives: run `make trust` and look at it"
        );
    }
}

#[test]
fn the_quick_tables_of_the_page_are_what_the_simulator_gives() {
    hold(SECTIONS.iter().filter(|section| section.is_quick));
}

#[test]
#[ignore = "takes minutes: `make trust-held` does it in release"]
fn all_tables_of_the_page_are_what_the_simulator_gives() {
    hold(SECTIONS.iter());
}

#[test]
fn the_page_has_every_part_once_and_no_other() {
    let page = chapter("how-far-can-you-trust-it");
    let names: Vec<&str> = SECTIONS.iter().map(|section| section.name).collect();
    assert_eq!(parts(&page), names);
}

#[test]
fn the_constants_without_a_source_are_those_that_the_book_says_are_assumed_or_fitted() {
    let listed: BTreeMap<&str, ParameterSource> = PARAMETERS.iter().map(|it| (it.key, it.source)).collect();
    assert_eq!(listed.len(), PARAMETERS.len(), "each once");
    let text = chapter("scenario-file");
    assert_eq!(text.lines().filter_map(without_source).collect::<BTreeMap<_, _>>(), listed);
}

/// The key of a row of the chapter on the scenario file, if no source gives its default.
fn without_source(row: &str) -> Option<(&str, ParameterSource)> {
    let mut cells = row.strip_prefix("| `")?.strip_suffix(" |")?.split(" | ");
    let key = cells.next()?.strip_suffix('`')?;
    let said = cells.last()?;
    let words = [("assumed", ParameterSource::Assumed), ("fitted", ParameterSource::Fitted)];
    words.into_iter().find(|(word, _)| said.starts_with(word)).map(|(_, source)| (key, source))
}

#[test]
fn each_of_these_constants_is_a_key_of_a_scenario() {
    let keys: Table = toml::from_str(&Scenario::default().to_toml()).unwrap();
    for parameter in PARAMETERS {
        let (section, name) = parameter.key.split_once('.').unwrap();
        assert!(keys[section].get(name).is_some(), "there is no key {}", parameter.key);
    }
}
