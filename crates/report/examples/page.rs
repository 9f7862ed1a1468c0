//! Writes the page of a made-up comparison to stdout, to look at while its style is worked on:
//! `cargo run -p rivera-report --example page > page.html`; with `hostile`, the page of names that try to break it.
#![expect(clippy::print_stdout, reason = "the page is the result")]

#[path = "../tests/fixture/mod.rs"]
mod fixture;

fn main() {
    let comparison = if std::env::args().any(|argument| argument == "hostile") {
        fixture::hostile()
    } else {
        fixture::comparison()
    };
    print!("{}", rivera_report::html(&comparison, &rivera_report::Extras::default()));
}
