//! What holds for every input of the readers, for property tests and fuzzing alike; not part of the interface.
//!
//! A function panics if its law is broken.

use std::fs;
use std::io::Read;
use std::path::Path;

use rivera_model::Fleet;

use crate::lines::open;
use crate::{Fault, ImportError, Place, Recipe, RecipeError, Strictness, read_fleet, write_export};

/// What is written reads back as the same fleet, up to its name and to the groups that are not cells, and nothing in it
/// needs a repair.
///
/// # Panics
/// If the law is broken.
pub fn what_is_written_reads_back(fleet: &Fleet) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path().join("export");
    write_export(fleet, &folder).expect("a fleet can be written");
    let mut import = read_fleet(&folder, Strictness::Strict).expect("what was written can be read");
    assert_eq!(import.warnings, [], "what was written needs no repair");
    assert_eq!(import.fleet.name, "export");
    let groups = std::mem::take(&mut import.fleet.facts.groups);
    let usual = groups.iter().find(|group| group.decides_for_cells).expect("the usual group of cells");
    assert_eq!(usual.max_in_flight, fleet.facts.cells.max_in_flight);
    assert_eq!(groups.iter().map(|group| group.instances as usize).sum::<usize>(), fleet.cells.len());
    let mut fleet = fleet.clone();
    fleet.facts.groups.clear();
    fleet.name.clone_from(&import.fleet.name);
    assert_eq!(import.fleet, fleet);
}

/// A folder is a fleet, or it is said what is wrong with it and where.
///
/// The fleet keeps its own rules, and reads back when it is written. What a strict import takes, a lenient one takes
/// for the same fleet; what a lenient one refuses, a strict one refuses too.
///
/// # Panics
/// If the law is broken.
pub fn a_folder_is_a_fleet_or_has_mistakes(folder: &Path) {
    let strict = read_fleet(folder, Strictness::Strict);
    let lenient = read_fleet(folder, Strictness::Lenient);
    for error in [&strict, &lenient].into_iter().filter_map(|import| import.as_ref().err()) {
        mistakes_say_where(error, folder);
    }
    let import = match (strict, lenient) {
        (Ok(strict), Ok(lenient)) => {
            assert_eq!(strict, lenient, "there was nothing to repair");
            strict
        }
        (Err(_), Ok(lenient)) => {
            assert_ne!(lenient.warnings, [], "a repair is told");
            lenient
        }
        (Ok(_), Err(error)) => panic!("only a lenient import fails: {error}"),
        (Err(_), Err(_)) => return,
    };
    for warning in &import.warnings {
        assert!(warning.count >= warning.places.len() && !warning.places.is_empty(), "{warning}");
    }
    what_is_kept_is_sound(&import.fleet);
}

fn what_is_kept_is_sound(fleet: &Fleet) {
    assert_eq!(fleet.validate(), Ok(()), "an import is a possible fleet");
    what_is_written_reads_back(fleet);
}

/// A text is a recipe, or it is said what is wrong with it and where.
///
/// # Panics
/// If the law is broken.
pub fn a_text_is_a_recipe_or_has_a_mistake(text: &str) -> Option<Recipe> {
    match Recipe::from_toml(text) {
        Ok(recipe) => Some(recipe),
        Err(error) => {
            says_something(&error.to_string(), &error.help());
            let RecipeError::File { line, column, .. } = error else {
                panic!("only the text can be wrong before the fleet is made: {error}");
            };
            let place = Place { line, column, ..Place::file(Path::new("recipe.toml")) };
            is_within(&place, text.as_bytes());
            None
        }
    }
}

/// A recipe makes a fleet that keeps its own rules and reads back when it is written, always the same one; or it is
/// said why it makes none.
///
/// # Panics
/// If the law is broken.
pub fn a_recipe_makes_a_fleet_or_says_why_not(recipe: &Recipe) {
    match recipe.synthesise() {
        Ok(fleet) => {
            assert_eq!(recipe.synthesise().as_ref(), Ok(&fleet), "the same recipe makes the same fleet");
            what_is_kept_is_sound(&fleet);
        }
        Err(error) => says_something(&error.to_string(), &error.help()),
    }
}

/// Every mistake names a file, the line that is wrong, and what would be right.
fn mistakes_say_where(error: &ImportError, folder: &Path) {
    assert!(!error.problems.is_empty(), "a failure has a reason");
    for problem in &error.problems {
        let place = &problem.place;
        assert!(place.path.starts_with(folder), "{problem} is not about this folder");
        if place.path.is_file() {
            let mut text = Vec::new();
            let opened = open(&place.path).expect("what was read can be opened");
            // What cannot be decompressed has no lines, and no place but the file.
            let whole = { opened }.read_to_end(&mut text).is_ok();
            if whole {
                is_within(place, &text);
            }
        }
        // The words of a fault are those of a person, the place stands before them.
        says_something(&problem.to_string(), &problem.help);
        assert!(problem.to_string().starts_with(&place.path.display().to_string()));
        assert!(!matches!(*problem.problem, Fault::NoSuchPath), "the folder and its files exist");
    }
}

fn says_something(message: &str, help: &str) {
    assert!(!message.trim().is_empty() && !help.trim().is_empty(), "{message:?}, {help:?}");
}

/// Lines and columns count from 1, and are those of the text. The end of the text is a place too.
fn is_within(place: &Place, text: &[u8]) {
    // What ends a line is for the format to say, see `Place`.
    let is_yaml = is_yaml(&place.path);
    let ends_line = |at: usize| match text[at] {
        b'\n' => true,
        b'\r' => is_yaml && text.get(at + 1) != Some(&b'\n'),
        _ => false,
    };
    let mut at = 0..text.len();
    let mut lines = text.split(|_| at.next().is_some_and(ends_line));
    if let Some(line) = place.line {
        let found = line.checked_sub(1).and_then(|before| lines.nth(before));
        let found = found.unwrap_or_else(|| panic!("{place} is not in the text"));
        let columns = 1..=found.len() + 1;
        assert!(place.column.is_none_or(|column| columns.contains(&column)), "{place} is not in the line");
    } else {
        assert_eq!(place.column, None, "{place}: a column without a line");
    }
}

fn is_yaml(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    [".yml", ".yaml"].iter().any(|extension| name.ends_with(extension))
}

/// Writes the files of an export into a folder, the text of those that end in `.gz` compressed.
///
/// # Errors
/// The operating system refuses.
pub fn write_files<'a>(
    folder: &Path,
    files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
) -> std::io::Result<()> {
    for (name, text) in files {
        let path = folder.join(name);
        if name.ends_with(".gz") {
            let mut compressed = flate2::read::GzEncoder::new(text, flate2::Compression::fast());
            let mut bytes = Vec::new();
            compressed.read_to_end(&mut bytes)?;
            fs::write(path, bytes)?;
        } else {
            fs::write(path, text)?;
        }
    }
    Ok(())
}
