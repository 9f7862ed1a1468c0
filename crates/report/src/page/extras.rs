//! What a page has beside the comparison: what is said below the answer, and the findings of the planner's rules.

use maud::{Markup, html};
use rivera_sim::check::Finding;

/// What a page has beside the comparison.
#[derive(Debug, Clone, Default)]
pub struct Extras<'a> {
    /// What the planner's rules find in the plan of the recommended setting.
    pub findings: &'a [Finding],
    /// How the recommended setting was found.
    pub found_by: FoundBy,
    /// What may still go wrong with the answer, said directly under it.
    pub risks: Vec<String>,
    /// What the scenario is to be warned of ([`rivera_sim::warnings`], [`rivera_sim::group_warnings`]), where the reasons do not
    /// say it.
    pub warnings: Vec<String>,
    /// Why no run is shown as it goes, where none is.
    pub no_course: Option<String>,
    /// What is said below the reasons.
    pub notes: Vec<Note>,
}

/// How the recommended setting of a page was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FoundBy {
    /// All settings were compared: the best does the least harm, which may be some.
    #[default]
    Comparison,
    /// A search looked for what keeps its bounds: harm that they allow is none.
    Search,
}

/// A list below the reasons.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Note {
    /// Its heading.
    pub heading: String,
    /// Its sentences.
    pub sentences: Vec<String>,
    /// Lines to be copied, as they are.
    pub code: Vec<String>,
}

pub(super) fn notes(notes: &[Note]) -> Markup {
    html! {
        @for note in notes {
            div.note {
                h3 { (note.heading) }
                @if !note.sentences.is_empty() { ul { @for sentence in &note.sentences { li { (sentence) } } } }
                @for code in &note.code { pre { code { (code) } } }
            }
        }
    }
}

pub(super) fn findings(findings: &[Finding]) -> Markup {
    if findings.is_empty() {
        return html! {};
    }
    html! {
        section #findings {
            h2 { "What the rules say" }
            p.muted {
                "What " code { "rivera check" } " finds in this plan, without simulating it; " code { "rivera explain CODE" }
                " says more."
            }
            div.scroll {
                table.data.wide {
                    thead { tr { @for heading in ["", "code", "finding", "what to do"] { th scope="col" { (heading) } } } }
                    tbody {
                        @for finding in findings {
                            tr {
                                td class=(finding.severity().to_string()) { (finding.severity()) }
                                td { code { (finding.rule.code) } }
                                td {
                                    @if let Some(subject) = finding.evidence.subject() { (subject) ": " }
                                    (finding.evidence)
                                }
                                td { (finding.remedy()) }
                            }
                        }
                    }
                }
            }
        }
    }
}
