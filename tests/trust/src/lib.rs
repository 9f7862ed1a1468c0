//! The tables of the book's chapter "How far can you trust it" (`docs/how-far-can-you-trust-it.md`): what is published beside what
//! is simulated, and what the figures that nobody publishes change.
//!
//! The page is written by hand but for what stands between a mark `<!-- generated: NAME -->` and the next `<!-- end -->`; each of
//! [`SECTIONS`] is one such part. A part is a pure function: the same simulator gives the same bytes, so a test can hold the
//! page against it.

mod foundation;
mod page;
mod percentages;
mod pws;
mod sensitivity;
mod service;
mod spread;
mod table;

pub use page::{PageError, parts, with_part};

/// A part of the page that is generated.
pub struct Section {
    /// Its name in the page's marks.
    pub name: &'static str,
    /// Whether it takes a few seconds at most, so that every run of the tests can hold the page against it.
    pub is_quick: bool,
    /// Writes it.
    pub write: fn() -> String,
}

/// All of them, in the order of the page.
pub const SECTIONS: [Section; 7] = [
    Section { name: "pws-2017", is_quick: true, write: pws::table },
    Section { name: "service-size", is_quick: false, write: service::by_size },
    Section { name: "service-settings", is_quick: false, write: service::by_setting },
    Section { name: "paas-1632", is_quick: true, write: percentages::table },
    Section { name: "sensitivity", is_quick: false, write: sensitivity::of_cells },
    Section { name: "sensitivity-tight", is_quick: true, write: sensitivity::of_tight_cells },
    Section { name: "sensitivity-whole-upgrade", is_quick: false, write: sensitivity::of_whole_upgrade },
];
