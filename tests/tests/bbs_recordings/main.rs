//! Our BBS does, step by step, what the recorded BBS did: results, auctions, calls to cells, callbacks, records, tasks and
//! metrics.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod format;
mod lrp;
mod names;
mod play;
mod task;

use rivera_tests::golden;

use crate::play::play_file;

#[test]
fn sampled_lrp_scenarios() {
    let tally = play_file::<lrp::Replay>(&golden::sample().join("bbs/lrp-sample.jsonl.gz"));
    tally.assert_same();
    assert!(tally.scenarios >= 60, "the sample is gone: {tally:?}");
}

#[test]
fn sampled_task_scenarios() {
    let tally = play_file::<task::Replay>(&golden::sample().join("bbs/task-sample.jsonl.gz"));
    tally.assert_same();
    assert!(tally.scenarios >= 20, "the sample is gone: {tally:?}");
}

#[test]
#[ignore = "needs the whole recordings: RIVERA_GOLDEN, or ../shared/golden"]
fn golden_all_lrp_scenarios() {
    let tally = play_file::<lrp::Replay>(&golden::folder().join("bbs/lrp.jsonl.gz"));
    println!("LRPs: {} scenarios, {} steps", tally.scenarios, tally.steps);
    tally.assert_same();
    assert_eq!((tally.scenarios, tally.steps), (1_950, 81_423));
}

#[test]
#[ignore = "needs the whole recordings: RIVERA_GOLDEN, or ../shared/golden"]
fn golden_all_task_scenarios() {
    let tally = play_file::<task::Replay>(&golden::folder().join("bbs/task.jsonl.gz"));
    println!("tasks: {} scenarios, {} steps", tally.scenarios, tally.steps);
    tally.assert_same();
    assert_eq!((tally.scenarios, tally.steps), (500, 16_117));
}
