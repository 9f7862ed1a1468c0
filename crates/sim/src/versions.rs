//! Versions of apps: each push makes one more, which is a process of its own to Diego, since a process guid ends in the
//! version's. So it shares neither records nor files in a cache with the version before it.
//!
//! "App" means a process of the fleet, whatever the version.

use rivera_model::ProcessIx;

/// Which process is a version of which app. Those of the fleet come first, then one for each push, in their order.
#[derive(Debug, Clone)]
pub(crate) struct Versions {
    /// By process.
    app_of: Vec<ProcessIx>,
    /// By app, the version that is desired.
    desired: Vec<ProcessIx>,
}

impl Versions {
    /// The versions of a fleet with so many processes.
    pub(crate) fn of_fleet(processes: usize) -> Self {
        let own: Vec<ProcessIx> = (0..processes).map(ProcessIx::from_index).collect();
        Self { app_of: own.clone(), desired: own }
    }

    /// One more version of an app, which is not desired yet.
    pub(crate) fn add(&mut self, app: ProcessIx) -> ProcessIx {
        self.app_of.push(app);
        ProcessIx::from_index(self.app_of.len() - 1)
    }

    /// The app that a process is a version of.
    pub(crate) fn app(&self, process: ProcessIx) -> ProcessIx {
        self.app_of[process.index()]
    }

    /// The version that the push with this number, from 0, has made.
    pub(crate) fn of_push(&self, push: usize) -> ProcessIx {
        ProcessIx::from_index(self.desired.len() + push)
    }

    /// The push that has made a version, if one has.
    pub(crate) fn push_of(&self, version: ProcessIx) -> Option<usize> {
        version.index().checked_sub(self.desired.len())
    }

    /// From now on this version of its app is desired. Answers which was.
    pub(crate) fn desire(&mut self, version: ProcessIx) -> ProcessIx {
        let app = self.app(version);
        std::mem::replace(&mut self.desired[app.index()], version)
    }

    /// The apps of all processes, in the order of those.
    pub(crate) fn apps(&self) -> &[ProcessIx] {
        &self.app_of
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_numbered_as_their_pushes_and_one_of_an_app_is_desired() {
        let mut versions = Versions::of_fleet(2);
        let (first, second) = (versions.add(ProcessIx(1)), versions.add(ProcessIx(1)));
        assert_eq!([first, second], [ProcessIx(2), ProcessIx(3)]);
        assert_eq!([0, 1].map(|push| versions.of_push(push)), [first, second]);
        assert_eq!([ProcessIx(1), first].map(|version| versions.push_of(version)), [None, Some(0)]);
        assert_eq!([versions.app(ProcessIx(0)), versions.app(second)], [ProcessIx(0), ProcessIx(1)]);
        // The second is staged sooner.
        assert_eq!([versions.desire(second), versions.desire(first)], [ProcessIx(1), second]);
        assert_eq!(versions.apps(), [0, 1, 1, 1].map(ProcessIx));
    }
}
