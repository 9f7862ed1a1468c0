//! `rivera fleet`.

use rivera_diego::{FleetSummary, write_export};
use rivera_report::fleet_table;

use rivera_sim::many;

use crate::args::{FleetShow, FleetSynth, OneFormat};
use crate::failure::{Failure, report_line};
use crate::input;
use crate::output::print;
use crate::terminal::terminal;

pub(crate) fn show(arguments: &FleetShow) -> Result<(), Failure> {
    let fleet = input::read_fleet(&arguments.fleet, arguments.lenient)?;
    let summary =
        FleetSummary::of(&fleet).map_err(|error| Failure::Fleet { path: arguments.fleet.clone(), error })?;
    print(&match arguments.format {
        OneFormat::Table => fleet_table(&summary, terminal()),
        OneFormat::Json => summary_json(&summary),
    })
}

fn summary_json(summary: &FleetSummary) -> String {
    let value = serde_json::json!({ "schema": "rivera.fleet", "version": 1, "fleet": summary });
    format!("{value:#}\n")
}

pub(crate) fn synth(arguments: &FleetSynth) -> Result<(), Failure> {
    if arguments.recipe.is_dir() {
        let recipe = arguments.recipe.display();
        return Err(Failure::Usage(format!(
            "{recipe} is a folder: a recipe is a file, `examples/fleets/` has some"
        )));
    }
    let fleet = input::read_fleet(&arguments.recipe, false)?;
    write_export(&fleet, &arguments.output).map_err(Failure::Export)?;
    report_line(&format!(
        "wrote {}: {}, {}, {}",
        arguments.output.display(),
        many(fleet.cells.len(), "cell"),
        many(fleet.processes.len(), "process"),
        many(fleet.instances.len(), "instance")
    ));
    Ok(())
}
