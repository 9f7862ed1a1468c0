//! Any text as a scenario file: it is read, and then reads again alike, or it is said what is wrong and where.

use rivera_sim::{Scenario, ScenarioError};

use crate::target::{Law, text};

/// The text of a scenario.
#[derive(Debug)]
pub struct ScenarioText(String);

impl Law for ScenarioText {
    const NAME: &str = "scenario";

    fn read(bytes: &[u8]) -> Option<Self> {
        text(bytes).map(Self)
    }

    fn check(self) {
        let Self(text) = self;
        match Scenario::default().overlaid(&text) {
            Ok(scenario) => {
                let written = scenario.to_toml();
                assert_eq!(Scenario::default().overlaid(&written).expect("what was written"), scenario);
                assert_eq!(scenario.overlaid(&text).expect("it was read before"), scenario, "once is enough");
                assert_eq!(scenario.clone().validated().expect("what was read is in range"), scenario);
            }
            Err(ScenarioError::Syntax { message, span }) => {
                assert!(!message.trim().is_empty());
                let span = span.unwrap_or_else(|| panic!("{message}: where is not said"));
                assert!(text.get(span.clone()).is_some(), "{message}: {span:?} is not in the text");
            }
            Err(error @ ScenarioError::Range { .. }) => {
                let message = error.to_string();
                let key = message.split('`').nth(1).unwrap_or_default();
                let (_, name) = key.split_once('.').unwrap_or_else(|| panic!("{message}: no key"));
                assert!(text.contains(name), "{message}: the text has no such key");
            }
        }
    }
}
