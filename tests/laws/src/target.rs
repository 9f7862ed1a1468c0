//! Fuzz targets: how bytes become an input, and which law the input is held against.

use std::fmt::Debug;

use arbitrary::{Arbitrary, Unstructured};

/// An input with its law.
pub trait Law: Debug + Sized {
    /// The name of the target, of its corpus and of its dictionary.
    const NAME: &'static str;

    /// The input that the bytes stand for; `None` if they stand for none.
    fn read(bytes: &[u8]) -> Option<Self>;

    /// Holds the input against the law.
    ///
    /// # Panics
    /// If the law is broken.
    fn check(self);
}

/// A target of which only the name is left.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// [`Law::NAME`].
    pub name: &'static str,
    /// Reads the bytes and holds them against the law; panics if it is broken.
    pub check: fn(&[u8]),
    /// The input as a person reads it.
    pub show: fn(&[u8]) -> String,
}

impl Target {
    pub(crate) const fn of<L: Law>() -> Self {
        Self { name: L::NAME, check: check::<L>, show: show::<L> }
    }
}

/// Reads the bytes and holds them against a law; bytes that stand for nothing keep every law.
///
/// # Panics
/// If the law is broken.
pub fn check<L: Law>(bytes: &[u8]) {
    if let Some(input) = L::read(bytes) {
        input.check();
    }
}

fn show<L: Law>(bytes: &[u8]) -> String {
    L::read(bytes).map_or_else(|| "the bytes stand for no input".to_owned(), |input| format!("{input:#?}"))
}

/// An input of a derived form.
pub(crate) fn structured<'a, T: Arbitrary<'a>>(bytes: &'a [u8]) -> Option<T> {
    T::arbitrary_take_rest(Unstructured::new(bytes)).ok()
}

/// An input that is text.
pub(crate) fn text(bytes: &[u8]) -> Option<String> {
    std::str::from_utf8(bytes).ok().map(str::to_owned)
}
