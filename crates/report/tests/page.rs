//! The page of a made-up comparison, as text; a browser looks at it in the tests that cross crates.
#![allow(clippy::unwrap_used, reason = "a test stops where it is surprised")]

mod fixture;

use rivera_experiment::{Comparison, SettingResult};
use rivera_report::{Extras, FoundBy, Note, html};
use rivera_sim::{FaultKind, Happened, METRICS, Part, Restarts, RollingPushes, UpgradeOutcome};
use serde_json::Value;

const CHARTS: [&str; 19] = [
    "trade-off",
    "spread",
    "heat-duration",
    "heat-downtime",
    "heat-crashes",
    "refusals",
    "zones",
    "gantt",
    "cells",
    "starting",
    "waiting",
    "evacuating",
    "down",
    "crashes",
    "routes-missing",
    "routes-dead",
    "storage",
    "operations",
    "cpu",
];

/// The page without what stands between `open` and `close`, and the pieces that stood there.
fn cut<'a>(page: &'a str, open: &str, close: &str) -> (String, Vec<&'a str>) {
    let mut parts = page.split(open);
    let mut rest = parts.next().unwrap().to_owned();
    let mut pieces = Vec::new();
    for part in parts {
        let (piece, after) = part.split_once(close).unwrap();
        pieces.push(piece);
        rest += after;
    }
    (rest, pieces)
}

/// The specification of a chart, as the page's script reads it.
fn spec(page: &str, id: &str) -> Value {
    let (_, after) = page.split_once(&format!("<figure id=\"chart-{id}\">")).unwrap();
    let (figure, _) = after.split_once("</figure>").unwrap();
    let (_, specs) = cut(figure, "<script type=\"application/json\" class=\"spec\">", "</script>");
    assert_eq!(specs.len(), 1, "{id}");
    serde_json::from_str(specs[0]).unwrap()
}

fn rows(page: &str, id: &str) -> usize {
    spec(page, id)["data"]["values"].as_array().unwrap().len()
}

#[test]
fn the_page_asks_for_nothing_from_outside() {
    let page = html(&fixture::comparison(), &Extras::default());
    let (rest, scripts) = cut(&page, "<script>", "</script>");
    assert_eq!(scripts.len(), 4);
    for outside in ["http:", "https:", "src=", "url(", "@import", "<link", "<iframe", "<img"] {
        assert!(!rest.contains(outside), "{outside}");
    }
    let (_, links) = cut(&rest, "href=\"", "\"");
    assert_eq!(links, ["#terms"]);
    assert!(rest.contains("default-src 'none'"));
}

#[test]
fn the_chart_of_the_storage_has_the_operators_estimate_beside_it() {
    let page = html(&fixture::comparison(), &Extras::default());
    assert!(page.contains("45,000 MB are to be sent at once."));
}

/// Sixty-four settings with twenty seeds each: what is asked of a report that is mailed.
#[test]
fn a_large_page_can_be_mailed() {
    let mut comparison = fixture::comparison();
    let few: Vec<SettingResult> = comparison.settings.clone();
    let runs = |result: &SettingResult| result.runs.iter().cycle().take(20).cloned().collect();
    comparison.settings = few
        .iter()
        .cycle()
        .take(64)
        .enumerate()
        .map(|(at, result)| {
            let others = vec![("rep.evacuation_timeout_s".to_owned(), at.to_string())];
            SettingResult::new(result.setting, others, runs(result))
        })
        .collect();
    let page = html(&comparison, &Extras::default());
    assert!(page.len() <= 5_000_000, "{} bytes", page.len());
    assert!(page.contains("max_in_flight 4, max_starts 100, rep.evacuation_timeout_s 0"));
}

#[test]
fn faults_of_the_run_that_is_shown_are_listed() {
    let mut comparison = fixture::comparison();
    assert!(!html(&comparison, &Extras::default()).contains("<h3>Faults</h3>"));
    comparison.settings[4].runs[0].faults.happened.push(Happened {
        kind: FaultKind::CellDies,
        began_s: 600.0,
        lasts_s: None,
        cells: vec!["cell-7".to_owned()],
        instances: 74,
        downtime_s: 3_700.0,
        all_ran_after_s: Some(52.0),
    });
    let page = html(&comparison, &Extras::default());
    assert!(
        page.contains("<h3>Faults</h3>")
            && page.contains("<td>cell-7</td><td>10m</td><td></td><td>74</td><td>52s</td>")
    );
}

