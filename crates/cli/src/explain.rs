//! `rivera explain`.

use rivera_diego::nearest;
use rivera_report::{error_list, error_page, rule_list, rule_page};
use rivera_sim::check::{RULES, Rule};

use crate::compare::terminal;
use crate::failure::Failure;
use crate::failure_codes::explanations;
use crate::output::print;
use crate::planner_args::Explain;

pub(crate) fn run(arguments: &Explain) -> Result<(), Failure> {
    let terminal = terminal();
    let Some(written) = &arguments.code else {
        return print(&(rule_list(terminal) + &error_list(explanations(), terminal)));
    };
    // As it stands in a message, too: `error[cut-off]`.
    let code = written.trim_start_matches("error").trim_matches(['[', ']']).to_lowercase();
    if let Some(rule) = Rule::of_code(&code) {
        return print(&rule_page(rule, terminal));
    }
    if let Some(explanation) = explanations().find(|it| it.code == code) {
        return print(&error_page(explanation, terminal));
    }
    let codes: Vec<&str> =
        RULES.iter().map(|rule| rule.code).chain(explanations().map(|it| it.code)).collect();
    let help = nearest(&code, &codes).map_or_else(
        || "`rivera explain` lists all codes".to_owned(),
        |meant| format!("did you mean `{meant}`?"),
    );
    Err(Failure::Unknown { what: "code", name: written.clone(), help })
}
