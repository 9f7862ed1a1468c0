//! A cell, and what it keeps.

pub(crate) mod cache;
pub(crate) mod cell;
