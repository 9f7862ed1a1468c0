//! The rules themselves, and the errors of input and usage: a list of all, and a page for each.

use rivera_diego::Explanation;
use rivera_sim::check::{RULES, Rule};

use crate::terminal::Terminal;

/// All rules with their severities and titles.
#[must_use]
pub fn rule_list(terminal: Terminal) -> String {
    let entry = |rule: &&Rule| {
        let heading = terminal.heading(&format!("{} ({})", rule.code, rule.severity));
        format!("{heading}\n{}", terminal.paragraph(rule.title, "  "))
    };
    RULES.iter().map(entry).collect()
}

/// What a rule finds, why it matters, what to do about it, and where it is written.
#[must_use]
pub fn rule_page(rule: &Rule, terminal: Terminal) -> String {
    let Rule { code, severity, title, why, remedy, source, .. } = rule;
    let heading = terminal.heading(&format!("{code} ({severity})"));
    let part =
        |name: &str, text: &str| format!("\n{}\n{}", terminal.heading(name), terminal.paragraph(text, "  "));
    format!(
        "{heading}\n{}{}{}{}",
        terminal.paragraph(&format!("Finds {title}."), "  "),
        part("Why", why),
        part("What to do", &format!("{}.", capitalised(remedy))),
        part("Source", source)
    )
}

/// All that is explained of a kind, such as the errors of input, each with what was found.
#[must_use]
pub fn error_list(
    errors: impl Iterator<Item = &'static Explanation>,
    kind: &str,
    terminal: Terminal,
) -> String {
    errors
        .map(|error| {
            let heading = terminal.heading(&format!("{} ({kind})", error.code));
            format!("{heading}\n{}", terminal.paragraph(error.title, "  "))
        })
        .collect()
}

/// What an error means, and what to do about it.
#[must_use]
pub fn error_page(error: &Explanation, kind: &str, terminal: Terminal) -> String {
    let Explanation { code, title, meaning, remedy } = error;
    let heading = terminal.heading(&format!("{code} ({kind})"));
    let part =
        |name: &str, text: &str| format!("\n{}\n{}", terminal.heading(name), terminal.paragraph(text, "  "));
    let title = terminal.paragraph(&format!("{}.", capitalised(title)), "  ");
    format!("{heading}\n{title}{}{}", part("What it means", meaning), part("What to do", remedy))
}

fn capitalised(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default()
}
