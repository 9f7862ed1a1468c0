//! What the book and the README show on a console is what the program prints.
//!
//! The commands of a page are run one after the other in a fresh folder, with `examples/` at hand. `cfdot` and `bosh` are
//! stand-ins that print the bundled export. In what is shown a line `…` stands for any lines, and `…` at the end of a line
//! for the rest of it.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::sandbox::Ran;
use crate::widths::too_wide;

const CFDOT: &str = "#!/bin/sh\nexec cat \"examples/fleets/small/$1.jsonl\"\n";
const BOSH: &str = "#!/bin/sh
case \"$*\" in
\"-d cf manifest\") exec cat examples/fleets/small/manifest.yml ;;
\"-d cf --json instances --details\") exec cat examples/fleets/small/bosh-instances.json ;;
esac
exit 64
";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A command with the lines that are shown below it.
struct Shown {
    command: String,
    lines: Vec<String>,
}

/// The commands of the blocks of a page, which may be indented.
fn shown(page: &str) -> Vec<Shown> {
    let mut found: Vec<Shown> = Vec::new();
    let mut indent = None;
    for line in page.lines() {
        let Some(blanks) = indent else {
            indent =
                line.trim_start().starts_with("```console").then(|| line.len() - line.trim_start().len());
            continue;
        };
        let line = line.get(blanks..).unwrap_or("");
        if line.starts_with("```") {
            indent = None;
        } else if let Some(command) = line.strip_prefix("$ ") {
            found.push(Shown { command: command.to_owned(), lines: Vec::new() });
        } else {
            found.last_mut().expect("a block begins with a command").lines.push(line.to_owned());
        }
    }
    found
}

/// A folder with the examples, the stand-ins, and the first recipe of the chapter that has one.
fn folder(page: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    symlink(root().join("examples").canonicalize().unwrap(), folder.path().join("examples")).unwrap();
    fs::create_dir(folder.path().join("bin")).unwrap();
    for (name, script) in [("cfdot", CFDOT), ("bosh", BOSH)] {
        let path = folder.path().join("bin").join(name);
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    symlink(env!("CARGO_BIN_EXE_rivera"), folder.path().join("bin/rivera")).unwrap();
    if let Some((_, rest)) = page.split_once("```toml\nname = \"two-zones\"") {
        let recipe = format!("name = \"two-zones\"{}", rest.split("```").next().unwrap());
        fs::write(folder.path().join("two-zones.toml"), recipe).unwrap();
    }
    folder
}

fn run(command: &str, folder: &Path) -> Ran {
    let path = format!("{}:{}", folder.join("bin").display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(format!("{{ {command}\n}} 2>&1")).current_dir(folder).env("PATH", path);
    shell.env("LC_ALL", "C.UTF-8").env_remove("COLUMNS").output().unwrap().into()
}

fn line_is(shown: &str, printed: &str) -> bool {
    match shown.strip_suffix('…') {
        Some(start) => printed.starts_with(start),
        None => shown.trim_end() == printed.trim_end(),
    }
}

/// Whether the lines are those that are printed: each part between two lines `…` in its order, the first at the beginning and
/// the last at the end.
fn is_as_shown(shown: &[String], printed: &[&str]) -> bool {
    let parts: Vec<&[String]> = shown.split(|line| line == "…").collect();
    let fits = |part: &[String], at: usize| {
        let there = printed.get(at..at + part.len());
        there.is_some_and(|lines| part.iter().zip(lines).all(|(shown, printed)| line_is(shown, printed)))
    };
    let mut at = 0;
    for (number, part) in parts.iter().enumerate() {
        let found = match (number, number + 1 == parts.len()) {
            (0, true) => (part.len() == printed.len() && fits(part, 0)).then_some(0),
            (0, false) => fits(part, 0).then_some(0),
            (_, true) => printed.len().checked_sub(part.len()).filter(|&last| last >= at && fits(part, last)),
            (_, false) => (at..=printed.len()).find(|&place| fits(part, place)),
        };
        let Some(found) = found else { return false };
        at = found + part.len();
    }
    true
}

/// Runs what a page shows; gives the number of commands.
fn check(path: &Path) -> usize {
    let page = fs::read_to_string(path).unwrap();
    let commands = shown(&page);
    let folder = folder(&page);
    for Shown { command, lines } in &commands {
        let Ran { code, stdout, .. } = run(command, folder.path());
        let printed: Vec<&str> = stdout.lines().collect();
        let name = path.file_name().unwrap().display();
        let expected = lines.join("\n");
        assert!(
            is_as_shown(lines, &printed),
            "{name} shows of `{command}`\n{expected}\n\nbut it prints\n{stdout}"
        );
        // What a program reads has lines as long as they need to be.
        let is_table = command.starts_with("rivera ") && !stdout.starts_with(['{', '[', '#']);
        assert!(!is_table || too_wide(&stdout, 80).is_none(), "{name}: `{command}` prints\n{stdout}");
        // A command that goes wrong is shown with what it says, never behind an ellipsis.
        let is_refused = lines.iter().any(|line| line.starts_with("error"));
        assert!(code < Some(2) || is_refused, "{name}: `{command}` prints\n{stdout}");
    }
    commands.len()
}

#[test]
fn what_pages_show_on_a_console_is_what_is_printed() {
    let mut pages: Vec<PathBuf> =
        fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.retain(|path| path.extension().is_some_and(|it| it == "md"));
    pages.push(root().join("README.md"));
    let commands: usize = pages.iter().map(|path| check(path)).sum();
    assert!(commands > 30, "{commands}");
}

#[test]
fn an_ellipsis_stands_for_any_lines_and_nothing_else_does() {
    let is = |shown: &[&str], printed: &[&str]| {
        is_as_shown(&shown.iter().map(ToString::to_string).collect::<Vec<_>>(), printed)
    };
    assert!(is(&["a", "…", "c", "…"], &["a", "b", "c"]) && is(&["…"], &[]) && is(&["ab…"], &["abc"]));
    assert!(is(&["…", "b"], &["b", "a", "b"]) && is(&[], &[]));
    assert!(!is(&["a"], &["a", "b"]) && !is(&["b", "…"], &["a", "b"]) && !is(&["…", "a"], &["a", "b"]));
    assert!(
        !is(&["…", "b", "…", "a", "…"], &["a", "b"]) && !is(&["a", "…", "a"], &["a"]) && !is(&[], &["a"])
    );
}
