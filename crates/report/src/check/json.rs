//! Findings as one JSON value.

use rivera_limiter::Severity;
use rivera_sim::check::Finding;
use serde::Serialize;
use serde_json::Value;

use crate::json::text;

#[derive(Serialize)]
struct CheckView {
    schema: &'static str,
    version: u32,
    errors: usize,
    warnings: usize,
    notes: usize,
    findings: Vec<FindingView>,
}

#[derive(Serialize)]
struct FindingView {
    code: &'static str,
    severity: String,
    subject: Option<String>,
    message: String,
    figures: Value,
    remedy: &'static str,
    source: &'static str,
}

/// All findings, schema `rivera.check`, in the order in which they are given. Ends with a line break.
#[must_use]
pub fn findings_json(findings: &[Finding]) -> String {
    let of = |severity| findings.iter().filter(|finding| finding.severity() == severity).count();
    text(&CheckView {
        schema: "rivera.check",
        version: 1,
        errors: of(Severity::Error),
        warnings: of(Severity::Warning),
        notes: of(Severity::Note),
        findings: findings.iter().map(FindingView::from).collect(),
    })
}

impl From<&Finding> for FindingView {
    fn from(finding: &Finding) -> Self {
        let evidence = serde_json::to_value(&finding.evidence).expect("figures and names are always JSON");
        // The name of the variant, which is the rule's code, and under it the figures.
        let Value::Object(named) = evidence else { unreachable!("every evidence has figures") };
        Self {
            code: finding.rule.code,
            severity: finding.severity().to_string(),
            subject: finding.evidence.subject().map(str::to_owned),
            message: finding.evidence.to_string(),
            figures: named.into_iter().map(|(_, figures)| figures).next().unwrap_or_default(),
            remedy: finding.remedy(),
            source: finding.rule.source,
        }
    }
}
