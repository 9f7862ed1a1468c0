//! A scenario file laid over a scenario; what is wrong with it is shown at its place in the file.

use std::fmt::Display;
use std::ops::Range;
use std::path::Path;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode, SourceSpan};
use rivera_diego::{PlainWords, nearest, nearest_help};
use rivera_model::Fleet;
use rivera_sim::{Scenario, ScenarioError};
use toml::de::{DeTable, DeValue};

use crate::failure::Failure;
use crate::failure_codes;
use crate::input::read_text;

/// A mistake in a scenario file, with its place.
#[derive(Debug, thiserror::Error)]
#[error("{}: {message}", text.name())]
pub(crate) struct ScenarioMistake {
    /// The kind of mistake.
    pub(crate) code: &'static str,
    message: String,
    help: String,
    text: NamedSource<String>,
    span: Option<SourceSpan>,
}

impl ScenarioMistake {
    /// A mistake at a place of a file in TOML.
    pub(crate) fn new(
        code: &'static str,
        path: &Path,
        text: String,
        message: String,
        help: String,
        span: Option<Range<usize>>,
    ) -> Self {
        let text = NamedSource::new(path.display().to_string(), text).with_language("toml");
        Self { code, message, help, text, span: span.map(Into::into) }
    }
}

impl Diagnostic for ScenarioMistake {
    fn code(&self) -> Option<Box<dyn Display + '_>> {
        Some(Box::new(format!("error[{}]", self.code)))
    }

    fn help(&self) -> Option<Box<dyn Display + '_>> {
        Some(Box::new(&self.help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.text)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let here = |span| LabeledSpan::new_with_span(Some("here".to_owned()), span);
        Some(Box::new(self.span.map(here).into_iter()))
    }
}

/// Reads the file over the scenario.
pub(crate) fn overlay(scenario: &Scenario, path: &Path) -> Result<Scenario, Failure> {
    let text = read_text(path, |path, error| Failure::Read { path, error })?;
    scenario.overlaid(&text).map_err(|error| Failure::Scenario(Box::new(mistake(path, text, error))))
}

/// Whether the file says of a section that it is not simulated.
pub(crate) fn switches_off(path: &Path, section: &str) -> bool {
    let keys = std::fs::read_to_string(path).ok().and_then(|text| text.parse::<toml::Table>().ok());
    let switch = keys.as_ref().and_then(|keys| keys.get(section)?.get("enabled")?.as_bool());
    switch == Some(false)
}

/// Looks whether the fleet has what the file names.
pub(crate) fn check_names(scenario: &Scenario, fleet: &Fleet, path: &Path) -> Result<(), Failure> {
    scenario.check_names(fleet).map_err(|error| {
        // It has just been read: if it is gone now the mistake is told without its place.
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let mistake = mistake(path, text, error);
        let help = meant(scenario, fleet).unwrap_or_else(|| mistake.help.clone());
        Failure::Scenario(Box::new(ScenarioMistake { help, ..mistake }))
    })
}

/// Looks whether the fleet has the groups of cells that the file, if there is one, names.
pub(crate) fn check_groups(
    scenario: &Scenario,
    fleet: &Fleet,
    file: Option<&Path>,
    fleet_path: &Path,
) -> Result<(), Failure> {
    let Err(error) = scenario.check_groups(fleet) else { return Ok(()) };
    let Some(path) = file else {
        return Err(Failure::Facts { path: fleet_path.to_owned(), error });
    };
    let names: Vec<&str> = fleet.groups.iter().map(|group| group.name.as_str()).collect();
    let unknown = scenario.groups.keys().find(|name| !names.contains(&name.as_str()));
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let mistake = mistake(path, text, error);
    let help = unknown.map_or_else(|| mistake.help.clone(), |name| nearest_help(name, &names));
    Err(Failure::Scenario(Box::new(ScenarioMistake { help, ..mistake })))
}

/// The cell or zone that was probably meant, by the first name that the fleet does not have.
fn meant(scenario: &Scenario, fleet: &Fleet) -> Option<String> {
    let cells: Vec<&str> = fleet.cells.iter().map(|cell| cell.id.as_str()).collect();
    let zones: Vec<&str> = fleet.zones.iter().map(String::as_str).collect();
    let mut names = scenario
        .faults
        .events
        .iter()
        .flat_map(|event| [(event.cell.as_deref(), &cells), (event.zone.as_deref(), &zones)]);
    let (name, known) = names
        .find_map(|(name, known)| name.filter(|name| !known.contains(name)).map(|name| (name, known)))?;
    nearest(name, known).map(|name| format!("did you mean `{name}`?"))
}

