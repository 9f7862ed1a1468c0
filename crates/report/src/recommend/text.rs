//! A recommendation for a terminal.

use super::Recommended;
use super::apply::Apply;
use crate::figures::many;
use crate::terminal::{Terminal, harmless};

/// The answer first, then its risk, why, what binds, what would change it, and how to set it. Ends with a line break.
#[must_use]
pub fn text(recommended: &Recommended<'_>, terminal: Terminal) -> String {
    let fleet = &recommended.plan.fleet;
    let mut text = format!(
        "{}: {}, {}\n\n",
        harmless(&fleet.name),
        many(fleet.cells, "cell"),
        many(fleet.instances, "instance")
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
        }
        None => text += &format!("{}\n", terminal.heading("None of these settings is safe")),
    }
    for (heading, sentences) in recommended.sections() {
        list(&mut text, heading, &sentences, terminal);
    }
    if let (Some(_), Some(setting)) = (answer, recommended.setting) {
        let Apply { ops_file, om_call, tile_field, others } =
            Apply::of(setting, recommended.places, recommended.elsewhere());
        text += &format!("\n{}\n", terminal.heading("How to set it"));
        text += "  With BOSH, an operations file:\n";
        text += &indented(&ops_file);
        text += "  With Ops Manager, then Apply Changes:\n";
        text += &indented(&om_call);
        text += &format!("    and in the tile's settings: {tile_field}\n");
        if !others.is_empty() {
            text += "  And what else was searched:\n";
        }
        for sentence in others {
            text += &terminal.paragraph(&harmless(&sentence), "    ");
        }
    }
    text += &format!("\n{}\n", recommended.effort());
    text
}

fn list(text: &mut String, heading: &str, sentences: &[String], terminal: Terminal) {
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
