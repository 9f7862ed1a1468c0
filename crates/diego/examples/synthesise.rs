//! Writes the export of a recipe: `cargo run -p rivera-diego --example synthesise RECIPE FOLDER`.

use std::path::Path;
use std::process::ExitCode;

use rivera_diego::{FleetSummary, Strictness, load, write_export};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [recipe, folder] = arguments.as_slice() else {
        return fail(&"usage: synthesise RECIPE FOLDER");
    };
    let fleet = match load(Path::new(recipe), Strictness::Strict) {
        Ok(import) => import.fleet,
        Err(error) => return fail(&error),
    };
    if let Err(error) = write_export(&fleet, Path::new(folder)) {
        return fail(&error);
    }
    match FleetSummary::of(&fleet).map(|summary| serde_json::to_string_pretty(&summary)) {
        Ok(Ok(text)) => print(&text),
        Ok(Err(error)) => fail(&error),
        Err(error) => fail(&error),
    }
}

#[expect(clippy::print_stdout, reason = "the result of an example")]
fn print(text: &str) -> ExitCode {
    println!("{text}");
    ExitCode::SUCCESS
}

#[expect(clippy::print_stderr, reason = "the errors of an example")]
fn fail(error: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("{error}");
    ExitCode::from(2)
}
