//! Shows inputs of a fuzz target as a person reads them, and holds them against its law once more.
//!
//! `cargo run -p rivera-laws --bin replay -- TARGET FILE...`; it needs neither a nightly toolchain nor libFuzzer.
#![expect(clippy::print_stdout, reason = "it is a command")]

use std::process::ExitCode;

use rivera_laws::TARGETS;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_default();
    let Some(target) = TARGETS.iter().find(|target| target.name == name) else {
        let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        println!("usage: replay TARGET FILE...; the targets are {}", names.join(", "));
        return ExitCode::from(2);
    };
    for path in arguments {
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) => {
                println!("{path}: {error}");
                return ExitCode::from(2);
            }
        };
        println!("{path}: {}", (target.show)(&bytes));
        (target.check)(&bytes);
        println!("{path}: the law holds");
    }
    ExitCode::SUCCESS
}
