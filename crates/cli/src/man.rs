//! `rivera man`: the help of each verb as a manual page.

use std::path::Path;

use clap::{Command, CommandFactory};
use clap_mangen::Man as Page;
use clap_mangen::roff::{Roff, bold, roman};

use crate::args::Arguments;
use crate::failure::{Failure, report_line};
use crate::output::{WholeFile, print};
use crate::shell_args::Man;

pub(crate) fn run(arguments: &Man) -> Result<(), Failure> {
    // Verbs have a page of their own each; that of `help` would say what all of them say.
    let mut rivera = Arguments::command().disable_help_subcommand(true);
    rivera.build();
    let Some(folder) = &arguments.output else {
        return print(&page(&rivera));
    };
    std::fs::create_dir_all(folder)
        .map_err(|error| Failure::Write { path: folder.clone(), problem: error.to_string() })?;
    let count = write_all(&rivera, folder)?;
    report_line(&format!("wrote {count} pages into {}", folder.display()));
    Ok(())
}

/// Writes the pages of a verb and of those below it; gives their number.
fn write_all(command: &Command, folder: &Path) -> Result<usize, Failure> {
    let name = command.get_display_name().unwrap_or(command.get_name());
    let text = page(command);
    WholeFile::create(&folder.join(format!("{name}.1")))?.write(|file| file.write_all(text.as_bytes()))?;
    command.get_subcommands().map(|verb| write_all(verb, folder)).try_fold(1, |sum, count| Ok(sum + count?))
}

fn page(command: &Command) -> String {
    let page = Page::new(command.clone()).source(concat!("rivera ", env!("CARGO_PKG_VERSION")));
    let mut text = Vec::new();
    let parts = [Page::render_title, Page::render_name_section, Page::render_synopsis_section]
        .into_iter()
        .chain([Page::render_description_section, Page::render_options_section]);
    for part in parts {
        part(&page, &mut text).expect("memory takes everything");
    }
    let mut text = String::from_utf8_lossy(&text).into_owned();
    text += &verbs(command).to_roff();
    let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    text += &notes(&after).to_roff();
    text
}

/// The verbs below this one, each with the name of its page.
fn verbs(command: &Command) -> Roff {
    let mut part = Roff::new();
    if command.has_subcommands() {
        part.control("SH", ["COMMANDS"]);
    }
    for verb in command.get_subcommands() {
        let name = verb.get_display_name().unwrap_or(verb.get_name());
        part.control("TP", []);
        part.text([bold(name), roman("(1)")]);
        part.text([roman(verb.get_about().map(ToString::to_string).unwrap_or_default())]);
    }
    part
}

/// What stands below the options in the help: paragraphs, of which some have a heading that manual pages have, too. They are
/// shown line by line as they are written, for most are commands and files.
fn notes(after_help: &str) -> Roff {
    let mut part = Roff::new();
    let mut before = "";
    for paragraph in after_help.split("\n\n").filter(|it| !it.is_empty()) {
        let (heading, lines) = match paragraph.split_once(':') {
            Some(("Examples", lines)) => ("EXAMPLES", lines),
            Some(("Exit codes", lines)) => ("EXIT STATUS", lines.trim_start()),
            _ => ("NOTES", paragraph),
        };
        if heading == before {
            part.control("PP", []);
        } else {
            part.control("SH", [heading]);
        }
        before = heading;
        part.control("nf", []);
        for line in lines.lines().filter(|line| !line.is_empty()) {
            part.text([roman(line)]);
        }
        part.control("fi", []);
    }
    part
}
