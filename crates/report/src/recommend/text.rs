//! A recommendation for a terminal.

use super::Recommended;
use super::apply::Apply;
use super::words;
use crate::figures::{count, many};
use crate::terminal::{Terminal, harmless};

/// The answer first, then why, what binds, what would change it, and how to set it. Ends with a line break.
#[must_use]
pub fn text(recommended: &Recommended<'_>, terminal: Terminal) -> String {
    let fleet = &recommended.plan.fleet;
    let mut text = format!(
        "{}: {} cells, {} instances\n\n",
        harmless(&fleet.name),
        count(fleet.cells),
        count(fleet.instances)
    );
    let answer = recommended.found.answer;
    match answer {
        Some(point) => {
            text +=
                &format!("{}\n", terminal.heading(&format!("Use {}", harmless(&recommended.name(point)))));
            text += &terminal.paragraph(
                &format!("{}: {}.", recommended.goal.objective.metric.title, recommended.figure_of(point)),
                "  ",
            );
            list(&mut text, "Why", &recommended.reasons(point), terminal);
            list(&mut text, "What binds", &recommended.bindings(), terminal);
        }
        None => {
            text += &format!("{}\n", terminal.heading("None of these settings is safe"));
            list(&mut text, "Because", &recommended.why_none(), terminal);
        }
    }
    if let (Some(_), Some(changes)) = (answer, recommended.sensitivity) {
        list(&mut text, words::CHANGES, &recommended.changes(changes), terminal);
    }
    if let (Some(_), Some(setting)) = (answer, recommended.setting) {
        let Apply { ops_file, om_call, tile_field } = Apply::of(setting, recommended.places);
        text += &format!("\n{}\n", terminal.heading("How to set it"));
        text += "  With BOSH, an operations file:\n";
        text += &indented(&ops_file);
        text += "  With Ops Manager, then Apply Changes:\n";
        text += &indented(&om_call);
        text += &format!("    and in the tile's settings: {tile_field}\n");
    }
    let full = recommended.values.len() as u64 * recommended.plan.seeds.count;
    text += &format!(
        "\nSearched {} with {}; every setting with every seed would be {}.\n",
        many(recommended.values.len(), "setting"),
        many(recommended.runs, "run"),
        count(full)
    );
    text
}

fn list(text: &mut String, heading: &str, sentences: &[String], terminal: Terminal) {
    if sentences.is_empty() {
        return;
    }
    *text += &format!("\n{}\n", terminal.heading(heading));
    for sentence in sentences {
        let paragraph = terminal.paragraph(&harmless(sentence), "    ");
        *text += "  - ";
        *text += paragraph.trim_start();
    }
}

fn indented(lines: &str) -> String {
    lines.lines().map(|line| format!("    {line}\n")).collect()
}
