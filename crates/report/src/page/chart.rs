//! A chart with everything around it: title, explanation, the drawing, and its data as a table.

use maud::{Markup, html};
use serde_json::{Value, json};

use super::scripts;

/// A drawing by Vega-Lite. All text of other people is in the data, never in the rest of the specification, where it
/// could be read as an expression.
pub(super) struct Chart {
    /// Short name; the page's element is called `chart-{id}`.
    pub(super) id: &'static str,
    /// What it shows.
    pub(super) title: &'static str,
    /// How to read it.
    pub(super) help: String,
    /// Height of the drawing without its axes.
    pub(super) height_px: usize,
    /// The rows to draw.
    pub(super) values: Value,
    /// Layers of marks.
    pub(super) layers: Vec<Value>,
}

/// The data of charts for people who read rather than look.
pub(super) struct DataTable {
    pub(super) headings: Vec<&'static str>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Chart {
    /// The figure, with its data below it.
    pub(super) fn with_data(&self, data: &DataTable) -> Markup {
        self.figure(&data.details("Data of this chart"))
    }

    /// The figure alone, for one of several charts that share a table.
    pub(super) fn alone(&self) -> Markup {
        self.figure(&html! {})
    }

    fn figure(&self, below: &Markup) -> Markup {
        html! {
            figure id={ "chart-" (self.id) } {
                figcaption { h3 { (self.title) } p.muted { (self.help) } }
                div.chart {}
                (scripts::data("spec", &self.spec()))
                (below)
            }
        }
    }

    fn spec(&self) -> Value {
        json!({
            "description": self.title,
            "width": "container",
            "height": self.height_px,
            "data": { "values": self.values },
            "layer": self.layers,
        })
    }
}

impl DataTable {
    pub(super) fn details(&self, summary: &str) -> Markup {
        html! { details { summary { (summary) } (self.open()) } }
    }

    /// The table as it is.
    pub(super) fn open(&self) -> Markup {
        html! {
            div.scroll {
                table.data {
                    thead { tr { @for heading in &self.headings { th scope="col" { (heading) } } } }
                    tbody { @for row in &self.rows { tr { @for cell in row { td { (cell) } } } } }
                }
            }
        }
    }
}
