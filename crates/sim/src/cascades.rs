//! Which crashes are one cascade (I-8, B.11).
//!
//! An instance that crashed is started again: twice at once, then by convergence after a back-off that doubles from 30 s to
//! 16 min (C.4, C.6). However long that is, the start is a consequence of the crash, and it meets those of all others that
//! crashed with it. So a cascade goes on until every instance that crashed in it runs again, and for [`QUIET`] more; a crash
//! that comes before that belongs to it, of whatever instance.
//!
//! What is never healthy, or finds no room, would keep a cascade open without end. An instance that has not run for
//! [`GIVEN_UP_AFTER`] since its first crash is not waited for any longer. What crashes of it from then on counts in a cascade that
//! goes on because of others, and neither begins nor prolongs one.

use std::collections::{BTreeSet, VecDeque};

use rivera_model::{CellIx, Span, Time};

use crate::outcome::cascade::{Cascade, FirstCrash};

/// So many crashes are a cascade. An instance that is never healthy crashes by itself up to eight times before it is given up:
/// three times before the first back-off, and after those of 30 s, 1, 2, 4 and 8 min (C.4). More are not of one instance.
pub(crate) const CASCADE_CRASHES: u64 = 10;
/// The last start of a cascade slowed those beside it. Those have a start timeout of 60 s, and the instances that run are checked
/// each 30 s (B.11): what crashes later does not crash of it.
const QUIET: Span = Span::from_secs(60);
/// Until then an instance has had eight starts, as many as come before the longest back-off: 15.5 min of back-offs, five waits
/// of up to 30 s for convergence, and a start timeout of 60 s for each (C.4, C.6, B.11). The longest back-off alone takes longer
/// than what is left.
const GIVEN_UP_AFTER: Span = Span::from_secs(30 * 60);

/// The crashes of a run so far, as cascades.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cascades {
    all: Vec<Crashes>,
    /// By the positions of the instances; those behind the end have not crashed.
    members: Vec<Member>,
    /// Instances that crashed, in the order of their first crash; those that ran again since are told by `members`.
    queue: VecDeque<(Time, u32)>,
    /// Instances that are waited for.
    awaited: u32,
    /// When an instance that was waited for crashed, ran again or was given up, the last time.
    stirred: Time,
}

/// What an instance is to the cascades.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Member {
    /// It has not crashed, or ran again.
    #[default]
    None,
    /// It crashed first at that time, in the last cascade.
    Awaited(Time),
    /// It has been down for too long since it crashed in that cascade.
    GivenUp(usize),
}

/// Crashes of one cascade, be they many or few.
#[derive(Debug, Clone)]
struct Crashes {
    began: Time,
    last: Time,
    number: u64,
    running_hit: u64,
    cells: BTreeSet<CellIx>,
    /// Instances of it that do not run again yet.
    not_back: u32,
    first: FirstCrash,
}

/// Who crashed where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Crash {
    /// The position of the instance among all.
    pub(crate) slot: u32,
    pub(crate) cell: CellIx,
    /// Whether it ran.
    pub(crate) ran: bool,
}

impl Cascades {
    /// An instance crashed; `first` tells of the foundation, if this begins something new.
    pub(crate) fn count(&mut self, now: Time, crash: Crash, first: impl FnOnce() -> FirstCrash) {
        self.give_up(now);
        let position = crash.slot as usize;
        if self.members.len() <= position {
            self.members.resize(position + 1, Member::None);
        }
        let member = self.members[position];
        let is_new = member == Member::None;
        if matches!(member, Member::GivenUp(_)) {
            if self.is_over(now) {
                return;
            }
        } else {
            if self.is_over(now) {
                let (began, cells) = (now, BTreeSet::new());
                let nothing = Crashes {
                    began,
                    last: now,
                    number: 0,
                    running_hit: 0,
                    cells,
                    not_back: 0,
                    first: first(),
                };
                self.all.push(nothing);
            }
            self.stirred = now;
        }
        if is_new {
            self.members[position] = Member::Awaited(now);
            self.queue.push_back((now, crash.slot));
            self.awaited += 1;
        }
        if let Some(it) = self.all.last_mut() {
            it.last = now;
            it.number += 1;
            it.running_hit += u64::from(crash.ran);
            it.cells.insert(crash.cell);
            it.not_back += u32::from(is_new);
        }
    }

