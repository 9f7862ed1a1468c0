//! Any sequence of schedulings and takings on the event queue.

use arbitrary::Arbitrary;
use rivera_model::Span;
use rivera_sim::laws;

use crate::target::{Law, structured};

/// What is done to the queue.
#[derive(Debug, Arbitrary)]
pub struct EventQueue(Vec<Operation>);

#[derive(Debug, Arbitrary)]
enum Operation {
    /// So soon that there are ties.
    ScheduleNear(u8),
    ScheduleAnywhere(u64),
    Pop,
}

impl Law for EventQueue {
    const NAME: &str = "event_queue";

    fn read(bytes: &[u8]) -> Option<Self> {
        structured(bytes)
    }

    fn check(self) {
        let operations: Vec<Option<Span>> = (self.0.iter())
            .map(|operation| match *operation {
                Operation::ScheduleNear(delay) => Some(Span(delay.into())),
                Operation::ScheduleAnywhere(delay) => Some(Span(delay)),
                Operation::Pop => None,
            })
            .collect();
        laws::events_come_by_time_then_by_order_of_scheduling(&operations);
    }
}
