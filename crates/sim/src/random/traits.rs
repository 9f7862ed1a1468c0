//! What an app keeps for a whole run, in every setting: size, start time, whether it crashes by itself.

use rivera_model::{Fleet, InstanceState, Span};

use crate::random::distribution::secs;
use crate::random::stream::{Stream, Streams};
use crate::scenario::Scenario;

/// Traits of one process, in half a line of the processor's caches.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(align(32))]
pub(crate) struct AppTraits {
    pub(crate) droplet_mb: f64,
    /// From the start of its process until it would answer a health check.
    pub(crate) usual_start_s: f64,
    pub(crate) start_timeout: Span,
    /// All of it is in a crash loop in the export, so it goes on crashing.
    pub(crate) crashing: bool,
}

/// Draws the traits of all processes.
pub(crate) fn draw_traits(fleet: &Fleet, scenario: &Scenario, streams: &Streams) -> Vec<AppTraits> {
    let apps = &scenario.apps;
    let mut traits: Vec<AppTraits> = fleet
        .processes
        .iter()
        .zip(0..)
        .map(|(process, key)| {
            let start_timeout = process.start_timeout.unwrap_or_else(|| secs(apps.start_timeout_s));
            let longest_usual_s = start_timeout.as_secs_f64() * apps.start_timeout_share;
            AppTraits {
                droplet_mb: apps.droplet_mb.draw(&mut streams.at(Stream::DropletSize, key)),
                usual_start_s: apps.start_s.draw(&mut streams.at(Stream::AppStart, key)).min(longest_usual_s),
                start_timeout,
                crashing: false,
            }
        })
        .collect();
    let mut is_sound = vec![false; traits.len()];
    for instance in &fleet.instances {
        let process = instance.process.index();
        traits[process].crashing |= instance.state == InstanceState::Crashed;
        is_sound[process] |= instance.state == InstanceState::Running && instance.crash_count == 0;
    }
    // An app of which an instance runs without ever having crashed does not crash by itself.
    traits.iter_mut().zip(is_sound).for_each(|(app, is_sound)| app.crashing &= !is_sound);
    traits
}
