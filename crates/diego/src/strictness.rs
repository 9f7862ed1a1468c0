//! How an import treats what can be repaired.

/// How an import treats contradictions in an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Strictness {
    /// Every contradiction is an error.
    #[default]
    Strict,
    /// What [`Fault::repair`](crate::Fault::repair) knows a repair for is repaired and counted in a
    /// [`Warning`](crate::Warning). Lines that cannot be read stay errors: nobody knows what they said.
    Lenient,
}
