//! What a developer sees when a staging fails: Cloud Controller's names for Diego's reasons (F.4).

/// The error with which the Cloud Controller answers for a reason; the first that matches.
#[must_use]
pub fn staging_error(reason: &str) -> &'static str {
    match reason {
        _ if reason.ends_with("222") => "NoAppDetectedError",
        _ if reason.ends_with("223") => "BuildpackCompileFailed",
        _ if reason.ends_with("224") => "BuildpackReleaseFailed",
        _ if reason.starts_with("insufficient resources") => "InsufficientResources",
        _ if reason.starts_with("found no compatible cell") => "NoCompatibleCell",
        "unable to communicate to compatible cells" => "CellCommunicationError",
        _ => "StagingError",
    }
}

/// The error of a staging that the Cloud Controller itself gives up, having heard nothing.
pub const STAGING_TIME_EXPIRED: &str = "StagingTimeExpired";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f4_all_but_a_few_reasons_are_staging_errors() {
        for (reason, error) in [
            ("insufficient resources: memory", "InsufficientResources"),
            ("found no compatible cell for required rootfs", "NoCompatibleCell"),
            ("unable to communicate to compatible cells", "CellCommunicationError"),
            ("Exited with status 222", "NoAppDetectedError"),
            ("Exited with status 223", "BuildpackCompileFailed"),
            ("Exited with status 224", "BuildpackReleaseFailed"),
            ("waiting to start instance: reached in-flight start limit", "StagingError"),
            ("failed to download cached artifacts", "StagingError"),
            ("not started within time limit", "StagingError"),
            ("cell disappeared before completion", "StagingError"),
            ("", "StagingError"),
        ] {
            assert_eq!(staging_error(reason), error, "{reason}");
        }
    }
}
