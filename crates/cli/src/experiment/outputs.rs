//! The result of an experiment in the formats that were asked for.

use std::path::Path;

use rivera_experiment::{Findings, Plan};
use rivera_report::{
    Terminal, experiment_csv, experiment_json, experiment_junit, experiment_markdown, experiment_table,
};

use crate::experiment_args::{ExperimentFormat, Outputs};
use crate::failure::Failure;
use crate::output::{WholeFile, print};
use crate::terminal::terminal;

/// Files that are open before the work begins, so that a folder that cannot be written to is found out at once.
pub(super) struct OpenOutputs {
    files: Vec<(FileFormat, WholeFile)>,
    format: ExperimentFormat,
}

/// What a file can hold: all that can be printed, and more.
enum FileFormat {
    Text(ExperimentFormat),
    #[cfg(feature = "parquet")]
    Parquet,
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
            let bytes = match format {
                FileFormat::Text(format) => text(format, plan, findings, Terminal::PLAIN, page)?.into_bytes(),
                #[cfg(feature = "parquet")]
                FileFormat::Parquet => rivera_report::experiment_parquet(plan, findings),
            };
            file.write(|file| file.write_all(&bytes))?;
        }
        print(&text(self.format, plan, findings, terminal(), page)?)
    }
}

fn format_of(path: &Path) -> Result<FileFormat, Failure> {
    let text = match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => ExperimentFormat::Html,
        Some("json") => ExperimentFormat::Json,
        Some("csv") => ExperimentFormat::Csv,
        Some("md") => ExperimentFormat::Markdown,
        Some("xml") => ExperimentFormat::Junit,
        Some("txt") => ExperimentFormat::Table,
        Some("parquet") => return parquet(path),
        _ => {
            return Err(Failure::Usage(format!(
                "{}: the end of the name says what is written: .html, .json, .csv, .parquet, .md, .xml or .txt",
                path.display()
            )));
        }
    };
    Ok(FileFormat::Text(text))
}

#[cfg(feature = "parquet")]
fn parquet(_: &Path) -> Result<FileFormat, Failure> {
    Ok(FileFormat::Parquet)
}

#[cfg(not(feature = "parquet"))]
fn parquet(path: &Path) -> Result<FileFormat, Failure> {
    Err(Failure::Usage(format!(
        "{}: this program is built without Parquet: `cargo install --path crates/cli --features parquet` builds one with it; \
         .csv has the same figures",
        path.display()
    )))
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
pub(super) fn write_or_print(file: Option<WholeFile>, text: &str) -> Result<(), Failure> {
    match file {
        Some(file) => file.write(|file| file.write_all(text.as_bytes())),
        None => print(text),
    }
}
