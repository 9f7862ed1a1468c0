//! What links let through: closed forms, and a model that looks at every transfer at every moment.

#![expect(clippy::cast_precision_loss, reason = "small numbers of transfers, bytes and microseconds")]

use proptest::prelude::*;

use super::*;

/// Bytes a second of a connection, so that a millisecond of undisturbed work is a thousand bytes.
const CONNECTION: BytesPerS = 1_000_000;

/// Something that is to be transferred.
#[derive(Debug, Clone, Copy)]
struct Asked {
    at: Time,
    cell: u32,
    work: Span,
}

fn asked(at_ms: u64, cell: u32, work_ms: u64) -> Asked {
    Asked { at: Time::from_ms(at_ms), cell, work: Span::from_ms(work_ms) }
}

/// What a cell lets through for each of so many transfers.
fn cap(own: BytesPerS, transfers: u32) -> BytesPerS {
    (own / u64::from(transfers.max(1))).clamp(1, CONNECTION)
}

/// When each transfer is done, in microseconds. `able` is what the shared link lets through, and when it changes.
fn run(own: &[BytesPerS], able: &[(Time, BytesPerS)], all: &[Asked]) -> Vec<u64> {
    let mut links = Links::new(own.len(), CONNECTION);
    let mut done_us = vec![0; all.len()];
    let mut moments: Vec<Time> = all.iter().map(|it| it.at).chain(able.iter().map(|it| it.0)).collect();
    moments.sort_unstable();
    moments.reverse();
    let mut look = None;
    let mut left = all.len();
    while left > 0 {
        let now = moments.last().copied().into_iter().chain(look).min().expect("somebody looks");
        moments.retain(|at| *at > now);
        while let Some(number) = links.pop_done(now) {
            let number: usize = number;
            done_us[number] = now.0;
            left -= 1;
            let cell = all[number].cell;
            links.limit_cell(now, CellIx(cell), cap(own[cell as usize], links.transfers_of(CellIx(cell))));
        }
        for (number, it) in all.iter().enumerate().filter(|(_, it)| it.at == now) {
            let cell = CellIx(it.cell);
            if done_us[number] == 0 {
                links.enter(now, cell, it.work, number);
                links.limit_cell(now, cell, cap(own[cell.index()], links.transfers_of(cell)));
                // So that no transfer is entered twice; overwritten when it is done.
                done_us[number] = u64::MAX;
            }
        }
        let able = able.iter().rev().find(|(from, _)| *from <= now).map_or(BytesPerS::MAX, |it| it.1);
        links.settle(now, able, CONNECTION);
        assert!(links.bytes_per_s() <= able.max(all.len() as u64), "more than the shared link lets through");
        look = links.next_look(now).or(look.filter(|&at| at > now));
    }
    done_us
}

/// The same by filling: all transfers get more at once until they meet their cap, or all is given away.
fn model(own: &[BytesPerS], able: &[(Time, BytesPerS)], all: &[Asked]) -> Vec<f64> {
    let mut left: Vec<f64> = all.iter().map(|it| micros(it.work)).collect();
    let mut done_us = vec![f64::NAN; all.len()];
    let mut now_us = 0.0;
    let at_us = |at: Time| at.0 as f64;
    loop {
        let is_there = |number: usize| at_us(all[number].at) <= now_us && done_us[number].is_nan();
        let there: Vec<usize> = (0..all.len()).filter(|&number| is_there(number)).collect();
        let of_cell = |cell: u32| there.iter().map(|&it| u32::from(all[it].cell == cell)).sum();
        let mut caps: Vec<(BytesPerS, usize)> =
            there.iter().map(|&it| (cap(own[all[it].cell as usize], of_cell(all[it].cell)), it)).collect();
        caps.sort_unstable();
        let able_now = able.iter().rev().find(|(from, _)| at_us(*from) <= now_us);
        let able_now = able_now.map_or(f64::MAX, |it| it.1 as f64);
        let (mut able_left, mut sharers) = (able_now, there.len() as f64);
        let mut rates = Vec::new();
        for (cap, it) in caps {
            let rate = (cap as f64).min(able_left / sharers);
            able_left -= rate;
            sharers -= 1.0;
            rates.push((it, rate / CONNECTION as f64));
        }
        let changes = all.iter().map(|it| it.at).chain(able.iter().map(|it| it.0)).map(at_us);
        let next_change = changes.filter(|&at_us| at_us > now_us).fold(f64::MAX, f64::min);
        let next_done = rates.iter().map(|&(it, rate)| now_us + left[it] / rate).fold(f64::MAX, f64::min);
        let next_us = next_change.min(next_done);
        if next_us == f64::MAX {
            return done_us;
        }
        for &(it, rate) in &rates {
            left[it] -= (next_us - now_us) * rate;
            if left[it] < 1e-3 {
                done_us[it] = next_us;
            }
        }
        now_us = next_us;
    }
}

