//! A recommendation as Markdown, for what shows the result of a build.

use super::Recommended;
use super::apply::Apply;
use crate::markdown::escaped;

/// The answer first, then its risk, why, what binds, what would change it, and how to set it. Ends with a line break.
#[must_use]
pub fn markdown(recommended: &Recommended<'_>) -> String {
    let mut text = format!("## {}\n\n", escaped(&recommended.plan.fleet.name));
    text += &match recommended.found.answer {
        Some(point) => format!(
            "**Use {}**\n\n{}: {}.\n",
            escaped(&recommended.name(point)),
            recommended.goal.objective.metric.title,
            recommended.figure_of(point)
        ),
        None => "**None of these settings is safe**\n".to_owned(),
    };
    for (heading, sentences) in recommended.sections() {
        text += &format!("\n### {heading}\n\n");
        text.extend(sentences.iter().map(|sentence| format!("- {}\n", escaped(sentence))));
    }
    if let (Some(_), Some(setting)) = (recommended.found.answer, recommended.setting) {
        let Apply { ops_file, om_call, tile_field, others } =
            Apply::of(setting, recommended.places, recommended.elsewhere());
        text += &format!(
            "\n### How to set it\n\nWith BOSH, an operations file:\n\n```yaml\n{ops_file}```\n\n\
             With Ops Manager, then Apply Changes; in the tile's settings {tile_field}:\n\n```sh\n{om_call}```\n"
        );
        if !others.is_empty() {
            text += "\nAnd what else was searched:\n\n";
            text.extend(others.iter().map(|sentence| format!("- {}\n", escaped(sentence))));
        }
    }
    text + &format!("\n{}\n", recommended.effort())
}
