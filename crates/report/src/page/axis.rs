//! Axes of time: round ticks, labelled as durations are written everywhere else.

use serde_json::{Map, Value, json};

use crate::figures::duration;

/// Steps that people count in, in seconds.
const STEPS_S: [f64; 22] = [
    1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 10_800.0, 21_600.0,
    43_200.0, 86_400.0, 172_800.0, 432_000.0, 864_000.0, 1_728_000.0,
];

/// Landmarks of a scale that spans from seconds to months.
const LANDMARKS_S: [f64; 10] =
    [0.0, 10.0, 60.0, 600.0, 3600.0, 21_600.0, 86_400.0, 432_000.0, 2_160_000.0, 8_640_000.0];

/// Room for the labels of vertical axes that stand one above the other.
pub(super) const LABELS_PX: u32 = 48;

const MOST_TICKS: f64 = 7.0;

/// A linear axis with ticks from `from_s` to `to_s`.
pub(super) fn linear(title: Option<&str>, from_s: f64, to_s: f64) -> Value {
    let fits = |step: &&f64| (to_s - from_s) / **step <= MOST_TICKS;
    let step_s = STEPS_S.iter().find(fits).copied().unwrap_or_else(|| (to_s - from_s) / MOST_TICKS);
    let first = (from_s / step_s).ceil() * step_s;
    let ticks = std::iter::successors(Some(first), |tick| Some(tick + step_s)).take_while(|tick| *tick <= to_s);
    axis(title, &ticks.collect::<Vec<f64>>())
}

/// An axis for a scale that is logarithmic above a minute.
pub(super) fn symlog(title: Option<&str>, to_s: f64) -> Value {
    axis(title, &LANDMARKS_S.into_iter().filter(|tick| *tick <= to_s).collect::<Vec<f64>>())
}

fn axis(title: Option<&str>, ticks: &[f64]) -> Value {
    let labels: Map<String, Value> =
        ticks.iter().map(|tick| (tick.to_string(), Value::String(duration(*tick)))).collect();
    json!({ "title": title, "values": ticks, "labelExpr": format!("{}[datum.value]", Value::Object(labels)) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ticks_are_round_and_labelled_as_durations() {
        let axis = linear(Some("time"), 0.0, 10_080.0);
        assert_eq!(axis["values"], json!([0.0, 1800.0, 3600.0, 5400.0, 7200.0, 9000.0]));
        let labels = axis["labelExpr"].as_str().unwrap();
        assert!(labels.contains(r#""5400":"1h 30m""#), "{labels}");
    }

    #[test]
    fn a_scale_that_spans_has_landmarks_up_to_its_end() {
        assert_eq!(symlog(None, 4000.0)["values"], json!([0.0, 10.0, 60.0, 600.0, 3600.0]));
    }

    proptest! {
        #[test]
        fn an_axis_has_few_ticks_within_its_bounds(from in 0.0..1e7_f64, length in 0.0..1e8_f64) {
            let axis = linear(None, from, from + length);
            let ticks = axis["values"].as_array().unwrap();
            prop_assert!(ticks.len() <= 8);
            prop_assert!(ticks.iter().all(|tick| (from..=from + length).contains(&tick.as_f64().unwrap())));
        }
    }
}
