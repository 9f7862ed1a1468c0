//! Transfers through two links: one that all share, and one of their own cell (G, B.11).
//!
//! The shares are max-min fair. Every transfer gets the same of the shared link, the **level**, unless its cell lets less
//! through; what such a cell leaves is there for the others. Cells that the shared link limits go by one clock, so a
//! change of the level moves none of their transfers. A cell that its own link limits has a clock of its own. It changes
//! between the two with all that it transfers, so a change costs a few steps in ordered sets, however much is under way.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeSet, BinaryHeap};

use rivera_model::{CellIx, Span, Time};

use crate::sharing::fair_share::{Clock, Entry, Look, TOLERANCE_US, micros, whole_micros};

/// Bytes a second. Whole ones, so that sums are exact.
pub(crate) type BytesPerS = u64;

/// Transfers, and what limits them.
#[derive(Debug, Clone)]
pub(crate) struct Links<J> {
    /// What a transfer gets that nothing limits.
    connection: BytesPerS,
    /// What each transfer gets that its cell does not limit.
    level: BytesPerS,
    clock: Clock,
    lines: Vec<Line<J>>,
    by_shared: Class,
    by_own: Class,
    entered: u64,
    time: TransferTime,
    look: Look,
}

/// How long transfers have been under way in all, in microseconds, and what they were limited by.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct TransferTime {
    pub(crate) all_us: f64,
    /// In which the link of their cell gave them less than the shared one would have.
    pub(crate) by_own_us: f64,
    /// In which the shared link gave them less than a connection.
    pub(crate) by_shared_us: f64,
    until: Time,
}

/// The link of one cell, and what goes through it.
#[derive(Debug, Clone)]
struct Line<J> {
    /// By the reading of the cell's clock at which each is done.
    transfers: BinaryHeap<Reverse<Entry<J>>>,
    /// What the cell lets through for each.
    cap: BytesPerS,
    pace: Pace,
    due: Option<Due>,
}

/// The clock of a cell.
#[derive(Debug, Clone)]
enum Pace {
    /// The shared link limits it: its clock is the shared one, less this.
    Shared { behind_us: f64 },
    /// Its own link does.
    Own(Clock),
}

/// The cells that are limited by the same.
#[derive(Debug, Clone, Default)]
struct Class {
    /// Their next transfers that are done: by the shared clock, or by the time.
    due: BTreeSet<Due>,
    /// Their caps, as far as those can make them change their class.
    caps: BTreeSet<(BytesPerS, CellIx)>,
    /// Their transfers.
    transfers: u64,
    /// The sum of the transfers' caps.
    capped: BytesPerS,
}

/// When the next transfer of a cell is done.
#[derive(Debug, Clone, Copy)]
struct Due {
    at_us: f64,
    entered: u64,
    cell: CellIx,
}

impl<J> Links<J> {
    /// No transfers of so many cells, each of which gets `connection` if nothing limits it.
    pub(crate) fn new(cells: usize, connection: BytesPerS) -> Self {
        Self {
            connection,
            level: connection,
            clock: Clock::new(0.0, Time::ZERO, 1.0),
            lines: std::iter::repeat_with(|| Line::idle(connection)).take(cells).collect(),
            by_shared: Class::default(),
            by_own: Class::default(),
            entered: 0,
            time: TransferTime::default(),
            look: Look::default(),
        }
    }

    /// How long transfers have been under way until the last change, and what they were limited by.
    pub(crate) fn time(&self) -> TransferTime {
        self.time
    }

    /// What goes through the shared link now.
    pub(crate) fn bytes_per_s(&self) -> BytesPerS {
        self.by_own.capped + self.level * self.by_shared.transfers
    }

    /// How fast a transfer goes that its cell does not limit: 1 is undisturbed.
    pub(crate) fn shared_speed(&self) -> f64 {
        self.clock.speed
    }

    /// How fast its own link lets a cell's transfers go: 1 is undisturbed.
    pub(crate) fn own_speed(&self, cell: CellIx) -> f64 {
        share(self.lines[cell.index()].cap, self.connection)
    }

    /// How many transfers a cell has.
    pub(crate) fn transfers_of(&self, cell: CellIx) -> u32 {
        u32::try_from(self.lines[cell.index()].transfers.len()).expect("few transfers of a cell")
    }

    /// Adds a transfer that takes `work` when undisturbed. [`Links::settle`] has to follow.
    pub(crate) fn enter(&mut self, now: Time, cell: CellIx, work: Span, job: J) {
        let done_us = self.reading_us(cell, now) + micros(work);
        self.entered += 1;
        let entered = self.entered;
        self.take_out(cell);
        self.lines[cell.index()].transfers.push(Reverse(Entry { done_us, entered, job }));
        self.put_in(cell, now);
    }

