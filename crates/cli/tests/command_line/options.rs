//! What is told about options that make no sense.

use crate::sandbox::Sandbox;

#[test]
fn max_in_flight_is_a_number_from_1_or_a_percentage_to_100() {
    let sandbox = Sandbox::new();
    let form = "is neither an integer such as 20 nor a percentage such as 4%";
    let range = "a number of cells is at least 1, a percentage is from 1% to 100%";
    for (value, refused, why) in [
        ("abc", "abc", form),
        ("4.5%", "4.5%", form),
        ("1,,2", "", form),
        ("1,", "", form),
        ("99999999999", "99999999999", "is too large for a number of instances"),
        ("150%", "150%", range),
        ("1,101%", "101%", range),
        ("0%", "0%", range),
        ("0", "0", range),
        ("-5", "-5", range),
    ] {
        let option = format!("invalid value '{refused}' for '--max-in-flight <LIST>': ");
        sandbox.refused_with(&format!("compare --fleet tiny.toml --max-in-flight {value}"), &[&option, why]);
    }
    for value in ["150%", "0", "-5"] {
        let option = format!("invalid value '{value}' for '--max-in-flight <N|P%>': {range}");
        sandbox.refused_with(&format!("simulate --fleet tiny.toml --max-in-flight {value}"), &[&option]);
    }
}

#[test]
fn max_starts_is_a_number_or_none() {
    let sandbox = Sandbox::new();
    for (value, told) in [
        ("x", "'x' is not a maximum of starting containers: write a number such as 200, or 'none'"),
        ("-1", "a maximum of starting containers is at least 1: write 'none' for no limit"),
    ] {
        sandbox.refused_with(&format!("compare --fleet tiny.toml --max-starts {value}"), &[told]);
        sandbox.refused_with(&format!("simulate --fleet tiny.toml --max-starts {value}"), &[told]);
    }
    sandbox.refused_with(
        "compare --fleet tiny.toml --max-starts 50,,none",
        &["invalid value '' for '--max-starts <LIST>'"],
    );
}

#[test]
fn no_limit_of_starts_has_two_names_and_is_one_setting() {
    let sandbox = Sandbox::new();
    let csv = sandbox
        .done("compare --fleet tiny.toml --max-in-flight 2 --max-starts 0,none --seeds 1 --format csv");
    assert_eq!(csv.lines().count(), 2, "{csv}");
    assert!(csv.lines().last().unwrap().starts_with("2,none,1,finished,"), "{csv}");
}

#[test]
fn seeds_are_whole_numbers_in_range() {
    let sandbox = Sandbox::new();
    for value in ["0", "-1", "10001", "100000000000000000000", "five", ""] {
        let told =
            format!("invalid value '{value}' for '--seeds <N>': a whole number from 1 to 10000 is needed");
        sandbox.refused_with(&format!("compare --fleet tiny.toml --seeds={value}"), &[&told]);
    }
    let all = "a whole number from 0 to 18446744073709551615 is needed";
    sandbox.refused_with("compare --fleet tiny.toml --first-seed -1", &["'--first-seed <SEED>'", all]);
    sandbox.refused_with("simulate --fleet tiny.toml --seed 1e3", &["'--seed <SEED>'", all]);
    assert_eq!(
        sandbox.refused("compare --fleet tiny.toml --first-seed 18446744073709551615 --seeds 2"),
        "error[wrong-usage]: 2 seeds from 18446744073709551615 on are more than there are: \
         --first-seed can be at most 18446744073709551614\n"
    );
}

#[test]
fn misspelt_words_are_corrected() {
    let sandbox = Sandbox::new();
    sandbox.refused_with(
        "compare --fleet tiny.toml --max-in-fligth 2",
        &["unexpected argument '--max-in-fligth'", "a similar argument exists: '--max-in-flight'"],
    );
    sandbox
        .refused_with("comapre", &["unrecognized subcommand 'comapre'", "similar subcommand", "'compare'"]);
    sandbox.refused_with(
        "fleet synht",
        &["unrecognized subcommand 'synht'", "similar subcommand exists: 'synth'"],
    );
    sandbox.refused_with(
        "compare --fleet tiny.toml --format xml",
        &["invalid value 'xml' for '--format <FORMAT>'", "[possible values: table, json, csv]"],
    );
}

#[test]
fn what_must_be_given_is_named() {
    let sandbox = Sandbox::new();
    sandbox.refused_with("compare", &["--fleet <FOLDER|RECIPE>"]);
    sandbox.refused_with("fleet synth tiny.toml", &["--output <FOLDER>"]);
    sandbox.refused_with("", &["Usage: rivera <COMMAND>", "compare", "simulate", "fleet", "scenario"]);
}
