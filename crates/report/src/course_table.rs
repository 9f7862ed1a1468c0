//! The course of one run for a terminal: what stood how at a few moments.

use rivera_sim::Sample;

use crate::figures::{count, duration};
use crate::grid::{Emphasis, Grid};
use crate::terminal::Terminal;

/// Samples of a run, at most so many, at even distances from the first to the last.
#[must_use]
pub fn course_table(course: &[Sample], most: usize, terminal: Terminal) -> String {
    let headings =
        ["after", "cells\nin service", "cells\ndraining", "cells\nupdating", "instances\nstarting"]
            .into_iter()
            .chain(["instances\nwaiting", "to be\nmoved", "down"]);
    let mut grid = Grid::of_numbers(1, headings.map(str::to_owned).collect());
    for sample in evenly(course, most) {
        let numbers = [
            sample.cells_in_service,
            sample.cells_evacuating,
            sample.cells_updating + sample.cells_starting,
            sample.starting,
            sample.waiting,
            sample.evacuating,
            sample.down,
        ];
        let cells = std::iter::once(duration(sample.t_s)).chain(numbers.map(count));
        grid.row(Emphasis::Plain, cells.collect());
    }
    grid.render(terminal)
}

fn evenly<T>(all: &[T], most: usize) -> impl Iterator<Item = &T> {
    let last = all.len().saturating_sub(1);
    let rows = most.min(all.len());
    (0..rows).filter_map(move |row| all.get(row * last / (rows - 1).max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_are_among_those_at_even_distances() {
        let all: Vec<u32> = (0..11).collect();
        assert_eq!(evenly(&all, 3).collect::<Vec<_>>(), [&0, &5, &10]);
        assert_eq!(evenly(&all, 100).count(), 11);
        assert_eq!(evenly(&all, 1).collect::<Vec<_>>(), [&0]);
        assert_eq!(evenly(&[0; 0], 3).count(), 0);
    }

    #[test]
    fn a_row_says_what_stood_how_at_its_moment() {
        let sample = Sample { t_s: 600.0, cells_in_service: 31, cells_evacuating: 8, ..Sample::default() };
        let text = course_table(&[Sample::default(), sample], 12, Terminal::PLAIN);
        let row: Vec<&str> = text.lines().last().unwrap_or_default().split_whitespace().collect();
        assert_eq!(row, ["10m", "31", "8", "0", "0", "0", "0", "0"]);
    }
}