    /// Takes the next transfer that is done by `now`; of several the one that was to be done first, those of cells
    /// that the shared link limits before the others. [`Links::settle`] has to follow.
    pub(crate) fn pop_done(&mut self, now: Time) -> Option<J> {
        self.pass_to(now);
        let by_shared = (self.by_shared.due.first(), self.clock.reading_us);
        let by_own = (self.by_own.due.first(), micros(now.since(Time::ZERO)));
        let is_done = |(due, reading_us): (Option<&Due>, f64)| {
            due.filter(|due| due.at_us <= reading_us + TOLERANCE_US).map(|due| due.cell)
        };
        let cell = is_done(by_shared).or_else(|| is_done(by_own))?;
        self.take_out(cell);
        let done = self.lines[cell.index()].transfers.pop();
        self.put_in(cell, now);
        done.map(|Reverse(entry)| entry.job)
    }

    /// Takes out the transfers of which `is_cut` is true, in the order in which they came. [`Links::settle`] has to follow.
    pub(crate) fn cut(&mut self, now: Time, is_cut: impl Fn(&J) -> bool) -> Vec<J> {
        let mut cut = Vec::new();
        for cell in (0..).map(CellIx).take(self.lines.len()) {
            self.cut_from(cell, now, &is_cut, &mut cut);
        }
        cut.sort_unstable_by_key(|entry| entry.entered);
        cut.into_iter().map(|entry| entry.job).collect()
    }

    /// Drops all transfers of a cell. [`Links::settle`] has to follow.
    pub(crate) fn drop_all_of(&mut self, cell: CellIx, now: Time) {
        self.cut_from(cell, now, |_| true, &mut Vec::new());
    }

    fn cut_from(&mut self, cell: CellIx, now: Time, is_cut: impl Fn(&J) -> bool, cut: &mut Vec<Entry<J>>) {
        if self.transfers_of(cell) == 0 {
            return;
        }
        self.pass_to(now);
        self.take_out(cell);
        let line = &mut self.lines[cell.index()];
        let transfers = std::mem::take(&mut line.transfers).into_iter();
        let (gone, kept): (Vec<_>, Vec<_>) = transfers.partition(|Reverse(entry)| is_cut(&entry.job));
        line.transfers = kept.into();
        cut.extend(gone.into_iter().map(|Reverse(entry)| entry));
        self.put_in(cell, now);
    }

    /// From `now` on a cell lets `cap` through for each of its transfers: above 0, and at most a connection. True if that
    /// is something new: then [`Links::settle`] has to follow.
    pub(crate) fn limit_cell(&mut self, now: Time, cell: CellIx, cap: BytesPerS) -> bool {
        debug_assert!((1..=self.connection).contains(&cap), "a cap of {cap}");
        if self.lines[cell.index()].cap == cap {
            return false;
        }
        self.pass_to(now);
        self.take_out(cell);
        let speed = share(cap, self.connection);
        let line = &mut self.lines[cell.index()];
        line.cap = cap;
        if let Pace::Own(clock) = &mut line.pace {
            clock.set_speed(now, speed);
        }
        self.put_in(cell, now);
        true
    }

    /// Shares what the shared link lets through: `able` in all, and at most `limit` for each.
    pub(crate) fn settle(&mut self, now: Time, able: BytesPerS, limit: BytesPerS) {
        self.pass_to(now);
        let limit = limit.clamp(1, self.connection);
        // In this loop the level only rises, so no cell changes back and forth.
        loop {
            self.level = self.fair_level(able).clamp(1, limit);
            if let Some(&(cap, cell)) = self.by_shared.caps.first()
                && cap < self.level
            {
                self.change_pace(cell, now);
            } else if let Some(&(cap, cell)) = self.by_own.caps.last()
                && cap >= self.level
            {
                self.change_pace(cell, now);
            } else {
                break;
            }
        }
        let speed = share(self.level, self.connection);
        if self.clock.speed.to_bits() != speed.to_bits() {
            self.clock.set_speed(now, speed);
        }
    }

    /// What the cells that their own links limit leave, for each of the other transfers.
    fn fair_level(&self, able: BytesPerS) -> BytesPerS {
        let left = able.saturating_sub(self.by_own.capped);
        match left.checked_div(self.by_shared.transfers) {
            Some(level) => level,
            // Nobody is left to share it; if there is none too much has been given away.
            None if self.by_own.capped <= able => BytesPerS::MAX,
            None => 0,
        }
    }

