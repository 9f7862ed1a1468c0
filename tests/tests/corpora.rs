//! The corpora of the fuzz targets as ordinary tests: what fuzzing found to be worth keeping keeps the laws.
//!
//! What a broken law says stands in the output, the path of the input in the last line.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::collections::BTreeSet;
use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rivera_laws::{TARGETS, Target};

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz")
}

fn names(folder: &str, without: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(fuzz().join(folder)).unwrap();
    let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
    entries.map(|entry| name(entry.unwrap()).trim_end_matches(without).to_owned()).collect()
}

fn inputs(target: &Target) -> Vec<PathBuf> {
    let folder = fuzz().join("corpus").join(target.name);
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn every_target_has_its_program_and_its_corpus() {
    let targets: BTreeSet<String> = TARGETS.iter().map(|target| target.name.to_owned()).collect();
    assert_eq!(targets.len(), TARGETS.len(), "names are not used twice");
    assert_eq!(names("fuzz_targets", ".rs"), targets);
    assert_eq!(names("corpus", ""), targets);
}

#[test]
fn every_dictionary_belongs_to_a_target() {
    let targets: BTreeSet<String> = TARGETS.iter().map(|target| target.name.to_owned()).collect();
    let dictionaries = names("dictionaries", ".dict");
    assert!(dictionaries.is_subset(&targets), "{dictionaries:?}");
}

#[test]
fn every_input_of_every_corpus_keeps_the_law() {
    for target in &TARGETS {
        let inputs = inputs(target);
        assert!(!inputs.is_empty(), "{} has a corpus", target.name);
        let broken: Vec<_> = inputs
            .into_par_iter()
            .filter(|path| {
                let bytes = fs::read(path).unwrap();
                catch_unwind(|| (target.check)(&bytes)).is_err()
            })
            .collect();
        assert_eq!(broken, [] as [PathBuf; 0], "inputs of {} break its law", target.name);
    }
}
