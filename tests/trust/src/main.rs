//! Writes the generated parts of the chapter "How far can you trust it" (`make trust`), or says whether they are as the
//! simulator gives them (`--check`).
#![expect(clippy::print_stderr, reason = "it is a command")]

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use rivera_trust::{SECTIONS, with_part};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let only_checks = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => false,
        ["--check"] => true,
        _ => {
            eprintln!("usage: trust [--check]");
            return ExitCode::from(2);
        }
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/how-far-can-you-trust-it.md");
    match bring_up_to_date(&path, only_checks) {
        Ok(old) if old.is_empty() || !only_checks => ExitCode::SUCCESS,
        Ok(old) => {
            eprintln!("{}: run `make trust` and look at what has changed", old.join(", "));
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("error: {}: {error}", path.display());
            ExitCode::from(2)
        }
    }
}

/// The names of the parts that were not as the simulator gives them; they are written, unless it `only_checks`.
fn bring_up_to_date(path: &Path, only_checks: bool) -> Result<Vec<&'static str>, Box<dyn std::error::Error>> {
    let mut page = fs::read_to_string(path)?;
    let mut old = Vec::new();
    for section in &SECTIONS {
        let new = with_part(&page, section.name, &(section.write)())?;
        let state = if new == page { "as before" } else { "different" };
        eprintln!("{}: {state}", section.name);
        if new != page {
            old.push(section.name);
        }
        page = new;
    }
    if !only_checks && !old.is_empty() {
        fs::write(path, page)?;
    }
    Ok(old)
}
