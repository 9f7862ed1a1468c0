//! Why a request about an LRP is refused.

/// A refused request, with the texts of the BBS (C.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum LrpError {
    /// There is no such record or desired LRP.
    #[error("the requested resource could not be found")]
    ResourceNotFound,
    /// The desired LRP exists already.
    #[error("the requested resource already exists")]
    ResourceExists,
    /// The record may not become claimed by the caller.
    #[error("cannot claim actual LRP")]
    CannotBeClaimed,
    /// The record may not become running on the caller's cell.
    #[error("cannot start actual LRP")]
    CannotBeStarted,
    /// The record may not be crashed by the caller.
    #[error("cannot crash actual LRP")]
    CannotBeCrashed,
    /// Only an unclaimed record can fail to be placed.
    #[error("cannot fail actual LRP")]
    CannotBeFailed,
    /// The record belongs to another instance.
    #[error("cannot remove actual LRP")]
    CannotBeRemoved,
    /// The record is unclaimed already, or others of the process are not running yet.
    #[error("cannot unclaim actual LRP")]
    CannotBeUnclaimed,
    /// A call to the database failed (see [`Faults`](crate::Faults)).
    #[error("the request failed for an unknown reason")]
    Database,
    /// The service that knows the present cells does not answer.
    #[error("the presence of cells is not known")]
    PresenceUnknown,
}
