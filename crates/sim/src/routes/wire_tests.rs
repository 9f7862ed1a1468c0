//! The laws of the model, and that the reckoner says the same.

use proptest::prelude::*;

use super::super::cadence::Cadence;
use super::super::facts::{Emitter, Router, Rules};
use super::super::windows::{Window, Windows};
use super::*;
use crate::scenario;

fn ms(ms: u64) -> Time {
    Time::from_ms(ms)
}

fn secs(secs: u64) -> Time {
    ms(secs * 1_000)
}

/// The published intervals; every emitter registers from 7 s on and syncs from 11 s on, every router prunes from 13 s on.
fn facts(emitters: usize, routers: usize, tls: bool) -> Facts {
    let rules = Rules { tls, ..Rules::from(&scenario::Routes::default()) };
    let emitter = Emitter {
        ready: Time::ZERO,
        ends: FOREVER,
        register: Cadence::new(secs(7), rules.register),
        sync: Cadence::new(secs(11), rules.sync),
    };
    let router = Router { away: Windows::default(), prune: Cadence::new(secs(13), rules.prune) };
    Facts {
        nats_away: Windows::default(),
        routers: vec![router; routers],
        emitters: vec![emitter; emitters],
        rules,
    }
}

/// An endpoint of the first emitter, whose events take 50 ms.
fn life(from: Time, until: Time) -> Life {
    let told = Some(Span::from_ms(50));
    Life { emitter: 0, seeded: false, from, until, told_from: told, told_until: told }
}

const WAY: Span = Span::from_ms(5);

/// Where one endpoint was on one router, by the model; the reckoner must say the same.
fn stays(facts: &Facts, life: Life) -> Vec<(u64, u64)> {
    let ways = vec![vec![WAY; facts.routers.len()]];
    let wire = Wire { facts, lives: &[life], ways: &ways };
    let heard = wire.run(secs(4_000));
    let mut reckoned = Vec::new();
    facts.stays(&life, 0, WAY, &mut reckoned);
    assert_eq!(heard.stays[0][0], reckoned);
    let end = |time: Time| if time == FOREVER { u64::MAX } else { time.as_ms() };
    reckoned.iter().map(|stay| (stay.from.as_ms(), end(stay.until))).collect()
}

#[test]
fn an_endpoint_is_known_after_the_event_and_gone_after_the_next() {
    let facts = facts(1, 1, true);
    assert_eq!(stays(&facts, life(secs(100), secs(200))), [(100_055, 200_055)]);
}

#[test]
fn a_lost_event_is_repaired_by_the_next_sync() {
    let facts = facts(1, 1, true);
    let lost = Life { told_from: None, told_until: None, ..life(secs(100), secs(200)) };
    assert_eq!(stays(&facts, lost), [(131_005, 251_005)], "syncs at 131 s and 251 s");
}

#[test]
fn a_lost_register_is_repaired_within_one_interval() {
    let mut facts = facts(1, 1, true);
    facts.nats_away.add(Window { from: secs(100), until: ms(100_100) });
    assert_eq!(stays(&facts, life(secs(100), FOREVER)), [(107_005, u64::MAX)], "registered again at 107 s");
}

#[test]
fn a_lost_unregister_is_repeated_after_30_s() {
    let mut facts = facts(1, 1, true);
    facts.nats_away.add(Window { from: secs(200), until: ms(231_000) });
    assert_eq!(stays(&facts, life(secs(100), secs(200))), [(100_055, 260_055)], "at 200, 230 and 260 s");
}

#[test]
fn an_endpoint_that_nobody_registers_again_is_gone_after_120_to_150_s() {
    let mut facts = facts(1, 1, false);
    facts.emitters[0].ends = secs(200);
    // Last heard of at 187 s; routers look at 283, 313, ...
    assert_eq!(stays(&facts, life(secs(100), secs(250))), [(100_055, 313_000)]);
}

#[test]
fn q16_a_tls_endpoint_that_nobody_registers_again_stays() {
    let mut facts = facts(1, 1, true);
    facts.emitters[0].ends = secs(200);
    assert_eq!(stays(&facts, life(secs(100), secs(250))), [(100_055, u64::MAX)]);
}

#[test]
fn nothing_is_pruned_while_nats_is_away() {
    let mut facts = facts(1, 1, false);
    facts.nats_away.add(Window { from: secs(200), until: secs(1_000) });
    assert_eq!(stays(&facts, life(secs(100), FOREVER)), [(100_055, u64::MAX)]);
    facts.rules.suspend_pruning = false;
    let pruned_and_back = [(100_055, 313_000), (1_007_005, u64::MAX)];
    assert_eq!(stays(&facts, life(secs(100), FOREVER)), pruned_and_back);
}

#[test]
fn a_router_that_restarts_has_the_whole_table_before_it_takes_traffic() {
    let mut facts = facts(3, 2, true);
    let window = Window { from: secs(200), until: secs(210) };
    // Every emitter waits up to a fifth of the interval.
    facts.router_away(0, window, |emitter| Span::from_ms(1_999 * emitter as u64));
    for emitter in 0..3 {
        let there = stays(&facts, Life { emitter, ..life(secs(100), FOREVER) });
        assert_eq!(there, [(100_055, 200_000), (210_005 + 1_999 * u64::from(emitter), u64::MAX)]);
        assert!(!facts.takes_traffic(0, ms(there[1].0)), "it has the endpoint before it takes traffic");
    }
    assert!(facts.takes_traffic(0, secs(230)) && facts.takes_traffic(1, secs(200)));
}

