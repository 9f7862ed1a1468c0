//! A table for a terminal that never wraps a cell: what is too wide continues in a further table below.

use comfy_table::{Attribute, Cell, CellAlignment, Color, ContentArrangement, LineStyle, Table, TableStyle};

use crate::terminal::Terminal;

const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// Blanks between two columns: the padding of a cell, and the place of a line that is not drawn.
const GAP: usize = 2;

/// No column is made narrower than this.
const LEAST_WIDTH: usize = 16;

/// How a row is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Emphasis {
    /// As it is.
    Plain,
    /// The row that matters most.
    Strong,
    /// A row that only adds to the one above.
    Faint,
}

/// A table whose first columns, the keys, are repeated wherever it continues.
pub(crate) struct Grid {
    headings: Vec<String>,
    keys: usize,
    alignment: CellAlignment,
    rows: Vec<(Emphasis, Vec<String>)>,
}

impl Grid {
    /// A table of numbers: all columns are aligned to the right.
    pub(crate) fn of_numbers(keys: usize, headings: Vec<String>) -> Self {
        Self { headings, keys, alignment: CellAlignment::Right, rows: Vec::new() }
    }

    /// A table of words.
    pub(crate) fn of_words(keys: usize, headings: &[&str]) -> Self {
        let headings = headings.iter().map(ToString::to_string).collect();
        Self { headings, keys, alignment: CellAlignment::Left, rows: Vec::new() }
    }

    /// Adds a row, which has a cell for each heading.
    pub(crate) fn row(&mut self, emphasis: Emphasis, cells: Vec<String>) {
        self.rows.push((emphasis, cells));
    }

    /// Whether no row was added.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether one table is enough.
    pub(crate) fn fits(&self, terminal: Terminal) -> bool {
        (0..self.headings.len()).map(|column| self.width(column)).sum::<usize>() <= terminal.width
    }

    /// The table, or several of them with a blank line between. Ends with a line break.
    pub(crate) fn render(&self, terminal: Terminal) -> String {
        let grid = self.narrowed(terminal.width);
        let tables: Vec<String> =
            grid.split(terminal.width).iter().map(|columns| grid.table(columns, terminal)).collect();
        tables.join("\n")
    }

    /// The first of the tables, with the columns that matter most.
    pub(crate) fn render_first(&self, terminal: Terminal) -> String {
        let grid = self.narrowed(terminal.width);
        grid.split(terminal.width).first().map(|columns| grid.table(columns, terminal)).unwrap_or_default()
    }

    /// With long cells in several lines, so that the keys fit beside each of the other columns.
    fn narrowed(&self, width: usize) -> Self {
        let mut widths: Vec<usize> = (0..self.headings.len()).map(|column| self.width(column)).collect();
        let (keys, others) = widths.split_at_mut(self.keys);
        let keys_width: usize = keys.iter().sum();
        let limit = width.saturating_sub(keys_width.min(width / 2)).max(LEAST_WIDTH);
        others.iter_mut().for_each(|other| *other = (*other).min(limit));
        let excess = (keys_width + others.iter().max().copied().unwrap_or(0)).saturating_sub(width);
        if let Some(key) = keys.iter_mut().max() {
            *key = key.saturating_sub(excess).max(LEAST_WIDTH).min(*key);
        }
        let in_lines = |cells: &[String]| {
            cells.iter().zip(&widths).map(|(cell, width)| in_lines(cell, width - GAP)).collect()
        };
        let rows = self.rows.iter().map(|(emphasis, cells)| (*emphasis, in_lines(cells))).collect();
        Self { headings: in_lines(&self.headings), rows, ..*self }
    }

    /// Fills table after table with columns, each beginning with the keys.
    fn split(&self, width: usize) -> Vec<Vec<usize>> {
        let widths: Vec<usize> = (0..self.headings.len()).map(|column| self.width(column)).collect();
        let keys: Vec<usize> = (0..self.keys).collect();
        let keys_width: usize = widths.iter().take(self.keys).sum();
        let (mut tables, mut table, mut used) = (Vec::new(), keys.clone(), keys_width);
        for (column, column_width) in widths.iter().enumerate().skip(self.keys) {
            if used + column_width > width && table.len() > self.keys {
                tables.push(std::mem::replace(&mut table, keys.clone()));
                used = keys_width;
            }
            table.push(column);
            used += column_width;
        }
        tables.push(table);
        tables
    }

    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|(_, cells)| cells.get(column));
        let lines = cells.chain(self.headings.get(column)).flat_map(|cell| cell.lines());
        lines.map(|line| line.chars().count()).max().unwrap_or(0) + GAP
    }

    fn table(&self, columns: &[usize], terminal: Terminal) -> String {
        let mut table = Table::new();
        table.load_style(STYLE).set_content_arrangement(ContentArrangement::Disabled).force_no_tty();
        if terminal.colour {
            table.enforce_styling();
            table.style_text_only();
        }
        let pick = |cells: &[String], emphasis| -> Vec<Cell> {
            columns
                .iter()
                .map(|column| styled(cells.get(*column).map_or("", String::as_str), emphasis, self.alignment))
                .collect()
        };
        table.set_header(pick(&self.headings, Emphasis::Plain));
        // A faint row has nothing to add to a table in which all its cells are blank.
        let says_something = |cells: &[String]| columns.iter().any(|column| !cells[*column].is_empty());
        for (emphasis, cells) in &self.rows {
            if *emphasis == Emphasis::Faint && !says_something(cells) {
                continue;
            }
            table.add_row(pick(cells, *emphasis));
        }
        for column in table.column_iter_mut() {
            column.set_padding((0, 1));
        }
        table.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
    }
}

