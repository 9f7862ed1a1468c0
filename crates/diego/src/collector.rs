//! Gathers problems while files are read: the fatal ones, and the ones that were repaired.

use std::collections::BTreeMap;

use crate::problem::{MAX_LISTED_PROBLEMS, MAX_WARNING_PLACES};
use crate::{Fault, ImportError, Place, Problem, Strictness, Warning};

/// What has been found so far.
#[derive(Debug)]
pub(crate) struct Collector {
    strictness: Strictness,
    problems: Vec<Problem>,
    unlisted: usize,
    warnings: BTreeMap<&'static str, Warning>,
}

impl Collector {
    pub(crate) const fn new(strictness: Strictness) -> Self {
        Self { strictness, problems: Vec::new(), unlisted: 0, warnings: BTreeMap::new() }
    }

    /// Something that makes the import fail, unless the import is lenient and the fault can be repaired.
    /// The caller carries on with the repair either way, so that one run finds everything.
    pub(crate) fn fault(&mut self, place: Place, fault: Fault) {
        match (self.strictness, fault.repair()) {
            (Strictness::Lenient, Some(repair)) => self.warn(place, fault, repair),
            _ => self.fatal(Problem::new(place, fault)),
        }
    }

    /// Something to know, even in a strict import.
    pub(crate) fn note(&mut self, place: Place, fault: Fault) {
        match fault.repair() {
            Some(repair) => self.warn(place, fault, repair),
            None => self.fatal(Problem::new(place, fault)),
        }
    }

    pub(crate) fn fatal(&mut self, problem: Problem) {
        if self.problems.len() < MAX_LISTED_PROBLEMS {
            self.problems.push(problem);
        } else {
            self.unlisted += 1;
        }
    }

    fn warn(&mut self, place: Place, fault: Fault, repair: &'static str) {
        let code = fault.code();
        let warning =
            self.warnings.entry(code).or_insert(Warning { code, repair, count: 0, places: Vec::new() });
        warning.count += 1;
        if warning.places.len() < MAX_WARNING_PLACES {
            warning.places.push(Problem::new(place, fault));
        }
    }

    /// Fails if anything fatal was found so far: what follows would only be consequences.
    pub(crate) fn checkpoint(&mut self) -> Result<(), ImportError> {
        if self.problems.is_empty() {
            return Ok(());
        }
        Err(ImportError { problems: std::mem::take(&mut self.problems), unlisted: self.unlisted })
    }

    /// The warnings, by the name of their kind.
    pub(crate) fn into_warnings(self) -> Vec<Warning> {
        self.warnings.into_values().collect()
    }
}
