//! The scripts of the page, and the policy that allows these and no others.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

/// In the order in which they need each other.
const SCRIPTS: [&str; 4] = [
    include_str!("../../assets/vendor/vega.min.js"),
    include_str!("../../assets/vendor/vega-lite.min.js"),
    include_str!("../../assets/vendor/vega-embed.min.js"),
    include_str!("../../assets/page.js"),
];

pub(super) fn elements() -> Markup {
    html! { @for script in SCRIPTS { script { (PreEscaped(script)) } } }
}

/// Allows each script by its hash. Nothing may be fetched, and no text may be run as code. Styles are free, because
/// the chart library sets them while it draws; they can fetch nothing either.
pub(super) fn policy() -> String {
    let hashes: Vec<String> = SCRIPTS
        .iter()
        .map(|script| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(script))))
        .collect();
    format!(
        "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'unsafe-inline'; script-src {}",
        hashes.join(" ")
    )
}

/// A value for scripts to read. `</script>` cannot occur in it, nor the line ends that JSON knows and older scripts do
/// not.
pub(super) fn data(class: &str, value: &serde_json::Value) -> Markup {
    html! { script type="application/json" class=(class) { (PreEscaped(inert(value))) } }
}

fn inert(value: &serde_json::Value) -> String {
    let mut text = String::new();
    for character in value.to_string().chars() {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                text.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            _ => text.push(character),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    #[test]
    fn no_script_can_end_early() {
        for script in SCRIPTS {
            assert!(!script.to_lowercase().contains("</script") && !script.contains("<!--"));
        }
    }

    #[test]
    fn the_policy_names_every_script_and_nothing_loose() {
        let policy = policy();
        assert_eq!(policy.matches("sha256-").count(), SCRIPTS.len());
        assert!(policy.starts_with("default-src 'none';"));
        let (_, scripts) = policy.split_once("script-src").unwrap();
        assert!(!scripts.contains("unsafe") && !scripts.contains('*'));
    }

    proptest! {
        #[test]
        fn data_stays_what_it_was_and_ends_no_script(text in "(.|</script>|<!--|\u{2028}|\u{2029}){0,20}") {
            let value = Value::String(text);
            let inert = inert(&value);
            let ends_something = inert.contains(['<', '>', '&', '\u{2028}', '\u{2029}']);
            prop_assert!(!ends_something);
            prop_assert_eq!(serde_json::from_str::<Value>(&inert).unwrap(), value);
        }
    }
}
