//! The options of `rivera demo`.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
#[command(after_help = "\
Nothing is read: the foundation is described by a recipe that is part of the program.
It is written into the folder, as fleet.toml, so that you can go on with it.

Examples:
  rivera demo
  rivera demo -o somewhere/ --overwrite")]
pub(crate) struct Demo {
    /// The folder for the recipe and the report page; it must not exist, or be empty.
    #[arg(short, long, value_name = "FOLDER", default_value = "rivera-demo")]
    pub(crate) output: PathBuf,
    /// Write fleet.toml and report.html anew if they are in the folder; other files are left alone.
    #[arg(long)]
    pub(crate) overwrite: bool,
}
