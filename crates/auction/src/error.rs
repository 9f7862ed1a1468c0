//! Why an item got no cell. The texts are interfaces: Diego hands them on to the BBS, and they reach the user.

use std::fmt;
use std::sync::Arc;

/// Why an item got no cell. `Display` gives Diego's text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum PlacementError {
    /// No cell answered at all (A.5).
    #[error("unable to communicate to compatible cells")]
    NoCells,
    /// As many containers are starting as may (A.6).
    #[error("waiting to start instance: reached in-flight start limit")]
    StartLimit,
    /// No cell provides the root file system (A.7).
    #[error("found no compatible cell for required rootfs")]
    RootFs,
    /// Cells provide the root file system, none of them all volume drivers (A.7).
    #[error("found no compatible cell with required volume drivers")]
    VolumeDrivers,
    /// Cells provide both, none of them accepts these tags (A.7). The tags are in the order of the request.
    #[error("found no compatible cell with {}", quoted(.0))]
    PlacementTags(Arc<[String]>),
    /// No compatible cell has room (A.8, A.9).
    #[error("insufficient resources{0}")]
    Resources(Problems),
    /// The cell refused it. The text is empty (Q5).
    #[error("")]
    RefusedByCell,
}

fn quoted(tags: &[String]) -> String {
    let quote = |tag: &String| format!("\"{tag}\"");
    match tags {
        [] => "no placement tags".to_owned(),
        [tag] => format!("placement tag {}", quote(tag)),
        [init @ .., last] => {
            let init: Vec<_> = init.iter().map(quote).collect();
            format!("placement tags {} and {}", init.join(", "), quote(last))
        }
    }
}

/// What is lacking: on one cell, or on every cell that was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Problems {
    /// No container is left.
    pub containers: bool,
    /// Too little disk.
    pub disk: bool,
    /// Too little memory.
    pub memory: bool,
}

impl Problems {
    /// All of them: what is lacking everywhere, before any cell has been tried.
    pub const ALL: Self = Self { containers: true, disk: true, memory: true };

    /// Whether anything is lacking.
    #[must_use]
    pub const fn any(self) -> bool {
        self.containers || self.disk || self.memory
    }

    /// What is lacking here and there.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            containers: self.containers && other.containers,
            disk: self.disk && other.disk,
            memory: self.memory && other.memory,
        }
    }
}

impl fmt::Display for Problems {
    /// `: containers, disk, memory`, or nothing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = [(self.containers, "containers"), (self.disk, "disk"), (self.memory, "memory")];
        let mut separator = ": ";
        for (_, name) in named.into_iter().filter(|(lacking, _)| *lacking) {
            write!(f, "{separator}{name}")?;
            separator = ", ";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_quoted_in_the_order_of_the_request() {
        let text = |tags: &[&str]| {
            PlacementError::PlacementTags(tags.iter().map(|&tag| tag.to_owned()).collect()).to_string()
        };
        assert_eq!(text(&[]), "found no compatible cell with no placement tags");
        assert_eq!(text(&["a"]), "found no compatible cell with placement tag \"a\"");
        assert_eq!(text(&["b", "a"]), "found no compatible cell with placement tags \"b\" and \"a\"");
        assert_eq!(
            text(&["c", "b", "a"]),
            "found no compatible cell with placement tags \"c\", \"b\" and \"a\""
        );
    }

    #[test]
    fn resources_are_named_in_alphabetical_order() {
        let text = |problems| PlacementError::Resources(problems).to_string();
        assert_eq!(text(Problems::default()), "insufficient resources");
        assert_eq!(text(Problems::ALL), "insufficient resources: containers, disk, memory");
        let disk_memory = Problems { containers: false, ..Problems::ALL };
        assert_eq!(text(disk_memory), "insufficient resources: disk, memory");
    }
}
