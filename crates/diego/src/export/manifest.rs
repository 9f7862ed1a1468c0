//! The manifest: the group of cells with its `update` block, and the properties that are known.

use std::collections::BTreeMap;
use std::fmt::Write;

use rivera_model::{DeploymentFacts, Fleet};

use crate::facts::FACTS;

/// The groups of the open source deployment, and the job in each that has the properties.
const GROUPS: [(&str, &str); 3] = [("diego-api", "bbs"), ("scheduler", "auctioneer"), ("diego-cell", "rep")];

/// A tree of properties.
enum Node {
    Value(String),
    Keys(BTreeMap<&'static str, Node>),
}

/// The manifest's text.
pub(super) fn text(fleet: &Fleet) -> String {
    let mut text = String::from("---\nname: cf\ninstance_groups:\n");
    let zones: Vec<String> = fleet.zones.iter().map(|zone| quoted(zone)).collect();
    for (group, job) in GROUPS {
        let properties = properties(&fleet.facts, Some(job));
        let is_cells = group == "diego-cell";
        if properties.is_empty() && !is_cells {
            continue;
        }
        line(&mut text, 0, &format!("- name: {group}"));
        if is_cells {
            line(&mut text, 1, &format!("instances: {}", fleet.cells.len()));
            line(&mut text, 1, &format!("azs: [{}]", zones.join(", ")));
            write_section(&mut text, 1, "update", &properties_of_update(&fleet.facts));
        }
        line(&mut text, 1, "jobs:");
        line(&mut text, 1, &format!("- name: {job}"));
        write_section(&mut text, 2, "properties", &properties);
    }
    text
}

fn properties_of_update(facts: &DeploymentFacts) -> BTreeMap<&'static str, Node> {
    properties(facts, None)
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