#[test]
fn i16_each_emitter_says_what_changes_once_and_all_that_it_knows_every_20_s() {
    let facts = facts(2, 1, true);
    let lives = [life(secs(100), FOREVER), Life { emitter: 1, ..life(secs(101), FOREVER) }];
    let ways = vec![vec![WAY]; 2];
    let messages = Wire { facts: &facts, lives: &lives, ways: &ways }.run(secs(207)).messages;
    // Each its own endpoint only: once at the change, and at 107, 127, 147, 167, 187 s.
    assert_eq!(messages, 2 * (1 + 5));
}

#[test]
fn c3_in_a_rolling_evacuation_the_two_endpoints_overlap_or_not_by_the_order_of_two_emitters() {
    let facts = facts(2, 1, true);
    let there = |new_ms: u64, old_ms: u64| {
        let told = |ms| Some(Span::from_ms(ms));
        // One transaction of the BBS makes the new record RUNNING and removes the evacuating one.
        let old = Life { told_until: told(old_ms), until: secs(300), ..Life::seeded(0) };
        let new = Life { emitter: 1, told_from: told(new_ms), ..life(secs(300), FOREVER) };
        let at = |life: &Life| {
            let mut stays = Vec::new();
            facts.stays(life, 0, WAY, &mut stays);
            stays[0]
        };
        let (old, new) = (at(&old), at(&new));
        i64::try_from(old.until.as_ms()).unwrap() - i64::try_from(new.from.as_ms()).unwrap()
    };
    assert_eq!(there(20, 90), 70, "both are routable");
    assert_eq!(there(90, 20), -70, "for a moment neither is, though the old instance still answers");
}

/// A history in microseconds, so that two things hardly ever happen at once.
#[derive(Debug, Clone)]
struct Plan {
    facts: Facts,
    lives: Vec<Life>,
    ways: Vec<Vec<Span>>,
}

const MINUTE: u64 = 60_000_000;

fn window(longest: u64) -> impl Strategy<Value = Window> {
    (MINUTE..20 * MINUTE, 1..longest)
        .prop_map(|(from, long)| Window { from: Time(from), until: Time(from + long) })
}

fn a_life() -> impl Strategy<Value = Life> {
    let told = || prop::option::weighted(0.8, (0..2_000_000_u64).prop_map(Span));
    let long = prop_oneof![1..200_000_u64, 1..10 * MINUTE, Just(u64::MAX)];
    (0..3_u32, prop::bool::weighted(0.3), 0..15 * MINUTE, long, told(), told()).prop_map(
        |(emitter, seeded, from, long, told_from, told_until)| {
            let from = if seeded { 0 } else { from };
            let until = Time(from.saturating_add(long));
            Life { emitter, seeded, from: Time(from), until, told_from, told_until }
        },
    )
}

prop_compose! {
    fn plan()(
        tls in any::<bool>(),
        suspend_pruning in any::<bool>(),
        phases in prop::collection::vec((0..20_000_000_u64, 0..MINUTE, prop::option::of(0..25 * MINUTE)), 3),
        prunes in prop::collection::vec(0..30_000_000_u64, 2),
        nats_away in prop::collection::vec(window(6 * MINUTE), 0..4),
        router_away in prop::option::of((0..2_usize, window(2 * MINUTE), 0..4_000_000_u64)),
        lives in prop::collection::vec(a_life(), 1..5),
        ways in prop::collection::vec(prop::collection::vec((1..900_000_u64).prop_map(Span), 2), 5),
    ) -> Plan {
        let mut facts = facts(3, 2, tls);
        facts.rules.suspend_pruning = suspend_pruning;
        for (emitter, (register, sync, ends)) in facts.emitters.iter_mut().zip(phases) {
            emitter.register = Cadence::new(Time(register), facts.rules.register);
            emitter.sync = Cadence::new(Time(sync), facts.rules.sync);
            emitter.ends = ends.map_or(FOREVER, Time);
        }
        for (router, prune) in facts.routers.iter_mut().zip(prunes) {
            router.prune = Cadence::new(Time(prune), facts.rules.prune);
        }
        nats_away.into_iter().for_each(|window| facts.nats_away.add(window));
        if let Some((router, window, jitter)) = router_away {
            facts.router_away(router, window, |emitter| Span(jitter / (emitter as u64 + 1)));
        }
        let ways = ways[..lives.len()].to_vec();
        Plan { facts, lives, ways }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    /// The reckoner agrees with the model on every endpoint at every router, whatever is lost.
    #[test]
    fn the_reckoner_says_what_the_model_says(Plan { facts, lives, ways } in plan()) {
        let end = Time(60 * MINUTE);
        let heard = Wire { facts: &facts, lives: &lives, ways: &ways }.run(end);
        for (endpoint, life) in lives.iter().enumerate() {
            for (router, &way) in ways[endpoint].iter().enumerate() {
                let mut reckoned = Vec::new();
                facts.stays(life, router, way, &mut reckoned);
                prop_assert_eq!(&heard.stays[endpoint][router], &reckoned, "endpoint {} at {}", endpoint, router);
            }
        }
    }

    /// While emitters and NATS are there, a router has what the BBS wants after one sync, one registration and the way, and
    /// nothing else.
    #[test]
    fn tables_follow_the_bbs(mut lives in prop::collection::vec(a_life(), 1..5), tls in any::<bool>()) {
        let facts = facts(3, 1, tls);
        for life in &mut lives {
            life.until = if life.until == FOREVER { FOREVER } else { life.until.max(life.from + Span(2 * MINUTE)) };
        }
        for life in &lives {
            let mut stays = Vec::new();
            facts.stays(life, 0, WAY, &mut stays);
            prop_assert_eq!(stays.len(), 1);
            let late = facts.rules.sync + WAY;
            prop_assert!(stays[0].from <= life.from + late);
            prop_assert!(stays[0].until >= life.until && stays[0].until <= life.until + late);
        }
    }
}
