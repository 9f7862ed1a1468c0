//! What is said below the answer, in its order.

use super::risk::RISK;
use super::{Recommended, words};

impl Recommended<'_> {
    /// Headings with their sentences, those without any left out.
    pub(super) fn sections(&self) -> Vec<(&'static str, Vec<String>)> {
        let mut sections = match self.found.answer {
            None => vec![("Because", self.why())],
            Some(_) => {
                vec![(RISK, self.risks()), ("Why", self.why()), (words::BINDS, self.bindings())]
            }
        };
        sections.extend(self.changes().map(|changes| (words::CHANGES, changes)));
        sections.retain(|(_, sentences)| !sentences.is_empty());
        sections
    }
}
