//! The result of an experiment in the formats that were asked for.

use std::path::{Path, PathBuf};

use rivera_experiment::{Findings, Plan};
use rivera_report::{
    Terminal, experiment_csv, experiment_json, experiment_junit, experiment_markdown, experiment_table,
};

use crate::compare::terminal;
use crate::experiment_args::{ExperimentFormat, Outputs};
use crate::failure::Failure;
use crate::output::{WholeFile, print};

/// Files that are open before the work begins, so that a folder that cannot be written to is found out at once.
pub(super) struct OpenOutputs {
    files: Vec<(ExperimentFormat, WholeFile)>,
    format: ExperimentFormat,
}

impl OpenOutputs {
    /// Opens them.
    pub(super) fn open(outputs: &Outputs) -> Result<Self, Failure> {
        let files = outputs.output.iter().map(|path| Ok((format_of(path)?, WholeFile::create(path)?)));
        Ok(Self { files: files.collect::<Result<_, _>>()?, format: outputs.format })
    }

    /// Writes and prints.
    pub(super) fn write(
        self,
        plan: &Plan,
        findings: &Findings<'_>,
        page: &dyn Fn() -> Result<String, Failure>,
    ) -> Result<(), Failure> {
        for (format, file) in self.files {
            let text = text(format, plan, findings, Terminal::PLAIN, page)?;
            file.write(|file| file.write_all(text.as_bytes()))?;
        }
        print(&text(self.format, plan, findings, terminal(), page)?)
    }
}

fn format_of(path: &Path) -> Result<ExperimentFormat, Failure> {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => Ok(ExperimentFormat::Html),
        Some("json") => Ok(ExperimentFormat::Json),
        Some("csv") => Ok(ExperimentFormat::Csv),
        Some("md") => Ok(ExperimentFormat::Markdown),
        Some("xml") => Ok(ExperimentFormat::Junit),
        Some("txt") => Ok(ExperimentFormat::Table),
        _ => Err(Failure::Usage(format!(
            "{}: the end of the name says what is written: .html, .json, .csv, .md, .xml or .txt",
            path.display()
        ))),
    }
}

fn text(
    format: ExperimentFormat,
    plan: &Plan,
    findings: &Findings<'_>,
    terminal: Terminal,
    page: &dyn Fn() -> Result<String, Failure>,
) -> Result<String, Failure> {
    Ok(match format {
        ExperimentFormat::Html => page()?,
        ExperimentFormat::Table => experiment_table(plan, findings, terminal),
        ExperimentFormat::Json => experiment_json(plan, findings),
        ExperimentFormat::Csv => experiment_csv(plan, findings),
        ExperimentFormat::Markdown => experiment_markdown(plan, findings),
        ExperimentFormat::Junit => experiment_junit(plan, findings),
    })
}

/// The one file of a verb that writes one thing.
pub(super) fn write_or_print(path: Option<&PathBuf>, text: &str) -> Result<(), Failure> {
    match path {
        Some(path) => WholeFile::create(path)?.write(|file| file.write_all(text.as_bytes())),
        None => print(text),
    }
}
