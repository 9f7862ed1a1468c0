//! The manifest: the groups of cells with their `update` blocks, and the properties that are known.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use rivera_model::{CellGroup, DeploymentFacts, Fleet, FleetCell, GroupIx, RootFsProvider};

use crate::facts::FACTS;

/// The groups of the open source deployment beside the cells, and the job in each that has the properties.
const GROUPS: [(&str, &str); 2] = [("diego-api", "bbs"), ("scheduler", "auctioneer")];

/// A tree of properties.
enum Node {
    Value(String),
    Keys(BTreeMap<&'static str, Node>),
}

/// The manifest's text.
pub(super) fn text(fleet: &Fleet) -> String {
    let mut text = String::from("---\nname: cf\ninstance_groups:\n");
    for (group, job) in GROUPS {
        let properties = properties(&fleet.facts, Some(job));
        if !properties.is_empty() {
            line(&mut text, 0, &format!("- name: {group}"));
            write_job(&mut text, job, &properties);
        }
    }
    for position in 0..fleet.groups.len() {
        write_cells(&mut text, fleet, GroupIx::from_index(position));
    }
    text
}

/// A group of cells, with what holds for its update. The properties are those of the usual group.
fn write_cells(text: &mut String, fleet: &Fleet, ix: GroupIx) {
    let group = &fleet.groups[ix.index()];
    let cells: Vec<&FleetCell> = fleet.cells.iter().filter(|cell| cell.group == ix).collect();
    let zones: BTreeSet<&str> = cells.iter().map(|cell| fleet.zones[cell.zone.index()].as_str()).collect();
    let zones: Vec<String> = zones.into_iter().map(quoted).collect();
    line(text, 0, &format!("- name: {}", scalar(&group.name)));
    line(text, 1, &format!("instances: {}", cells.len()));
    line(text, 1, &format!("azs: [{}]", zones.join(", ")));
    let cells_update = group.update.clone().or(&fleet.facts.cells);
    let mut update = properties(&DeploymentFacts { cells: cells_update, ..DeploymentFacts::default() }, None);
    if !group.serial {
        update.insert("serial", Node::Value(false.to_string()));
    }
    write_section(text, 1, "update", &update);
    let job = if is_windows(fleet, &cells) { "rep_windows" } else { "rep" };
    let is_usual = CellGroup::usual(&fleet.groups) == ix.index();
    write_job(text, job, &if is_usual { properties(&fleet.facts, Some("rep")) } else { BTreeMap::new() });
}

/// Whether cells have a stack of Windows, `windows` or `windows2016`, and so the agent's variant for it.
fn is_windows(fleet: &Fleet, cells: &[&FleetCell]) -> bool {
    let providers =
        cells.iter().filter_map(|cell| fleet.offers[cell.offer.index()].rootfs_providers.get("preloaded"));
    providers.into_iter().any(|provider| match provider {
        RootFsProvider::FixedSet(stacks) => stacks.iter().any(|stack| stack.starts_with("windows")),
        RootFsProvider::Arbitrary | RootFsProvider::Unknown => false,
    })
}

fn write_job(text: &mut String, job: &str, properties: &BTreeMap<&'static str, Node>) {
    line(text, 1, "jobs:");
    line(text, 1, &format!("- name: {job}"));
    write_section(text, 2, "properties", properties);
}

fn properties(facts: &DeploymentFacts, job: Option<&str>) -> BTreeMap<&'static str, Node> {
    let mut root = BTreeMap::new();
    for fact in FACTS.iter().filter(|fact| fact.job == job) {
        if let Some(value) = (fact.get)(facts) {
            insert(&mut root, fact.path, scalar(&value));
        }
    }
    root
}

fn insert(keys: &mut BTreeMap<&'static str, Node>, path: &'static str, value: String) {
    match path.split_once('.') {
        None => {
            keys.insert(path, Node::Value(value));
        }
        Some((key, rest)) => {
            if let Node::Keys(below) = keys.entry(key).or_insert_with(|| Node::Keys(BTreeMap::new())) {
                insert(below, rest, value);
            }
        }
    }
}

fn write_section(text: &mut String, depth: usize, name: &str, keys: &BTreeMap<&'static str, Node>) {
    if keys.is_empty() {
        return;
    }
    line(text, depth, &format!("{name}:"));
    for (key, node) in keys {
        match node {
            Node::Value(value) => line(text, depth + 1, &format!("{key}: {value}")),
            Node::Keys(below) => write_section(text, depth + 1, key, below),
        }
    }
}

fn line(text: &mut String, depth: usize, content: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{:indent$}{content}", "", indent = 2 * depth);
}

/// Numbers, percentages, durations and names stand plain, as people write them; the rest is quoted.
fn scalar(value: &str) -> String {
    let is_plain = value.starts_with(|first: char| first.is_ascii_alphanumeric())
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-%".contains(&byte));
    let is_a_word_of_yaml = ["null", "yes", "no", "on", "off"].contains(&value.to_lowercase().as_str());
    if is_plain && !is_a_word_of_yaml { value.to_owned() } else { quoted(value) }
}

/// A string of JSON is one of YAML.
fn quoted(value: &str) -> String {
    serde_json::Value::from(value).to_string()
}
