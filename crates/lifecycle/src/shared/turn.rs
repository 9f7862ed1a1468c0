//! Whose turn it is to give up an instance of a process that is recreated (C.5): one at a time.

use super::sync::{AtomicBool, Ordering};

/// The turn of a process, taken. It is given back when this is dropped.
#[derive(Debug)]
pub(super) struct Turn<'a>(&'a AtomicBool);

impl<'a> Turn<'a> {
    /// Takes the turn, unless another has it.
    pub(super) fn take(flag: &'a AtomicBool) -> Option<Self> {
        // Not `then_some`: a turn that is made and dropped would give back that of another.
        (!flag.swap(true, Ordering::Acquire)).then(|| Self(flag))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        // Not a store: loom does not order one after the attempts that failed before it, and finds the turn taken for ever.
        self.0.swap(false, Ordering::Release);
    }
}
