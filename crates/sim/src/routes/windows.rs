//! Spans of time in which something is away.

use rivera_model::Time;

/// The end of what does not end.
pub(crate) const FOREVER: Time = Time(u64::MAX);

/// A span of time, its end not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) from: Time,
    pub(crate) until: Time,
}

/// Windows that do not touch each other, in their order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Windows(Vec<Window>);

impl Windows {
    /// Adds a window; one that meets others is joined with them.
    pub(crate) fn add(&mut self, mut window: Window) {
        if window.from >= window.until {
            return;
        }
        self.0.retain(|known| {
            let meets = known.from <= window.until && window.from <= known.until;
            if meets {
                window = Window { from: known.from.min(window.from), until: known.until.max(window.until) };
            }
            !meets
        });
        let position = self.0.partition_point(|known| known.from < window.from);
        self.0.insert(position, window);
    }

    /// The window that covers a moment.
    pub(crate) fn at(&self, time: Time) -> Option<Window> {
        let after = self.0.partition_point(|window| window.from <= time);
        self.0[..after].last().copied().filter(|window| time < window.until)
    }

    /// The first window that begins after a moment.
    pub(crate) fn after(&self, time: Time) -> Option<Window> {
        self.0.get(self.0.partition_point(|window| window.from <= time)).copied()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Window> {
        self.0.iter().copied()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_that_meet_are_one() {
        let mut windows = Windows::default();
        for (from, until) in [(10, 20), (40, 50), (30, 35), (18, 31), (60, 60)] {
            windows.add(Window { from: Time(from), until: Time(until) });
        }
        let spans: Vec<(u64, u64)> = windows.iter().map(|window| (window.from.0, window.until.0)).collect();
        assert_eq!(spans, [(10, 35), (40, 50)]);
        assert_eq!(windows.at(Time(35)), None);
        assert_eq!(windows.at(Time(34)).map(|window| window.until), Some(Time(35)));
        assert_eq!(windows.after(Time(10)).map(|window| window.from), Some(Time(40)));
    }
}
