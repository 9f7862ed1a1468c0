//! `rivera demo` works with no file around, and shows what the other verbs answer.

use crate::sandbox::Sandbox;

#[test]
fn two_runs_print_and_write_the_same() {
    let [first, second] = [Sandbox::new(), Sandbox::new()].map(|sandbox| {
        let printed = sandbox.done("demo");
        (printed, sandbox.read("rivera-demo/fleet.toml"), sandbox.read("rivera-demo/report.html"))
    });
    assert!(first == second);
}

#[test]
fn what_is_shown_is_what_the_commands_print() {
    let sandbox = Sandbox::new();
    let shown = sandbox.done("demo -o d");
    let fleet = sandbox.done("fleet show d/fleet.toml");
    assert!(shown.contains(&fleet), "{shown}");
    let page = sandbox.read("d/report.html");
    let joined = shown.replace(" \\\n  ", " ");
    let commands: Vec<&str> = joined.lines().filter_map(|line| line.strip_prefix("$ rivera ")).collect();
    assert_eq!(commands.len(), 4, "{shown}");
    let mut printed = commands.iter().map(|command| sandbox.run(command).stdout);
    let mut next = || printed.next().unwrap();
    assert_eq!(next(), fleet);
    let findings = next();
    assert!(
        findings.contains("\nwarning zone-too-full\n") || findings.starts_with("warning zone-too-full\n")
    );
    assert!(shown.contains(findings.split("\n\n").next().unwrap()), "{shown}");
    let table = next();
    let (settings, _) = table.split_once("\n\n").unwrap().1.split_once("\n\n").unwrap();
    let (_, answer) = table.split_once("\nRecommended").unwrap();
    let (answer, _) = answer.split_once("\n\n").unwrap();
    assert!(shown.contains(settings) && shown.contains(answer), "{shown}\n{table}");
    // The command has written the page anew.
    assert!(sandbox.read("d/report.html") == page);
    let run: serde_json::Value = serde_json::from_str(&next()).unwrap();
    let course = shown.rsplit_once("(the course of the run)").unwrap().1;
    let end = run["outcome"]["course"].as_array().unwrap().last().unwrap();
    let last = course.lines().rfind(|line| line.split_whitespace().count() > 7 && line.contains(" 39 "));
    assert!(last.unwrap().contains(&end["down"].to_string()), "{course}");
}

#[test]
fn what_to_type_next_can_be_typed() {
    let sandbox = Sandbox::new();
    let shown = sandbox.done("demo").replace(" \\\n    ", " ");
    let (_, next) = shown.split_once("What to type next:").unwrap();
    let commands: Vec<&str> = next.lines().filter_map(|line| line.strip_prefix("  rivera ")).collect();
    assert!(commands.len() >= 3, "{next}");
    for command in commands {
        let ran = sandbox.run(command);
        assert_eq!(ran.code, Some(0), "{command}: {}", ran.stderr);
    }
}

#[test]
fn nothing_is_overwritten_without_being_told() {
    let sandbox = Sandbox::new();
    let told = ["two-cells is there, and not empty", "--overwrite"];
    sandbox.refused_with("demo -o two-cells", &told);
    sandbox.refused_with("demo -o tiny.toml", &["tiny.toml is there"]);
    sandbox.refused_with("demo -o tiny.toml --overwrite", &["failed to write tiny.toml"]);
    let before = sandbox.files().len();
    sandbox.done("demo -o two-cells --overwrite");
    assert_eq!(sandbox.files().len(), before + 2);
}