#[test]
fn a_transfer_that_nothing_limits_takes_exactly_its_time() {
    let own = [3 * CONNECTION; 2];
    assert_eq!(
        run(&own, &[], &[asked(0, 0, 1_000), asked(1, 1, 7), asked(500, 0, 333)]),
        [1_000_000, 8_000, 833_000]
    );
}

#[test]
fn transfers_of_a_cell_share_its_link_and_those_of_others_do_not_feel_it() {
    // Four of a second through a link for two, and one beside them.
    let all =
        [asked(0, 0, 1_000), asked(0, 0, 1_000), asked(0, 0, 1_000), asked(0, 0, 1_000), asked(0, 1, 1_000)];
    assert_eq!(run(&[2 * CONNECTION; 2], &[], &all), [2_000_000, 2_000_000, 2_000_000, 2_000_000, 1_000_000]);
}

#[test]
fn what_a_cell_leaves_of_the_shared_link_goes_to_the_others() {
    // The shared link carries two. The first cell lets a tenth through for each of five: half in all. The three of the second
    // have the other one and a half, a half each.
    let all: Vec<Asked> = [0, 0, 0, 0, 0, 1, 1, 1].map(|cell| asked(0, cell, 300)).into();
    let done = run(&[CONNECTION / 2, 3 * CONNECTION], &[(Time::ZERO, 2 * CONNECTION)], &all);
    assert_eq!(done[5..], [600_000; 3]);
    assert_eq!(done[..5], [3_000_000; 5]);
}

#[test]
fn when_the_shared_link_is_narrow_a_narrow_link_of_a_cell_makes_no_difference() {
    let all: Vec<Asked> = [0, 0, 0, 0, 1].map(|cell| asked(0, cell, 100)).into();
    let done = |own| run(&[own, 3 * CONNECTION], &[(Time::ZERO, CONNECTION / 2)], &all);
    assert_eq!(done(CONNECTION), done(10 * CONNECTION));
    assert_eq!(done(CONNECTION), [1_000_000; 5]);
}

#[test]
fn what_is_cut_leaves_its_share_to_the_rest() {
    let (now, half) = (Time::ZERO, Time::from_ms(500));
    let mut links = Links::new(1, CONNECTION);
    for number in 0..2 {
        links.enter(now, CellIx(0), Span::from_ms(1_000), number);
    }
    links.limit_cell(now, CellIx(0), CONNECTION / 2);
    links.settle(now, BytesPerS::MAX, CONNECTION);
    assert_eq!(links.cut(half, |number| *number == 0), [0]);
    links.limit_cell(half, CellIx(0), CONNECTION);
    links.settle(half, BytesPerS::MAX, CONNECTION);
    assert_eq!(
        links.next_look(half),
        Some(Time::from_ms(1_250)),
        "a quarter is done, the rest goes at full speed"
    );
    links.drop_all_of(CellIx(0), half);
    assert_eq!((links.transfers_of(CellIx(0)), links.bytes_per_s(), links.next_look(half)), (0, 0, None));
}

prop_compose! {
    fn transfer()(at_ms in 0_u64..2_000, cell in 0_u32..4, work_ms in 1_u64..800) -> Asked {
        asked(at_ms, cell, work_ms)
    }
}

proptest! {
    #[test]
    fn shares_are_those_of_filling_every_transfer_at_once(
        all in prop::collection::vec(transfer(), 1..40),
        own in prop::collection::vec(100_000..4 * CONNECTION, 4),
        able in prop::collection::vec((0_u64..2_000, 50_000..10 * CONNECTION), 0..4),
    ) {
        let mut able: Vec<(Time, BytesPerS)> = able.into_iter().map(|(at, able)| (Time::from_ms(at), able)).collect();
        able.sort_unstable();
        able.dedup_by_key(|(at, _)| *at);
        let (found, expected) = (run(&own, &able, &all), model(&own, &able, &all));
        for (number, (found, expected)) in found.iter().zip(&expected).enumerate() {
            // Whole bytes a second: a level of a thousand of them may be one too low.
            let near = 100.0 + expected * 1e-3;
            let found = *found as f64;
            prop_assert!((found - expected).abs() <= near, "{number}: {found} instead of {expected} of {all:?}");
        }
    }

    #[test]
    fn a_wider_shared_link_makes_no_transfer_later(
        all in prop::collection::vec(transfer(), 1..40),
        own in prop::collection::vec(100_000..4 * CONNECTION, 4),
        able in 50_000..5 * CONNECTION,
        more in 1..5 * CONNECTION,
    ) {
        let done = |able| run(&own, &[(Time::ZERO, able)], &all);
        for (number, (wide, narrow)) in done(able + more).iter().zip(done(able)).enumerate() {
            // As above: by the bytes that a level is too low by.
            prop_assert!(*wide as f64 <= narrow as f64 * 1.001 + 100.0, "{number}: {wide} after {narrow} of {all:?}");
        }
    }
}