/// The facts of a cascade that the text of a run has.
#[test]
fn cascades_of_the_run_that_is_shown_are_listed() {
    let mut comparison = fixture::comparison();
    assert!(!html(&comparison, &Extras::default()).contains("Cascades of crashes"));
    comparison.settings[4].runs[0].cascades =
        [true, false].map(|died_out| fixture::cascade(fixture::HOSTILE, died_out)).to_vec();
    let page = html(&comparison, &Extras::default());
    let (_, table) = page.split_once("<h3>Cascades of crashes</h3>").unwrap();
    let (table, _) = table.split_once("</table>").unwrap();
    let begins = "<td>35m 48s</td><td>36m 13s</td><td>1,234</td><td>17</td><td>4</td><td>3</td>";
    for (number, died_out) in [(1, "yes"), (2, "no")] {
        let row = format!("<td>{number}</td>{begins}<td>{died_out}</td><td>failed to create container</td>");
        assert!(table.contains(&row), "{row} is not in {table}");
    }
    assert!(
        table.contains("<td>11</td><td>71</td><td>8</td><td>34 %</td><td>80 %</td><td>70, 5.0 s</td><td>File Storage</td><td>storage_away</td>"),
        "{table}"
    );
    assert!(!page.contains("<img src=x"), "a name of a cell is text");
}

#[test]
fn what_is_said_beside_the_comparison_is_text() {
    let note = Note {
        heading: "How to set it".to_owned(),
        sentences: vec![fixture::HOSTILE.to_owned()],
        code: vec!["- type: replace\n".to_owned()],
    };
    let page = html(&fixture::comparison(), &Extras { notes: vec![note], ..Extras::default() });
    assert!(page.contains("<h3>How to set it</h3>") && page.contains("<code>- type: replace\n</code>"));
    assert!(!page.contains("<img src=x"));
}

#[test]
fn the_same_comparison_gives_the_same_page() {
    assert_eq!(
        html(&fixture::comparison(), &Extras::default()),
        html(&fixture::comparison(), &Extras::default())
    );
}

#[test]
fn the_answer_and_its_reasons_come_before_everything_else() {
    let comparison = fixture::comparison();
    let page = html(&comparison, &Extras::default());
    let (before, _) = page.split_once("id=\"settings\"").unwrap();
    for text in ["Recommended", "<b>8</b>", "<b>250</b>", "1 of 3 roll-outs did not finish (1 given up)"] {
        assert!(before.contains(text), "{text}");
    }
    for reason in &comparison.reasons {
        assert!(before.contains(reason.as_str()), "{reason}");
    }
}

#[test]
fn every_figure_has_a_sortable_column_and_an_explanation() {
    let mut comparison = fixture::comparison();
    for run in comparison.settings.iter_mut().flat_map(|result| &mut result.runs) {
        run.evacuees_lost = 0;
    }
    let plain = html(&comparison, &Extras::default());
    for run in comparison.settings.iter_mut().flat_map(|result| &mut result.runs) {
        run.evacuees_lost = 1;
        run.upgrade = Some(UpgradeOutcome::default());
        run.faults.instances_lost = 1;
        run.staging.restarts = Some(Restarts::default());
        run.staging.rolling = Some(RollingPushes::default());
    }
    let page = html(&comparison, &Extras::default());
    for metric in METRICS {
        let column = format!("data-key=\"{}\"", metric.key);
        assert_eq!(plain.contains(&column), metric.part == Part::RollOut, "{}", metric.key);
        assert!(page.contains(&format!("data-key=\"{}\"", metric.key)), "{}", metric.key);
        assert!(
            page.contains(&format!("<dt>{}</dt><dd>{}</dd>", metric.title, metric.help)),
            "{}",
            metric.key
        );
    }
}

