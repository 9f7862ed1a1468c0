//! `--product-version` where runs are made: the values that a version sets, and those that it cannot be told (D.6).

use crate::sandbox::Sandbox;

fn settings(sandbox: &Sandbox, options: &str) -> Vec<String> {
    let ran = sandbox.run(&format!("compare --fleet tiny.toml --seeds 1 --format csv {options}"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let setting = |line: &str| line.split(',').take(2).collect::<Vec<_>>().join(" ");
    ran.stdout.lines().skip(1).map(setting).collect()
}

#[test]
fn d6_what_cannot_be_changed_is_not_compared() {
    let sandbox = Sandbox::new();
    assert_eq!(settings(&sandbox, "--product-version 1.8.3"), ["10% none"]);
    assert_eq!(settings(&sandbox, "--product-version 1.8.30 --max-starts 5,9"), ["10% 5", "10% 9"]);
    assert_eq!(settings(&sandbox, "--product-version 1.9.8 --max-in-flight 1").len(), 3);
}

#[test]
fn d6_what_is_asked_for_all_the_same_is_compared_with_a_warning() {
    let ran = Sandbox::new().run(
        "compare --fleet tiny.toml --seeds 1 --product-version 1.7.44 --max-in-flight 1,2 --max-starts 200",
    );
    assert_eq!(ran.code, Some(0));
    assert!(ran.stderr.contains("warning: version 1.7.44 cannot be told 2: it has 1\n"), "{}", ran.stderr);
}

#[test]
fn d6_a_single_run_warns_of_what_the_version_cannot_be_told() {
    let sandbox = Sandbox::new();
    let told = |options: &str| {
        let ran = sandbox.run(&format!("simulate --fleet tiny.toml --product-version 1.8.3 {options}"));
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        ran.stderr
    };
    let stderr = told("--max-in-flight 2 --max-starts 200");
    assert!(stderr.contains("warning: version 1.8.3 cannot be told 2: it has 10%\n"), "{stderr}");
    assert!(stderr.contains("warning: version 1.8.3 cannot be told 200: it has none\n"), "{stderr}");
    for quiet in ["", "--max-in-flight 10%"] {
        assert!(!told(quiet).contains("cannot be told"), "{quiet}");
    }
}

#[test]
fn d6_values_of_groups_and_of_experiments_are_warned_of_in_the_same_words() {
    let sandbox = Sandbox::new();
    let warning = "version 1.8.3 cannot be told 2: it has 10%";
    sandbox.write(
        "experiment.toml",
        "fleet = \"tiny.toml\"\nproduct_version = \"1.8.3\"\nmax_in_flight = 2\nmax_starts = [5, 9]\n",
    );
    let fleet = "--fleet tiny.toml --product-version 1.8.3";
    for (command, mark) in [
        (format!("simulate {fleet} --max-in-flight diego-cell=2"), "warning: "),
        (format!("simulate {fleet} --max-in-flight 10%,diego-cell=2"), "warning: "),
        (format!("compare {fleet} --seeds 1 --max-in-flight diego-cell=2 --max-starts none"), "warning: "),
        (
            format!("compare {fleet} --seeds 1 --max-in-flight 10%,diego-cell=2 --max-starts none"),
            "warning: ",
        ),
        ("experiment plan experiment.toml".to_owned(), "warning[cannot-be-told]: experiment.toml:3:17: "),
    ] {
        let ran = sandbox.run(&command);
        assert_eq!(ran.code, Some(0), "{command}: {}", ran.stderr);
        assert_eq!(ran.stderr.matches(&format!("{mark}{warning}\n")).count(), 1, "{command}: {}", ran.stderr);
    }
}

#[test]
fn d6_a_run_takes_the_limit_of_the_version_where_the_fleet_says_nothing() {
    let sandbox = Sandbox::new();
    for (version, limit) in [("1.9.7", "none"), ("1.9.8", "200")] {
        let ran =
            sandbox.run(&format!("simulate --fleet tiny.toml --format json --product-version {version}"));
        let run: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!((&run["max_in_flight"], &run["max_starts"]), (&"50%".into(), &limit.into()));
    }
    let scenario = sandbox.run("scenario --product-version 1.8.0").stdout;
    assert!(
        scenario.contains("max_in_flight = \"10%\"\n") && scenario.contains("max_starts = 0\n"),
        "{scenario}"
    );
}

#[test]
fn a_version_that_no_table_has_is_told_with_those_that_there_are() {
    let sandbox = Sandbox::new();
    let known = "known are 1.7 to 1.12, 2.0 to 2.13, 3.0, 4.0, 5.0 and 6.0";
    for verb in [
        "scenario",
        "simulate --fleet tiny.toml",
        "check --fleet tiny.toml",
        "recommend --fleet tiny.toml --max-in-flight 1 --max-starts 5 --seeds 1 --no-sensitivity --no-cache",
    ] {
        let told = |version: &str| sandbox.run(&format!("{verb} --product-version {version}")).stderr;
        let unknown = told("99.1");
        assert!(unknown.contains("note: version 99.1.0 is in no table of defaults"), "{verb}: {unknown}");
        assert!(unknown.contains(known), "{verb}: {unknown}");
        assert!(!told("6.0").contains("in no table"), "{verb}");
    }
}
