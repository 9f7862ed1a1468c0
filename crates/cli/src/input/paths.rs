//! What was probably meant by a path that leads to no fleet.

use std::path::{Path, PathBuf};

use rivera_diego::{Fault, nearest};

/// The help for a path that leads nowhere, if something beside it is called nearly so, and for a folder that holds recipes or
/// exports but is none.
pub(crate) fn meant(fault: &Fault, path: &Path) -> Option<String> {
    match fault {
        Fault::NoSuchPath => {
            let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let name = path.file_name()?.to_str()?;
            let beside = names(folder);
            let beside: Vec<&str> = beside.iter().map(String::as_str).collect();
            // A manifest alone is no fleet, though it is read where an option asks for one.
            let help = nearest(name, &beside).map_or_else(
                || "give the folder that holds an export, or the file of a recipe (.toml)".to_owned(),
                |near| format!("did you mean `{}`?", path.with_file_name(near).display()),
            );
            Some(help)
        }
        Fault::Insufficient { found, .. } if found.starts_with("nothing") => {
            let is_fleet = |path: &PathBuf| {
                path.extension().is_some_and(|it| it == "toml") || path.join("cell-states.jsonl").is_file()
            };
            let inside = names(path).into_iter().map(|name| path.join(name)).find(is_fleet)?;
            Some(format!("name one of the fleets in this folder, such as `{}`", inside.display()))
        }
        _ => None,
    }
}

/// What is in a folder, by name; nothing if it cannot be read.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}