fn mistake(path: &Path, text: String, error: ScenarioError) -> ScenarioMistake {
    let code = failure_codes::of_scenario(&error);
    let (PlainWords { message, help }, span) = match error {
        ScenarioError::Syntax { message, span } => (PlainWords::of(&message), span),
        ScenarioError::Range { ref key, .. } => {
            let help = key.starts_with(EVENTS).then(|| KEYS_OF_FAULTS.to_owned());
            (PlainWords { message: error.to_string(), help }, value_span(&text, key))
        }
    };
    let is_of_fault = span.as_ref().is_some_and(|span| is_in_events(&text, span.start));
    let usual =
        if is_of_fault { KEYS_OF_FAULTS } else { "`rivera scenario` prints every key with its default" };
    let help = help.unwrap_or_else(|| usual.to_owned());
    ScenarioMistake::new(code, path, text, message, help, span)
}

/// The list that the default scenario has no entry of, so that it shows none of the entries' keys.
const EVENTS: &str = "faults.events[";
const KEYS_OF_FAULTS: &str = "each kind of fault has its own keys: the chapter Faults has a table of them, and `rivera schema scenario` lists all";

/// Whether a place is in an entry of the faults.
fn is_in_events(text: &str, place: usize) -> bool {
    let Ok(file) = DeTable::parse(text) else { return false };
    let events = file.get_ref().get("faults").and_then(|faults| faults.get_ref().get("events"));
    let Some(DeValue::Array(entries)) = events.map(toml::Spanned::get_ref) else { return false };
    entries.iter().any(|entry| {
        let span = entry.span();
        // The span of an entry with a head of its own may end with the head.
        let keys = entry.get_ref().as_table().into_iter().flat_map(|keys| keys.values());
        let end = keys.map(|value| value.span().end).fold(span.end, usize::max);
        (span.start..end).contains(&place)
    })
}

/// Where the value of a key such as `rep.create_pool`, `groups.NAME.canaries` or `faults.events[2].factor` is written; of one that is not written,
/// where the table is that misses it.
fn value_span(text: &str, key: &str) -> Option<Range<usize>> {
    let file = DeTable::parse(text).ok()?;
    let (section, rest) = key.split_once('.')?;
    let section = file.get_ref().get(section)?.get_ref();
    if let Some(value) = section.get(rest) {
        return Some(wrong_part(text, value));
    }
    // A group's name may have a dot, and a component's key.
    let mut parts = [rest.rsplit_once('.'), rest.split_once('.')].into_iter().flatten();
    if let Some(value) = parts.find_map(|(name, key)| section.get(name)?.get_ref().get(key)) {
        return Some(value.span());
    }
    let (list, rest) = rest.split_once('[')?;
    let (position, name) = rest.split_once("].")?;
    let DeValue::Array(entries) = section.get(list)?.get_ref() else { return None };
    let entry = entries.get(position.parse::<usize>().ok()?)?;
    Some(entry.get_ref().get(name).map_or_else(|| entry.span(), toml::Spanned::span))
}

/// The value; of a distribution that is a table with a head of its own, which is all that the span of it has, the wrong key in
/// it: the median has to be above 0, and p95 not below it.
fn wrong_part(text: &str, value: &toml::Spanned<DeValue<'_>>) -> Range<usize> {
    let whole = value.span();
    let is_inline = text[whole.clone()].starts_with('{');
    let lognormal = value.get_ref().get("lognormal").map(toml::Spanned::get_ref).filter(|_| !is_inline);
    let part = |key: &str| lognormal.and_then(|it| it.get(key)).map(toml::Spanned::span);
    let (Some(median), Some(p95)) = (part("median"), part("p95")) else { return whole };
    let is_wrong =
        |span: &Range<usize>| !text[span.clone()].parse().is_ok_and(|it: f64| it > 0.0 && it <= 1e9);
    if is_wrong(&median) { median } else { p95 }
}
