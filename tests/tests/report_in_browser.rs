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

use rivera_report::{Extras, html};

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
    let address = format!("file://{}#{fragment}", file.display());
    let output = run(browser, folder.path(), &address, &["--window-size=1280,2000", "--dump-dom"]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the browser failed: {errors}");
    Opened {
        dom: String::from_utf8(output.stdout).unwrap(),
        console: errors.lines().filter(|line| line.contains("CONSOLE")).map(str::to_owned).collect(),
    }
}

fn run(browser: &str, folder: &Path, address: &str, what: &[&str]) -> Output {
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
        .arg("--virtual-time-budget=20000")
        .args(what)
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
    let opened = open(&browser, &html(&comparison, &Extras::default()), "");
    assert_eq!(opened.console, Vec::<String>::new());

    let settings = comparison.settings.len();
    assert_eq!(marks(&opened.dom, "trade-off", "circle"), settings);
    assert_eq!(marks(&opened.dom, "trade-off", "text mark"), settings);
    assert_eq!(marks(&opened.dom, "spread", "circle"), settings);
    assert_eq!(marks(&opened.dom, "refusals", "bar"), 14);
    assert_eq!(marks(&opened.dom, "zones", "bar"), 2);
    // Three stretches a cell, and a mark for the drain that timed out.
    assert_eq!(marks(&opened.dom, "gantt", "bar"), 3 * 218);
    assert_eq!(marks(&opened.dom, "gantt", "tick"), 1);
    for id in ["heat-duration", "heat-downtime", "heat-crashes"] {
        assert_eq!(marks(&opened.dom, id, "rect mark"), settings, "{id}");
    }
    assert_eq!(marks(&opened.dom, "cells", "area mark container"), 3);
    for id in ["starting", "waiting", "evacuating", "down", "crashes", "storage", "cpu"] {
        assert!(figure(&opened.dom, id).contains("mark-area"), "{id}");
    }
}

#[test]
fn the_table_comes_in_the_order_that_was_asked_for() {
    let Some(browser) = browser() else { return };
    let page = html(&fixture::comparison(), &Extras::default());
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
    let opened = open(&browser, &html(&fixture::hostile(), &Extras::default()), "");
    // A script that had been smuggled in would be refused by the page's policy, with a complaint.
    assert_eq!(opened.console, Vec::<String>::new());
    // The browser writes its elements with quotes, which the name itself has not.
    assert!(!opened.dom.contains("<img src=\"x\""));
    assert_eq!(marks(&opened.dom, "zones", "bar"), 2);
    assert!(figure(&opened.dom, "zones").contains("&lt;script&gt;alert(1)"));
}

/// Pictures for people to look at, in `target/screenshots`: light, dark, and as wide as a phone.
#[test]
fn pictures_are_taken_in_light_and_dark_and_at_the_width_of_a_phone() {
    let Some(browser) = browser() else { return };
    let pictures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/screenshots");
    std::fs::create_dir_all(&pictures).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("page.html");
    std::fs::write(&file, html(&fixture::comparison(), &Extras::default())).unwrap();
    let address = format!("file://{}", file.display());
    // The number is the browser's own for a preference: 0 is dark, 1 is light.
    let looks = [("light", "1280,6000", 1), ("dark", "1280,6000", 0), ("phone", "390,6000", 1)];
    let taken = looks.map(|(name, size, scheme)| {
        let picture = pictures.join(format!("{name}.png"));
        let _ = std::fs::remove_file(&picture);
        let options = [
            "--hide-scrollbars",
            &format!("--window-size={size}"),
            &format!("--blink-settings=preferredColorScheme={scheme}"),
            &format!("--screenshot={}", picture.display()),
        ];
        assert!(run(&browser, folder.path(), &address, &options).status.success(), "{name}");
        std::fs::read(&picture).unwrap()
    });
    for picture in &taken {
        assert!(picture.starts_with(b"\x89PNG") && picture.len() > 20_000);
    }
    assert_ne!(taken[0], taken[1], "dark is another picture than light");
}
