//! Findings for a terminal: the worst first, each with what to do.

use rivera_limiter::Severity;
use rivera_sim::check::Finding;

use crate::figures::many;
use crate::terminal::{Terminal, harmless};

/// All findings, the remedy and the source below each, and a line that counts them.
#[must_use]
pub fn findings_list(findings: &[Finding], terminal: Terminal) -> String {
    let mut text: String = findings.iter().map(|finding| entry(finding, terminal)).collect();
    let of = |severity| findings.iter().filter(|finding| finding.severity() == severity).count();
    text += &format!(
        "{}, {}, {}\n",
        many(of(Severity::Error), "error"),
        many(of(Severity::Warning), "warning"),
        many(of(Severity::Note), "note")
    );
    text
}

fn entry(finding: &Finding, terminal: Terminal) -> String {
    let rule = finding.rule;
    let subject = finding.evidence.subject().map(|subject| format!("{}: ", harmless(subject)));
    let heading = terminal.heading(&format!("{} {}", finding.severity(), rule.code));
    let sentence = format!("{}{}", subject.unwrap_or_default(), harmless(&finding.evidence.to_string()));
    let lines = [sentence, format!("-> {}", finding.remedy()), format!("[{}]", rule.source)];
    let lines: String = lines.iter().map(|line| terminal.paragraph(line, "  ")).collect();
    format!("{heading}\n{lines}\n")
}
