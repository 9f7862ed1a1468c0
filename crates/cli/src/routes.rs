//! `rivera routes`.

use rivera_report::{routes_json, routes_table};
use rivera_sim::{BlueGreen, Routes};

use crate::args::OneFormat;
use crate::failure::Failure;
use crate::input;
use crate::output::print;
use crate::routes_args::RoutesOfApp;
use crate::terminal::terminal;

pub(crate) fn run(arguments: &RoutesOfApp) -> Result<(), Failure> {
    let scenario = input::read_scenario(None, None, arguments.scenario.as_deref())?;
    let routes = Routes { routers: arguments.routers.unwrap_or(scenario.routes.routers), ..scenario.routes };
    let by_instance = routes.requests_per_s_per_instance * f64::from(arguments.instances);
    let plan = BlueGreen {
        instances: arguments.instances,
        old_instances: arguments.old_instances.unwrap_or(arguments.instances),
        requests_per_s: arguments.requests_per_s.unwrap_or(by_instance),
        wait_s: arguments.wait_s,
        routes: &routes,
        runs: arguments.runs,
        first_seed: arguments.first_seed,
    };
    let result = plan.run().map_err(|error| Failure::Usage(error.to_string()))?;
    print(&match arguments.format {
        OneFormat::Table => routes_table(&plan, &result, terminal()),
        OneFormat::Json => routes_json(&plan, &result),
    })?;
    let fails = result.after_wait.is_some_and(|errors| errors.runs_with_errors_share > 0.0);
    if fails { Err(Failure::AnswerIsNo) } else { Ok(()) }
}
