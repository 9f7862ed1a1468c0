//! A recommendation on the page of its settings.

use super::apply::Apply;
use super::{Recommended, words};
use crate::page::Note;

impl Recommended<'_> {
    /// Why, in sentences.
    #[must_use]
    pub fn why(&self) -> Vec<String> {
        match self.found.answer {
            Some(answer) => self.reasons(answer),
            None => self.why_none(),
        }
    }

    /// What binds, what would change the answer, and how to set it; nothing without an answer.
    #[must_use]
    pub fn notes(&self) -> Vec<Note> {
        let (Some(_), Some(setting)) = (self.found.answer, self.setting) else { return Vec::new() };
        let note = |heading: &str, sentences: Vec<String>| Note {
            heading: heading.to_owned(),
            sentences,
            code: Vec::new(),
        };
        let Apply { ops_file, om_call, tile_field, others } =
            Apply::of(setting, self.places, self.elsewhere());
        let mut notes = vec![note(words::BINDS, self.bindings())];
        notes.extend(self.changes().map(|changes| note(words::CHANGES, changes)));
        let throttles = format!(
            "With BOSH, the operations file below; with Ops Manager the call below, in the tile's settings {tile_field}, \
             and Apply Changes."
        );
        let sentences = std::iter::once(throttles).chain(others).collect();
        notes.push(Note { code: vec![ops_file, om_call], ..note("How to set it", sentences) });
        notes
    }
}
