//! What serde says of a mistake in a file, in the words of a person who writes files, not Rust.

use crate::nearest;

/// A mistake as it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainWords {
    /// What is wrong, in one line.
    pub message: String,
    /// What would be right, if the mistake tells it: the key that was probably meant, or the one that is missing.
    pub help: Option<String>,
}

/// How serde names types, and what may be written there.
const TYPES: [(&str, &str); 7] = [
    (", expected a sequence", ", expected a list"),
    (", expected a map", ", expected an object"),
    (", expected i32", ", expected a whole number up to 2147483647"),
    (", expected i64", ", expected a whole number"),
    (", expected u32", ", expected a whole number from 0 to 4294967295"),
    (", expected u64", ", expected a whole number from 0"),
    (", expected f64", ", expected a number"),
];

impl PlainWords {
    /// A message such as ``unknown field `a`, expected one of `b`, `c` `` or `invalid value: integer `-2`, expected u32`.
    #[must_use]
    pub fn of(message: &str) -> Self {
        let message = message.replace('\n', ", ");
        let mut names = message.split('`').skip(1).step_by(2);
        let (kept, help) = match names.next() {
            Some(unknown) if message.starts_with("unknown ") => {
                // The help names what is near, or all that is known: once is enough.
                let kept = message.split_once(", expected ").map_or(message.as_str(), |(kept, _)| kept);
                (kept, Some(nearest::help(unknown, &names.collect::<Vec<_>>())))
            }
            Some(missing) if message.starts_with("missing ") => {
                (message.as_str(), Some(format!("add `{missing} = ...`")))
            }
            _ => (message.as_str(), None),
        };
        Self { message: expected(&found(kept)), help }
    }
}

/// What stands there, where that is a list or an object.
fn found(message: &str) -> String {
    message.replacen("invalid type: sequence", "invalid type: list", 1).replacen(
        "invalid type: map",
        "invalid type: object",
        1,
    )
}

/// What should stand there.
fn expected(message: &str) -> String {
    // A record is called by the name that it has in our program.
    if let Some((start, _)) = message.split_once(", expected struct ") {
        return format!("{start}, expected an object");
    }
    let plain =
        TYPES.iter().find_map(|(rust, plain)| Some(format!("{}{plain}", message.strip_suffix(rust)?)));
    plain.unwrap_or_else(|| message.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(message: &str) -> (String, Option<String>) {
        let PlainWords { message, help } = PlainWords::of(message);
        (message, help)
    }

    #[test]
    fn an_unknown_key_is_told_with_what_was_meant() {
        assert_eq!(
            of("unknown field `sed`, expected `name` or `seed`"),
            ("unknown field `sed`".to_owned(), Some("did you mean `seed`?".to_owned()))
        );
        assert_eq!(
            of("unknown variant `sideways`, expected one of `fixed`, `uniform`"),
            ("unknown variant `sideways`".to_owned(), Some("known are fixed, uniform".to_owned()))
        );
    }

    #[test]
    fn a_missing_key_is_to_be_added() {
        assert_eq!(of("missing field `name`").1.as_deref(), Some("add `name = ...`"));
    }

    #[test]
    fn lists_and_objects_are_called_what_they_are_in_files() {
        assert_eq!(of("invalid type: map, expected a sequence").0, "invalid type: object, expected a list");
        assert_eq!(of("invalid type: sequence, expected a map").0, "invalid type: list, expected an object");
        assert_eq!(
            of("invalid type: null, expected struct CellState").0,
            "invalid type: null, expected an object"
        );
    }

    #[test]
    fn numbers_are_called_what_they_are() {
        assert_eq!(
            of("invalid value: integer `-2`, expected u32").0,
            "invalid value: integer `-2`, expected a whole number from 0 to 4294967295"
        );
        assert_eq!(
            of("invalid type: string \"x\", expected f64").0,
            "invalid type: string \"x\", expected a number"
        );
        assert_eq!(of("a\nb"), ("a, b".to_owned(), None));
    }
}
