//! Every error has a code, and every code is explained, by the program and in the book.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::sandbox::Sandbox;

/// The codes of `rivera explain` with what is said about each; `kind` says of which.
pub(crate) fn listed(kind: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let all = Sandbox::new().done("explain");
    let mut lines = all.lines().peekable();
    let mut codes: Vec<(String, String)> = Vec::new();
    while let Some(line) = lines.next() {
        let (code, of) = line.strip_suffix(')').unwrap().split_once(" (").unwrap();
        let mut title = Vec::new();
        while let Some(part) = lines.next_if(|line| line.starts_with("  ")) {
            title.push(part.trim());
        }
        if kind(of) {
            codes.push((code.to_owned(), title.join(" ")));
        }
    }
    codes
}

#[test]
fn codes_of_errors_and_of_findings_occur_once_and_each_has_a_page() {
    let all = listed(|_| true);
    let unique: BTreeMap<_, _> = all.iter().cloned().collect();
    assert_eq!(unique.len(), all.len());
    let sandbox = Sandbox::new();
    for (code, title) in listed(|kind| kind == "input") {
        let page = sandbox.done(&format!("explain {code}"));
        assert!(page.starts_with(&format!("{code} (input)\n  ")), "{page}");
        assert!(page.contains("\nWhat it means\n  ") && page.contains("\nWhat to do\n  "), "{page}");
        assert!(page.lines().all(|line| line.chars().count() <= 100), "{page}");
        let first: String = title.chars().skip(1).take(20).collect();
        assert!(page.contains(&first), "{page}");
    }
}

#[test]
fn the_book_lists_every_code_of_an_error() {
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors.md");
    let book = fs::read_to_string(book).unwrap();
    let rows: Vec<(String, String)> = book
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.strip_suffix(" |")?.split_once("` | "))
        .map(|(code, title)| (code.to_owned(), title.to_owned()))
        .collect();
    assert_eq!(rows, listed(|kind| kind == "input"));
}

/// Commands that go wrong in different ways, each with the code that it is told.
#[test]
fn what_goes_wrong_is_told_with_a_code() {
    let sandbox = Sandbox::new();
    sandbox.write("unknown.toml", "[rep]\nevacuation_timout_s = 1\n");
    sandbox.write("range.toml", "[rep]\nevacuation_timeout_s = -1\n");
    sandbox.write("recipe.toml", "nmae = \"x\"\n");
    sandbox.write("x.txt", "");
    let cases = [
        ("fleet show nowhere", "no-such-path"),
        ("fleet show x.txt", "not-a-fleet"),
        ("fleet show recipe.toml", "recipe"),
        ("fleet synth tiny.toml -o two-cells", "already-there"),
        ("fleet synth two-cells -o new", "wrong-usage"),
        ("scenario --scenario unknown.toml", "not-a-scenario"),
        ("scenario --scenario range.toml", "out-of-range"),
        ("scenario --scenario nowhere.toml", "unreadable"),
        ("compare --fleet tiny.toml -o no/such.html", "not-written"),
        ("compare --fleet tiny.toml --max-in-flight diego-cel=1", "no-such-name"),
        ("explain cut-of", "no-such-name"),
        ("replay x.txt", "not-a-recording"),
        ("demo -o two-cells", "already-there"),
    ];
    for (command, code) in cases {
        sandbox.refused_with(command, &[&format!("error[{code}]")]);
    }
}

#[test]
fn names_that_were_probably_meant_are_suggested() {
    let sandbox = Sandbox::new();
    sandbox.write("key.toml", "[rep]\nevacuation_timout_s = 1\n");
    let fault = "[[faults.events]]\nkind = \"cell_dies\"\nat_s = 60\n";
    sandbox.write("cell.toml", format!("{fault}cell = \"c11\"\n"));
    sandbox.write("zone.toml", format!("{fault}zone = \"z11\"\n"));
    sandbox.write("group.toml", "[groups.diego-cel]\nmax_in_flight = \"1\"\n");
    for (command, meant) in [
        ("simulate --fleet tiny.toml --scenario group.toml", "diego-cell"),
        ("fleet show tinny.toml", "tiny.toml"),
        ("fleet show two_cells", "two-cells"),
        ("scenario --scenario key.toml", "evacuation_timeout_s"),
        ("simulate --fleet two-cells --scenario cell.toml", "c1"),
        ("simulate --fleet tiny.toml --scenario zone.toml", "z1"),
        ("compare --fleet tiny.toml --max-in-flight diego-cel=1", "diego-cell"),
        ("explain cut-of", "cut-off"),
    ] {
        sandbox.refused_with(command, &[&format!("did you mean `{meant}`?")]);
    }
}

#[test]
fn a_code_may_be_given_as_it_stands_in_a_message() {
    let sandbox = Sandbox::new();
    let page = sandbox.done("explain cut-off");
    assert_eq!(sandbox.done("explain error[cut-off]"), page);
    assert_eq!(sandbox.done("explain Cut-Off"), page);
    sandbox.refused_with("explain entirely-else", &["`entirely-else`", "`rivera explain` lists all codes"]);
}

#[test]
fn in_a_folder_of_fleets_one_is_to_be_named() {
    let sandbox = Sandbox::new();
    sandbox.refused_with("fleet show .", &["error[insufficient]", "such as `./tiny.toml`"]);
}