#[test]
fn every_chart_holds_its_data() {
    let comparison = fixture::comparison();
    let page = html(&comparison, &Extras::default());
    let settings = comparison.settings.len();
    assert_eq!(rows(&page, "trade-off"), settings);
    assert_eq!(rows(&page, "spread"), settings);
    // Two reasons in each of the seven settings in which something was refused.
    assert_eq!(rows(&page, "refusals"), 14);
    assert_eq!(rows(&page, "zones"), 2);
    assert_eq!(rows(&page, "heat-duration"), settings);
    assert_eq!(rows(&page, "gantt"), 3 * comparison.cells.len());
    let samples = rows(&page, "cells");
    assert!(samples > 300 && samples <= 600, "{samples}");
    let (_, over_time) = CHARTS.split_at(CHARTS.iter().position(|&id| id == "starting").unwrap());
    for id in over_time {
        assert_eq!(rows(&page, id), samples, "{id}");
    }
    // One table of data for each chart, but one for all that share the samples.
    assert_eq!(page.matches("<table class=\"data\">").count(), CHARTS.len() - over_time.len());
}

#[test]
fn a_refusal_by_the_cell_has_a_name_though_the_auctioneer_gives_none() {
    let mut comparison = fixture::comparison();
    comparison.settings[0].runs[0].placement_failures.insert(String::new(), 2);
    let page = html(&comparison, &Extras::default());
    let values = spec(&page, "refusals")["data"]["values"].take();
    let named = |row: &&Value| row["reason"] == "refused by the cell";
    assert_eq!(values.as_array().unwrap().iter().find(named).unwrap()["failures"], 2);
}

#[test]
fn the_limit_is_a_line_only_where_there_is_one() {
    let mut comparison = fixture::comparison();
    let limits = |comparison: &Comparison| {
        let spec = spec(&html(comparison, &Extras::default()), "starting");
        let layers = spec["layer"].as_array().unwrap();
        layers.iter().filter_map(|layer| layer["encoding"]["y"]["datum"].as_f64()).collect::<Vec<_>>()
    };
    assert_eq!(limits(&comparison), [250.0]);
    comparison.course.as_mut().unwrap().0 = 5;
    assert!(limits(&comparison).is_empty());
}

#[test]
fn what_does_harm_is_recommended_by_a_search_only() {
    let mut comparison = fixture::comparison();
    let best = comparison.best.unwrap();
    comparison.settings[best].runs[0].crashes = 1;
    let heading =
        |extras: &Extras<'_>| cut(&html(&comparison, extras), "<h2 class=\"eyebrow\">", "</h2>").1.join("");
    assert!(heading(&Extras::default()).contains("None is without harm"));
    let searched = Extras { found_by: FoundBy::Search, ..Extras::default() };
    assert!(heading(&searched).contains("Recommended"));
    let risks = vec!["A crash was seen.".to_owned()];
    assert!(heading(&Extras { risks, ..Extras::default() }).contains("None is without harm"));
}

#[test]
fn hostile_names_are_text_in_the_page_and_data_in_the_charts() {
    let page = html(&fixture::hostile(), &Extras::default());
    let (rest, scripts) = cut(&page, "<script>", "</script>");
    assert_eq!(scripts.len(), 4, "a name opened a script");
    let (rest, data) = cut(&rest, "<script type=\"application/json\" class=\"spec\">", "</script>");
    assert_eq!(data.len(), CHARTS.len());
    assert!(!rest.contains("<script") && !rest.contains("<img") && !rest.contains("<!--"));
    assert!(rest.contains("&lt;script&gt;alert(1)"));

    assert_eq!(spec(&page, "zones")["data"]["values"][0]["zone"], fixture::HOSTILE);
    // What is not data could be read as an expression.
    for id in CHARTS {
        let mut spec = spec(&page, id);
        spec["data"].take();
        assert!(!spec.to_string().contains("alert"), "{id}");
    }
}

#[test]
fn a_page_without_an_answer_or_a_course_is_still_a_page() {
    let mut comparison = fixture::comparison();
    comparison.best = None;
    comparison.course = None;
    let page = html(&comparison, &Extras::default());
    assert!(page.contains("No setting can be recommended"));
    assert!(!page.contains("id=\"course\"") && page.contains("id=\"chart-trade-off\""));

    comparison.settings.clear();
    let page = html(&comparison, &Extras::default());
    assert!(page.contains("id=\"comparison\"") && page.contains("No placement was refused"));
}
