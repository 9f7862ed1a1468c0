//! Ctrl-C: the first one lets the runs that have begun end, the second one does not.

use std::process;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::failure::{Failure, INTERRUPTED};

static STOP: AtomicBool = AtomicBool::new(false);

/// Listens from now on. The answer is set when the user wants to stop.
pub(crate) fn listen() -> Result<&'static AtomicBool, Failure> {
    let asked = || {
        if STOP.swap(true, Ordering::Relaxed) {
            process::exit(INTERRUPTED.into());
        }
    };
    ctrlc::set_handler(asked)
        .map_err(|error| Failure::Usage(format!("failed to listen to Ctrl-C: {error}")))?;
    Ok(&STOP)
}
