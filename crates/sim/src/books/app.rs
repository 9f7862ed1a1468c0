//! The account of an app, and the sums of downtime.

use rivera_model::Span;

use crate::since::Since;

/// What is known of an app, in half a line of the processor's caches.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(32))]
pub(super) struct App {
    pub(super) crashing: bool,
    pub(super) recreate: bool,
    pub(super) instances: u32,
    pub(super) up: u32,
    pub(super) down_since: Since,
    pub(super) longest_down: Span,
}

/// Sums over instances of healthy apps of the time down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Downtime {
    /// Of apps that are replaced before they are stopped, and of the others while they are refused.
    pub(crate) rolling: Span,
    /// Of apps that are stopped before they are replaced, and are not refused: they chose to be down (C.1).
    pub(crate) recreate: Span,
}

impl Downtime {
    /// An app that is stopped first chose to be down for as long as a start takes, not for as long as it is refused.
    pub(super) fn add(&mut self, app: &App, refused: bool, span: Span) {
        *(if app.recreate && !refused { &mut self.recreate } else { &mut self.rolling }) += span;
    }
}
