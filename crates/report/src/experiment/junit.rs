//! The assertions as JUnit's XML, which systems that build software show.

use rivera_experiment::{Findings, Plan};

use super::shown;

/// A test suite with a test case for each assertion and setting. Ends with a line break.
#[must_use]
pub fn junit(plan: &Plan, findings: &Findings<'_>) -> String {
    let tests = findings.assertions.len() * findings.points.len();
    let failures: usize = findings.assertions.iter().map(|result| result.broken.len()).sum();
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    text += &format!(
        "<testsuites tests=\"{tests}\" failures=\"{failures}\">\n  <testsuite name=\"{}\" tests=\"{tests}\" \
         failures=\"{failures}\">\n",
        escaped(&plan.fleet.name)
    );
    for result in &findings.assertions {
        for (position, point) in findings.points.iter().enumerate() {
            let class = escaped(&shown::name(plan, point));
            let name = escaped(&result.assertion);
            let case = format!("    <testcase classname=\"{class}\" name=\"{name}\"");
            match result.broken.iter().find(|broken| broken.point == position) {
                None => text += &format!("{case}/>\n"),
                Some(broken) => {
                    let message =
                        escaped(&format!("{} does not hold: it is {}", result.assertion, broken.value));
                    text += &format!("{case}>\n      <failure message=\"{message}\"/>\n    </testcase>\n");
                }
            }
        }
    }
    text += "  </testsuite>\n</testsuites>\n";
    text
}

/// Text as an attribute; what XML cannot hold at all is replaced.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            c if c.is_control() => escaped.push(char::REPLACEMENT_CHARACTER),
            c => escaped.push(c),
        }
    }
    escaped
}