/// A cell in lines of at most so many characters, broken at blanks and hyphens. The lines are about as long as each other:
/// of a process guid, which is two guids, each has one.
fn in_lines(cell: &str, width: usize) -> String {
    let broken = |line: &str, width: usize| -> Vec<String> {
        let options = textwrap::Options::new(width)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::HyphenSplitter)
            .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit);
        textwrap::wrap(line, options).into_iter().map(std::borrow::Cow::into_owned).collect()
    };
    let lines = cell.lines().flat_map(|line| {
        if line.chars().count() <= width {
            return vec![line.to_owned()];
        }
        let lines = broken(line, width);
        let even = broken(line, line.chars().count().div_ceil(lines.len()));
        if even.len() == lines.len() { even } else { lines }
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn styled(text: &str, emphasis: Emphasis, alignment: CellAlignment) -> Cell {
    let cell = Cell::new(text).set_alignment(alignment);
    match emphasis {
        Emphasis::Plain => cell,
        Emphasis::Strong => cell.fg(Color::Green).add_attribute(Attribute::Bold),
        Emphasis::Faint => cell.add_attribute(Attribute::Dim),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn grid(cells: &[Vec<String>], columns: usize) -> Grid {
        let mut grid = Grid::of_numbers(1, (0..columns).map(|column| format!("c{column}")).collect());
        for row in cells {
            grid.row(Emphasis::Plain, row.clone());
        }
        grid
    }

    #[test]
    fn columns_that_do_not_fit_continue_below_with_the_keys() {
        let rows = [vec!["k".to_owned(), "11111111".to_owned(), "22222222".to_owned()]];
        let text = grid(&rows, 3).render(Terminal { width: 16, colour: false });
        assert_eq!(
            text,
            "c0        c1\n─────────────\n k  11111111\n\nc0        c2\n─────────────\n k  22222222\n"
        );
    }

    #[test]
    fn styles_are_written_only_when_asked_for() {
        let mut grid = grid(&[], 2);
        grid.row(Emphasis::Strong, vec!["a".to_owned(), "b".to_owned()]);
        assert!(!grid.render(Terminal::PLAIN).contains('\u{1b}'));
        assert!(grid.render(Terminal { colour: true, ..Terminal::PLAIN }).contains('\u{1b}'));
    }

    #[test]
    fn a_long_key_is_broken_where_its_halves_are_even() {
        let guid = "6d9bcb5e-0b09-4b1c-8d5f-1f1f4a5b0b6e";
        let mut grid = Grid::of_words(1, &["process", "number"]);
        grid.row(Emphasis::Plain, vec![format!("{guid}-{guid}"), "7".to_owned()]);
        let text = grid.render(Terminal { width: 80, colour: false });
        assert!(text.ends_with(&format!("\n{guid}-  7\n{guid}\n")), "{text}");
        assert!(grid.render(Terminal { width: 83, colour: false }).contains(&format!("{guid}-{guid}  7")));
    }

    proptest! {
        /// Whatever the cells are, no line is wider than the terminal, and no letter is lost.
        #[test]
        fn long_cells_are_broken_and_none_is_lost(
            rows in prop::collection::vec(prop::collection::vec("[a-c]{1,90}([ -][a-c]{1,90}){0,3}", 3), 1..3),
            keys in 0_usize..2,
            width in 60_usize..140,
        ) {
            let mut grid = Grid::of_words(keys, &["x", "y", "z"]);
            for row in &rows {
                grid.row(Emphasis::Plain, row.clone());
            }
            let text = grid.render(Terminal { width, colour: false });
            prop_assert!(text.lines().all(|line| line.chars().count() <= width), "{text}");
            let letters = |text: &str| text.chars().filter(|c| ('a'..='c').contains(c)).count();
            let shown = rows.iter().flatten().map(|cell| letters(cell)).sum::<usize>();
            prop_assert!(letters(&text) >= shown);
        }

        /// Each column is shown once, and no line is wider than the terminal unless a single column is.
        #[test]
        fn every_column_appears_and_fits(
            rows in prop::collection::vec(prop::collection::vec("[a-z]{0,12}", 6), 1..4),
            width in 40_usize..140,
        ) {
            let text = grid(&rows, 6).render(Terminal { width, colour: false });
            for column in 1..6 {
                prop_assert_eq!(text.matches(&format!("c{column}")).count(), 1);
            }
            prop_assert!(text.lines().all(|line| line.chars().count() <= width));
        }
    }
}
