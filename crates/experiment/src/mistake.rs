//! What is wrong with an experiment, and where in its file.

use std::ops::Range;

use rivera_diego::{PlainWords, nearest_help};

/// A mistake in an experiment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Mistake {
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub help: Option<String>,
    /// Where in the text, in bytes; nothing for what comes from elsewhere, such as the command line.
    pub span: Option<Range<usize>>,
}

impl Mistake {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, span: None }
    }

    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    pub(crate) fn at(self, span: Option<Range<usize>>) -> Self {
        Self { span: span.or(self.span), ..self }
    }

    /// A name that is not among those that there are.
    pub(crate) fn unknown(what: &str, name: &str, known: &[&str]) -> Self {
        Self::new(format!("there is no {what} `{name}`")).help(nearest_help(name, known))
    }

    /// The mistake with what would be right, for where there is one line.
    #[must_use]
    pub fn in_one_line(self) -> String {
        match self.help {
            Some(help) => format!("{}: {help}", self.message),
            None => self.message,
        }
    }

    /// serde's words in those of the user.
    pub(crate) fn plain(message: &str) -> Self {
        let PlainWords { message, help } = PlainWords::of(message);
        Self { message, help, span: None }
    }
}

impl From<toml::de::Error> for Mistake {
    fn from(error: toml::de::Error) -> Self {
        Self::plain(error.message()).at(error.span())
    }
}