    /// An instance runs, or need not run any longer.
    pub(crate) fn is_back(&mut self, slot: u32, now: Time) {
        let Some(member) = self.members.get_mut(slot as usize) else { return };
        let of = match std::mem::take(member) {
            Member::None => return,
            Member::Awaited(_) => {
                self.awaited -= 1;
                self.stirred = now;
                self.all.len() - 1
            }
            Member::GivenUp(of) => of,
        };
        self.all[of].not_back -= 1;
    }

    /// Instances that have been down for too long are not waited for.
    fn give_up(&mut self, now: Time) {
        while let Some(&(since, slot)) = self.queue.front() {
            let member = &mut self.members[slot as usize];
            let is_awaited = *member == Member::Awaited(since);
            if is_awaited && now.since(since) < GIVEN_UP_AFTER {
                break;
            }
            if is_awaited {
                *member = Member::GivenUp(self.all.len() - 1);
                self.awaited -= 1;
                self.stirred = self.stirred.max(since + GIVEN_UP_AFTER);
            }
            self.queue.pop_front();
        }
    }

    /// Whether a crash at `now` of an instance that ran would be no consequence of those before.
    fn is_over(&self, now: Time) -> bool {
        self.all.is_empty() || self.awaited == 0 && now.since(self.stirred) > QUIET
    }

