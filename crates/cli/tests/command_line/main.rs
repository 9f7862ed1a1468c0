//! The command line as a person meets it: what is printed where, what is written, and what every mistake is told.
//!
//! These tests run the program itself. They stand beside it, not with the other tests that cross crates, because only
//! the tests of a program's own package are given its path, built for them.

mod auctions;
mod book;
mod checks;
mod comparisons;
mod demo;
mod errors;
mod experiments;
mod exports;
mod groups;
mod help;
mod lints;
mod manifest_values;
mod options;
mod outputs;
mod recipes;
mod recommendations;
mod recordings;
mod routes;
mod sandbox;
mod scenarios;
mod shells;
mod simulations;
mod throttles;
mod versions;
mod widths;
