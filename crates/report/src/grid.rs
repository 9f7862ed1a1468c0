//! A table for a terminal that never wraps a cell: what is too wide continues in a further table below.

use comfy_table::{Attribute, Cell, CellAlignment, Color, ContentArrangement, LineStyle, Table, TableStyle};

use crate::terminal::Terminal;

const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// Blanks between two columns: the padding of a cell, and the place of a line that is not drawn.
const GAP: usize = 2;

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
        let tables: Vec<String> =
            self.split(terminal.width).iter().map(|columns| self.table(columns, terminal)).collect();
        tables.join("\n")
    }

    /// The first of the tables, with the columns that matter most.
    pub(crate) fn render_first(&self, terminal: Terminal) -> String {
        self.split(terminal.width).first().map(|columns| self.table(columns, terminal)).unwrap_or_default()
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

    proptest! {
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
