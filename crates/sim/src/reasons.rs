//! Texts of placement errors and crash reasons, as the small ids that records keep.

use rivera_lifecycle::ReasonIx;

/// The texts that occurred, in the order in which they did.
#[derive(Debug, Clone, Default)]
pub struct Reasons {
    texts: Vec<String>,
}

impl Reasons {
    /// The id of a text.
    pub(crate) fn intern(&mut self, text: &str) -> ReasonIx {
        // A run knows a dozen texts: looking through them costs less than an index would.
        let position = self.texts.iter().position(|known| known == text).unwrap_or_else(|| {
            self.texts.push(text.to_owned());
            self.texts.len() - 1
        });
        ReasonIx(u32::try_from(position + 1).expect("a dozen texts"))
    }

    /// The text of an id.
    #[must_use]
    pub fn text(&self, reason: ReasonIx) -> &str {
        match reason.0.checked_sub(1) {
            None => "",
            Some(position) => &self.texts[position as usize],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_id_and_the_empty_reason_is_empty() {
        let mut reasons = Reasons::default();
        let (a, b) = (reasons.intern("a"), reasons.intern("b"));
        assert_eq!(reasons.intern("a"), a);
        assert_eq!((reasons.text(a), reasons.text(b), reasons.text(ReasonIx::EMPTY)), ("a", "b", ""));
    }
}
