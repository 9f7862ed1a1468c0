//! Recorded calls of several threads, and whether some sequential order explains them.

use std::sync::atomic::{AtomicU64, Ordering};

use rivera_lifecycle::Writer;

use crate::model::{Answer, Model, apply_shared};
use crate::request::Request;

/// A call: what was asked and answered, and when. Calls are in a thread's own order.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) request: Request,
    pub(crate) answer: Answer,
    pub(crate) begun: u64,
    pub(crate) ended: u64,
}

/// Makes the requests one after the other, and records them by a clock that all threads share.
pub(crate) fn record(
    writer: &mut Writer<'_>,
    clock: &AtomicU64,
    requests: &[Request],
    instances: Option<u32>,
) -> Vec<Call> {
    let tick = || clock.fetch_add(1, Ordering::SeqCst);
    let call = |request: &Request| {
        let begun = tick();
        let answer = apply_shared(writer, *request, instances);
        Call { request: *request, answer, begun, ended: tick() }
    };
    requests.iter().map(call).collect()
}

/// Whether the calls, in some order that agrees with their times, give these answers from this model, and leave it as
/// `is_end` says. Every order is tried (Wing and Gong), which few calls allow.
pub(crate) fn is_explained(model: &Model, threads: &[Vec<Call>], is_end: &dyn Fn(&Model) -> bool) -> bool {
    let rest: Vec<&[Call]> = threads.iter().map(Vec::as_slice).collect();
    explain(model, &rest, is_end)
}

fn explain(model: &Model, rest: &[&[Call]], is_end: &dyn Fn(&Model) -> bool) -> bool {
    let Some(first_end) = rest.iter().filter_map(|calls| calls.first()).map(|call| call.ended).min() else {
        return is_end(model);
    };
    (0..rest.len()).any(|thread| {
        // A call that began after another ended cannot come before it.
        let Some((call, later)) = rest[thread].split_first().filter(|(call, _)| call.begun <= first_end)
        else {
            return false;
        };
        let mut next = model.clone();
        if next.apply(call.request) != call.answer {
            return false;
        }
        let mut rest = rest.to_vec();
        rest[thread] = later;
        explain(&next, &rest, is_end)
    })
}

#[cfg(test)]
mod tests {
    use rivera_lifecycle::{InstanceKey, LrpKey};
    use rivera_model::{CellIx, InstanceIx, ProcessIx, Time};

    use super::*;
    use crate::request::Action;

    fn call(action: Action, answer: &str, begun: u64, ended: u64) -> Call {
        let caller = InstanceKey::new(InstanceIx(1), CellIx(1));
        let request = Request { action, lrp: LrpKey::new(ProcessIx(0), 0), caller, now: Time::ZERO };
        Call { request, answer: answer.to_owned(), begun, ended }
    }

    #[test]
    fn the_checker_orders_calls_that_overlap_and_no_others() {
        let explained = |created: [&str; 2], second_begun| {
            let threads = [
                vec![call(Action::Create, created[0], 0, 10)],
                vec![call(Action::Create, created[1], second_begun, 20)],
            ];
            is_explained(&Model::new(None), &threads, &|_| true)
        };
        assert!(explained(["true", "false"], 5));
        assert!(explained(["false", "true"], 5));
        assert!(explained(["true", "false"], 15));
        assert!(!explained(["false", "true"], 15), "the first had ended before the second began");
        assert!(!explained(["true", "true"], 5), "only one of them creates");
    }
}
