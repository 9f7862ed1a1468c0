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
            let meant = path.with_file_name(nearest(name, &beside)?);
            Some(format!("did you mean `{}`?", meant.display()))
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
