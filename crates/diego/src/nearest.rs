//! Suggestions for keys that were probably meant.

/// `did you mean ...?`, or the list of what is known if nothing is near.
pub(crate) fn help(unknown: &str, known: &[&str]) -> String {
    let near = known
        .iter()
        .map(|&key| (strsim::damerau_levenshtein(unknown, key), key))
        .min()
        .filter(|&(distance, key)| distance <= 1 + key.len() / 3);
    match near {
        Some((_, key)) => format!("did you mean `{key}`?"),
        None => format!("known are {}", known.join(", ")),
    }
}

/// The help for a message of serde such as ``unknown field `a`, expected one of `b`, `c` ``.
pub(crate) fn help_for(message: &str) -> String {
    let mut names = message.split('`').skip(1).step_by(2);
    match names.next() {
        Some(unknown) if message.starts_with("unknown") => help(unknown, &names.collect::<Vec<_>>()),
        Some(missing) if message.starts_with("missing") => format!("add `{missing} = ...`"),
        _ => "see the recipes that ship with the product for an example of each key".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_key_is_suggested_and_otherwise_all_are_listed() {
        assert_eq!(help("sed", &["name", "seed"]), "did you mean `seed`?");
        assert_eq!(help("entirely_else", &["name", "seed"]), "known are name, seed");
        assert_eq!(help_for("unknown field `sed`, expected `name` or `seed`"), "did you mean `seed`?");
        assert_eq!(help_for("missing field `name`"), "add `name = ...`");
    }
}
