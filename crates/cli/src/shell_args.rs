//! The command line of the verbs that serve the command line itself.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

#[derive(Debug, Args)]
#[command(after_help = "\
The script goes to stdout. Where it belongs:
  bash         ~/.local/share/bash-completion/completions/rivera
  zsh          a file _rivera in a folder of $fpath
  fish         ~/.config/fish/completions/rivera.fish
  powershell   a line in the file that $PROFILE names
  elvish       a line in ~/.config/elvish/rc.elv

Examples:
  rivera completions bash > rivera.bash
  rivera completions zsh > _rivera")]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_enum, value_name = "SHELL")]
    pub(crate) shell: Shell,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Without -o the page of `rivera` itself goes to stdout. Pages that are in the folder
already are written anew; other files are left alone.

Examples:
  rivera man > rivera.1
  rivera man -o man1/")]
pub(crate) struct Man {
    /// Write the page of every verb into this folder: rivera.1, rivera-compare.1, ...
    #[arg(short, long, value_name = "FOLDER")]
    pub(crate) output: Option<PathBuf>,
}