    /// When somebody has to look for transfers that are done, if nobody is going to by then.
    pub(crate) fn next_look(&mut self, now: Time) -> Option<Time> {
        let by_shared = self.by_shared.due.first().map(|due| self.clock.shows_at(due.at_us, now));
        let by_own = self.by_own.due.first().map(|due| (Time::ZERO + whole_micros(due.at_us)).max(now));
        let at = by_shared.into_iter().chain(by_own).min()?;
        self.look.promise(now, at)
    }

    /// The other of the two limits a cell from now on.
    fn change_pace(&mut self, cell: CellIx, now: Time) {
        self.take_out(cell);
        let reading_us = self.reading_us(cell, now);
        let shared_us = self.clock.reading_us;
        let connection = self.connection;
        let line = &mut self.lines[cell.index()];
        line.pace = match line.pace {
            Pace::Shared { .. } => Pace::Own(Clock::new(reading_us, now, share(line.cap, connection))),
            Pace::Own(_) => Pace::Shared { behind_us: shared_us - reading_us },
        };
        self.put_in(cell, now);
    }

    fn reading_us(&mut self, cell: CellIx, now: Time) -> f64 {
        self.pass_to(now);
        let shared_us = self.clock.reading_us;
        match &mut self.lines[cell.index()].pace {
            Pace::Shared { behind_us } => shared_us - *behind_us,
            Pace::Own(clock) => clock.read(now),
        }
    }

    /// Time goes on, with all as it is.
    #[expect(clippy::cast_precision_loss, reason = "transfers are far fewer than 2^53")]
    fn pass_to(&mut self, now: Time) {
        let passed_us = micros(now.since(self.time.until));
        let (by_own, by_shared) = (self.by_own.transfers as f64, self.by_shared.transfers as f64);
        let time = &mut self.time;
        time.until = now;
        time.all_us += passed_us * (by_own + by_shared);
        time.by_own_us += passed_us * by_own;
        time.by_shared_us += if self.level < self.connection { passed_us * by_shared } else { 0.0 };
        self.clock.read(now);
    }

    /// Takes a cell out of its class, as long as something about it changes.
    fn take_out(&mut self, cell: CellIx) {
        let line = &mut self.lines[cell.index()];
        let class = match line.pace {
            Pace::Shared { .. } => &mut self.by_shared,
            Pace::Own(_) => &mut self.by_own,
        };
        if let Some(due) = line.due.take() {
            let transfers = line.transfers.len() as u64;
            class.due.remove(&due);
            class.caps.remove(&(line.cap, cell));
            class.transfers -= transfers;
            class.capped -= line.cap * transfers;
        }
    }

    /// Puts a cell into its class, if it transfers anything.
    fn put_in(&mut self, cell: CellIx, now: Time) {
        let connection = self.connection;
        let line = &mut self.lines[cell.index()];
        let Some(Reverse(next)) = line.transfers.peek() else {
            // The room of its transfers is kept: the next will come.
            *line = Line { transfers: std::mem::take(&mut line.transfers), ..Line::idle(connection) };
            return;
        };
        let (class, at_us) = match &mut line.pace {
            Pace::Shared { behind_us } => (&mut self.by_shared, next.done_us + *behind_us),
            Pace::Own(clock) => {
                let left_us = (next.done_us - clock.read(now)).max(0.0) / clock.speed;
                (&mut self.by_own, micros(now.since(Time::ZERO)) + left_us)
            }
        };
        let due = Due { at_us, entered: next.entered, cell };
        let transfers = line.transfers.len() as u64;
        line.due = Some(due);
        class.due.insert(due);
        class.transfers += transfers;
        class.capped += line.cap * transfers;
        // No level is above a connection: a shared cell that lets that through never changes.
        if line.cap < connection || matches!(line.pace, Pace::Own(_)) {
            class.caps.insert((line.cap, cell));
        }
    }
}

impl<J> Line<J> {
    fn idle(connection: BytesPerS) -> Self {
        Self {
            transfers: BinaryHeap::new(),
            cap: connection,
            pace: Pace::Shared { behind_us: 0.0 },
            due: None,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "links carry far less than 2^53 bytes a second")]
fn share(part: BytesPerS, whole: BytesPerS) -> f64 {
    part as f64 / whole as f64
}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Due {}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Due {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_time = self.at_us.total_cmp(&other.at_us);
        by_time.then(self.entered.cmp(&other.entered)).then(self.cell.cmp(&other.cell))
    }
}

#[cfg(test)]
#[path = "links_tests.rs"]
mod tests;
