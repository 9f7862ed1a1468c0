//! The three verbs.

use std::collections::BTreeMap;
use std::path::Path;

use rivera_diego::{nearest_help, read_json};
use serde::Serialize;
use serde_json::json;

use super::body::{Body, Jobs, Refusal, read};
use crate::args::OneFormat;
use crate::failure::Failure;
use crate::output::{WholeFile, print};
use crate::place;
use crate::planner_args::{ThrottleCommand, ThrottleGet, ThrottleSet, ThrottleValidate};

const HELP: &str = "the file holds one JSON object, as `/api/v0/staged/products/GUID/max_in_flight` answers: {\"max_in_flight\": {\"JOB_GUID\": \"20%\"}}";

pub(crate) fn run(command: &ThrottleCommand) -> Result<(), Failure> {
    match command {
        ThrottleCommand::Get(arguments) => get(arguments),
        ThrottleCommand::Set(arguments) => set(arguments),
        ThrottleCommand::Validate(arguments) => validate(arguments),
    }
}

fn get(arguments: &ThrottleGet) -> Result<(), Failure> {
    let mut body = read_body(&arguments.file)?;
    if let Some(job) = &arguments.job {
        let value = known(&body, job)?;
        if arguments.format == OneFormat::Table {
            return print(&format!("{value}\n"));
        }
        body.max_in_flight.keep(job);
    }
    print(&match arguments.format {
        OneFormat::Table => {
            body.max_in_flight.iter().map(|(job, value)| format!("{job} {value}\n")).collect::<String>()
        }
        OneFormat::Json => {
            pretty(&Answer { schema: "rivera.throttle", version: 1, max_in_flight: body.max_in_flight })
        }
    })
}

fn set(arguments: &ThrottleSet) -> Result<(), Failure> {
    let mut asked = BTreeMap::new();
    for (job, value) in &arguments.values {
        if let Some(before) = asked.insert(job, value) {
            return Err(Failure::Usage(format!(
                "job '{job}' is named twice, with {before} and with {value}"
            )));
        }
    }
    let mut body = read_body(&arguments.file)?;
    let mut told = String::new();
    for (job, value) in &arguments.values {
        let before = known(&body, job)?;
        let value = read(job, value).map_err(|refusal| Failure::Usage(refusal.to_string()))?;
        body.max_in_flight.set(job, value);
        told += &format!("{job} {before} -> {value}\n");
    }
    let text = pretty(&body);
    WholeFile::create(&arguments.file)?.write(|file| file.write_all(text.as_bytes()))?;
    print(&told)
}

fn validate(arguments: &ThrottleValidate) -> Result<(), Failure> {
    let body = read_body(&arguments.file)?;
    let refusal = |(job, value): (&str, String)| read(job, &value).err();
    let refusals: Vec<Refusal> = body.max_in_flight.iter().filter_map(refusal).collect();
    let errors: Vec<String> = refusals.iter().map(ToString::to_string).collect();
    print(&match arguments.format {
        OneFormat::Json => {
            format!("{:#}\n", json!({ "schema": "rivera.throttle-errors", "version": 1, "errors": errors }))
        }
        OneFormat::Table if errors.is_empty() => {
            format!("all values can be set: {}\n", body.max_in_flight.names().len())
        }
        OneFormat::Table => errors.iter().map(|error| format!("{error}\n")).collect(),
    })?;
    if errors.is_empty() { Ok(()) } else { Err(Failure::AnswerIsNo) }
}

/// The body as a result of this program.
#[derive(Serialize)]
struct Answer {
    schema: &'static str,
    version: u32,
    max_in_flight: Jobs,
}

fn pretty(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).expect("names and numbers are always JSON") + "\n"
}

fn read_body(path: &Path) -> Result<Body, Failure> {
    place::read(path, HELP, read_json)
}

/// The value of a job that is in the file.
fn known(body: &Body, job: &str) -> Result<String, Failure> {
    let jobs = &body.max_in_flight;
    jobs.get(job).ok_or_else(|| {
        let help = nearest_help(job, &jobs.names());
        Failure::Unknown { what: "job", name: job.to_owned(), help }
    })
}
