//! The chapter shows what the program prints, and a program that can be read at a glance.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::fs;
use std::path::Path;
use std::process::Command;

/// The block of the chapter in this language.
fn block(language: &str) -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/embedding.md");
    let page = fs::read_to_string(page).unwrap();
    let (_, rest) = page.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

/// It is compiled and run as a test of the documentation.
#[test]
fn the_program_of_the_chapter_is_a_small_one() {
    assert!(block("rust").lines().count() <= 60);
}

#[test]
fn the_chapter_shows_what_the_program_prints() {
    let shown = block("text");
    let printed: String = shown
        .lines()
        .filter_map(|line| line.strip_prefix("$ rivera-embedding "))
        .map(|arguments| {
            let ran =
                Command::new(env!("CARGO_BIN_EXE_rivera-embedding")).args(arguments.split(' ')).output();
            let stdout = String::from_utf8(ran.unwrap().stdout).unwrap();
            format!("$ rivera-embedding {arguments}\n{stdout}")
        })
        .collect();
    assert_eq!(shown, printed);
    assert_eq!(shown.lines().count(), 10);
}

#[test]
fn only_the_kernel_is_needed() {
    let manifest = include_str!("../Cargo.toml");
    let (_, dependencies) = manifest.split_once("[dependencies]\n").unwrap();
    let names: Vec<&str> = dependencies.lines().filter_map(|line| line.split('.').next()).collect();
    assert_eq!(names, ["rivera-model", "rivera-auction", "rivera-limiter", "rivera-lifecycle"]);
}
