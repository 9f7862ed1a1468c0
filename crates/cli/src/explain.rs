//! `rivera explain`.

use rivera_diego::nearest_help;
use rivera_report::{rule_list, rule_page};
use rivera_sim::check::{RULES, Rule};

use crate::compare::terminal;
use crate::failure::Failure;
use crate::output::print;
use crate::planner_args::Explain;

pub(crate) fn run(arguments: &Explain) -> Result<(), Failure> {
    let Some(code) = &arguments.code else {
        return print(&rule_list(terminal()));
    };
    let Some(rule) = Rule::of_code(code) else {
        let codes: Vec<&str> = RULES.iter().map(|rule| rule.code).collect();
        return Err(Failure::Unknown { what: "code", name: code.clone(), help: nearest_help(code, &codes) });
    };
    print(&rule_page(rule, terminal()))
}
