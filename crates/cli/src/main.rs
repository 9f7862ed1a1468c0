//! rivera
fn main() {}
