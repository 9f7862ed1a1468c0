//! Routes over time: at some moments, how many endpoints the routers lack, and how many they still have in vain.

use rivera_model::Time;

use super::facts::Stay;

/// What the tables of all routers lack, and have too much, at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct TablesAt {
    /// Instances that answer, and that some router does not have.
    pub(crate) missing: u32,
    /// Instances that no longer answer, and that some router still has.
    pub(crate) dead: u32,
}

/// Counts of endpoints at moments in ascending order. An endpoint costs two searches for each of its spans, not a look at each moment.
#[derive(Debug, Clone)]
pub(super) struct TableCourse {
    moments: Vec<Time>,
    /// By moment, how many more there are than at the one before.
    missing: Vec<i64>,
    dead: Vec<i64>,
    /// Where every router looked at so far has the endpoint that is added, and where the next does, too.
    everywhere: Vec<Stay>,
    narrowed: Vec<Stay>,
}

impl TableCourse {
    pub(super) fn new(moments: Vec<Time>) -> Self {
        let none = vec![0; moments.len() + 1];
        let (everywhere, narrowed) = (Vec::new(), Vec::new());
        Self { moments, missing: none.clone(), dead: none, everywhere, narrowed }
    }

    /// Adds an endpoint that answers in `life`, with its stays at each router, which are in order.
    pub(super) fn add<'a>(&mut self, life: Stay, routers: impl Iterator<Item = &'a [Stay]>) {
        if self.moments.is_empty() {
            return;
        }
        let Self { moments, missing, dead, everywhere, narrowed } = self;
        everywhere.clear();
        everywhere.push(life);
        let mut gone = life.until;
        for stays in routers {
            gone = stays.last().map_or(gone, |last| gone.max(last.until));
            narrowed.clear();
            narrowed.extend(common(everywhere, stays));
            std::mem::swap(everywhere, narrowed);
        }
        let from = position(moments, 0, life.from);
        let until = position(moments, from, life.until);
        count(missing, from, until, 1);
        for stay in everywhere {
            let from = position(moments, from, stay.from);
            count(missing, from, position(moments, from, stay.until), -1);
        }
        count(dead, until, position(moments, until, gone), 1);
    }

    /// The counts at each moment.
    pub(super) fn counts(&self) -> Vec<TablesAt> {
        let sums = |changes: &[i64]| {
            let mut sum = 0;
            let sums = changes.iter().map(|change| {
                sum += change;
                u32::try_from(sum).expect("endpoints are counted once each")
            });
            sums.collect::<Vec<u32>>()
        };
        let both = sums(&self.missing).into_iter().zip(sums(&self.dead));
        both.take(self.moments.len()).map(|(missing, dead)| TablesAt { missing, dead }).collect()
    }
}

/// The first position from `from` on whose moment is not before a time. Mostly that is `from` itself.
fn position(moments: &[Time], from: usize, time: Time) -> usize {
    let rest = &moments[from..];
    if rest.first().is_none_or(|&moment| moment >= time) {
        return from;
    }
    from + rest.partition_point(|&moment| moment < time)
}

/// Counts at the moments between two positions.
fn count(changes: &mut [i64], from: usize, until: usize, by: i64) {
    if from < until {
        changes[from] += by;
        changes[until] -= by;
    }
}

/// What is in both. Each is in order.
fn common<'a>(some: &'a [Stay], others: &'a [Stay]) -> impl Iterator<Item = Stay> + 'a {
    let pairs = some.iter().flat_map(|it| others.iter().map(move |other| (it, other)));
    let both = pairs.map(|(a, b)| Stay { from: a.from.max(b.from), until: a.until.min(b.until) });
    both.filter(|stay| stay.from < stay.until)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Spans of seconds that do not overlap, in order.
    fn stays() -> impl Strategy<Value = Vec<Stay>> {
        prop::collection::btree_set(0_u64..40, 0..6).prop_map(|bounds| {
            let bounds: Vec<Time> = bounds.into_iter().map(Time).collect();
            bounds.chunks_exact(2).map(|pair| Stay { from: pair[0], until: pair[1] }).collect()
        })
    }

    fn lives() -> impl Strategy<Value = Vec<(u64, u64, Vec<Vec<Stay>>)>> {
        prop::collection::vec((0_u64..30, 1_u64..10, prop::collection::vec(stays(), 2)), 0..8)
    }

    proptest! {
        /// Against a look at every endpoint at every moment.
        #[test]
        fn counts_are_those_of_a_look_at_each_endpoint(lives in lives()) {
            let mut course = TableCourse::new((0..45).map(Time).collect());
            for (from, lasts, routers) in &lives {
                let life = Stay { from: Time(*from), until: Time(from + lasts) };
                course.add(life, routers.iter().map(Vec::as_slice));
            }
            let has = |stays: &[Stay], at| stays.iter().any(|stay| stay.from <= at && at < stay.until);
            for (at, found) in (0..45).zip(course.counts()) {
                let missing = lives.iter().filter(|(from, lasts, routers)| {
                    (*from..from + lasts).contains(&at) && !routers.iter().all(|stays| has(stays, Time(at)))
                });
                // Between two stays after its end it counts on, until the last router has dropped it.
                let dead = lives.iter().filter(|(from, lasts, routers)| {
                    let gone = routers.iter().flatten().map(|stay| stay.until).max();
                    at >= from + lasts && gone.is_some_and(|gone| Time(at) < gone)
                });
                let expected = (missing.count(), dead.count());
                prop_assert_eq!((found.missing as usize, found.dead as usize), expected, "at {}", at);
            }
        }
    }
}