    /// Those that were large enough, with times from `began`, of a run that ended at `ended`. What would have followed had it
    /// gone on is not known, unless `all_run`: nothing is left that could start and crash.
    pub(crate) fn between(mut self, began: Time, ended: Time, all_run: bool) -> Vec<Cascade> {
        self.give_up(ended);
        let is_last_over = all_run || self.is_over(ended);
        let last = self.all.len().saturating_sub(1);
        let large = self.all.into_iter().enumerate().filter(|(_, it)| it.number >= CASCADE_CRASHES);
        large
            .map(|(number, it)| Cascade {
                began_s: it.began.since(began).as_secs_f64(),
                ended_s: it.last.since(began).as_secs_f64(),
                crashes: it.number,
                running_hit: it.running_hit,
                cells: u32::try_from(it.cells.len()).expect("fewer cells than u32::MAX"),
                not_back: it.not_back,
                died_out: it.not_back == 0 && (number < last || is_last_over),
                first: it.first,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::cascade::tests::first;

    fn at(secs: u64) -> Time {
        Time::from_ms(secs * 1_000)
    }

    /// An instance crashes, on one of three cells; those of even numbers ran.
    fn crash(cascades: &mut Cascades, secs: u64, slot: u32) {
        cascades.count(at(secs), Crash { slot, cell: CellIx(slot % 3), ran: slot.is_multiple_of(2) }, first);
    }

    /// First and last crash, and how many, of the cascades of a roll-out that began at 60 s.
    fn spans(cascades: &Cascades, ended: u64) -> Vec<(f64, f64, u64)> {
        let all = cascades.clone().between(at(60), at(ended), false);
        all.iter().map(|it| (it.began_s, it.ended_s, it.crashes)).collect()
    }

    #[test]
    fn crashes_are_one_cascade_until_a_minute_after_its_last_instance_runs_again() {
        let mut cascades = Cascades::default();
        (0..12).for_each(|slot| crash(&mut cascades, 100, slot));
        (0..12).for_each(|slot| cascades.is_back(slot, at(110 + u64::from(slot))));
        crash(&mut cascades, 181, 12);
        cascades.is_back(12, at(190));
        (0..10).for_each(|slot| crash(&mut cascades, 251, slot));
        assert_eq!(spans(&cascades, 300), [(40.0, 121.0, 13), (191.0, 191.0, 10)]);
        let [old, new] = &*cascades.clone().between(at(60), at(300), false) else { panic!("two") };
        assert_eq!((old.running_hit, old.cells, old.not_back, old.died_out), (7, 3, 0, true));
        assert_eq!((new.running_hit, new.cells, new.not_back, new.died_out), (5, 3, 10, false));
        (0..10).for_each(|slot| cascades.is_back(slot, at(300)));
        let died_out =
            |ended, all_run| cascades.clone().between(at(60), at(ended), all_run).pop().unwrap().died_out;
        assert_eq!([360, 361].map(|ended| died_out(ended, false)), [false, true]);
        assert!(died_out(300, true), "nothing is left that could crash");
    }

    #[test]
    fn c4_a_restart_after_the_longest_back_offs_is_of_the_cascade_and_so_is_what_it_meets() {
        let mut cascades = Cascades::default();
        (0..9).for_each(|slot| crash(&mut cascades, 100, slot));
        (1..9).for_each(|slot| cascades.is_back(slot, at(105)));
        // The back-off of the seventh crash alone is 8 min. Instance 20 had nothing to do with it before.
        for secs in [105, 110, 170, 260, 410, 680, 1_190] {
            crash(&mut cascades, secs, 0);
        }
        crash(&mut cascades, 1_200, 20);
        assert_eq!(spans(&cascades, 1_300), [(40.0, 1_140.0, 17)]);
    }

    #[test]
    fn c4_an_instance_that_is_never_healthy_is_no_cascade_and_is_not_waited_for_without_end() {
        let mut cascades = Cascades::default();
        // As fast as the back-offs let it: a start that fails at once.
        let mut secs = 100;
        for back_off in [0, 0, 30, 60, 120, 240, 480, 960, 960, 960, 960] {
            crash(&mut cascades, secs, 0);
            secs += back_off;
        }
        assert_eq!(spans(&cascades, 4_000), []);
        assert_eq!(cascades.all[0].number, 8);
        // It counts among others, which it does not hold together.
        (1..11).for_each(|slot| crash(&mut cascades, 10_000, slot));
        (1..11).for_each(|slot| cascades.is_back(slot, at(10_010)));
        crash(&mut cascades, 10_070, 0);
        crash(&mut cascades, 10_071, 0);
        (1..11).for_each(|slot| crash(&mut cascades, 10_072, slot));
        assert_eq!(spans(&cascades, 10_100), [(9_940.0, 10_010.0, 11), (10_012.0, 10_012.0, 10)]);
        // Once it has run it is as any other.
        cascades.is_back(0, at(10_073));
        crash(&mut cascades, 10_074, 0);
        assert_eq!(spans(&cascades, 10_100)[1], (10_012.0, 10_014.0, 11));
    }

    #[test]
    fn a_cascade_whose_instances_are_given_up_ends_but_has_not_died_out() {
        let mut cascades = Cascades::default();
        (0..10).for_each(|slot| crash(&mut cascades, 100, slot));
        (1..10).for_each(|slot| cascades.is_back(slot, at(200)));
        (10..20).for_each(|slot| crash(&mut cascades, 1_899, slot));
        (10..20).for_each(|slot| cascades.is_back(slot, at(1_950)));
        (10..20).for_each(|slot| crash(&mut cascades, 2_011, slot));
        assert_eq!(spans(&cascades, 2_011), [(40.0, 1_839.0, 20), (1_951.0, 1_951.0, 10)]);
        let not_back = |cascades: &Cascades| {
            let all = cascades.clone().between(at(60), at(9_000), true);
            all.iter().map(|it| (it.not_back, it.died_out)).collect::<Vec<_>>()
        };
        assert_eq!(not_back(&cascades), [(1, false), (10, false)]);
        (0..20).for_each(|slot| cascades.is_back(slot, at(2_100)));
        assert_eq!(not_back(&cascades), [(0, true), (0, true)]);
    }
}
