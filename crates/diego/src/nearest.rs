//! Suggestions for keys that were probably meant.

/// How many names are listed: a file has more jobs than anyone reads.
const MOST: usize = 40;

/// `did you mean ...?`, or the list of what is known if nothing is near.
#[must_use]
pub fn help(unknown: &str, known: &[&str]) -> String {
    match nearest(unknown, known) {
        Some(key) => format!("did you mean `{key}`?"),
        None if known.len() > MOST => {
            format!("known are {} and {} more", known[..MOST].join(", "), known.len() - MOST)
        }
        None => format!("known are {}", known.join(", ")),
    }
}

/// The name that was probably meant.
#[must_use]
pub fn nearest<'a>(unknown: &str, known: &[&'a str]) -> Option<&'a str> {
    known
        .iter()
        .map(|&key| (strsim::damerau_levenshtein(unknown, key), key))
        .min()
        .filter(|&(distance, key)| distance <= 1 + key.len() / 3)
        .map(|(_, key)| key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_key_is_suggested_and_otherwise_all_are_listed() {
        assert_eq!(help("sed", &["name", "seed"]), "did you mean `seed`?");
        assert_eq!(help("entirely_else", &["name", "seed"]), "known are name, seed");
        assert!(help("entirely_else", &["x"; 42]).ends_with(", x and 2 more"));
    }
}
