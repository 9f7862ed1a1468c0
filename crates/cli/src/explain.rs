//! `rivera explain`.

use rivera_diego::nearest;
use rivera_experiment::LINTS;
use rivera_report::{error_list, error_page, rule_list, rule_page};
use rivera_sim::check::{RULES, Rule};

use crate::failure::Failure;
use crate::failure_codes::explanations;
use crate::output::print;
use crate::planner_args::Explain;
use crate::terminal::terminal;

/// What a code is told about.
const INPUT: &str = "input";
const EXPERIMENT: &str = "experiment";

pub(crate) fn run(arguments: &Explain) -> Result<(), Failure> {
    let terminal = terminal();
    let Some(written) = &arguments.code else {
        let lints = error_list(LINTS.iter().copied(), EXPERIMENT, terminal);
        return print(&(rule_list(terminal) + &lints + &error_list(explanations(), INPUT, terminal)));
    };
    // As it stands in a message, too: `error[cut-off]`.
    let code = written.trim_start_matches("error").trim_matches(['[', ']']).to_lowercase();
    if let Some(rule) = Rule::of_code(&code) {
        return print(&rule_page(rule, terminal));
    }
    if let Some(explanation) = explanations().find(|it| it.code == code) {
        return print(&error_page(explanation, INPUT, terminal));
    }
    if let Some(lint) = LINTS.iter().find(|it| it.code == code) {
        return print(&error_page(lint, EXPERIMENT, terminal));
    }
    let explained = LINTS.iter().copied().chain(explanations()).map(|it| it.code);
    let codes: Vec<&str> = RULES.iter().map(|rule| rule.code).chain(explained).collect();
    let help = nearest(&code, &codes).map_or_else(
        || "`rivera explain` lists all codes".to_owned(),
        |meant| format!("did you mean `{meant}`?"),
    );
    Err(Failure::Unknown { what: "code", name: written.clone(), help })
}
