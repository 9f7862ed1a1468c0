//! The page of a comparison in a real browser: the charts are drawn, nothing is complained of, and the table sorts.
//!
//! The browser is the one that `CHROMIUM` names, or Chromium or Chrome from the search path. Without any of them the
//! tests say so and do nothing.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test stops where it is surprised, and says what it skips"
)]

use std::path::Path;
use std::process::{Command, Output};

#[path = "../../crates/report/tests/fixture/mod.rs"]
mod fixture;

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// What a browser made of a page.
struct Opened {
    /// The document after all scripts have run.
    dom: String,
    /// Lines that scripts, or the browser about them, wrote to the console.
    console: Vec<String>,
}

/// A browser that can be run, unless there is none.
fn browser() -> Option<String> {
    if let Ok(named) = std::env::var("CHROMIUM") {
        return Some(named);
    }
    let runs =
        |name: &str| Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success());
    let found = NAMES.into_iter().find(|name| runs(name)).map(str::to_owned);
    if found.is_none() {
        eprintln!("skipped: no Chromium on this machine; name one with CHROMIUM");
    }
    found
}

/// Opens the page with what stands after `#` in the address.
fn open(browser: &str, page: &str, fragment: &str) -> Opened {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("page.html");
    std::fs::write(&file, page).unwrap();
    let output = run(browser, folder.path(), &format!("file://{}#{fragment}", file.display()));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the browser failed: {errors}");
    Opened {
        dom: String::from_utf8(output.stdout).unwrap(),
        console: errors.lines().filter(|line| line.contains("CONSOLE")).map(str::to_owned).collect(),
    }
}

fn run(browser: &str, folder: &Path, address: &str) -> Output {
    Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"])
        // It is to talk to nobody.
        .args([
            "--disable-quic",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ])
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .args(["--enable-logging=stderr", "--v=0"])
        // The browser's own clock, which runs ahead while there is nothing to do: enough for all scripts to end.
        .args(["--virtual-time-budget=20000", "--window-size=1280,2000", "--dump-dom"])
        .arg(address)
        .output()
        .unwrap()
}

/// The part of the document in which a chart was drawn.
fn figure<'a>(dom: &'a str, id: &str) -> &'a str {
    let (_, after) = dom.split_once(&format!("<figure id=\"chart-{id}\">")).unwrap();
    after.split_once("</figure>").unwrap().0
}

/// How many marks of a kind the chart has, as the chart library tells screen readers.
fn marks(dom: &str, id: &str, kind: &str) -> usize {
    figure(dom, id).matches(&format!("aria-roledescription=\"{kind}\"")).count()
}

/// The settings in the order of the table's rows: the text of the first two cells.
fn order(dom: &str) -> Vec<String> {
    let (_, table) = dom.split_once("<table id=\"comparison\">").unwrap();
    let (_, body) = table.split_once("<tbody>").unwrap();
    let (body, _) = body.split_once("</tbody>").unwrap();
    let cell = |cell: &str| {
        let (_, text) = cell.split_once('>').unwrap();
        text.split("</td>").next().unwrap().rsplit('>').next().unwrap().to_owned()
    };
    body.split("<tr")
        .skip(1)
        .map(|row| row.split("<td").skip(1).take(2).map(cell).collect::<Vec<_>>().join("/"))
        .collect()
}

#[test]
fn all_charts_are_drawn_and_nothing_is_complained_of() {
    let Some(browser) = browser() else { return };
    let comparison = fixture::comparison();
    let opened = open(&browser, &rivera_report::html(&comparison), "");
    assert_eq!(opened.console, Vec::<String>::new());

    let settings = comparison.settings.len();
    assert_eq!(marks(&opened.dom, "trade-off", "circle"), settings);
    assert_eq!(marks(&opened.dom, "trade-off", "text mark"), settings);
    assert_eq!(marks(&opened.dom, "spread", "circle"), settings);
    assert_eq!(marks(&opened.dom, "refusals", "bar"), 14);
    assert_eq!(marks(&opened.dom, "zones", "bar"), 2);
    assert_eq!(marks(&opened.dom, "cells", "area mark container"), 3);
    for id in ["starting", "waiting", "evacuating", "down"] {
        assert!(figure(&opened.dom, id).contains("mark-area"), "{id}");
    }
}

#[test]
fn the_table_comes_in_the_order_that_was_asked_for() {
    let Some(browser) = browser() else { return };
    let page = rivera_report::html(&fixture::comparison());
    let asked = ["4/100", "4/250", "4/none", "8/100", "8/250", "8/none", "20%/100", "20%/250", "20%/none"];
    assert_eq!(order(&open(&browser, &page, "").dom), asked);

    let soonest = ["20%/none", "20%/250", "8/none", "20%/100", "8/250", "4/none", "8/100", "4/250", "4/100"];
    let opened = open(&browser, &page, "sort=duration_s");
    assert_eq!(order(&opened.dom), soonest);
    assert!(opened.dom.contains("aria-sort=\"ascending\""));

    let opened = open(&browser, &page, "sort=-duration_s");
    assert_eq!(order(&opened.dom), soonest.iter().rev().copied().collect::<Vec<_>>());
    assert!(opened.dom.contains("aria-sort=\"descending\""));

    // A column that does not exist changes nothing.
    let opened = open(&browser, &page, "sort=constructor");
    assert_eq!(order(&opened.dom), asked);
    assert_eq!(opened.console, Vec::<String>::new());
}

#[test]
fn hostile_names_are_shown_and_not_run() {
    let Some(browser) = browser() else { return };
    let opened = open(&browser, &rivera_report::html(&fixture::hostile()), "");
    // A script that had been smuggled in would be refused by the page's policy, with a complaint.
    assert_eq!(opened.console, Vec::<String>::new());
    // The browser writes its elements with quotes, which the name itself has not.
    assert!(!opened.dom.contains("<img src=\"x\""));
    assert_eq!(marks(&opened.dom, "zones", "bar"), 2);
    assert!(figure(&opened.dom, "zones").contains("&lt;script&gt;alert(1)"));
}
