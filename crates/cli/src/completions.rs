//! `rivera completions`.

use clap::CommandFactory;

use crate::args::Arguments;
use crate::failure::Failure;
use crate::output::print;
use crate::shell_args::Completions;

pub(crate) fn run(arguments: &Completions) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "rivera", &mut script);
    print(&String::from_utf8_lossy(&script))
}
