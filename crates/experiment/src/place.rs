//! Where something stands in the text of an experiment.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// Where the key at a path is written, and where its value is.
pub(crate) struct Place {
    pub(crate) key: Range<usize>,
    pub(crate) value: Range<usize>,
}

/// The place of a path such as `["scenario", "rep", "create_pool"]`.
pub(crate) fn of(text: &str, path: &[&str]) -> Option<Place> {
    let file = DeTable::parse(text).ok()?;
    let (last, tables) = path.split_last()?;
    let mut table = file.get_ref();
    for name in tables {
        let DeValue::Table(inner) = table.get(*name)?.get_ref() else { return None };
        table = inner;
    }
    let (key, value) = table.get_key_value(*last)?;
    Some(Place { key: key.span(), value: value.span() })
}

/// The place of the value at a position of the list at a path; of the whole value where it is no list.
pub(crate) fn of_element(text: &str, path: &[&str], position: usize) -> Option<Range<usize>> {
    let whole = of(text, path)?.value;
    let file = DeTable::parse(text).ok()?;
    let (first, rest) = path.split_first()?;
    let mut value = file.get_ref().get(*first)?.get_ref();
    for name in rest {
        value = value.get(*name)?.get_ref();
    }
    match value {
        DeValue::Array(elements) => elements.get(position).map(toml::Spanned::span).or(Some(whole)),
        _ => Some(whole),
    }
}
